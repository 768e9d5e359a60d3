"""A worker that is killed in the middle of writing leaves nothing behind, and whoever comes next can write."""

from __future__ import annotations

import os
import select
import signal
from datetime import date
from typing import Any

import pytest
from flask import Flask

from app import chain, clock, files
from app.db import engine, session, transaction
from app.disposal.models import DisposalCase
from app.results import operations, staging, writing
from app.results.models import ImportBatch, ImportConflict, ResultReport, ResultRow
from app.results.staging import Options
from app.sampling.models import BatchFact
from tests.conftest import make_office
from tests.results.material import as_csv, count, lab_row, national_csv, national_row, register_sample, sample_named

ONE, TWO = "XC26120119460010001", "XC26120119460010002"
WRITTEN = (ImportBatch, ImportConflict, ResultReport, ResultRow, BatchFact, DisposalCase, chain.HistoryEntry)


def accept(actor: Any, content: bytes) -> None:
    sha256 = files.store(content).sha256
    prepared = staging.prepare_file(actor, sha256, "a.csv", Options(reported_on=date(2026, 11, 12)))
    with transaction():
        staged = operations.stage(actor, "a.csv", sha256, prepared, clock.now())
        operations.confirm(staged.batch, prepared, actor, clock.now())


def killed_while_writing(made: Flask, actor: Any, content: bytes) -> None:
    """A process of its own writes reports and rows, says so, and waits for the end of the world."""
    here, there = os.pipe()
    session().close()
    child = os.fork()
    if child == 0:
        engine().dispose(close=False)  # the parent's connections are the parent's

        def written(*_: Any) -> None:
            session().flush()
            os.write(there, b"!")
            signal.pause()

        writing.write_facts = written  # type: ignore[assignment]
        try:
            accept(actor, content)
        finally:
            os._exit(1)
    ready = select.poll()  # select() takes no number above 1023, and a test process may have more files open
    ready.register(here, select.POLLIN)
    reached = ready.poll(60_000)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(here)
    os.close(there)
    assert (bool(reached), os.WTERMSIG(status)) == (True, signal.SIGKILL)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked on Unix only")
@pytest.mark.parametrize("layout", ["lab", "national"])
@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_a_killed_import_leaves_nothing_behind(database: str, layout: str, request: pytest.FixtureRequest) -> None:
    made: Flask = request.getfixturevalue(database)
    with transaction():
        office = make_office()
    actor = office.actor("county:统计员")
    register_sample(office, ONE)
    content = as_csv([lab_row(ONE, "毒死蜱", "0.32", "不合格项")])
    if layout == "national":
        content = national_csv([national_row(TWO, "毒死蜱", "0.32", "不合格项")])
    before = [count(model) for model in WRITTEN]
    killed_while_writing(made, actor, content)
    session().expire_all()
    assert [count(model) for model in WRITTEN] == before
    assert (sample_named(ONE)["state"].value, sample_named(TWO)) == ("registered", None)
    accept(actor, content)
    assert (count(ResultReport), count(DisposalCase)) == (1, 1)
    assert chain.verify_chain().broken == []
