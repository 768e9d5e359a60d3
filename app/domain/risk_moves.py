"""等级变动: who moves from which grade to which, and what that means in inspections a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from app.domain.risk_rules import GRADES, RuleSet
from app.domain.rounding import half_up, plain
from app.domain.supervision_kinds import Grade


class Direction(StrEnum):
    """变动方向. D is the riskiest: from B to C is 上调."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    FIRST = "first"  # had no grade before


def direction(before: Grade | None, after: Grade) -> Direction:
    """Which way an enterprise moves from one grade to another."""
    if before is None:
        return Direction.FIRST
    if before is after:
        return Direction.SAME
    return Direction.UP if GRADES.index(after) > GRADES.index(before) else Direction.DOWN


@dataclass
class Moves:
    """等级变动矩阵: how many by (former grade or none, new grade or none)."""

    cells: dict[tuple[Grade | None, Grade | None], int] = field(default_factory=dict)

    def add(self, before: Grade | None, after: Grade | None) -> None:
        self.cells[before, after] = self.cells.get((before, after), 0) + 1

    def count(self, before: Grade | None, after: Grade | None) -> int:
        return self.cells.get((before, after), 0)

    @property
    def total(self) -> int:
        return sum(self.cells.values())

    @property
    def moved(self) -> int:
        """Those that have a grade before and after, and not the same one."""
        return sum(number for (before, after), number in self.cells.items() if before and after and before is not after)

    def by_direction(self) -> Mapping[Direction, int]:
        found = dict.fromkeys(Direction, 0)
        for (before, after), number in self.cells.items():
            if after is not None:
                found[direction(before, after)] += number
        return found


def inspections_a_year(rules: RuleSet, grades: Iterable[tuple[Grade | None, int]]) -> Fraction:
    """监督检查次数: the least number of inspections a year of so many enterprises by grade (每 2 年 1 次 is a half)."""
    found = Fraction(0)
    for grade, number in grades:
        frequency = rules.frequency(grade) if grade is not None else None
        if frequency is not None:
            found += Fraction(frequency.least, frequency.years) * number
    return found


def columns(moves: Moves, *, after: bool) -> list[tuple[Grade | None, int]]:
    """How many by grade after (or before) the move."""
    found: dict[Grade | None, int] = {}
    for (old, new), number in moves.cells.items():
        grade = new if after else old
        found[grade] = found.get(grade, 0) + number
    return list(found.items())


def percent(done: int, of: int) -> int:
    """Progress in whole percent, rounded down."""
    return done * 100 // of if of else 100


def shown_times(times: Fraction) -> str:
    """A number of inspections a year: whole, or with a half (每 2 年 1 次)."""
    return plain(half_up(times, 1).normalize()) if times.denominator != 1 else str(times.numerator)
