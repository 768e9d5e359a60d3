"""Reading rapid tests: the list with its filters, one record, what was counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app import keyset
from app.db import session
from app.domain.actors import Actor
from app.domain.rapid_tests import Tally, tally
from app.domain.sampling_kinds import RapidResult
from app.domain.workflow import RapidState
from app.enterprises.models import Enterprise
from app.paging import SHORT
from app.rapid_tests.models import RapidTest
from app.reference_data.books import region_book
from app.results.models import ImportBatch
from app.sampling.models import Sample
from app.scope import scope
from app.search_text import like

IMPORT = "rapid_tests"  # kind of import batch
COUNTED = 10_000
PART = 500
MOST_GROUPS = 200
LISTED = (
    "id", "number", "tested_on", "sampled_name", "stall", "product_name", "item", "result", "reading", "state", "told_at",
    "region_id", "sample_id", "testers",
)  # fmt: skip
VALID = RapidTest.state != RapidState.VOIDED
UNSENT = sa.and_(RapidTest.result == RapidResult.POSITIVE, RapidTest.state == RapidState.RECORDED)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the list; None is no condition. ``waiting`` is 阳性未送检 since at least so many days."""

    q: str | None = None
    result: RapidResult | None = None
    state: RapidState | None = None
    item: str | None = None
    region_id: int | None = None
    tested_from: date | None = None
    tested_to: date | None = None
    waiting: int | None = None
    counted: bool = False  # 已作废 left out, as in every count


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, newest first."""

    rows: Sequence[Any]
    newer: int | None
    older: int | None
    total: str


def _conditions(filters: Filters, today: date) -> Iterator[Any]:
    if filters.q:
        parts = (RapidTest.number, RapidTest.sampled_name, RapidTest.product_name, RapidTest.stall, RapidTest.reagent_batch)
        yield sa.or_(*(sa.func.lower(part).like(like(filters.q), escape="\\") for part in parts))
    for name in ("result", "state", "item"):
        if (value := getattr(filters, name)) is not None:
            yield getattr(RapidTest, name) == value
    if filters.region_id is not None:
        yield RapidTest.region_id.in_(sorted(region_book().below(filters.region_id)))
    yield from _dated(filters, today)
    if filters.counted:
        yield VALID


def _dated(filters: Filters, today: date) -> Iterator[Any]:
    if filters.tested_from is not None:
        yield RapidTest.tested_on >= filters.tested_from
    if filters.tested_to is not None:
        yield RapidTest.tested_on <= filters.tested_to
    if filters.waiting is not None:
        yield UNSENT
        yield RapidTest.tested_on <= today - timedelta(days=filters.waiting)


def listed(actor: Actor, filters: Filters, today: date, columns: Sequence[Any]) -> sa.Select[Any]:
    return scope(sa.select(*columns), RapidTest, actor).where(*_conditions(filters, today))


def tests(
    actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None, size: int = SHORT
) -> Page:
    """One page by key: rows older than ``before``, or newer than ``after``, or the first ones."""
    statement = listed(actor, filters, today, [*(getattr(RapidTest, name) for name in LISTED), Sample.number.label("sample_number")])
    statement = statement.outerjoin(Sample, Sample.id == RapidTest.sample_id)
    if after is not None:
        found = session().execute(statement.where(RapidTest.id > after).order_by(RapidTest.id).limit(size + 1)).all()
        rows, more = found[:size][::-1], len(found) > size
        newer, older = (rows[0].id if more and rows else None), (rows[-1].id if rows else None)
    else:
        if before is not None:
            statement = statement.where(RapidTest.id < before)
        found = session().execute(statement.order_by(RapidTest.id.desc()).limit(size + 1)).all()
        rows, more = found[:size], len(found) > size
        newer, older = (rows[0].id if rows and before is not None else None), (rows[-1].id if rows and more else None)
    return Page(rows, newer, older, keyset.total(listed(actor, filters, today, [RapidTest.id]), COUNTED))


def whole_rows(actor: Actor, filters: Filters, today: date) -> sa.Select[Any]:
    """Whole records with sample and credit code, to be taken out."""
    columns = [RapidTest, Sample.number.label("sample_number"), Enterprise.credit_code, RapidTest.id]
    statement = listed(actor, filters, today, columns).outerjoin(Sample, Sample.id == RapidTest.sample_id)
    return statement.outerjoin(Enterprise, Enterprise.id == RapidTest.enterprise_id)


# ---------------------------------------------------------------- counts

@dataclass(frozen=True, slots=True)
class Group:
    """One line of the counts: an item or a place."""

    key: Any
    tally: Tally


def groups(actor: Actor, filters: Filters, today: date, by: str) -> list[Group]:
    """Counts by ``item`` or ``region_id``, the most positives first; voided records are left out."""
    column = RapidTest.region_id if by == "region_id" else RapidTest.item
    statement = listed(actor, filters, today, [column, RapidTest.result, sa.func.count()]).where(VALID)
    found: dict[Any, dict[RapidResult, int]] = {}
    for key, result, count in session().execute(statement.group_by(column, RapidTest.result)):
        found.setdefault(key, {})[result] = count
    lines = [Group(key, tally(counts)) for key, counts in found.items()]
    return sorted(lines, key=lambda line: (-line.tally.positive, -line.tally.tests, str(line.key)))[:MOST_GROUPS]


def whole(actor: Actor, filters: Filters, today: date) -> Tally:
    """The counts of all records under these conditions."""
    statement = listed(actor, filters, today, [RapidTest.result, sa.func.count()]).where(VALID)
    return tally({result: count for result, count in session().execute(statement.group_by(RapidTest.result))})


# ---------------------------------------------------------------- one record

def test(actor: Actor, test_id: int) -> RapidTest | None:
    """One record in the actor's scope, as the database has it now."""
    statement = scope(sa.select(RapidTest), RapidTest, actor).where(RapidTest.id == test_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def sample_of(actor: Actor, found: RapidTest) -> Any:
    """(id, number, state) of the laboratory sample, where the actor may see it."""
    if found.sample_id is None:
        return None
    columns = (Sample.id, Sample.number, Sample.state)
    return session().execute(scope(sa.select(*columns), Sample, actor).where(Sample.id == found.sample_id)).first()


def of_sample(actor: Actor, sample_id: int) -> Sequence[Any]:
    """The rapid tests that led to this sample, for its page."""
    columns = (RapidTest.id, RapidTest.number, RapidTest.item, RapidTest.reading, RapidTest.tested_on)
    return session().execute(scope(sa.select(*columns), RapidTest, actor).where(RapidTest.sample_id == sample_id)).all()


def enterprise_code(enterprise_id: int | None) -> str | None:
    return session().scalar(sa.select(Enterprise.credit_code).where(Enterprise.id == enterprise_id)) if enterprise_id else None


def on_days(actor: Actor, days: Sequence[date]) -> Sequence[RapidTest]:
    """Records of these days that stand, for telling whether a file says anything new."""
    found: list[RapidTest] = []
    for start in range(0, len(days), PART):
        part = days[start : start + PART]
        found += session().scalars(scope(sa.select(RapidTest), RapidTest, actor).where(RapidTest.tested_on.in_(part), VALID))
    return found


def batch(actor: Actor, batch_id: int) -> ImportBatch | None:
    """One import of rapid tests."""
    statement = scope(sa.select(ImportBatch), ImportBatch, actor).where(ImportBatch.kind == IMPORT, ImportBatch.id == batch_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()
