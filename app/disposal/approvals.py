"""审批: opinions of every level on a case, with the level that has to follow; the case closes with the last of them.

Every opinion is a row (``CaseApproval``); whoever agreed under a delegation is written with the person in whose name he did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.disposal import clock_keeping
from app.disposal.models import CaseApproval, DisposalCase
from app.disposal.recording import elements_of
from app.disposal.thresholds import thresholds
from app.domain.actors import Actor
from app.domain.approval_levels import Need, levels, missing, of_case, sentence
from app.domain.case_kinds import ApprovalAnswer, ApprovalLevel, TransferKind
from app.domain.permissions import Permission, permits, standing_in
from app.domain.workflow import CaseState, CaseStep, TransferState
from app.errors import NotAllowedNow
from app.transfers.models import CaseTransfer

KIND = DisposalCase.__tablename__
LEVELS = {CaseState.AWAITING: ApprovalLevel.SECTION, CaseState.LEADING: ApprovalLevel.LEADER}
PASSED: dict[CaseState, Sequence[ApprovalLevel]] = {
    CaseState.LEADING: (ApprovalLevel.SECTION,), CaseState.CLOSED: tuple(ApprovalLevel),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlook:
    """Which levels a case needs, which of them have not agreed, and both in words; the same for handler and reviewer."""

    levels: tuple[ApprovalLevel, ...]
    missing: tuple[Need, ...]
    why: str
    needs_leader: bool


def needs(case: DisposalCase) -> tuple[Need, ...]:
    """Every level that must agree before this case closes, as it is recorded now."""
    return of_case(case, thresholds(), transferred=_handed_over(case))


def _handed_over(case: DisposalCase) -> bool:
    """移送: to the police or another body, and not taken back."""
    sent = (CaseTransfer.case_id == case.id, CaseTransfer.kind == TransferKind.TRANSFER, CaseTransfer.state != TransferState.VOIDED)
    return session().scalar(sa.select(CaseTransfer.id).where(*sent).limit(1)) is not None


def outlook(case: DisposalCase) -> Outlook:
    needed = needs(case)
    if case.forwarded_by_id is not None and ApprovalLevel.LEADER not in levels(needed):
        needed += (Need(ApprovalLevel.LEADER, "部门负责人报请审批"),)
    above = [need for need in needed if need.level is ApprovalLevel.LEADER]
    return Outlook(levels(needed), missing(needed, PASSED.get(case.state, ())), sentence(needed), bool(above))


def refuse_gaps(case: DisposalCase, step: str) -> None:
    gaps = [state for state in elements_of(case) if state.missing]
    if gaps:
        raise NotAllowedNow(f"还不能{step}：{'；'.join(gap.sentence for gap in gaps)}。请补充登记，或填写免除理由后再办理")


# ---------------------------------------------------------------- read, and taken back

def unread_by(case: DisposalCase, actor: Actor) -> bool:
    """Is this the first time since it was submitted that somebody who may decide opens it?"""
    return case.state is CaseState.AWAITING and case.read_at is None and permits(actor, Permission.CASE_APPROVE, case)


def note_reading(case: DisposalCase, actor: Actor, at: datetime) -> None:
    """审核人打开案件: from now on it is not recalled, only returned."""
    principal = standing_in(actor, Permission.CASE_APPROVE, case)
    case.read_at = at
    history.record(KIND, case.id, "read_case", actor, org_id=case.org_id, name=case.number, principal=principal)


def recall(case: DisposalCase, actor: Actor, *, seen: int | None = None) -> None:
    """撤回送审, by whoever submitted it, until somebody who may decide has opened it."""
    if case.state is CaseState.AWAITING and case.read_at is not None:
        raise NotAllowedNow(f"审核人已于 {clock.office_time(case.read_at):%Y-%m-%d %H:%M} 打开本案，不能撤回；需要修改的，请联系审核人退回")
    history.advance(case, CaseStep.RECALL, actor, seen=seen)
    _unsubmit(case)


def _unsubmit(case: DisposalCase) -> None:
    case.submitted_by_id = case.submitted_at = case.read_at = None
    case.forwarded_by_id = case.forwarded_for_id = None


# ---------------------------------------------------------------- opinions

def approve(case: DisposalCase, actor: Actor, at: datetime, comment: str | None, *, seen: int | None = None) -> None:
    """审核通过 by the last level that is needed: the case is closed. 经办与审核不得为同一人 is asked by the arrow and held by the table.

    Whoever approves the case approves its exemptions with it; the case says who that was.
    """
    level = LEVELS.get(case.state)
    above = [need for need in needs(case) if need.level is ApprovalLevel.LEADER and level is ApprovalLevel.SECTION]
    changes = {"exempted_by_id": (case.exempted_by_id, actor.user_id)} if case.exempted else {}
    principal = history.advance(case, CaseStep.APPROVE, actor, comment=comment, seen=seen, changes=changes)
    refuse_gaps(case, "审核通过")
    if above:  # what the settings call major is not closed by the section
        raise NotAllowedNow(f"本案须经{sentence(above)}审批，不能直接审核通过，请填写意见后点“报局领导审批”")
    case.exempted_by_id = actor.user_id if case.exempted else None
    case.approved_by_id, case.closed_at, case.closed_on = actor.user_id, at, clock.office_time(at).date()
    _give(case, level, ApprovalAnswer.APPROVED, comment, actor, principal, at)
    clock_keeping.keep([case], actor)


def forward(case: DisposalCase, actor: Actor, at: datetime, comment: str | None, *, seen: int | None = None) -> None:
    """报局领导审批: the section agrees and passes it on, with its opinion; the leader is somebody else."""
    principal = history.advance(case, CaseStep.FORWARD, actor, comment=comment, seen=seen)
    refuse_gaps(case, "报局领导审批")
    case.forwarded_by_id, case.forwarded_for_id = actor.user_id, principal.user_id if principal else None
    _give(case, ApprovalLevel.SECTION, ApprovalAnswer.FORWARDED, comment, actor, principal, at)


def return_to_handler(case: DisposalCase, actor: Actor, at: datetime, comment: str | None, *, seen: int | None = None) -> None:
    """退回经办人, with the reason, by whoever's turn it is."""
    level = LEVELS.get(case.state)
    principal = history.advance(case, CaseStep.RETURN, actor, comment=comment, seen=seen)
    _unsubmit(case)
    _give(case, level, ApprovalAnswer.RETURNED, comment, actor, principal, at)


def _give(
    case: DisposalCase, level: ApprovalLevel | None, answer: ApprovalAnswer, comment: str | None, actor: Actor,
    principal: Actor | None, at: datetime,
) -> None:  # fmt: skip
    assert level is not None  # the arrow has been found
    session().add(
        CaseApproval(
            org_id=case.org_id, case_id=case.id, level=level, answer=answer, comment=(comment or "").strip()[:1000] or None,
            decided_at=at, decided_by_id=actor.user_id, on_behalf_of_id=principal.user_id if principal else None,
        )
    )
    session().flush()  # of two who decide at the same moment, the second is told now
