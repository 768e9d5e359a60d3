"""How much of a period or a year has run, in working days."""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.periods import Period
from app.domain.progress import Elapsed
from app.domain.working_days import WorkingDays

ONE_DAY = timedelta(days=1)


def elapsed_days(days: WorkingDays, period: Period, today: date) -> int:
    """Working days of the period up to today, today included."""
    last = min(period.last, today)
    return max(days.working_days_between(period.first - ONE_DAY, last), 0)


def elapsed(days: WorkingDays, year: int, today: date) -> Elapsed:
    """Working days of each month gone by and in all."""
    months = [Period(year, month=month) for month in range(1, 13)]
    return Elapsed(
        {
            at: (elapsed_days(days, one, today), days.working_days_between(one.first - ONE_DAY, one.last))
            for at, one in enumerate(months, 1)
        }
    )
