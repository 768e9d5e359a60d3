"""检验时限 (办法 24, and 10 working days for 食用农产品): from the day the sample was received to the day of the report.

The day of receipt is not counted; a report on the last day, or on the day of receipt itself, is on time. A bureau and a
laboratory may have agreed otherwise, and then their agreement holds for what is received while it is in force.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from typing import Protocol

from app.domain.rounding import half_up
from app.domain.working_days import ONE_DAY, WorkingDays

REPORT, REPORT_AGRI = "REPORT", "REPORT_AGRI"
SOON_DAYS = 3
BINS: Sequence[tuple[int, int | None]] = ((0, 5), (6, 10), (11, 15), (16, 20), (21, 25), (26, 30), (31, 40), (41, None))


class Timing(StrEnum):
    """How one report stands to its term."""

    ON_TIME = "按时"
    LATE = "超期"
    UNKNOWN = "无收样日期"
    WRONG = "收样晚于报告"
    UNRULED = "无适用期限"


TIMED = frozenset({Timing.ON_TIME, Timing.LATE})  # counted in the rate, the median and the bars


class OpenStage(StrEnum):
    """How a sample without a report stands to its term."""

    OVERDUE = "已超期"
    SOON = "即将到期"
    RUNNING = "正常"


class Agreed(Protocol):
    """A 检验时限约定."""

    @property
    def id(self) -> int: ...
    @property
    def org_id(self) -> int: ...
    @property
    def laboratory_org_id(self) -> int: ...
    @property
    def agricultural(self) -> bool | None: ...
    @property
    def working_days(self) -> int: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def document_no(self) -> str: ...


def rule_code(agricultural: bool) -> str:
    return REPORT_AGRI if agricultural else REPORT


def agreement_for(
    agreements: Iterable[Agreed], laboratory: int | None, bureaus: Sequence[int], agricultural: bool, received: date
) -> Agreed | None:
    """The agreement that holds: of the nearest bureau, the one about this kind of food, the newest."""
    fitting = [
        one for one in agreements
        if one.laboratory_org_id == laboratory and one.org_id in bureaus and one.agricultural in (None, agricultural)
        and one.valid_from <= received and (one.valid_to is None or received <= one.valid_to)
    ]  # fmt: skip
    return min(fitting, key=lambda one: _nearness(one, bureaus), default=None)


def _nearness(one: Agreed, bureaus: Sequence[int]) -> tuple[int, bool, int, int]:
    return bureaus.index(one.org_id), one.agricultural is None, -one.valid_from.toordinal(), -one.id


def overlaps(one: Agreed, valid_from: date, valid_to: date | None) -> bool:
    """Do the agreement and this period share a day?"""
    return (valid_to is None or one.valid_from <= valid_to) and (one.valid_to is None or valid_from <= one.valid_to)


class DayCount:
    """Working days between any two days of a span, counted once and then looked up."""

    def __init__(self, days: WorkingDays, dates: Iterable[date]) -> None:
        known = set(dates)
        self._first = min(known, default=date(2000, 1, 1))
        last = max(known, default=self._first)
        length = (last - self._first).days + 1
        self._upto = list(accumulate(int(days.is_working_day(self._first + at * ONE_DAY)) for at in range(length)))

    def between(self, start: date, end: date) -> int:
        """As ``WorkingDays.working_days_between``: after ``start``, up to and including ``end``."""
        return self._upto[(end - self._first).days] - self._upto[(start - self._first).days]


def timing(received: date | None, reported: date, term: int | None, count: DayCount) -> tuple[Timing, int | None]:
    """How the report stands, and its working days where there are any to count."""
    if received is None:
        return Timing.UNKNOWN, None
    if received > reported:
        return Timing.WRONG, None
    days = count.between(received, reported)
    if term is None:
        return Timing.UNRULED, days
    return Timing.LATE if days > term else Timing.ON_TIME, days


def open_stage(left: int, due: date, today: date) -> OpenStage:
    """Due today is not late (and left 0 or more means that as many working days remain)."""
    if today > due:
        return OpenStage.OVERDUE
    return OpenStage.SOON if left <= SOON_DAYS else OpenStage.RUNNING


@dataclass(slots=True)
class Tally:
    """Reports of one laboratory, counted."""

    stands: Counter[Timing] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)  # of reports on time or late
    bins: Counter[tuple[int, Timing]] = field(default_factory=Counter)

    def add(self, stands: Timing, days: int | None, batches: int) -> None:
        self.stands[stands] += batches
        if days is not None and stands in TIMED:
            self.days[days] += batches
            self.bins[bin_of(days), stands] += batches

    def take(self, other: Tally) -> None:
        self.stands += other.stands
        self.days += other.days
        self.bins += other.bins

    @property
    def finished(self) -> int:
        return self.stands.total()

    @property
    def timed(self) -> int:
        return self.days.total()

    @property
    def rate(self) -> Decimal | None:
        """按时率, of the reports that have a term to be measured by."""
        return half_up(Fraction(100 * self.stands[Timing.ON_TIME], self.timed), 2) if self.timed else None

    @property
    def median(self) -> Decimal | None:
        return median(self.days)

    @property
    def ninth_decile(self) -> int | None:
        return nearest_rank(self.days, 9, 10) if self.days else None


def bin_of(days: int) -> int:
    """The bar that so many working days belong to."""
    return next(at for at, (_, last) in enumerate(BINS) if last is None or days <= last)


def bin_name(at: int) -> str:
    first, last = BINS[at]
    return f"{first}以上" if last is None else f"{first}–{last}"


def median(counts: Mapping[int, int]) -> Decimal | None:
    """中位数; between two middle ones, the half of their sum."""
    total = sum(counts.values())
    if not total:
        return None
    low, high = _ranked(counts, (total + 1) // 2), _ranked(counts, total // 2 + 1)
    return half_up(Fraction(low + high, 2), 0 if (low + high) % 2 == 0 else 1)


def nearest_rank(counts: Mapping[int, int], part: int, whole: int) -> int:
    """The least value that so great a part of all does not exceed."""
    return _ranked(counts, max(1, -(-sum(counts.values()) * part // whole)))


def _ranked(counts: Mapping[int, int], rank: int) -> int:
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= rank:
            return value
    raise ValueError("a rank beyond the last")
