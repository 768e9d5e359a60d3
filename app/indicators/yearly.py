"""Lines of whole years (地区年度汇总, 省级和全国年度汇总, 项目年度汇总), which follow the lines of the months in the same transaction.

What the touched organisations' lines of a month say is taken away before they are counted again, and what they say then is added:
adding up twelve months instead would cost a province 20 ms for every single batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def take_away(current: Session, month: int, org_ids: Sequence[int]) -> None:
    """Before the month's lines of these organisations are counted again."""
    _shift(current, month, org_ids, -1)


def add_again(current: Session, month: int, org_ids: Sequence[int]) -> None:
    """After it; lines without a batch go."""
    _shift(current, month, org_ids, 1)
    for model, amount in ((AreaSummary, AreaSummary.batches), (YearSummary, YearSummary.batches), (YearItemSummary, YearItemSummary.lines)):
        current.execute(sa.delete(model).where(model.year == month // 100, amount == 0))


def _shift(current: Session, month: int, org_ids: Sequence[int], sign: int) -> None:
    fine, year = BatchSummary.__table__.c, {"year": month // 100}
    where = [fine.month == month, fine.org_id.in_(org_ids)]
    batches = {"batches": sa.func.sum(fine.batches)}
    _merge(current, AreaSummary, year, [fine[name] for name in AREA_KEY], batches, where, sign)
    for region_id, inside in wide_regions(current, where).items():
        placed = [] if inside is None else [fine.county_id.in_(inside)]
        given = {**year, "region_id": region_id}
        _merge(current, YearSummary, given, [fine[name] for name in YEAR_KEY], batches, [*where, *placed], sign)
    items = ItemSummary.__table__.c
    of_items = [items.month == month, items.org_id.in_(org_ids)]
    _merge(current, YearItemSummary, year, [items[name] for name in ITEM_KEY], _item_sums(), of_items, sign)


def _item_sums() -> dict[str, Any]:
    fine = ItemSummary.__table__.c
    return {"tested": sa.func.sum(fine.tested), "failed": sa.func.sum(fine.failed), "lines": sa.func.count()}


def _merge(
    current: Session, model: Any, given: Mapping[str, int], key: Sequence[Any], sums: Mapping[str, Any], where: Where, sign: int
) -> None:
    """Add lines of months to those of the year, or take them away."""
    columns = [*map(sa.literal, given.values()), *key, *(sign * one for one in sums.values())]
    summed = sa.select(*columns).where(*where).group_by(*key)
    dialect = postgresql if current.get_bind().dialect.name == "postgresql" else sqlite
    names = [*given, *(one.name for one in key)]
    statement = dialect.insert(model.__table__).from_select([*names, *sums], summed)
    both = {name: model.__table__.c[name] + statement.excluded[name] for name in sums}
    current.execute(statement.on_conflict_do_update(index_elements=names, set_=both))


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
        (AreaSummary, BatchSummary, AREA_KEY, {"batches": sa.func.sum(BatchSummary.batches)}),
        (YearSummary, WideSummary, ("region_id", *YEAR_KEY), {"batches": sa.func.sum(WideSummary.batches)}),
        (YearItemSummary, ItemSummary, ITEM_KEY, _item_sums()),
    ):
        table: Any = model.__table__
        lines = months.__table__.c
        current.execute(sa.delete(table))
        columns = [lines.month // 100, *(lines[name] for name in key)]
        summed = sa.select(*columns, *sums.values()).group_by(*columns)
        current.execute(sa.insert(table).from_select(["year", *key, *sums], summed))
