"""抽样频次上限: which earlier samples fill a cap, and what an exemption from it covers. The caps themselves are dated data.

A sample counts when it was really taken: voided, refused, not found and rejected ones do not, nor does special sampling, which is
not held to caps either. An enterprise is the same by its entry in the register; where one of the two sheets has none, by name,
and by address where both have one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from app.domain.samples import Level, Link
from app.domain.sampling_kinds import CapSubject, CapWindow
from app.domain.workflow import SampleState
from app.domain.written import present

COUNTED = frozenset({SampleState.REGISTERED, SampleState.REPORTED, SampleState.RETURNED})
QUARTER_MONTHS = 3


class Cap(Protocol):
    """One cap as in force."""

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


@dataclass(frozen=True, slots=True)
class Party:
    """被抽样单位 or 标称生产者, as one sheet says."""

    id: int | None
    name: str
    address: str = ""

    @classmethod
    def of(cls, number: int | None, name: str | None, address: str | None) -> Party | None:
        spelled = folded(name)
        return cls(number, spelled, folded(address)) if number is not None or spelled else None

    @property
    def keys(self) -> tuple[str, ...]:
        """By the register's entry first, then by name: an exemption given under either is good."""
        by_id = (f"#{self.id}",) if self.id is not None else ()
        return (*by_id, self.name) if self.name else by_id


@dataclass(frozen=True, slots=True)
class Taken:
    """What caps look at in one sample, earlier or about to be registered."""

    state: SampleState
    special: bool
    link: Link | None
    level: Level | None
    sampled_on: date | None
    unit: Party | None
    producer: Party | None
    product: str
    batch: str
    category: str  # 食品大类
    id: int = 0
    number: str = ""


def folded(text: str | None) -> str:
    """One spelling of a name: widths, case and blanks do not tell two apart; "/" is no name."""
    return "".join(unicodedata.normalize("NFKC", present(text or "")).split()).casefold()


def same(one: Party | None, other: Party | None) -> bool:
    if one is None or other is None:
        return False
    if one.id is not None and other.id is not None:
        return one.id == other.id
    if not one.name or one.name != other.name:
        return False
    longer, shorter = sorted((one.address, other.address), key=len, reverse=True)
    return shorter in longer  # 文昌街1号 and 蓟州区文昌街1号 are one place; a blank one says nothing


def holds(cap: Cap, sheet: Taken) -> bool:
    """Is this sheet held to the cap at all?"""
    if sheet.special or sheet.state not in COUNTED or sheet.sampled_on is None:
        return False
    if cap.online_exempt and sheet.link is Link.ONLINE:
        return False
    if (cap.link is not None and sheet.link is not cap.link) or (cap.level is not None and sheet.level is not cap.level):
        return False
    if cap.subject is CapSubject.UNIT:
        return sheet.unit is not None
    if sheet.producer is None:
        return False
    return bool(sheet.product and sheet.batch) if cap.subject is CapSubject.BATCH else bool(sheet.category)


def fills(cap: Cap, sheet: Taken, earlier: Taken) -> bool:
    """Does the other sample count against the cap of this sheet, its date apart?"""
    if not holds(cap, earlier):
        return False
    if cap.subject is CapSubject.UNIT:
        return same(sheet.unit, earlier.unit)
    if not same(sheet.producer, earlier.producer):
        return False
    if cap.subject is CapSubject.BATCH:
        return (sheet.product, sheet.batch) == (earlier.product, earlier.batch)
    return sheet.category == earlier.category


def quarter(day: date) -> tuple[date, date]:
    """The calendar quarter of a day, first and last."""
    month = (day.month - 1) // QUARTER_MONTHS * QUARTER_MONTHS + 1
    following = date(day.year + 1, 1, 1) if month + QUARTER_MONTHS > 12 else date(day.year, month + QUARTER_MONTHS, 1)
    return date(day.year, month, 1), following - timedelta(days=1)


def reach(cap: Cap, day: date) -> tuple[date | None, date | None]:
    """First and last day of everything that may fill the cap together with a sample of this day."""
    if cap.cap_window is CapWindow.QUARTER:
        return quarter(day)
    if cap.cap_window is CapWindow.DAYS:
        span = timedelta(days=(cap.days or 1) - 1)
        return day - span, day + span  # a sheet entered late may be the one before
    return None, None


def exceeded(cap: Cap, sheet: Taken, others: Iterable[Taken]) -> Sequence[Taken] | None:
    """The samples that fill the cap, when this sheet would be one too many; else None."""
    if not holds(cap, sheet):
        return None
    assert sheet.sampled_on is not None
    first, last = reach(cap, sheet.sampled_on)
    filling = sorted(
        (one for one in others if fills(cap, sheet, one) and _within(one.sampled_on, first, last)),
        key=lambda one: (one.sampled_on or date.min, one.id),
    )
    if cap.cap_window is CapWindow.DAYS:
        filling = _fullest(filling, sheet.sampled_on, cap.days or 1)
    return filling if len(filling) >= cap.maximum else None


def _within(day: date | None, first: date | None, last: date | None) -> bool:
    return day is not None and (first is None or first <= day) and (last is None or day <= last)


def _fullest(filling: Sequence[Taken], day: date, days: int) -> list[Taken]:
    """Of all spans of so many days that contain the day, the one with most samples."""
    span = timedelta(days=days - 1)
    starts = {one.sampled_on for one in filling if one.sampled_on and one.sampled_on <= day} | {day}
    spans = [[one for one in filling if one.sampled_on and start <= one.sampled_on <= start + span] for start in starts]
    return max(spans, key=len)


def subject_keys(cap: Cap, sheet: Taken) -> tuple[str, ...]:
    """What an exemption would cover, in the spellings under which it may have been given."""
    party = sheet.unit if cap.subject is CapSubject.UNIT else sheet.producer
    beside = {CapSubject.UNIT: (), CapSubject.BATCH: (sheet.product, sheet.batch), CapSubject.PRODUCER: (sheet.category,)}
    return tuple("|".join((key, *beside[cap.subject])) for key in (party.keys if party else ()))


def window_words(cap: Cap) -> str:
    """期间 as people say it."""
    if cap.cap_window is CapWindow.DAYS:
        return f"{cap.days} 天内"
    return "每自然季度" if cap.cap_window is CapWindow.QUARTER else "累计"
