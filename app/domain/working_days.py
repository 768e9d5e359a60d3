"""Chinese working days (工作日): weekends, statutory holidays and 调休 make-up days.

The days themselves are dated rows, never program text: the State Council publishes them one year at a time. A year
without a published notice is still counted, by weekends and the holidays of the statute, and is called provisional.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Protocol

ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5

# 《全国年节及纪念日放假办法》 as in force from 2025-01-01: the holidays whose date needs no lunar calendar.
FIXED_HOLIDAYS: Final[Mapping[tuple[int, int], str]] = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


class DayKind(StrEnum):
    """What a notice says of one day."""

    OFF = "放假"
    MAKEUP = "调休上班"


class NoticeDay(Protocol):
    """One day named in a notice on holidays (节假日安排通知)."""

    @property
    def day(self) -> date: ...
    @property
    def kind(self) -> DayKind: ...
    @property
    def name(self) -> str: ...


class WorkingDays:
    """The working calendar: days off, weekend days worked, and the years whose notice has been published."""

    def __init__(self, holidays: Mapping[date, str], makeups: Mapping[date, str], confirmed: Collection[int]) -> None:
        """`holidays` may include the weekend days of a holiday: they are what makes 国庆 eight days long."""
        self._holidays = dict(holidays)
        self._makeups = dict(makeups)
        self._confirmed = frozenset(confirmed)

    @classmethod
    def of(cls, days: Iterable[NoticeDay], confirmed: Collection[int]) -> WorkingDays:
        """The calendar of these rows, wherever they come from."""
        listed = list(days)
        return cls(
            {row.day: row.name for row in listed if row.kind is DayKind.OFF},
            {row.day: row.name for row in listed if row.kind is DayKind.MAKEUP},
            confirmed,
        )

    def holiday(self, day: date) -> str | None:
        """The holiday this day belongs to, or None."""
        if day in self._makeups:
            return None
        named = self._holidays.get(day)
        if named is None and day.year not in self._confirmed:
            return FIXED_HOLIDAYS.get((day.month, day.day))
        return named

    def makeup(self, day: date) -> str | None:
        """The holiday this weekend day is worked for (调休上班), or None."""
        return self._makeups.get(day)

    def is_working_day(self, day: date) -> bool:
        if day in self._makeups:
            return True
        return day.weekday() < SATURDAY and self.holiday(day) is None

    def next_working_day(self, day: date) -> date:
        """The day itself when it is worked, else the first worked day after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """The last day of a period of `count` working days; the day it starts on is not counted (民法典 201)."""
        if count < 0:
            raise ValueError("工作日数不能为负数，请填写 0 或以上的整数")
        day = start
        while count:
            day += ONE_DAY
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` is the earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        return sum(self.is_working_day(day) for day in days_after(first, last))

    def provisional(self, first: date, last: date) -> bool:
        """Whether a year touched by the period has no published notice yet."""
        return bool(self.provisional_years(first, last))

    def provisional_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years touched by the period whose holidays are only guessed."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self._confirmed)

    def describe(self, start: date, end: date) -> tuple[str, ...]:
        """Why a period of working days ends where it does: the holidays left out, the make-up days counted."""
        pieces = []
        for names, days in self._holiday_blocks(start, end):
            pieces.append((days[0], f"{'、'.join(names)} {len(days)} 天不计"))
        for day in days_after(start, end):
            if day in self._makeups:
                pieces.append((day, f"{day:%m-%d} 调休计入"))
        return tuple(words for _, words in sorted(pieces))

    def _holiday_blocks(self, start: date, end: date) -> list[tuple[list[str], list[date]]]:
        """Runs of days off, so that 国庆节 and the 中秋节 in its middle are told as one holiday."""
        blocks: list[tuple[list[str], list[date]]] = []
        for day in days_after(start, end):
            name = self.holiday(day)
            if name is None:
                continue
            if not blocks or blocks[-1][1][-1] != day - ONE_DAY:
                blocks.append(([], []))
            names, days = blocks[-1]
            days.append(day)
            names.extend(part for part in name.split("、") if part not in names)
        return blocks


def days_after(start: date, end: date) -> Iterator[date]:
    """Each day of a period whose first day is not counted."""
    for ordinal in range(start.toordinal() + 1, end.toordinal() + 1):
        yield date.fromordinal(ordinal)
