"""The whole way of an import on SQLite and PostgreSQL: confirm, correct, undo, revive, and two people at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from app import chain, clock, files
from app.db import transaction
from app.errors import NotAllowedNow
from app.results import operations, queries, staging
from app.results.models import ResultReport
from app.results.staging import Options
from tests.conftest import make_office
from tests.results.material import (
    as_csv,
    cases,
    count,
    figures,
    lab_row,
    national_csv,
    national_row,
    register_sample,
    rows_of,
)

ONE, TWO = "XC26120119460010001", "XC26120119460010002"
BOTH = pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])


def runner(made: Flask, folder: Path) -> Callable[..., Any]:
    def run(*words: str, content: bytes | None = None) -> Any:
        arguments = ["results", *words, "--json"]
        if content is not None:
            path = folder / "results.csv"
            path.write_bytes(content)
            arguments.insert(2, str(path))
        result = made.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, (result.stderr, result.exception)
        return json.loads(result.stdout)

    return run


@BOTH
def test_confirm_correct_undo_revive(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    run = runner(request.getfixturevalue(database), tmp_path)
    with transaction():
        office = make_office()
    register_sample(office, ONE)
    words = ("import", "--confirm", "--reported-on", "2026-11-12")
    first = run(*words, content=as_csv([lab_row(ONE, "毒死蜱", "0.0123"), lab_row(ONE, "克百威", "未检出")]))
    accepted = (figures(), [(row["item"], row["value"], row["verdict"]) for row in rows_of(ONE)])
    assert (first["new"], len(figures())) == (1, 1)
    second = run(*words, content=as_csv([lab_row(ONE, "毒死蜱", "0.32", "不合格项"), lab_row(ONE, "克百威", "未检出")]))
    assert (second["changed"], second["cases_opened"], cases()) == (1, 1, [(ONE, "open")])
    undone = run("undo", str(second["batch"]))
    assert (undone["withdrawn"], undone["restored"], cases()) == (1, 1, [(ONE, "cancelled")])
    assert (figures(), [(row["item"], row["value"], row["verdict"]) for row in rows_of(ONE)]) == accepted
    content = national_csv([national_row(TWO, "毒死蜱", "0.32", "不合格项")])
    batch = run("import", "--confirm", content=content)["batch"]
    imported = (figures(), cases())
    assert run("undo", str(batch))["voided"] == 1
    assert run("import", "--confirm", content=content)["batch"] == batch
    assert (figures(), cases()) == imported
    assert chain.verify_chain().broken == []


@BOTH
def test_of_two_people_confirming_at_once_one_wins(database: str, request: pytest.FixtureRequest) -> None:
    """Both have read and planned the same batch before either of them writes."""
    made: Flask = request.getfixturevalue(database)
    with transaction():
        office = make_office()
    register_sample(office, ONE)
    stored, options = files.store(as_csv([lab_row(ONE, "毒死蜱", "未检出")])), Options(reported_on=date(2026, 11, 12))
    actors = [office.actor("county:统计员"), office.actor("county:抽样员")]
    with transaction():
        prepared = staging.prepare_file(actors[0], stored.sha256, "a.csv", options)
        batch_id = operations.stage(actors[0], "a.csv", stored.sha256, prepared, clock.now()).batch.id
    together, ended = threading.Barrier(2), []

    def confirm(actor: Any) -> None:
        with made.app_context():
            batch = queries.batch(actor, batch_id)
            assert batch is not None
            again = staging.prepare_file(actor, batch.sha256, "a.csv", options)
            together.wait(60)
            try:
                with transaction():
                    operations.confirm(batch, again, actor, clock.now(), seen=batch.version)
                ended.append("confirmed")
            except (NotAllowedNow, StaleDataError):
                ended.append("told")

    threads = [threading.Thread(target=confirm, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(ended), count(ResultReport), len(figures())) == (["confirmed", "told"], 1, 1)
