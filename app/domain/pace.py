"""Pace (时序进度) and lights (红黄绿灯) of an indicator. The thresholds are reference data, passed in."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.domain.comparison import Comparator, attained

AMBER_WITHIN = Decimal("0.10")
"""Shipped threshold: 黄灯 up to 10 % below the pace."""


class Light(StrEnum):
    """Always shown with its word, never by colour alone."""

    GREEN = "绿灯"
    AMBER = "黄灯"
    RED = "红灯"
    NONE = "—"


def expected(target: Decimal | int, elapsed: int, total: int) -> Fraction | None:
    """Yearly target × elapsed working days ÷ working days of the year; None for a year without a working-day table."""
    if not 0 <= elapsed <= total:
        raise ValueError(f"已过工作日 {elapsed} 天不在全年 {total} 天之内，请核对工作日历")
    return Fraction(target) * Fraction(elapsed, total) if total else None


def volume_light(
    done: Fraction | int | None,
    pace: Fraction | None,
    within: Decimal = AMBER_WITHIN,
    comparator: Comparator = Comparator.AT_LEAST,
    finished: bool = False,
) -> Light:
    """Light of a volume against its pace. On the last day (`finished`) the target itself decides, so > is not ≥."""
    if done is None or pace is None:
        return Light.NONE
    if comparator.holds(done, pace) if finished else done >= pace:
        return Light.GREEN
    return Light.AMBER if done >= pace * (1 - Fraction(within)) else Light.RED


def rate_light(value: Fraction | None, comparator: Comparator, target: Decimal, upper: Fraction | None = None) -> Light:
    """Light of a rate: green when met, amber while the what-if upper bound meets it, red when it no longer can.

    `upper` is the best value still possible; without one the value itself is final. 0 ÷ 0 has no light.
    """
    if value is None:
        return Light.NONE
    if attained(value, comparator, target):
        return Light.GREEN
    return Light.AMBER if attained(upper, comparator, target) else Light.RED


def ceiling_light(value: Fraction | None, comparator: Comparator, target: Decimal) -> Light:
    """Light of something that must stay below its target (事故数): what happened cannot be undone, so no amber."""
    met = attained(value, comparator, target)
    if met is None:
        return Light.NONE
    return Light.GREEN if met else Light.RED
