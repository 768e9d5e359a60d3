"""Upkeep of the summaries (批次汇总, 项目汇总, 年度汇总): the touched months are recomputed in the transaction that touched them.

Whoever changes facts leaves (organisation id, month) pairs in the session; the step below runs just before the commit.
Grouping the touched months again costs 0.2 s per 10,000 batches; a trigger per row made inserts 5.6 times slower.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import before_commit
from app.domain.samples import Verdict
from app.indicators import yearly
from app.indicators.models import BatchSummary, ItemSummary, WideSummary
from app.indicators.yearly import wide_regions
from app.results.models import ResultReport, ResultRow
from app.sampling.models import BatchFact

NO_LEVEL = "—"
LOCK = 812  # advisory locks of the summaries; 811 is the history chain's
MANY = 500

Fact, Row = BatchFact, ResultRow


def county_key(table: Any = Fact) -> sa.ColumnElement[int]:
    """The county; the region itself where the sheet names a city or province only, so that it still counts there."""
    return sa.func.coalesce(table.county_id, table.region_id, 0)


def words(column: Any) -> sa.ColumnElement[str]:
    """The stored word of an enum column, which may then be compared with "—" or another table's text."""
    return sa.type_coerce(column, sa.String)


BATCH_KEY: dict[str, Any] = {
    "org_id": Fact.org_id,
    "month": Fact.month,
    "county_id": county_key(),
    "category_root_id": sa.func.coalesce(Fact.category_root_id, 0),
    "purpose": words(Fact.purpose),
    "domain": words(Fact.domain),
    "organiser_level": sa.func.coalesce(words(Fact.organiser_level), sa.literal_column(f"'{NO_LEVEL}'")),
    "supervision": words(Fact.supervision),
    "monitoring": words(Fact.monitoring),
    "has_residue": Fact.has_residue,
}
WIDE_KEY = tuple(name for name in BATCH_KEY if name not in ("org_id", "county_id"))
ITEM_KEY: dict[str, Any] = {
    "org_id": Fact.org_id,
    "month": Fact.month,
    "category_root_id": sa.func.coalesce(Fact.category_root_id, 0),
    "item": Row.item,
}
IN_FORCE = (Fact.superseded_at.is_(None), Fact.voided.is_(False))
TESTED = sa.case((Row.verdict != Verdict.UNTESTED, 1), else_=0)
FAILED = sa.case((sa.and_(Row.verdict == Verdict.FAIL, Row.pending.is_(False)), 1), else_=0)


@before_commit
def refresh_touched(current: Session) -> None:
    """Recompute what this transaction touched. Years are taken in order, so that two imports cannot lock each other out."""
    touched: Collection[tuple[int, int]] = current.info.get("pending_months", ())
    by_month = sorted((month, org_id) for org_id, month in touched)
    for month, pairs in groupby(by_month, key=lambda pair: pair[0]):
        _lock(current, month // 100)
        org_ids = [org_id for _, org_id in pairs]
        for start in range(0, len(org_ids), MANY):
            some = org_ids[start : start + MANY]
            yearly.take_away(current, month, some)
            _recompute(current, month, some)
            yearly.add_again(current, month, some)
        _widen(current, month)


def rebuild(current: Session) -> None:
    """Recompute every month there is or was, then the years; runs inside a transaction."""
    months = set(current.scalars(sa.select(Fact.month).distinct()))
    months |= set(current.scalars(sa.select(BatchSummary.month).distinct()))
    months |= set(current.scalars(sa.select(ItemSummary.month).distinct()))
    for year in sorted({month // 100 for month in months}):
        _lock(current, year)
    for month in sorted(months):
        _recompute(current, month, None)
        _widen(current, month)
    yearly.rebuild(current)


def _lock(current: Session, year: int) -> None:
    """One writer per year at a time; the statement after it sees what the writer before has committed."""
    if current.get_bind().dialect.name == "postgresql":
        current.execute(sa.text("SELECT pg_advisory_xact_lock(:lock, :year)"), {"lock": LOCK, "year": year})


def _widen(current: Session, month: int) -> None:
    """Add the month's lines up for each province and the nation; they are few, so all of them."""
    connection = current.connection()
    connection.execute(_gone(WideSummary, False), {"of_month": month})
    for region_id, inside in wide_regions(current, [BatchSummary.__table__.c.month == month]).items():
        placed = {} if inside is None else {"inside": inside}
        connection.execute(_widened(inside is not None), {"of_month": month, "given_region_id": region_id, **placed})


def _recompute(current: Session, month: int, org_ids: Sequence[int] | None) -> None:
    connection, some = current.connection(), org_ids is not None
    asked = {"of_month": month, **({} if org_ids is None else {"of_orgs": list(org_ids)})}
    for model in (BatchSummary, ItemSummary):
        connection.execute(_gone(model, some), asked)
        connection.execute(_counted(model, some), {**asked, "given_month": month})


# Statements are made once a process, like those of the years.

MONTH: Any = sa.bindparam("of_month", type_=sa.Integer)
ORGS: Any = sa.bindparam("of_orgs", expanding=True)


@cache
def _gone(model: Any, some: bool) -> Any:
    """The lines of a month; ``some``: of some organisations."""
    table: Any = model.__table__
    gone = sa.delete(table).where(table.c.month == MONTH)
    return gone.where(table.c.org_id.in_(ORGS)) if some else gone


@cache
def _counted(model: Any, some: bool) -> Any:
    """The lines of a month out of its facts."""
    counts: dict[str, Any] = {"batches": sa.func.count()}
    key, joined = BATCH_KEY, Fact.__table__
    if model is ItemSummary:
        key, joined, counts = ITEM_KEY, _items(), {"tested": sa.func.sum(TESTED), "failed": sa.func.sum(FAILED)}
    facts = (*IN_FORCE, Fact.month == MONTH, *((Fact.org_id.in_(ORGS),) if some else ()))
    columns = {**key, **counts, "month": sa.bindparam("given_month", type_=sa.Integer)}
    varying = [expression for name, expression in key.items() if name != "month"]  # each one makes every row longer to sort
    grouped = sa.select(*columns.values()).select_from(joined).where(*facts).group_by(*varying)
    return sa.insert(model.__table__).from_select(list(columns), grouped)


@cache
def _widened(inside: bool) -> Any:
    """The lines of a month of a whole region; ``inside`` narrows to some counties."""
    table: Any = WideSummary.__table__
    fine: Any = BatchSummary.__table__
    columns = [fine.c[name] for name in WIDE_KEY]
    where = [fine.c.month == MONTH, *([fine.c.county_id.in_(sa.bindparam("inside", expanding=True))] if inside else [])]
    region = sa.bindparam("given_region_id", type_=sa.Integer)
    summed = sa.select(region, *columns, sa.func.sum(fine.c.batches)).where(*where).group_by(*columns)
    return sa.insert(table).from_select(["region_id", *WIDE_KEY, "batches"], summed)


def _items() -> sa.FromClause:
    """Rows of the reports that stand, with the fact that says in which month and 大类 they count."""
    current_report = sa.and_(ResultReport.id == Row.report_id, ResultReport.superseded_at.is_(None))
    return sa.join(
        sa.join(Fact.__table__, Row.__table__, Row.sample_id == Fact.sample_id), ResultReport.__table__, current_report
    )
