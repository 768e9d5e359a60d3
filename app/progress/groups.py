"""Parts of a plan (分组) along one axis: their names, which sheets fall in which, and the same as a condition.

What fits no part is 未分类, so that the parts always add up to the whole.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Any, Protocol

import sqlalchemy as sa

from app.domain.fact_filters import UNCLASSIFIED
from app.domain.periods import Period
from app.domain.progress import Axis
from app.domain.samples import AreaType, Link
from app.errors import NotLikeThis
from app.plans.models import SamplingPlan
from app.reference_data.books import category_book, region_book
from app.sampling.models import Sample

Clause = sa.ColumnElement[bool]
NO_PART = "没有这一组，请从计划进度页面重新进入"


class Groups(Protocol):
    """One way to divide a plan."""

    @property
    def axis(self) -> Axis: ...
    @property
    def labels(self) -> Mapping[str, str]:
        """Every part by its key, in the order shown, 未分类 not among them."""
    @property
    def columns(self) -> Sequence[Any]:
        """What the sheets are counted by."""
    @property
    def rest(self) -> str:
        """The name of what fits no part."""

    def key(self, counted: Sequence[Any]) -> str: ...
    def clause(self, key: str) -> Clause: ...
    def opens(self, key: str) -> bool: ...
    def base(self) -> Clause: ...
    def group_of(self, coordinate: Any) -> str | None:
        """The part in which a quota's coordinate lies; None where it lies in none."""


@dataclass(frozen=True)
class TreeGroups:
    """The parts directly below one node of the category or region tree; ``node`` None is the whole plan."""

    axis: Axis
    column: Any
    labels: Mapping[str, str]
    owner: Mapping[int, str]  # from each id below to its part
    openable: frozenset[str]
    node: int | None
    within: frozenset[int]
    rest: str

    @property
    def columns(self) -> Sequence[Any]:
        return [self.column]

    def key(self, counted: Sequence[Any]) -> str:
        return self.owner.get(counted[0], UNCLASSIFIED)

    def group_of(self, coordinate: Any) -> str | None:
        return self.owner.get(coordinate)

    def clause(self, key: str) -> Clause:
        if key == UNCLASSIFIED:
            return sa.or_(self.column.is_(None), self.column.not_in([*self.owner]))
        ids = [number for number, part in self.owner.items() if part == key]
        if not ids:
            raise NotLikeThis(NO_PART)
        return self.column.in_(ids)  # type: ignore[no-any-return]

    def opens(self, key: str) -> bool:
        return key in self.openable

    def base(self) -> Clause:
        return sa.true() if self.node is None else self.column.in_(sorted(self.within))


@dataclass(frozen=True)
class WordGroups:
    """抽样环节, 城乡: the words of an official vocabulary."""

    axis: Axis
    column: Any
    words: type[Enum]
    rest: str = UNCLASSIFIED

    @property
    def columns(self) -> Sequence[Any]:
        return [self.column]

    @cached_property
    def labels(self) -> Mapping[str, str]:
        return {word.value: word.value for word in self.words}

    def key(self, counted: Sequence[Any]) -> str:
        return self.group_of(counted[0]) or UNCLASSIFIED

    def group_of(self, coordinate: Any) -> str | None:
        return coordinate.value if coordinate is not None else None

    def clause(self, key: str) -> Clause:
        if key == UNCLASSIFIED:
            return self.column.is_(None)  # type: ignore[no-any-return]
        if key not in self.labels:
            raise NotLikeThis(NO_PART)
        return self.column == self.words(key)  # type: ignore[no-any-return]

    def opens(self, key: str) -> bool:
        return False

    def base(self) -> Clause:
        return sa.true()


@dataclass(frozen=True)
class MonthGroups:
    """抽样月份 of the plan's year."""

    year: int
    axis: Axis = Axis.MONTH
    rest: str = "未分类（没有抽样日期或不在计划年度内）"
    labels: Mapping[str, str] = field(default_factory=lambda: {str(month): f"{month}月" for month in range(1, 13)})

    @property
    def columns(self) -> Sequence[Any]:
        return [sa.extract("year", Sample.sampled_on), sa.extract("month", Sample.sampled_on)]

    def key(self, counted: Sequence[Any]) -> str:
        year, month = counted
        return str(int(month)) if year is not None and int(year) == self.year else UNCLASSIFIED

    def group_of(self, coordinate: Any) -> str | None:
        return str(coordinate)

    def clause(self, key: str) -> Clause:
        if key == UNCLASSIFIED:
            inside = Sample.sampled_on.between(date(self.year, 1, 1), date(self.year, 12, 31))
            return sa.or_(Sample.sampled_on.is_(None), sa.not_(inside))
        if key not in self.labels:
            raise NotLikeThis(NO_PART)
        month = Period(self.year, month=int(key))
        return Sample.sampled_on.between(month.first, month.last)

    def opens(self, key: str) -> bool:
        return False

    def base(self) -> Clause:
        return sa.true()


@dataclass(frozen=True)
class NamedGroups:
    """抽样人员, 承检机构: whoever the sheets name; ``raw`` keeps every spelling of each name."""

    axis: Axis
    columns: Sequence[Any]
    labels: Mapping[str, str]
    raw: Mapping[str, Sequence[Sequence[Any]]]
    rest: str = "未分类（未填写）"

    def key(self, counted: Sequence[Any]) -> str:
        return named_key(self.axis, counted) or UNCLASSIFIED

    def group_of(self, coordinate: Any) -> str | None:
        return None

    def clause(self, key: str) -> Clause:
        if key not in self.raw and key != UNCLASSIFIED:
            raise NotLikeThis(NO_PART)
        spellings = self.raw.get(key, [[None] * len(self.columns)])
        return sa.or_(*(sa.and_(*map(_same, self.columns, values)) for values in spellings))

    def opens(self, key: str) -> bool:
        return False

    def base(self) -> Clause:
        return sa.true()


def _same(column: Any, value: Any) -> Clause:
    return column.is_(None) if value is None else column == value  # type: ignore[no-any-return]


def named_key(axis: Axis, counted: Sequence[Any]) -> str | None:
    """A team is the same in whatever order its names are written, so that each sheet is in one group."""
    if axis is Axis.LABORATORY:
        organisation, written = counted
        return f"id{organisation}" if organisation is not None else written
    names = unicodedata.normalize("NFKC", counted[0] or "")
    return "、".join(sorted(part.strip() for part in names.split("、") if part.strip())) or None


NAMED: Mapping[Axis, Sequence[Any]] = {
    Axis.SAMPLER: (Sample.samplers,),
    Axis.LABORATORY: (Sample.laboratory_org_id, Sample.laboratory),
}


def groups(plan: SamplingPlan, axis: Axis, node: str | None = None) -> Groups:
    """The parts of an axis that is planned; those of people and laboratories are found by ``queries.named_groups``."""
    if axis is Axis.CATEGORY:
        return _categories(_number(node))
    if axis is Axis.AREA:
        return _areas(plan, _number(node))
    if axis is Axis.MONTH:
        return MonthGroups(plan.year)
    column, words = {Axis.LINK: (Sample.link, Link), Axis.AREA_TYPE: (Sample.area_type, AreaType)}[axis]
    return WordGroups(axis, column, words)


def _number(node: str | None) -> int | None:
    if not node:
        return None
    if not (node.isascii() and node.isdecimal() and len(node) < 18):
        raise NotLikeThis(NO_PART)
    return int(node)


def _categories(node: int | None) -> TreeGroups:
    book = category_book()
    if node is not None and node not in book:
        raise NotLikeThis(NO_PART)
    parts = book.roots() if node is None else book.children(node)
    owner = {number: str(one.id) for one in parts for number in book.below(one.id)}
    rest = UNCLASSIFIED if node is None else f"未细分（只记到{book.by_id(node).name}）"
    within = frozenset() if node is None else book.below(node)
    openable = frozenset(str(one.id) for one in parts if book.children(one.id))
    return TreeGroups(
        Axis.CATEGORY, Sample.category_id, {str(one.id): one.name for one in parts}, owner, openable, node, within, rest
    )


def _areas(plan: SamplingPlan, node: int | None) -> TreeGroups:
    book = region_book()
    if node is not None and node not in book:
        raise NotLikeThis(NO_PART)
    top = plan.region_id if node is None else node
    parts = book.children(top)
    owner = {number: str(one) for one in parts for number in book.below(one)}
    openable = frozenset(str(one) for one in parts if len(book.below(one)) > 1)
    within = frozenset() if node is None else book.below(node)
    rest = f"未分类（只记到{book.name(top)}，或在其以外）" if node is None else f"未细分（只记到{book.name(top)}）"
    return TreeGroups(
        Axis.AREA, Sample.region_id, {str(one): book.name(one) for one in parts}, owner, openable, node, within, rest
    )
