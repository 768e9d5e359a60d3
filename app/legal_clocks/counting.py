"""What a clock says is computed here and nowhere else: its due date, its reasons, and the copies that a case keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from app import clock as time
from app.db import session
from app.disposal.models import DisposalCase
from app.domain import deadlines
from app.domain.case_kinds import ClockChangeKind
from app.domain.deadlines import CannotCount, Deadline, DeadlineRule, Pause
from app.errors import NotLikeThis
from app.legal_clocks.models import ClockChange, LegalClock
from app.reference_data.books import calendar, deadline_rule
from app.transfers.models import CaseTransfer

CASE, TRANSFER = DisposalCase.__tablename__, CaseTransfer.__tablename__
START, DONE = "DISP_START", "DISP_DONE"
Begun = date | datetime  # a moment is naive UTC, as everything stored


def rule_for(code: str, begun: Begun, event: str | None = None) -> DeadlineRule:
    """The rule in force on the day that sets the clock off, its trigger in the words of this event."""
    rule = deadline_rule(code, day_of(begun))
    return replace(rule, trigger=event) if event else rule


def day_of(begun: Begun) -> date:
    return time.office_time(begun).date() if isinstance(begun, datetime) else begun


def deadline(rule: DeadlineRule, begun: Begun, *, pauses: Iterable[Pause] = (), extend: int = 0) -> Deadline:
    """Raises NotLikeThis where the rule does not allow it."""
    at = time.office_time(begun).replace(tzinfo=None) if isinstance(begun, datetime) else begun
    try:
        return deadlines.due(rule, at, calendar(), pauses=tuple(pauses), extend=extend)
    except CannotCount as fault:
        raise NotLikeThis(str(fault)) from fault


def pauses_of(changes: Iterable[ClockChange]) -> list[Pause]:
    """Ended pauses: an open one has no length yet, and the clock is counted again when it ends."""
    return [
        Pause(change.from_on, change.to_on)
        for change in changes
        if change.kind is ClockChangeKind.PAUSE and change.from_on is not None and change.to_on is not None
    ]


def extension_of(changes: Iterable[ClockChange]) -> int:
    return sum(change.amount or 0 for change in changes if change.kind is ClockChangeKind.EXTENSION)


def values(rule: DeadlineRule, found: Deadline, extended: int) -> dict[str, Any]:
    """The columns of a clock that follow from its rule."""
    return {
        "name": rule.name, "duty_of": rule.actor, "start_event": rule.trigger, "rule_id": rule.row_id, "extended": extended,
        "due_on": found.due, "due_at": _stored(found.due_at), "why": "\n".join(found.why), "article": found.article,
        "provisional": found.calendar == "provisional",
    }  # fmt: skip


def _stored(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=time.OFFICE).astimezone(UTC).replace(tzinfo=None) if moment else None


def put(clock: LegalClock, columns: dict[str, Any]) -> None:
    """Give the clock its values, and its case the copies that lists are ordered by."""
    for name, value in columns.items():
        if getattr(clock, name) != value:
            setattr(clock, name, value)
    copy(clock)


def copy(clock: LegalClock) -> None:
    """Give the case of a clock the copies that lists are ordered by."""
    if clock.subject_kind == CASE:
        if clock.code in (START, DONE):
            _copy(clock, session().get(DisposalCase, clock.subject_id))
    elif clock.subject_kind == TRANSFER and (transfer := session().get(CaseTransfer, clock.subject_id)) is not None:
        _give(transfer, {"reply_due_on": clock.due_on})


def _copy(clock: LegalClock, case: DisposalCase | None) -> None:
    if case is None:
        return
    copies: dict[str, Any] = {}
    if clock.code == START:
        copies = {"start_due_on": clock.due_on}
    elif clock.code == DONE:
        copies = {"due_on": clock.due_on, "due_why": clock.why, "due_article": clock.article, "due_provisional": clock.provisional}
    _give(case, copies)


def _give(subject: Any, copies: dict[str, Any]) -> None:
    for name, value in copies.items():
        if getattr(subject, name) != value:
            setattr(subject, name, value)
