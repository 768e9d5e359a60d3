"""Cases, changed: opened and cancelled with their results (``opening``), claimed, recorded, submitted and decided by people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.disposal import clock_keeping, clocks
from app.disposal.models import DisposalCase
from app.disposal.opening import cancel_for_samples, open_for_samples
from app.disposal.recording import FaultyRecord, elements_of, record, record_of
from app.domain.actors import Actor
from app.domain.case_record import CaseRecord
from app.domain.workflow import CaseStep
from app.errors import NotAllowedNow
from app.legal_clocks import operations as legal_clocks
from app.legal_clocks.models import LegalClock

__all__ = [
    "CaseRecord", "FaultyRecord", "approve", "cancel_for_samples", "claim", "complete_clocks", "elements_of", "open_for_samples",
    "recall", "record", "record_of", "recount", "return_to_handler", "submit",
]  # fmt: skip

def claim(case: DisposalCase, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """领取: the case is now this handler's. Taking it is starting it, unless another day is recorded later."""
    started_on = case.started_on or clock.office_time(at).date()
    changes = {"handler_id": (case.handler_id, actor.user_id), "started_on": (case.started_on, started_on)}
    history.advance(case, CaseStep.CLAIM, actor, seen=seen, changes=changes)
    case.handler_id, case.claimed_at, case.started_on = actor.user_id, at, started_on
    clock_keeping.keep([case], actor)


def submit(case: DisposalCase, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """提交审核, once every element is done or exempted with a reason."""
    history.advance(case, CaseStep.SUBMIT, actor, seen=seen)
    _refuse_gaps(case, "提交审核")
    case.submitted_by_id, case.submitted_at = actor.user_id, at


def _refuse_gaps(case: DisposalCase, step: str) -> None:
    gaps = [state for state in elements_of(case) if state.missing]
    if gaps:
        raise NotAllowedNow(f"还不能{step}：{'；'.join(gap.sentence for gap in gaps)}。请补充登记，或填写免除理由后再办理")


def recall(case: DisposalCase, actor: Actor, *, seen: int | None = None) -> None:
    """撤回送审, by whoever submitted it, while nobody has decided."""
    history.advance(case, CaseStep.RECALL, actor, seen=seen)
    case.submitted_by_id = case.submitted_at = None


def approve(case: DisposalCase, actor: Actor, at: datetime, comment: str | None, *, seen: int | None = None) -> None:
    """审核通过: the case is closed. 经办与审核不得为同一人 is asked by the arrow and held by the table itself.

    Whoever approves the case approves its exemptions with it; the case says who that was.
    """
    changes = {"exempted_by_id": (case.exempted_by_id, actor.user_id)} if case.exempted else {}
    history.advance(case, CaseStep.APPROVE, actor, comment=comment, seen=seen, changes=changes)
    _refuse_gaps(case, "审核通过")
    case.exempted_by_id = actor.user_id if case.exempted else None
    case.approved_by_id, case.closed_at, case.closed_on = actor.user_id, at, clock.office_time(at).date()
    clock_keeping.keep([case], actor)


def return_to_handler(case: DisposalCase, actor: Actor, comment: str | None, *, seen: int | None = None) -> None:
    """退回经办人, with the reason."""
    history.advance(case, CaseStep.RETURN, actor, comment=comment, seen=seen)
    case.submitted_by_id = case.submitted_at = None


def recount(actor: Actor) -> list[DisposalCase]:
    """Ask the calendar again for every open case: a notice on holidays published since may move a 暂定 due date.

    Returns the cases whose terms have changed; each change is in its history.
    """
    complete_clocks(actor)
    moved = {found.subject_id for found in legal_clocks.recount(actor) if found.subject_kind == DisposalCase.__tablename__}
    return [case for case in _live() if case.id in moved]


def complete_clocks(actor: Actor) -> list[LegalClock]:
    """A case older than the table of legal clocks gets its clocks. Returns them."""
    known = clock_keeping.with_clocks()
    return clock_keeping.keep([case for case in _live() if case.id not in known], actor)


def _live() -> Sequence[DisposalCase]:
    return session().scalars(
        sa.select(DisposalCase).where(DisposalCase.state.in_(clocks.LIVE)).order_by(DisposalCase.id)
    ).all()
