"""The coming weeks: their working days, what the laboratories can take in them, and which batch goes into which week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from app.domain.working_days import ONE_DAY, WorkingDays

FULL_WEEK = 5  # working days that a laboratory's weekly number is for
MOST_WEEKS = 26
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the horizon, or the part of it that lies in the year; a week belongs to the month of its first working day."""

    first: date
    last: date
    working_days: int
    month: int
    holidays: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        note = f"，{'、'.join(self.holidays)}" if self.holidays else ""
        return f"{self.first:%m-%d}至{self.last:%m-%d}（{self.working_days} 个工作日{note}）"


@dataclass(frozen=True, slots=True)
class Laboratory:
    """承检机构 with the batches it takes in a full week, and those already on their way to it by week."""

    id: int
    name: str
    per_week: int
    held: Mapping[date, int]  # by the first day of a week

    def room(self, week: Week) -> int:
        """What it can still take: its weekly number by the share of working days, less what has been given out."""
        share = Fraction(self.per_week * min(week.working_days, FULL_WEEK), FULL_WEEK)
        return max(int(share) - self.held.get(week.first, 0), 0)


def weeks_ahead(today: date, year: int, number: int, days: WorkingDays) -> list[Week]:
    """The next weeks in the year, the rest of this one included; a week without a working day is left out."""
    found: list[Week] = []
    first = max(today + ONE_DAY, date(year, 1, 1))
    while len(found) < number and first.year == year:
        last = min(first + timedelta(days=SUNDAY - first.weekday()), date(year, 12, 31))
        week = _week(first, last, days)
        if week is not None:
            found.append(week)
        first = last + ONE_DAY
    return found


def _week(first: date, last: date, days: WorkingDays) -> Week | None:
    every = [first + timedelta(n) for n in range((last - first).days + 1)]
    worked = [day for day in every if days.is_working_day(day)]
    if not worked:
        return None
    names = [name for day in every if (name := days.holiday(day))]
    return Week(first, last, len(worked), worked[0].month, tuple(dict.fromkeys(names)))


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """The total spread in proportion to the weights, the largest remainders rounded up, the earlier first among equals."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [Fraction(total * weight, whole) for weight in weights]
    found = [int(one) for one in exact]
    order = sorted(range(len(weights)), key=lambda place: (found[place] - exact[place], place))
    for place in order[: total - sum(found)]:
        found[place] += 1
    return found


@dataclass(frozen=True, slots=True)
class Visit:
    """So many batches of a candidate in a week, for a laboratory where one is known."""

    candidate: int
    week: Week
    laboratory_id: int | None
    batches: int


def schedule(
    batches: Iterable[tuple[int, int]], weeks: Sequence[Week], laboratories: Sequence[Laboratory]
) -> list[Visit]:
    """Put (candidate, batches) of one month, the most urgent first, into its weeks; no laboratory gets more than its room."""
    wanted = list(batches)
    rooms = {(lab.id, week.first): lab.room(week) for lab in laboratories for week in weeks}
    weights = [
        sum(rooms[lab.id, week.first] for lab in laboratories) if laboratories else week.working_days for week in weeks
    ]
    parts = shares(sum(number for _, number in wanted), weights)
    found: dict[tuple[int, date, int | None], int] = {}
    by_first = {week.first: week for week in weeks}
    places = iter([week for week, part in zip(weeks, parts, strict=True) for _ in range(part)])
    for candidate, number in wanted:
        for week in (place for _, place in zip(range(number), places, strict=False)):
            lab = max(laboratories, key=lambda one: (rooms[one.id, week.first], -one.id)).id if laboratories else None
            if lab is not None:
                rooms[lab, week.first] -= 1
            found[candidate, week.first, lab] = found.get((candidate, week.first, lab), 0) + 1
    return [Visit(one, by_first[first], lab, number) for (one, first, lab), number in found.items()]
