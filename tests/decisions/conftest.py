"""An office with results that wait for two people."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import FileStorage

from app import clock, uploads
from app.db import session, transaction
from app.decisions.models import VerdictDecision
from app.disposal.models import DisposalCase
from app.results import operations as results
from app.results import staging
from app.results.models import ResultReport, ResultRow
from app.results.staging import Options
from app.sampling.models import BatchFact, Sample
from tests.results.material import as_csv, lab_row, register_sample

NUMBER = "XC26120119460010001"


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, Any, str]]:
    """A command: exit status, JSON, what was said."""

    def go(*words: str) -> tuple[int, Any, str]:
        result = app.test_cli_runner().invoke(args=[*words, "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else None, result.stderr

    return go


def import_rows(office: Any, rows: Sequence[dict[str, str]], name: str = "a.csv") -> Any:
    """Import these rows of the laboratory's sheet; returns the batch."""
    actor = office.actor("county:统计员")
    filename, sha256 = uploads.keep(FileStorage(BytesIO(as_csv(rows)), name))
    options = Options(reported_on=date(2026, 11, 12))
    with transaction():
        prepared = staging.prepare_file(actor, sha256, filename, options)
        staged = results.stage(actor, filename, sha256, prepared, clock.now())
    with transaction():
        results.confirm(staged.batch, staging.prepare_file(actor, sha256, filename, options), actor, clock.now())
    return staged.batch


def make_pending(office: Any, number: str = NUMBER, **columns: Any) -> int:
    """毒死蜱 0.9 of at most 0.2, which the laboratory called 合格项; 铅 passes. Returns the sample's id."""
    sample_id = register_sample(office, number, **columns)
    import_rows(office, pending_rows(number))
    return sample_id


def pending_rows(number: str = NUMBER, result: str = "0.9", **cells: str) -> list[dict[str, str]]:
    return [lab_row(number, "毒死蜱", result, "合格项", **cells), lab_row(number, "铅", "0.1", "合格项")]


def row_of(item: str = "毒死蜱", number: str = NUMBER) -> ResultRow:
    """The row in force."""
    session().rollback()  # what others have committed since
    session().expire_all()
    return session().scalars(
        sa.select(ResultRow)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .join(Sample, Sample.id == ResultRow.sample_id)
        .where(Sample.number == number, ResultRow.item == item, ResultReport.superseded_at.is_(None))
        .options(joinedload(ResultRow.report).joinedload(ResultReport.sample))
    ).one()


def stands(number: str = NUMBER) -> tuple[Any, ...]:
    """Conclusion, pending items, facts in force, states of the cases of a sample."""
    session().rollback()  # what others have committed since
    session().expire_all()
    sample = session().scalars(sa.select(Sample).where(Sample.number == number)).one()
    facts = session().execute(
        sa.select(BatchFact.supervision, BatchFact.basis).where(
            BatchFact.sample_id == sample.id, BatchFact.superseded_at.is_(None), BatchFact.voided.is_(False)
        )
    ).all()
    cases = session().scalars(sa.select(DisposalCase.state).where(DisposalCase.sample_id == sample.id)).all()
    return (
        sample.supervision.value if sample.supervision else None, sample.pending_items,
        [(one.supervision.value, one.basis) for one in facts], sorted(state.value for state in cases),
    )  # fmt: skip


def decisions() -> list[VerdictDecision]:
    session().rollback()  # what others have committed since
    session().expire_all()
    return list(session().scalars(sa.select(VerdictDecision).order_by(VerdictDecision.id)))
