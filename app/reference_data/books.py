"""The reference tables as immutable books, built once per process and again when a table has changed.

Each page (and each call within a writing transaction) compares one stamp per table, so that a change made by another process is seen
by the next page. In a writing transaction ask for a book once per operation, not once per row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.db import session
from app.domain.deadline_rules import CannotCount, DeadlineRule, Standing, Unit, rule_in_force
from app.domain.limits import Limit, LimitBook, Op
from app.domain.rounding import Basis, decimal_places, round_to_places
from app.domain.working_days import WorkingDays
from app.errors import NotLikeThis
from app.organisations.models import Organisation, OrganisationKind
from app.reference.food_files import folded
from app.reference_data.models import (
    CalendarYear,
    CategoryAlias,
    CodeValue,
    DeadlineRuleRow,
    FoodCategory,
    FoodLimit,
    ItemAlias,
    Population,
    Region,
    TestItem,
    UnknownWord,
    WorkDay,
)
from app.reference_data.naming import Category, CategoryBook, ItemBook, ItemName
from app.reference_data.region_names import RegionBook, RegionNode

T = TypeVar("T")
Stamp = tuple[Any, ...]
WATCHED = ("recorded_at", "superseded_at", "version", "changed_at")  # what moves when rows are added or replaced


def _stamp(models: Sequence[type[Any]]) -> Stamp:
    """One per table. Asked once in each reading transaction (one per page: nothing changes in it), at every call in a writing one."""
    current = session()
    if current.info.get("in_transaction"):
        return tuple(_moved(models))
    current.connection()  # begins a transaction where none is going on
    begun, kept = current.info.get("shian_stamps", (None, {}))
    if begun is not current.get_transaction():
        kept = {}
        current.info["shian_stamps"] = current.get_transaction(), kept
    unknown = [model for model in models if model not in kept]
    kept.update(zip(unknown, _moved(unknown), strict=True))
    return tuple(kept[model] for model in models)


def _moved(models: Sequence[type[Any]]) -> list[Stamp]:
    """What moves when rows are added or replaced: of all these tables in one statement."""
    if not models:
        return []
    statement, widths = _moving(tuple(models))
    row = iter(session().execute(statement).one())
    return [tuple(next(row) for _ in range(width)) for width in widths]


@cache
def _moving(models: tuple[type[Any], ...]) -> tuple[sa.Select[Any], tuple[int, ...]]:
    """The statement and how many columns each table has in it; made once: a statement that is kept is not looked through again."""
    parts = [_moving_of(model).subquery() for model in models]
    joined: Any = parts[0]
    for part in parts[1:]:
        joined = joined.join(part, sa.true())
    asked = sa.select(*(column for part in parts for column in part.c)).select_from(joined)
    return asked, tuple(len(part.c) for part in parts)


def _moving_of(model: Any) -> sa.Select[Any]:
    columns = model.__table__.c
    if model is UnknownWord:  # a word that is only noted changes nothing
        return sa.select(sa.func.count(columns.mapped_to), sa.func.max(columns.decided_at))
    moving = [sa.func.max(columns[name]) for name in WATCHED if name in columns]
    return sa.select(sa.func.count(), sa.func.max(columns.id), *moving).select_from(model.__table__)


def book_of(build: Callable[[], T], *models: type[Any]) -> T:
    """The book of these tables; ``build`` reads them when their stamp has moved."""
    kept: dict[str, tuple[Stamp, Any]] = current_app.extensions.setdefault("shian_books", {})
    stamp = _stamp(models)
    found = kept.get(build.__name__)
    if found is None or found[0] != stamp:
        found = kept[build.__name__] = (stamp, build())
    book: T = found[1]
    return book


def limit_book() -> LimitBook:
    """限量库: every limit not superseded."""
    return book_of(_read_limits, FoodLimit)


def calendar() -> WorkingDays:
    """工作日历."""
    return book_of(_read_calendar, WorkDay, CalendarYear)


def deadline_rules() -> Sequence[DeadlineRule]:
    """时限规则 not superseded, predecessors included."""
    return book_of(_read_rules, DeadlineRuleRow)


def deadline_rule(code: str, on: date) -> DeadlineRule:
    """The rule of this code in force on the day that sets the clock off."""
    rules = deadline_rules()
    known = sorted({rule.code for rule in rules})
    if code not in known:
        raise NotLikeThis(f"没有编号为“{code[:40]}”的期限，可用编号：{'、'.join(known) or '（基础数据尚未装载）'}")
    try:
        return rule_in_force(rules, code, on)
    except CannotCount as fault:
        raise NotLikeThis(str(fault)) from fault


def region_book() -> RegionBook:
    """行政区划."""
    return book_of(_read_regions, Region, UnknownWord)


def category_book() -> CategoryBook:
    """食品分类."""
    return book_of(_read_categories, FoodCategory, CategoryAlias, UnknownWord)


def item_book() -> ItemBook:
    """检验项目."""
    return book_of(_read_items, TestItem, ItemAlias, UnknownWord)


def laboratories() -> Mapping[str, int]:
    """Organisation ids of laboratories by their folded name, remembered spellings included."""
    return book_of(_read_laboratories, Organisation, UnknownWord)


def laboratory_id(written: str | None) -> int | None:
    """The laboratory's organisation, or None where the name is not known."""
    return laboratories().get(folded(written or ""))


def code_list(name: str) -> list[str]:
    """代码表: the words of an official list that hold today."""
    today = clock.today()
    values = book_of(_read_codes, CodeValue).get(name, ())
    return [value for value, start, end in values if (not start or start <= today) and (not end or today <= end)]


def populations(region_id: int) -> Mapping[int, int]:
    """常住人口 by year, as known now."""
    return all_populations().get(region_id, MappingProxyType({}))


def all_populations() -> Mapping[int, Mapping[int, int]]:
    """常住人口 by region and year."""
    return book_of(_read_populations, Population)


def populations_as_of(region_id: int, moment: datetime) -> Mapping[int, int]:
    """常住人口 by year as known at that moment."""
    known = sa.and_(
        Population.recorded_at <= moment,
        sa.or_(Population.superseded_at.is_(None), Population.superseded_at > moment),
    )
    found = session().execute(
        sa.select(Population.year, Population.residents)
        .where(Population.region_id == region_id, known)
        .order_by(Population.recorded_at, Population.id)
    )
    return MappingProxyType({year: residents for year, residents in found})


def _current(model: type[Any]) -> Any:
    return session().scalars(sa.select(model).where(model.superseded_at.is_(None)).order_by(model.id))


def _read_limits() -> LimitBook:
    return LimitBook(limit_of(row) for row in _current(FoodLimit))


def limit_of(row: Any) -> Limit:
    """The row as the rules read it."""
    return Limit(
        item=row.item,
        category=row.category or "",
        region=row.region or "",
        op=Op(row.op),
        minimum=as_written(row.minimum, row.places),
        maximum=as_written(row.maximum, row.places),
        unit=row.unit or "",
        n=row.n,
        c=row.c,
        m=as_written(row.m, None),
        big_m=as_written(row.big_m, None),
        standard=row.standard,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
        confidence=row.confidence,
        text=row.text or "",
        method=Basis(row.comparison or Basis.FULL),
        id=row.id,
    )


def limit_words(row: Any, unit: bool = True) -> str:
    """≤0.2 mg/kg; without the unit, as a clerk would type it again."""
    limit = limit_of(row)
    return limit.words() if unit else replace(limit, unit="").words()


def as_written(number: Decimal | None, places: int | None) -> Decimal | None:
    """The column pads every number to ten decimals; the standard's own number of decimals decides 修约值比较."""
    if number is None:
        return None
    short = Decimal(f"{number.normalize():f}")
    return short if places is None or decimal_places(short) >= places else round_to_places(short, places)


def _read_calendar() -> WorkingDays:
    days = list(_current(WorkDay))
    return WorkingDays(
        {row.day: row.name for row in days if not row.working},
        {row.day: row.name for row in days if row.working},
        {row.year for row in _current(CalendarYear) if row.confirmed},
    )


def _read_rules() -> Sequence[DeadlineRule]:
    return tuple(
        DeadlineRule(
            code=row.code, name=row.name, actor=row.actor, trigger=row.trigger, amount=row.amount,
            unit=Unit(row.unit), article=row.article, valid_from=row.valid_from, valid_to=row.valid_to,
            source=row.source, confidence=row.confidence.value, extension=row.extension,
            extension_final=row.extension_final, extension_note=row.extension_note or "",
            pause_note=row.pause_note or "", start_hours=row.start_hours, standing=Standing(row.standing),
            note=row.note or "", row_id=row.id,
        )
        for row in _current(DeadlineRuleRow)
    )  # fmt: skip


def _decided(kind: str) -> dict[str, str]:
    found = session().execute(
        sa.select(UnknownWord.written, UnknownWord.mapped_to)
        .where(UnknownWord.kind == kind, UnknownWord.mapped_to.is_not(None))
        .order_by(UnknownWord.decided_at, UnknownWord.id)
    )
    return {written: target for written, target in found}


def _read_regions() -> RegionBook:
    nodes = [
        RegionNode(
            row.id, row.code, row.name, row.short_name, tuple((row.aliases or "").split(";")) if row.aliases else (),
            row.level, row.parent_id, tuple(int(number) for number in row.path.strip("/").split("/")),
        )
        for row in session().scalars(sa.select(Region).order_by(Region.code))
    ]  # fmt: skip
    return RegionBook(nodes, _decided("region"))


def _read_categories() -> CategoryBook:
    nodes = [
        Category(row.id, row.root_id or row.id, row.parent_id, row.name, row.path, row.domain)
        for row in session().scalars(sa.select(FoodCategory).order_by(FoodCategory.id))
    ]
    aliases = session().execute(sa.select(CategoryAlias.written, CategoryAlias.path))
    return CategoryBook(nodes, {written: path for written, path in aliases}, _decided("category"))


def _read_items() -> ItemBook:
    items = [
        ItemName(row.name, row.item_class, row.microbial, True, row.method)
        for row in session().scalars(sa.select(TestItem).order_by(TestItem.id))
    ]
    aliases = session().execute(sa.select(ItemAlias.written, ItemAlias.name))
    return ItemBook(items, {written: name for written, name in aliases}, _decided("item"))


def _read_laboratories() -> Mapping[str, int]:
    found = session().execute(
        sa.select(Organisation.name, Organisation.code, Organisation.id)
        .where(Organisation.kind == OrganisationKind.LABORATORY, Organisation.active)
        .order_by(Organisation.id.desc())
    ).all()
    ids = {code: number for _, code, number in found}
    remembered = {folded(word): ids[code] for word, code in _decided("laboratory").items() if code in ids}
    return MappingProxyType({**{folded(name): number for name, _, number in found}, **remembered})


def _read_codes() -> Mapping[str, Sequence[tuple[str, date | None, date | None]]]:
    lists: dict[str, list[tuple[str, date | None, date | None]]] = {}
    for row in session().scalars(sa.select(CodeValue).order_by(CodeValue.list_name, CodeValue.ordinal)):
        lists.setdefault(row.list_name, []).append((row.value, row.valid_from, row.valid_to))
    return lists


def _read_populations() -> Mapping[int, Mapping[int, int]]:
    found: dict[int, dict[int, int]] = {}
    for row in session().scalars(
        sa.select(Population).where(Population.superseded_at.is_(None)).order_by(Population.recorded_at, Population.id)
    ):
        found.setdefault(row.region_id, {})[row.year] = row.residents
    return {region_id: MappingProxyType(years) for region_id, years in found.items()}
