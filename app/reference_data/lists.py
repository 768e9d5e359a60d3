"""The rows that the pages of the reference data list: searched, and cut into pages by key."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.samples import Confidence, ItemClass
from app.indicators.models import Plan, PlanIndicator, YearlyTarget
from app.paging import page_size
from app.reference_data import books
from app.reference_data.checks import NAMES
from app.reference_data.models import (
    CalendarYear,
    CodeValue,
    DeadlineRuleRow,
    FoodCategory,
    FoodLimit,
    ItemAlias,
    Population,
    Region,
    RegionLevel,
    TestItem,
    WorkDay,
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Which page: the rows after one row, or before one, by id."""

    after: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``before`` and ``after`` are the ids that its neighbours start from."""

    rows: Sequence[Any]
    total: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class TableCount:
    """One line of the overview."""

    name: str
    table: str
    rows: int
    unverified: int | None
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class LimitFilters:
    """查询条件 of the limits."""

    item: str | None = None
    category: str | None = None
    confidence: Confidence | None = None
    every_version: bool = False


def page_of(model: type[Any], chosen: sa.Select[Any], keys: Sequence[Any], cursor: Cursor) -> Page:
    """Cut by key, not by offset: a row added meanwhile shifts nothing. The last key is the id."""
    size = page_size()
    total = session().scalar(sa.select(sa.func.count()).select_from(chosen.order_by(None).subquery())) or 0
    back = cursor.before is not None
    start = cursor.before if back else cursor.after
    if start is not None:
        place = session().execute(sa.select(*keys).where(model.id == start)).first()
        if place is None:
            return Page([], total, None, None)
        here, there = sa.tuple_(*keys), sa.tuple_(*(sa.literal(value) for value in place))
        chosen = chosen.where(here < there if back else here > there)
    order = [sa.desc(key) if back else sa.asc(key) for key in keys]
    rows = session().execute(chosen.order_by(*order).limit(size + 1)).all()
    more, rows = len(rows) > size, rows[:size]
    rows = rows[::-1] if back else rows
    earlier, later = (more, True) if back else (start is not None, more)
    return Page(rows, total, rows[0].id if rows and earlier else None, rows[-1].id if rows and later else None)


def tables() -> list[TableCount]:
    """基础数据一览: rows in force, and how many of them still wait to be verified."""
    return [_count(model, name) for model, name in NAMES.items()]


def _count(model: type[Any], name: str) -> TableCount:
    columns = model.__table__.c
    unverified = "confidence" in columns
    waiting = sa.case((columns.confidence == Confidence.UNVERIFIED, 1), else_=0) if unverified else sa.literal(0)
    newest = sa.func.max(columns.recorded_at) if "recorded_at" in columns else sa.null()
    statement = sa.select(sa.func.count(), sa.func.sum(waiting), newest).select_from(model.__table__)
    if "superseded_at" in columns:
        statement = statement.where(columns.superseded_at.is_(None))
    rows, count, recorded_at = session().execute(statement).one()
    return TableCount(name, model.__tablename__, rows, int(count or 0) if unverified else None, recorded_at)


def limits(filters: LimitFilters, cursor: Cursor) -> Page:
    """限量 by item, the versions of one item together."""
    return page_of(FoodLimit, chosen_limits(filters), [FoodLimit.item, FoodLimit.id], cursor)


def chosen_limits(filters: LimitFilters) -> sa.Select[Any]:
    chosen = sa.select(FoodLimit.__table__)
    if not filters.every_version:
        chosen = chosen.where(FoodLimit.superseded_at.is_(None))
    if filters.item:
        official = books.item_book().resolve(filters.item).name
        chosen = chosen.where(
            FoodLimit.item.contains(filters.item, autoescape=True) | (FoodLimit.item == official)
        )
    if filters.category:
        chosen = chosen.where(FoodLimit.category.contains(filters.category, autoescape=True))
    if filters.confidence:
        chosen = chosen.where(FoodLimit.confidence == filters.confidence)
    return chosen


def limit(actor: Actor, limit_id: int) -> FoodLimit | None:
    return session().get(FoodLimit, limit_id)


def limit_versions(row: FoodLimit) -> Sequence[FoodLimit]:
    """Every version of the limit for the same item, food and region, the newest validity first."""
    return session().scalars(
        sa.select(FoodLimit)
        .where(
            FoodLimit.item == row.item,
            FoodLimit.category.is_not_distinct_from(row.category),
            FoodLimit.region.is_not_distinct_from(row.region),
        )
        .order_by(FoodLimit.valid_from.desc(), FoodLimit.recorded_at.desc(), FoodLimit.id.desc())
    ).all()


def items(word: str | None, kind: ItemClass | None, cursor: Cursor) -> Page:
    """检验项目; a word also finds the item it is another spelling of."""
    return page_of(TestItem, chosen_items(word, kind), [TestItem.id], cursor)


def chosen_items(word: str | None, kind: ItemClass | None) -> sa.Select[Any]:
    chosen = sa.select(TestItem.__table__)
    if word:
        spelled = sa.select(ItemAlias.name).where(ItemAlias.written.contains(word, autoescape=True))
        chosen = chosen.where(TestItem.name.contains(word, autoescape=True) | TestItem.name.in_(spelled))
    if kind:
        chosen = chosen.where(TestItem.item_class == kind)
    return chosen


def item_spellings(names: Sequence[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in names}
    statement = sa.select(ItemAlias.name, ItemAlias.written).where(ItemAlias.name.in_(names)).order_by(ItemAlias.id)
    for name, written in session().execute(statement):
        found[name].append(written)
    return found


def categories(word: str | None, parent_id: int | None, cursor: Cursor) -> Page:
    """食品分类: the children of one node, or what a word finds anywhere in the tree."""
    return page_of(FoodCategory, chosen_categories(word, parent_id), [FoodCategory.id], cursor)


def chosen_categories(word: str | None, parent_id: int | None) -> sa.Select[Any]:
    children = sa.orm.aliased(FoodCategory)
    below = sa.select(sa.func.count()).where(children.parent_id == FoodCategory.id).scalar_subquery()
    chosen = sa.select(*FoodCategory.__table__.c, below.label("children"))
    if word:
        chosen = chosen.where(FoodCategory.path.contains(word, autoescape=True))
    else:
        chosen = chosen.where(FoodCategory.parent_id.is_not_distinct_from(parent_id))
    return chosen


def category_line(category_id: int | None) -> list[tuple[str, int]]:
    """The names and ids from the 大类 down to the category."""
    book, line = books.category_book(), []
    while category_id is not None and category_id in book:
        node = book.by_id(category_id)
        line.append((node.name, node.id))
        category_id = node.parent_id
    return line[::-1]


def regions(word: str | None, level: RegionLevel | None, cursor: Cursor) -> Page:
    """行政区划 by code."""
    return page_of(Region, chosen_regions(word, level), [Region.code, Region.id], cursor)


def chosen_regions(word: str | None, level: RegionLevel | None) -> sa.Select[Any]:
    chosen = sa.select(Region.__table__)
    if word:
        chosen = chosen.where(Region.name.contains(word, autoescape=True) | Region.code.startswith(word, autoescape=True))
    if level:
        chosen = chosen.where(Region.level == level)
    return chosen


def region(actor: Actor, region_id: int) -> Region | None:
    return session().get(Region, region_id)


def region_populations(region: Region) -> Sequence[Population]:
    """常住人口 of the region, every version, the newest year first."""
    return session().scalars(
        sa.select(Population)
        .where(Population.region_id == region.id)
        .order_by(Population.year.desc(), Population.recorded_at.desc(), Population.id.desc())
    ).all()


def years() -> Sequence[CalendarYear]:
    return session().scalars(
        sa.select(CalendarYear).where(CalendarYear.superseded_at.is_(None)).order_by(CalendarYear.year.desc())
    ).all()


def year_grid(year: int) -> list[list[list[tuple[date, str, str] | None]]]:
    """The twelve months of a year in weeks from Monday: each day with its mark (休, 班 or none) and the holiday's name."""
    calendar = books.calendar()
    grid = []
    for month in range(1, 13):
        weeks = months.Calendar().monthdatescalendar(year, month)
        grid.append([[_marked(calendar, day) if day.month == month else None for day in week] for week in weeks])
    return grid


def _marked(calendar: Any, day: date) -> tuple[date, str, str]:
    worked, off = calendar.makeup(day), calendar.holiday(day)
    return (day, "班", worked) if worked else (day, "休", off) if off else (day, "", "")


def notices(year: int) -> Sequence[WorkDay]:
    """The days a year's notice names, as in force."""
    return session().scalars(
        sa.select(WorkDay).where(WorkDay.year == year, WorkDay.superseded_at.is_(None)).order_by(WorkDay.day)
    ).all()


def rules(word: str | None) -> Sequence[DeadlineRuleRow]:
    """时限规则; the table is short enough for one page."""
    chosen = sa.select(DeadlineRuleRow).where(DeadlineRuleRow.superseded_at.is_(None))
    if word:
        chosen = chosen.where(
            DeadlineRuleRow.name.contains(word, autoescape=True)
            | DeadlineRuleRow.code.contains(word.upper(), autoescape=True)
            | DeadlineRuleRow.article.contains(word, autoescape=True)
        )
    return session().scalars(chosen.order_by(DeadlineRuleRow.id)).all()


def code_lists(word: str | None) -> Mapping[str, list[CodeValue]]:
    """代码表: each list with its words."""
    chosen = sa.select(CodeValue)
    if word:
        chosen = chosen.where(
            CodeValue.list_name.contains(word, autoescape=True) | CodeValue.value.contains(word, autoescape=True)
        )
    found: dict[str, list[CodeValue]] = {}
    for row in session().scalars(chosen.order_by(CodeValue.list_name, CodeValue.ordinal)):
        found.setdefault(row.list_name, []).append(row)
    return found


def plans() -> Sequence[Any]:
    """规划 with the region each was made for."""
    return session().execute(
        sa.select(*Plan.__table__.c, Region.name.label("region_name"))
        .join(Region, Region.id == Plan.region_id)
        .order_by(Plan.id)
    ).all()


def plan(actor: Actor, plan_id: int) -> Plan | None:
    return session().get(Plan, plan_id)


def plan_indicators(plan: Plan) -> Sequence[PlanIndicator]:
    return session().scalars(
        sa.select(PlanIndicator)
        .where(PlanIndicator.plan_id == plan.id, PlanIndicator.superseded_at.is_(None))
        .order_by(PlanIndicator.ordinal)
    ).all()


def yearly_targets(plan: Plan) -> Mapping[str, list[YearlyTarget]]:
    """年度目标 by the indicator's number."""
    found: dict[str, list[YearlyTarget]] = {}
    for row in session().scalars(
        sa.select(YearlyTarget)
        .where(YearlyTarget.plan_id == plan.id, YearlyTarget.superseded_at.is_(None))
        .order_by(YearlyTarget.year, YearlyTarget.id)
    ):
        found.setdefault(row.no, []).append(row)
    return found
