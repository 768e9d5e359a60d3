"""频次上限 looked at ahead: how many batches an enterprise may still give in the weeks to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from app.domain.samples import Level, Link
from app.domain.sampling_kinds import CapSubject, CapWindow

FOREVER = 9_999  # a cap that is never reached


class CapRow(Protocol):
    """A dated rule of the office (频次上限)."""

    @property
    def code(self) -> str: ...
    @property
    def subject(self) -> CapSubject: ...
    @property
    def cap_window(self) -> CapWindow: ...
    @property
    def days(self) -> int | None: ...
    @property
    def maximum(self) -> int: ...
    @property
    def link(self) -> Link | None: ...
    @property
    def level(self) -> Level | None: ...
    @property
    def online_exempt(self) -> bool: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Earlier:
    """Batches already taken at (or, for a producer, of) an enterprise; ``root_id`` is the 大类.

    With ``exempt``, the code of a cap, they are batches that an approved exemption (豁免) still allows beyond that cap.
    """

    enterprise_id: int
    root_id: int | None
    link: Link | None
    level: Level | None
    on: date
    batches: int = 1
    exempt: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The span in which a cap counts: earlier batches from ``first`` on, and those of these months to come."""

    first: date
    last: date
    months: frozenset[int]
    words: str


def quarter_of(month: int) -> int:
    return (month + 2) // 3


def windows(cap: CapRow, months: Sequence[int], first: date) -> list[Window]:
    """The spans of a cap that the months to come fall into. ``first`` is the first day to come.

    Consecutive days are counted as if everything to come fell on the first day: never too many.
    """
    if cap.cap_window is CapWindow.QUARTER:
        found = []
        for quarter in sorted({quarter_of(month) for month in months}):
            inside = frozenset(month for month in months if quarter_of(month) == quarter)
            start, after = date(first.year, quarter * 3 - 2, 1), _after_quarter(first.year, quarter)
            found.append(Window(start, after - timedelta(1), inside, "本季度" if start <= first else f"第{quarter}季度"))
        return found
    if cap.cap_window is CapWindow.DAYS and cap.days:
        return [Window(first - timedelta(days=cap.days - 1), first, frozenset(months), f"{cap.days}天内")]
    return [Window(date.min, first, frozenset(months), "不限期间")]


def _after_quarter(year: int, quarter: int) -> date:
    return date(year + 1, 1, 1) if quarter == 4 else date(year, quarter * 3 + 1, 1)


def concerns(cap: CapRow, link: Link | None, level: Level | None) -> bool:
    """Whether a batch of this link and level counts under the cap."""
    if cap.online_exempt and link is Link.ONLINE:
        return False
    return cap.link in (None, link) and cap.level in (None, level)


def in_force(caps: Iterable[CapRow], on: date, subject: CapSubject) -> list[CapRow]:
    found = [cap for cap in caps if cap.subject is subject and cap.valid_from <= on]
    return sorted((cap for cap in found if cap.valid_to is None or on <= cap.valid_to), key=lambda cap: cap.code)


@dataclass(frozen=True, slots=True)
class Headroom:
    """余量 of one enterprise (and 大类, for a producer) under one cap in one window."""

    cap: CapRow
    window: Window
    enterprise_id: int
    root_id: int | None
    used: int
    exempt: int = 0  # beyond the cap, by exemptions approved and not used

    @property
    def most(self) -> int:
        return max(self.cap.maximum - self.used, 0) + self.exempt

    @property
    def words(self) -> str:
        what = "同类食品" if self.cap.subject is CapSubject.PRODUCER else ""
        state = "已达上限" if self.used >= self.cap.maximum else "未达上限"
        exempt = f"，豁免还可抽 {self.exempt} 批" if self.exempt else ""
        return f"{self.window.words}{what}{state}（已抽或已安排 {self.used} 批，上限 {self.cap.maximum} 批{exempt}）"


ByEnterprise = Mapping[CapSubject, Mapping[int, Sequence[Earlier]]]
"""Earlier batches by what a cap counts (at the sampled unit, of the producer) and enterprise."""


def headroom(cap: CapRow, window: Window, key: tuple[int, int | None], earlier: ByEnterprise) -> Headroom:
    """What is left under the cap for an enterprise and, under a producer's cap, a 大类."""
    enterprise_id, root_id = key
    ours = [
        batch for batch in earlier.get(cap.subject, {}).get(enterprise_id, ())
        if cap.subject is CapSubject.UNIT or batch.root_id == root_id
    ]  # fmt: skip
    used = sum(
        batch.batches for batch in ours
        if not batch.exempt and window.first <= batch.on <= window.last and concerns(cap, batch.link, batch.level)
    )  # fmt: skip
    return Headroom(cap, window, enterprise_id, root_id, used, sum(batch.batches for batch in ours if batch.exempt == cap.code))
