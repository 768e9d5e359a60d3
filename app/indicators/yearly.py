"""Lines of whole years (地区年度汇总, 省级和全国年度汇总), which follow the lines of the months in the same transaction.

What the touched organisations' lines of a month say is taken away before they are counted again, and what they say then is added:
adding up twelve months instead would cost a province 20 ms for every single batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.indicators.models import AreaSummary, BatchSummary, WideSummary, YearSummary
from app.reference_data.books import region_book
from app.reference_data.models import RegionLevel

NATION = "100000"
AREA_KEY = ("org_id", "county_id", "purpose", "domain", "supervision", "monitoring", "has_residue")
YEAR_KEY = ("category_root_id", "purpose", "domain", "organiser_level", "supervision", "monitoring", "has_residue")
Where = Sequence[sa.ColumnElement[bool]]
Wide = dict[int, list[int] | None]


def take_away(current: Session, month: int, org_ids: Sequence[int]) -> None:
    """Before the month's lines of these organisations are counted again."""
    _shift(current, month, org_ids, -1)


def add_again(current: Session, month: int, org_ids: Sequence[int]) -> None:
    """After it; lines without a batch go."""
    _shift(current, month, org_ids, 1)
    for model in (AreaSummary, YearSummary):
        current.execute(sa.delete(model).where(model.year == month // 100, model.batches == 0))


def _shift(current: Session, month: int, org_ids: Sequence[int], sign: int) -> None:
    fine: Any = BatchSummary.__table__
    where = [fine.c.month == month, fine.c.org_id.in_(org_ids)]
    _merge(current, AreaSummary, AREA_KEY, where, {"year": month // 100}, sign)
    for region_id, inside in wide_regions(current, where).items():
        placed = [] if inside is None else [fine.c.county_id.in_(inside)]
        _merge(current, YearSummary, YEAR_KEY, [*where, *placed], {"year": month // 100, "region_id": region_id}, sign)


def _merge(current: Session, model: Any, key: Sequence[str], where: Where, given: dict[str, int], sign: int) -> None:
    """Add lines of months to those of the year, or take them away."""
    table, fine = model.__table__, BatchSummary.__table__
    columns = [fine.c[name] for name in key]
    summed = sa.select(*map(sa.literal, given.values()), *columns, sign * sa.func.sum(fine.c.batches)).where(*where).group_by(*columns)
    dialect = postgresql if current.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).from_select([*given, *key, "batches"], summed)
    both = {"batches": table.c.batches + statement.excluded.batches}
    current.execute(statement.on_conflict_do_update(index_elements=[*given, *key], set_=both))


def wide_regions(current: Session, where: Where) -> Wide:
    """Province -> the counties in it that have such lines; the nation holds all, also what nobody could place."""
    book = region_book()
    nation = book.id(NATION)
    found: Wide = {nation: None} if nation is not None else {}
    for county_id in current.scalars(sa.select(BatchSummary.county_id).where(*where).distinct()):
        for region_id in book.up(county_id) if county_id in book else ():
            if book.level(region_id) is RegionLevel.PROVINCE:
                found[region_id] = [*(found.get(region_id) or ()), county_id]
    return found


def rebuild(current: Session) -> None:
    """Every year again, from the lines of the months."""
    for model, months, key in (
        (AreaSummary, BatchSummary, AREA_KEY),
        (YearSummary, WideSummary, ("region_id", *YEAR_KEY)),
    ):
        table: Any = model.__table__
        lines: Any = months.__table__
        current.execute(sa.delete(table))
        columns = [lines.c.month // 100, *(lines.c[name] for name in key)]
        summed = sa.select(*columns, sa.func.sum(lines.c.batches)).group_by(*columns)
        current.execute(sa.insert(table).from_select(["year", *key, "batches"], summed))
