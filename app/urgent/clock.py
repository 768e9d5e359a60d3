"""The clock of an urgent report: 24 hours from the confirmation, by the rule in force on that day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app import clock
from app.domain import deadlines
from app.reference_data.books import calendar, deadline_rule

RULE = "URGENT"


def term(confirmed_at: datetime) -> dict[str, Any]:
    """The columns of the clock. Reasons are told in the office's time; moments are stored in UTC."""
    begin = clock.office_time(confirmed_at)
    due = deadlines.due(deadline_rule(RULE, begin.date()), begin, calendar())
    assert due.due_at is not None  # a rule in hours with a moment to begin with
    ends = due.due_at.astimezone(UTC).replace(tzinfo=None)
    return {"confirmed_at": confirmed_at, "due_at": ends, "due_why": "\n".join(due.why), "due_article": due.article}


def stored(written: datetime) -> datetime:
    """A moment typed in the office's time, as it is stored."""
    return written.replace(tzinfo=clock.OFFICE).astimezone(UTC).replace(tzinfo=None)


def shown(moment: datetime | None) -> datetime | None:
    """A stored moment as a form shows it."""
    return None if moment is None else clock.office_time(moment).replace(tzinfo=None, second=0, microsecond=0)
