"""全年预测 of a volume: what the present speed leads to by the year's end, with its range, and what is needed from now on.

Speed is per working day. The range is what the slowest and the fastest of the months gone by would give for the days that are left:
a range that anybody can check, and no claim of a probability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.domain.figures import half_up
from app.domain.pace import Light, expected, volume_light

SHORTEST = 5
"""A month with fewer working days gone by says nothing about speed."""


@dataclass(frozen=True, slots=True)
class YearEnd:
    """Counts are batches; ``goal`` is the target as a number of batches, None where there is none."""

    done: int
    elapsed: int
    total: int
    goal: int | None
    speed: Fraction | None
    expected: Fraction | None
    low: Fraction | None
    high: Fraction | None

    @property
    def left(self) -> int:
        """Working days still to come."""
        return max(self.total - self.elapsed, 0)

    @property
    def missing(self) -> int | None:
        return None if self.goal is None else max(self.goal - self.done, 0)

    @property
    def needed(self) -> Fraction | None:
        """Per working day from now on; None where nothing is left to do it in."""
        if self.missing is None or not self.left:
            return None
        return Fraction(self.missing, self.left)

    @property
    def days_to_goal(self) -> int | None:
        """Working days until the goal at the present speed: 0 when it is reached, None when it never is."""
        if self.missing is None:
            return None
        if not self.missing:
            return 0
        if not self.speed:
            return None
        days = Fraction(self.missing) / self.speed
        return -(-days.numerator // days.denominator)

    def text(self, value: Fraction | None, places: int = 0) -> str:
        return "—" if value is None else half_up(value, places)

    @property
    def words(self) -> str:
        """What it comes to, in one sentence."""
        if self.speed is None:
            return "统计年度还没有开始，不能预测"
        if not self.left:
            return f"全年工作日已过完，共完成 {self.done} 批次"
        said = f"已过 {self.elapsed} 个工作日，平均每个工作日 {self.text(self.speed, 2)} 批次，照此到年底约 {self.text(self.expected)} 批次"
        if self.low is not None and self.high is not None:
            said += f"（按最慢和最快的月份为 {self.text(self.low)} 至 {self.text(self.high)}）"
        return said


def year_end(done: int, elapsed: int, total: int, goal: int | None, months: Mapping[int, tuple[int, int]]) -> YearEnd:
    """``months``: number done and working days gone by of each month begun."""
    left = max(total - elapsed, 0)
    speed = Fraction(done, elapsed) if elapsed else None
    speeds = [Fraction(n, days) for n, days in months.values() if days >= SHORTEST]
    several = len(speeds) > 1
    return YearEnd(
        done, elapsed, total, goal, speed,
        expected=None if speed is None else done + speed * left,
        low=done + min(speeds) * left if several else None,
        high=done + max(speeds) * left if several else None,
    )  # fmt: skip


def day_reached(found: YearEnd, coming: Sequence[date]) -> date | None:
    """The working day on which the goal is reached at the present speed; None where that is not within the days given.

    ``coming`` are the working days still to come, in order.
    """
    days = found.days_to_goal
    if days is None or days == 0 or days > len(coming):
        return None
    return coming[days - 1]


def batches_for(target: Fraction, residents: int | None, strictly: bool = False) -> int | None:
    """How many batches a target per thousand residents asks for; without residents (a plain number) the target itself."""
    wanted = target if residents is None else target * residents / 1000
    least = -(-wanted.numerator // wanted.denominator)
    return least + 1 if strictly and least == wanted else least


def light(found: YearEnd, within: Decimal) -> tuple[Fraction | None, Light]:
    """时序进度 of the goal and its light; ``within`` is how far below it is still amber."""
    if found.goal is None:
        return None, Light.NONE
    pace = expected(found.goal, min(found.elapsed, found.total), found.total)
    return pace, volume_light(found.done, pace, within, finished=not found.left)
