"""年度检查安排: the inspections an enterprise is due for in a year, what fulfils them, and what a new grade changes.

A year is divided into equal parts, each with one inspection that is due on its last day. Whoever is inspected once in several years is
due that long after the last inspection. Nothing here reads a clock: "today" and "from" are given.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from app.domain.deadlines import add_months
from app.domain.inspection_frequency import Frequency
from app.domain.supervision_kinds import InspectionNature

COUNTED = frozenset(InspectionNature) - {InspectionNature.RECHECK}  # 回头看 is part of the inspection it follows
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of the year with one inspection: it may be made from the first day on and is due on the last."""

    from_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """One duty as it stands: ``key`` is the caller's; ``done`` says that an inspection has fulfilled it."""

    key: int
    due_on: date
    done: bool


@dataclass(frozen=True, slots=True)
class Made:
    """An inspection that counts and has fulfilled no duty yet."""

    key: int
    on: date


@dataclass(frozen=True, slots=True)
class Added:
    """A duty to be made, with the inspection that has already fulfilled it."""

    slot: Slot
    made: Made | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What has to happen for the duties to be right. ``tied``: (key of the duty, the inspection that fulfils it)."""

    added: tuple[Added, ...] = ()
    tied: tuple[tuple[int, Made], ...] = ()
    cancelled: tuple[int, ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.added or self.tied or self.cancelled)


# ---------------------------------------------------------------- the parts of a year

def slots(year: int, frequency: Frequency, last_on: date | None = None, from_on: date | None = None) -> tuple[Slot, ...]:
    """The parts of a year. ``last_on``, the last inspection before the year, and ``from_on`` matter only to less than one a year.

    Without a last inspection the enterprise is due within the year; where the term ended before the year or before ``from_on``, the
    day from which the schedule is made, it is due at once.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    if frequency.years > 1:
        due = last if last_on is None else add_months(last_on, 12 * frequency.years)
        return (Slot(first, min(last, max(due, first, from_on or first))),) if due <= last else ()
    ends = [_month_end(year, 12 * part // frequency.times) for part in range(1, frequency.times + 1)]
    return tuple(Slot(begin, end) for begin, end in zip([first, *(end + DAY for end in ends)], ends, strict=False))


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


# ---------------------------------------------------------------- what has to change

def change(wanted: Sequence[Slot], standing: Iterable[Standing], made: Iterable[Made], from_on: date) -> Change:
    """What makes the duties right from ``from_on`` on: more, fewer, and which inspections have fulfilled them.

    ``wanted`` are the slots of the whole year by the frequency in force, ``standing`` the duties that are not cancelled (one that a
    person has waived counts as done). Done ones stay and count; what is overdue is still owed and counts; beyond them as many are
    left open as the year asks for, and no more than its remaining parts. Applying the change and asking again changes nothing.
    """
    tied, rest, live = _fulfilled(standing, made)
    grid, count = list(wanted), len(wanted)
    caught_up = [Added(slot, one) for slot, one in zip(_unmatched(grid, live)[: max(0, count - len(live))], rest, strict=False)]
    done = sum(one.done for one in live) + len(caught_up)
    owed = sum(not one.done and one.due_on < from_on for one in live)
    still = sorted((one for one in live if not one.done and one.due_on >= from_on), key=lambda one: (one.due_on, one.key))
    taken = {one.slot for one in caught_up}
    ahead = [slot for slot in grid if slot.due_on >= from_on and slot not in taken]
    left = ahead[-keep:] if (keep := min(len(ahead), max(0, count - done - owed))) else []
    more, fewer = _difference(left, still)
    opened = [Added(replace(slot, from_on=min(max(slot.from_on, from_on), slot.due_on))) for slot in more]
    return Change((*caught_up, *opened), tuple(tied), tuple(one.key for one in fewer))


def _fulfilled(
    standing: Iterable[Standing], made: Iterable[Made]
) -> tuple[list[tuple[int, Made]], list[Made], list[Standing]]:
    """Every inspection to the earliest open duty; the inspections that are left over, and the duties as they then stand."""
    live = sorted(standing, key=lambda one: (one.due_on, one.key))
    rest = sorted(made, key=lambda one: (one.on, one.key))
    tied = []
    for place, duty in enumerate(live):
        if not duty.done and rest:
            tied.append((duty.key, rest.pop(0)))
            live[place] = replace(duty, done=True)
    return tied, rest, live


def _unmatched(grid: Sequence[Slot], live: Sequence[Standing]) -> list[Slot]:
    """The slots that no standing duty has taken, in order."""
    return sorted(_difference(grid, live)[0], key=lambda slot: slot.due_on)


def _difference(left: Sequence[Slot], still: Sequence[Standing]) -> tuple[list[Slot], list[Standing]]:
    """Slots without a duty and duties without a slot, each duty matched with the nearest slot there is; the same day first."""
    open_slots, open_duties = list(left), list(still)
    pairs = sorted(
        ((abs((duty.due_on - slot.due_on).days), slot.due_on, duty.due_on, duty.key, slot, duty) for slot in left for duty in still),
        key=lambda pair: pair[:4],
    )
    for *_, slot, duty in pairs:
        if slot in open_slots and duty in open_duties:
            open_slots.remove(slot)
            open_duties.remove(duty)
    return open_slots, open_duties


# ---------------------------------------------------------------- what stands

def fulfils(nature: InspectionNature, counted: Iterable[InspectionNature] = COUNTED) -> bool:
    """Whether an inspection of this nature fulfils a duty."""
    return nature in frozenset(counted)


def is_overdue(due_on: date, today: date, *, done: bool) -> bool:
    """Due today is not late."""
    return not done and due_on < today


@dataclass(frozen=True, slots=True)
class Pace:
    """进度: how many duties a year has, how many were due by a day, how many are done and how many are overdue."""

    total: int
    due: int
    done: int
    overdue: int

    @property
    def rate(self) -> Fraction | None:
        """完成率: done of all."""
        return Fraction(self.done * 100, self.total) if self.total else None


def pace(duties: Iterable[Standing], today: date) -> Pace:
    """Of the duties that are not cancelled."""
    listed = list(duties)
    return Pace(
        len(listed), sum(one.due_on <= today for one in listed), sum(one.done for one in listed),
        sum(is_overdue(one.due_on, today, done=one.done) for one in listed),
    )  # fmt: skip


def per_person(inspections: int, people: int, inspectors: int = 2) -> Fraction | None:
    """人均: the inspections each person takes part in, two inspectors at each (市场监管总局令第49号); None without people."""
    return Fraction(inspections * inspectors, people) if people > 0 else None
