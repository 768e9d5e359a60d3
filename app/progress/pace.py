"""How far the year has run, and the thresholds of the lights."""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.periods import Period
from app.domain.progress import Elapsed
from app.indicators.figures import elapsed_days
from app.reference.planning_rules import PLAN_PACE, LightRule, light_rule
from app.reference_data.books import calendar

ONE_DAY = timedelta(days=1)


def elapsed(year: int, today: date) -> Elapsed:
    """Working days of each month gone by, today included, and in all."""
    days = calendar()
    months = [Period(year, month=month) for month in range(1, 13)]
    return Elapsed(
        {
            at: (elapsed_days(days, one, today), days.working_days_between(one.first - ONE_DAY, one.last))
            for at, one in enumerate(months, 1)
        }
    )


def threshold(year: int, today: date) -> LightRule:
    """The rule in force today, or on the last day of a year that is over."""
    return light_rule(PLAN_PACE, min(today, date(year, 12, 31)))
