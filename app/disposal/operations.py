"""Cases, changed: opened and cancelled with their results (``opening``), claimed, recorded, submitted and decided by people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.disposal import clock_keeping, clocks
from app.disposal.approvals import approve, forward, note_reading, recall, refuse_gaps, return_to_handler, unread_by
from app.disposal.models import DisposalCase
from app.disposal.opening import cancel_for_samples, open_for_samples
from app.disposal.recording import FaultyRecord, elements_of, record, record_of
from app.domain.actors import Actor
from app.domain.case_record import CaseRecord
from app.domain.permission_tests import with_hand
from app.domain.workflow import CaseStep
from app.legal_clocks import operations as legal_clocks
from app.legal_clocks.models import LegalClock

__all__ = [
    "CaseRecord", "FaultyRecord", "approve", "cancel_for_samples", "claim", "complete_clocks", "elements_of", "forward",
    "note_reading", "open_for_samples", "recall", "record", "record_of", "recount", "return_to_handler", "submit", "take", "unread_by",
]  # fmt: skip

def claim(case: DisposalCase, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """领取: the case is now this handler's. Taking it is starting it, unless another day is recorded later."""
    started_on = case.started_on or clock.office_time(at).date()
    changes = {"handler_id": (case.handler_id, actor.user_id), "started_on": (case.started_on, started_on)}
    history.advance(case, CaseStep.CLAIM, actor, seen=seen, changes=changes)
    take(case, actor.user_id, at, started_on)
    clock_keeping.keep([case], actor)


def take(case: DisposalCase, user_id: int | None, at: datetime, started_on: date) -> None:
    """The case is in this person's hands from now on, and he is among those who have had it for good."""
    case.handler_id, case.claimed_at, case.started_on = user_id, at, started_on
    case.hands = with_hand(case.hands, user_id)


def submit(case: DisposalCase, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """提交审核, once every element is done or exempted with a reason."""
    history.advance(case, CaseStep.SUBMIT, actor, seen=seen)
    refuse_gaps(case, "提交审核")
    case.submitted_by_id, case.submitted_at, case.read_at = actor.user_id, at, None
    case.hands = with_hand(case.hands, actor.user_id)


def recount(actor: Actor) -> list[DisposalCase]:
    """Ask the calendar again for every open case: a notice on holidays published since may move a 暂定 due date.

    Returns the cases whose terms have changed; each change is in its history.
    """
    complete_clocks(actor)
    moved = {found.subject_id for found in legal_clocks.recount(actor) if found.subject_kind == DisposalCase.__tablename__}
    return [case for case in _live() if case.id in moved]


def complete_clocks(actor: Actor) -> list[LegalClock]:
    """A case older than the table of legal clocks gets its clocks. Returns them."""
    return clock_keeping.keep(clock_keeping.without_clocks(_live()), actor)


def _live() -> Sequence[DisposalCase]:
    return session().scalars(
        sa.select(DisposalCase).where(DisposalCase.state.in_(clocks.LIVE)).order_by(DisposalCase.id)
    ).all()
