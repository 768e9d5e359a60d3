"""The only place that knows what time it is.

Moments are stored as naive UTC; the office's day begins and ends at midnight in Shanghai. ``SHIAN_TODAY`` freezes the date
for tests and rehearsals and is refused in production by ``app.config``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta, timezone

OFFICE = timezone(timedelta(hours=8), "Asia/Shanghai")  # mainland China has one zone and no daylight saving


_rehearsed: ContextVar[date | None] = ContextVar("rehearsed", default=None)


@contextmanager
def rehearsing(day: date) -> Iterator[None]:
    """Live through a past day: the demonstration county replays its year so that every clock and entry is of its time."""
    token = _rehearsed.set(day)
    try:
        yield
    finally:
        _rehearsed.reset(token)


def frozen_day() -> date | None:
    if (rehearsed := _rehearsed.get()) is not None:
        return rehearsed
    written = os.environ.get("SHIAN_TODAY")
    return date.fromisoformat(written) if written else None


def now() -> datetime:
    """This moment, naive UTC, to the microsecond."""
    real = datetime.now(UTC)
    frozen = frozen_day()
    if frozen is not None:
        real = datetime.combine(frozen, real.astimezone(OFFICE).time(), OFFICE).astimezone(UTC)
    return real.replace(tzinfo=None)


def today() -> date:
    """The office's date."""
    return frozen_day() or datetime.now(OFFICE).date()


def office_time(moment: datetime) -> datetime:
    """A stored moment as the office's wall clock shows it."""
    return moment.replace(tzinfo=UTC).astimezone(OFFICE)


def stored(moment: datetime) -> datetime:
    """An office moment as it is stored (naive UTC)."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def end_of_day(day: date) -> datetime:
    """The last stored moment of an office day (naive UTC): what "as known on that day" means."""
    return datetime.combine(day, time.max, OFFICE).astimezone(UTC).replace(tzinfo=None)


def moment_of(timestamp: float) -> datetime:
    """A file's time as a stored moment (naive UTC)."""
    return datetime.fromtimestamp(timestamp, UTC).replace(tzinfo=None)
