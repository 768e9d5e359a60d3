"""How far the year has run, and the thresholds of the lights."""

from __future__ import annotations

from datetime import date

from app.domain.progress import Elapsed
from app.indicators import working_time
from app.reference.planning_rules import PLAN_PACE, LightRule, light_rule
from app.reference_data.books import calendar


def elapsed(year: int, today: date) -> Elapsed:
    """Working days of each month gone by, today included, and in all."""
    return working_time.elapsed(calendar(), year, today)


def threshold(year: int, today: date) -> LightRule:
    """The rule in force today, or on the last day of a year that is over."""
    return light_rule(PLAN_PACE, min(today, date(year, 12, 31)))
