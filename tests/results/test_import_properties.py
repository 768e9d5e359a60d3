"""Imports as a whole: twice is once, undone is as before, and done again is as it was. Small made-up worlds."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import clock, files
from app.db import session, transaction
from app.disposal.models import DisposalCase
from app.domain.workflow import CaseState, SampleState
from app.indicators.checks import check
from app.results import operations, staging
from app.results.models import ImportBatch, ResultReport, ResultRow
from app.results.staging import Options, Prepared
from app.sampling.models import BatchFact, Sample
from tests.results.material import as_csv, lab_row, national_csv, national_row, register_sample

OURSELVES = {"id", "version", "report_id", "recorded_at", "recorded_by_id", "reason", "created_at", "basis", "import_batch_id"}
ITEMS = ("毒死蜱", "克百威", "氧乐果")
READINGS = (("未检出", "合格项"), ("0.10", "合格项"), ("0.32", "不合格项"), ("0.31", ""), ("0.3", "合格项"), ("/", ""))
SERIAL = itertools.count(1)

reports = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(READINGS), min_size=1)
contents = st.fixed_dictionaries({0: reports}, optional={1: reports})
names = st.sampled_from(("菠菜", "白菜"))


def dump(numbers: Sequence[str]) -> list[Any]:
    """What counts of these samples: the sheet, its reports and rows in force, its facts, its live cases."""
    ids = sa.select(Sample.id).where(Sample.number.in_(numbers), Sample.state != SampleState.VOIDED)
    return [
        _rows(Sample, Sample.id.in_(ids)),
        _rows(ResultReport, ResultReport.sample_id.in_(ids), ResultReport.superseded_at.is_(None)),
        _rows(ResultRow, ResultRow.report_id.in_(
            sa.select(ResultReport.id).where(ResultReport.sample_id.in_(ids), ResultReport.superseded_at.is_(None))
        )),
        _rows(BatchFact, BatchFact.sample_id.in_(ids), BatchFact.superseded_at.is_(None), ~BatchFact.voided),
        session().execute(
            sa.select(DisposalCase.sample_id).where(DisposalCase.sample_id.in_(ids), DisposalCase.state != CaseState.CANCELLED)
        ).all(),
    ]  # fmt: skip


def _rows(model: type[Any], *where: Any) -> list[Any]:
    names = [column.name for column in model.__table__.columns if column.name not in OURSELVES]
    found = session().execute(sa.select(*(model.__table__.c[name] for name in names)).where(*where))
    return sorted(([*row] for row in found), key=str)


def planned(actor: Any, content: bytes) -> tuple[str, Prepared]:
    session().expire_all()
    sha256 = files.store(content).sha256
    return sha256, staging.prepare_file(actor, sha256, "a.csv", Options(reported_on=clock.today()))


def accept(actor: Any, content: bytes) -> ImportBatch:
    sha256, prepared = planned(actor, content)
    with transaction():
        staged = operations.stage(actor, "a.csv", sha256, prepared, clock.now())
        if not staged.identical:
            operations.confirm(staged.batch, prepared, actor, clock.now())
        return staged.batch


def content_of(layout: str, numbers: Sequence[str], world: Mapping[int, Any], **cells: str) -> bytes:
    row = lab_row if layout == "lab" else national_row
    rows = [
        row(numbers[place], item, reading, verdict, **cells)
        for place, items in sorted(world.items())
        for item, (reading, verdict) in items.items()
    ]
    return as_csv(rows) if layout == "lab" else national_csv(rows)


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layout=st.sampled_from(("lab", "national")), first=st.none() | contents, second=contents, name=names)
def test_twice_is_once_undone_is_before_and_again_is_the_same(office: Any, layout: str, first: Any, second: Any, name: str) -> None:
    actor = office.actor("county:统计员")
    start = next(SERIAL)
    numbers = [f"XC2612011946{start:05d}{place:02d}" for place in (1, 2)]
    if layout == "lab":
        for number in numbers:
            register_sample(office, number)
    if first is not None:
        accept(actor, content_of(layout, numbers, first))
    before = dump(numbers)
    content = content_of(layout, numbers, second, 样品名称=name)
    batch = accept(actor, content)
    after = dump(numbers)
    assert accept(actor, content).id == batch.id
    assert dump(numbers) == after
    if before == after:
        return  # the second file said what the first had said: there is nothing to undo
    with transaction():
        undone = operations.undo(batch, actor, clock.now(), "文件传错了")
    assert (undone.kept, dump(numbers)) == ([], before)
    assert accept(actor, content).id == batch.id
    assert dump(numbers) == after
    assert check(actor).different == []  # the figures kept beside the facts are those that a recount finds
