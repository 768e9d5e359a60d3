"""Ways to divide the records of a figure beyond those of the indicators: down the category tree, by laboratory, source, organisation.

A part has a key that an address can hold; whatever fits no part is 未分类, so that the parts always add up to the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import sqlalchemy as sa

from app.db import session
from app.domain.indicators import UNCLASSIFIED
from app.errors import NotLikeThis
from app.indicators.frames import Clause, Frame
from app.indicators.groups import NAMES, By, Groups, fact_group, plain_group
from app.indicators.tallies import Tally
from app.organisations.models import Organisation
from app.reference_data.books import category_book
from app.sampling.models import BatchFact, Sample

LABORATORY, SOURCE, ORG = "laboratory", "source", "org"
WAYS: Mapping[str, str] = {
    **{by.value: name for by, name in NAMES.items()}, LABORATORY: "承检机构", SOURCE: "任务来源", ORG: "经办单位",
}  # fmt: skip
NO_PART = "没有“{}”这一组，请从比较分析页面重新进入"


class Parts(Protocol):
    """One way to divide."""

    @property
    def by(self) -> str: ...
    @property
    def columns(self) -> Sequence[Any]:
        """What batches are grouped by."""

    @property
    def joined(self) -> bool:
        """Whether the columns are those of the sheet, which then has to be joined."""

    def key(self, counted: Sequence[Any]) -> str: ...
    def keys(self, found: Sequence[str]) -> list[str]:
        """The keys in the order shown, of those found; 未分类 last."""

    def label(self, key: str) -> str: ...
    def clause(self, key: str) -> Clause: ...
    def key_of(self, batch: Any, record: Tally | None = None) -> str:
        """The part of one batch, or of a record that stands on one."""


@dataclass(frozen=True)
class Plain:
    """The groups of the indicators."""

    groups: Groups
    joined: bool = False

    @property
    def by(self) -> str:
        return self.groups.by.value

    @property
    def columns(self) -> Sequence[Any]:
        return [fact_group(self.groups.frame, self.groups.by)]

    def key(self, counted: Sequence[Any]) -> str:
        return self.groups.key(plain_group(counted[0]))

    def keys(self, found: Sequence[str]) -> list[str]:
        known = set(found)
        return [key for key in self.groups.keys if key in known]

    def label(self, key: str) -> str:
        return self.groups.label(key)

    def clause(self, key: str) -> Clause:
        return self.groups.clause(key)

    def key_of(self, batch: Any, record: Tally | None = None) -> str:
        if record is not None and self.groups.by is By.MONTH:
            return self.groups.key(record.day.year * 100 + record.day.month)
        return self.groups.key_of(batch)


@dataclass(frozen=True)
class Below:
    """The categories directly below one node: 亚类 of a 大类, 品种 of a 亚类."""

    node: int
    joined: bool = False
    by: str = By.CATEGORY.value

    @cached_property
    def labels(self) -> dict[str, str]:
        return {str(one.id): one.name for one in category_book().children(self.node)}

    @cached_property
    def owner(self) -> dict[int, str]:
        book = category_book()
        return {number: str(one.id) for one in book.children(self.node) for number in book.below(one.id)}

    @cached_property
    def inside(self) -> frozenset[int]:
        return category_book().below(self.node)

    @property
    def columns(self) -> Sequence[Any]:
        return [BatchFact.category_id]

    @property
    def base(self) -> Clause:
        return BatchFact.category_id.in_(sorted(self.inside))

    def key(self, counted: Sequence[Any]) -> str:
        return self.owner.get(counted[0], UNCLASSIFIED)

    def keys(self, found: Sequence[str]) -> list[str]:
        known = set(found)
        return [key for key in (*self.labels, UNCLASSIFIED) if key in known]

    def label(self, key: str) -> str:
        return self.labels.get(key, f"未细分（只记到{category_book().by_id(self.node).name}）")

    def clause(self, key: str) -> Clause:
        if key == UNCLASSIFIED:
            return BatchFact.category_id.in_(sorted(self.inside - self.owner.keys()))
        if key not in self.labels:
            raise NotLikeThis(NO_PART.format(key[:20]))
        return BatchFact.category_id.in_([number for number, part in self.owner.items() if part == key])

    def key_of(self, batch: Any, record: Tally | None = None) -> str:
        return self.owner.get(getattr(batch, "category_id", None) or 0, UNCLASSIFIED)


@dataclass(frozen=True)
class Named:
    """承检机构, 任务来源, 经办单位: whoever or whatever the records name."""

    by: str
    columns: Sequence[Any]
    joined: bool
    names: Callable[[], Mapping[str, str]]

    @cached_property
    def labels(self) -> Mapping[str, str]:
        return self.names()

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Key of an organisation by its code."""
        return {code: str(number) for number, code in session().execute(sa.select(Organisation.id, Organisation.code))}

    def key(self, counted: Sequence[Any]) -> str:
        if self.by == LABORATORY:
            return f"id{counted[0]}" if counted[0] is not None else counted[1] or UNCLASSIFIED
        return str(counted[0]) if counted[0] is not None else UNCLASSIFIED

    def keys(self, found: Sequence[str]) -> list[str]:
        known = sorted({*found} - {UNCLASSIFIED}, key=lambda key: (self.label(key), key))
        return [*known, *([UNCLASSIFIED] if UNCLASSIFIED in set(found) else [])]

    def label(self, key: str) -> str:
        return self.labels.get(key, "未分类（未填写）" if key == UNCLASSIFIED else key)

    def clause(self, key: str) -> Clause:
        if not self.joined:
            return BatchFact.org_id == _whole(key)
        return BatchFact.sample_id.in_(sa.select(Sample.id).where(*self._sheet(key)))

    def _sheet(self, key: str) -> list[Clause]:
        if key == UNCLASSIFIED:
            return [column.is_(None) for column in self.columns]
        if self.by == SOURCE:
            return [Sample.task_source == key]
        if key.startswith("id") and key[2:].isdecimal():
            return [Sample.laboratory_org_id == _whole(key[2:])]
        return [Sample.laboratory_org_id.is_(None), Sample.laboratory == key]

    def key_of(self, batch: Any, record: Tally | None = None) -> str:
        return self.codes.get(record.org, UNCLASSIFIED) if record is not None else str(batch.org_id)


def _whole(key: str) -> int:
    if not (key.isascii() and key.isdecimal() and len(key) < 18):
        raise NotLikeThis(NO_PART.format(key[:20]))
    return int(key)


def _organisations() -> Mapping[str, str]:
    return {str(number): name for number, name in session().execute(sa.select(Organisation.id, Organisation.name))}


def _laboratories() -> Mapping[str, str]:
    return {f"id{number}": name for number, name in _organisations().items()}


def parts(frame: Frame, by: str, node: int | None = None) -> Parts:
    """The parts of an address."""
    if by not in WAYS:
        raise NotLikeThis(f"没有这种分组方式“{by[:20]}”，可用：{'、'.join(WAYS)}", field="by")
    if by == By.CATEGORY.value and node is not None:
        if node not in category_book():
            raise NotLikeThis("没有这个食品类别，请从比较分析页面重新进入", field="node")
        return Below(node)
    if by == LABORATORY:
        return Named(LABORATORY, (Sample.laboratory_org_id, Sample.laboratory), True, _laboratories)
    if by == SOURCE:
        return Named(SOURCE, (Sample.task_source,), True, dict)
    if by == ORG:
        return Named(ORG, (BatchFact.org_id,), False, _organisations)
    return Plain(Groups(frame, By(by)))
