"""Lines of whole years (地区年度汇总, 省级和全国年度汇总, 项目年度汇总), which follow the lines of the months in the same transaction.

What the touched organisations' lines of a month say is taken away before they are counted again, and what they say then is added:
adding up twelve months instead would cost a province 20 ms for every single batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.indicators.models import AreaSummary, BatchSummary, ItemSummary, WideSummary, YearItemSummary, YearSummary
from app.reference_data.books import region_book
from app.reference_data.models import RegionLevel

NATION = "100000"
AREA_KEY = ("org_id", "county_id", "purpose", "domain", "supervision", "monitoring", "has_residue")
YEAR_KEY = ("category_root_id", "purpose", "domain", "organiser_level", "supervision", "monitoring", "has_residue")
ITEM_KEY = ("category_root_id", "item")
Where = Sequence[sa.ColumnElement[bool]]
Wide = dict[int, list[int] | None]


# SQLAlchemy compiles an insert with a clause about conflicts anew each time it runs: the clause has no key to keep it under.
# Here it follows from the table alone, which is in the key; so it need not be.
def _but_conflicts(kind: Any) -> list[Any]:
    return [part for part in kind._traverse_internals if part[0] != "_post_values_clause"]


class KeptForSqlite(sqlite.Insert):
    _traverse_internals = _but_conflicts(sqlite.Insert)


class KeptForPostgres(postgresql.Insert):
    _traverse_internals = _but_conflicts(postgresql.Insert)


def _batches() -> dict[str, Any]:
    return {"batches": sa.func.sum(BatchSummary.batches)}


def _item_sums() -> dict[str, Any]:
    fine = ItemSummary.__table__.c
    return {"tested": sa.func.sum(fine.tested), "failed": sa.func.sum(fine.failed), "lines": sa.func.count()}


@dataclass(frozen=True)
class Years:
    """Lines of years out of lines of months: by which key, which sums, and which of these says that nothing is left."""

    model: Any
    months: Any
    key: tuple[str, ...]
    sums: Callable[[], dict[str, Any]]
    left: str
    placed: bool = False  # for a region: its number is in the key

    @property
    def given(self) -> tuple[str, ...]:
        return ("year", "region_id") if self.placed else ("year",)


AREAS = Years(AreaSummary, BatchSummary, AREA_KEY, _batches, "batches")
WIDE = Years(YearSummary, BatchSummary, YEAR_KEY, _batches, "batches", placed=True)
ITEMS = Years(YearItemSummary, ItemSummary, ITEM_KEY, _item_sums, "lines")


def take_away(current: Session, month: int, org_ids: Sequence[int]) -> None:
    """Before the month's lines of these organisations are counted again."""
    _shift(current, month, org_ids, -1)


def add_again(current: Session, month: int, org_ids: Sequence[int]) -> None:
    """After it; lines without a batch go."""
    _shift(current, month, org_ids, 1)
    for years in (AREAS, WIDE, ITEMS):
        current.connection().execute(_emptied(years), {"of_year": month // 100})


def _shift(current: Session, month: int, org_ids: Sequence[int], sign: int) -> None:
    fine, connection = BatchSummary.__table__.c, current.connection()
    asked = {"of_month": month, "of_orgs": list(org_ids), "sign": sign, "given_year": month // 100}
    name = connection.dialect.name
    connection.execute(_added(name, AREAS, False), asked)
    for region_id, inside in wide_regions(current, [fine.month == month, fine.org_id.in_(org_ids)]).items():
        placed = {} if inside is None else {"inside": inside}
        connection.execute(_added(name, WIDE, inside is not None), {**asked, **placed, "given_region_id": region_id})
    connection.execute(_added(name, ITEMS, False), asked)


# Statements are made once a process: saving one sheet asks a dozen of them, and making them took longer than running them.

@cache
def _added(dialect: str, years: Years, inside: bool) -> Any:
    """Add lines of a month to those of its year, or (``sign`` -1) take them away; ``inside`` narrows to some counties."""
    lines = years.months.__table__.c
    where = [lines.month == sa.bindparam("of_month"), lines.org_id.in_(sa.bindparam("of_orgs", expanding=True))]
    if inside:
        where.append(lines.county_id.in_(sa.bindparam("inside", expanding=True)))
    key, sums = [lines[name] for name in years.key], years.sums()
    given = [sa.bindparam(f"given_{name}", type_=sa.Integer) for name in years.given]
    sign = sa.bindparam("sign", type_=sa.Integer)
    summed = sa.select(*given, *key, *(sign * one for one in sums.values())).where(*where).group_by(*key)
    kept = KeptForPostgres if dialect == "postgresql" else KeptForSqlite
    names = [*years.given, *years.key]
    statement = kept(years.model.__table__).from_select([*names, *sums], summed)
    both = {name: years.model.__table__.c[name] + statement.excluded[name] for name in sums}
    return statement.on_conflict_do_update(index_elements=names, set_=both)


@cache
def _emptied(years: Years) -> Any:
    """Lines of a year that no batch is left of."""
    table = years.model.__table__
    return sa.delete(table).where(table.c.year == sa.bindparam("of_year"), table.c[years.left] == 0)


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
    for model, months, key, sums in (
        (AreaSummary, BatchSummary, AREA_KEY, _batches()),
        (YearSummary, WideSummary, ("region_id", *YEAR_KEY), {"batches": sa.func.sum(WideSummary.batches)}),
        (YearItemSummary, ItemSummary, ITEM_KEY, _item_sums()),
    ):
        table: Any = model.__table__
        lines = months.__table__.c
        current.execute(sa.delete(table))
        columns = [lines.month // 100, *(lines[name] for name in key)]
        summed = sa.select(*columns, *sums.values()).group_by(*columns)
        current.execute(sa.insert(table).from_select(["year", *key, *sums], summed))
