"""行政处罚, changed up to its decision: filed, recorded, proposed, reviewed, decided. Never commits, never sees a request.

While a retest or an objection of the sample runs nothing is filed, proposed, passed on or decided; what was filed before may be
recorded, recalled and returned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.db import session
from app.disposal import clock_keeping, penalty_source
from app.disposal.locks import penalty_lock
from app.disposal.models import CaseApproval, DisposalCase
from app.domain import approval_levels
from app.domain.actors import Actor
from app.domain.case_kinds import ApprovalAnswer, ApprovalLevel, PenaltyOutcome
from app.domain.disposal import CaseMode
from app.domain.penalties import TITLES, PenaltyRecord, date_faults, differences, faults, lacking
from app.domain.permission_tests import with_hand
from app.domain.permissions import Permission, standing_in
from app.domain.workflow import CaseState, PenaltyState, PenaltyStep
from app.errors import NotAllowedNow, NotLikeThis
from app.penalties import deciding, queries
from app.penalties.models import Penalty
from app.penalties.recording import needs_of, record_of, refuse

TWICE = "本案刚刚已经立案，没有重复立案：请在案件页面查看"
LEVELS = {
    PenaltyState.PROPOSED: ApprovalLevel.SECTION, PenaltyState.LEGAL: ApprovalLevel.LEGAL,
    PenaltyState.LEADING: ApprovalLevel.LEADER,
}  # fmt: skip
NUMBERED = "立〔{}〕{}号"


@dataclass(frozen=True, slots=True)
class Filing:
    """立案 as written."""

    found_on: date
    filed_on: date
    party_code: str | None = None
    other_province: bool = False


# ---------------------------------------------------------------- filing

def file(case: DisposalCase, filing: Filing, actor: Actor, at: datetime, *, key: str | None = None, seen: int | None = None) -> Penalty:
    """行政立案 of a case that is being handled. ``key`` is the page's own: a second sending of it files nothing twice."""
    if seen is not None and seen != case.version:
        raise NotAllowedNow("该记录已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中")
    _refuse_unfit(case)
    refuse(date_faults({"found_on": filing.found_on, "filed_on": filing.filed_on}, clock.office_time(at).date()))
    serial = counters.take(case.org_id, "penalty", filing.filed_on.year)[0]
    made = Penalty(
        org_id=case.org_id, case_id=case.id, sample_id=case.sample_id, number=NUMBERED.format(filing.filed_on.year, serial),
        party_name=case.party_name or "当事人未载明", party_code=filing.party_code, enterprise_id=case.enterprise_id,
        other_province=filing.other_province, handler_id=case.handler_id,
        hands=with_hand(case.hands, case.handler_id), found_on=filing.found_on, filed_on=filing.filed_on,
        created_at=at, created_by_id=actor.user_id, submission_key=key,
    )  # fmt: skip
    told = {"found_on": (None, filing.found_on), "filed_on": (None, filing.filed_on)}
    try:
        history.advance(made, PenaltyStep.FILE, actor, comment=f"{case.number}，当事人：{made.party_name}", changes=told)
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    deciding.keep_clocks(made, actor)
    deciding.tell_case(case, actor, "file_penalty", {"行政立案": (None, made.number)})
    clock_keeping.keep([case], actor)
    return made


def _refuse_unfit(case: DisposalCase) -> None:
    if case.mode is not CaseMode.DISPOSE:
        raise NotAllowedNow("本案只通报标称生产企业所在地的市场监管部门，不由本局立案处罚")
    if case.state is CaseState.CANCELLED:
        raise NotAllowedNow("案件已撤销，不能立案")
    lock = penalty_lock(case.sample_id)
    if lock is not None:
        raise NotAllowedNow(lock)
    standing = penalty_source.source(case.id)
    if standing is not None and standing.outcome is not PenaltyOutcome.DISMISSED:
        raise NotAllowedNow(f"本案已立案（{standing.number}），不重复立案；需要重新立案的，请先撤销原案")
    if standing is None and case.penalty_kind is not None:
        raise NotAllowedNow("行政处罚部分已填写处罚情况：需要立案办理的，请先清空该部分并保存，再立案")


# ---------------------------------------------------------------- the handler

def record(
    penalty: Penalty, written: PenaltyRecord, actor: Actor, *, typed_total: Decimal | None = None, seen: int | None = None
) -> bool:
    """登记调查情况和拟处理意见. Returns False when nothing differs. Raises FaultyPenalty."""
    changes = differences(record_of(penalty), written)
    refuse(faults(written, typed_total))
    if not changes and (seen is None or seen == penalty.version):
        return False
    told = "、".join(TITLES[name] for name in changes)
    moved = dict(changes)
    if penalty.total != written.total:
        moved["total"] = (record_of(penalty).total, written.total)
    history.advance(penalty, PenaltyStep.RECORD, actor, seen=seen, comment=f"登记：{told}", changes=moved)
    for name in changes:
        setattr(penalty, name, getattr(written, name))
    penalty.total = written.total
    return True


def propose(penalty: Penalty, actor: Actor, at: datetime, comment: str | None = None, *, seen: int | None = None) -> None:
    """提出处理意见, once facts, grounds and the proposed decision are written."""
    history.advance(penalty, PenaltyStep.PROPOSE, actor, seen=seen, comment=comment)
    _refuse_locked(penalty)
    written = record_of(penalty)
    gaps = lacking(written)
    if gaps:
        raise NotAllowedNow(f"还不能送审：缺{'、'.join(gaps)}，请先登记调查情况")
    refuse(faults(written))
    penalty.proposed_by_id, penalty.proposed_at = actor.user_id, at


def recall(penalty: Penalty, actor: Actor, *, seen: int | None = None) -> None:
    """撤回送审, while nobody has passed it on or decided."""
    history.advance(penalty, PenaltyStep.RECALL, actor, seen=seen)
    _begin_again(penalty)


def _begin_again(penalty: Penalty) -> None:
    """The next round has reviewers of its own; what was said before stays in the approvals."""
    penalty.proposed_by_id = penalty.proposed_at = penalty.reviewed_by_id = penalty.legal_by_id = None
    penalty.reviewed_for_id = penalty.legal_for_id = None


def _refuse_locked(penalty: Penalty) -> None:
    if queries.case_of(penalty).state is CaseState.CANCELLED:
        raise NotAllowedNow("核查处置案件已撤销（检验结论已改变），不再作出处罚决定：请撤回或退回后撤销处罚案件")
    lock = penalty_lock(penalty.sample_id)
    if lock is not None:
        raise NotAllowedNow(lock)


# ---------------------------------------------------------------- the reviewers

def return_to_handler(penalty: Penalty, actor: Actor, comment: str | None, at: datetime, *, seen: int | None = None) -> None:
    """退回, by whichever level it lies with, with the reason."""
    level = LEVELS.get(penalty.state)
    history.advance(penalty, PenaltyStep.RETURN, actor, comment=comment, seen=seen)
    assert level is not None
    _approve(penalty, level, ApprovalAnswer.RETURNED, actor, comment, at)
    _begin_again(penalty)


def forward(penalty: Penalty, actor: Actor, comment: str | None, at: datetime, *, seen: int | None = None) -> None:
    """送法制审核. Also of a penalty that does not need it: the head of the section may always ask."""
    history.advance(penalty, PenaltyStep.FORWARD, actor, comment=comment, seen=seen)
    _refuse_locked(penalty)
    principal = _approve(penalty, ApprovalLevel.SECTION, ApprovalAnswer.FORWARDED, actor, comment, at)
    penalty.reviewed_by_id, penalty.reviewed_for_id = actor.user_id, principal


def forward_to_leader(penalty: Penalty, actor: Actor, comment: str | None, at: datetime, *, seen: int | None = None) -> None:
    """报局领导审批, where no legal review is needed first."""
    history.advance(penalty, PenaltyStep.FORWARD_LEADER, actor, comment=comment, seen=seen)
    _refuse_locked(penalty)
    _refuse_missing(penalty, "报局领导审批", ApprovalLevel.SECTION, ApprovalLevel.LEADER)
    principal = _approve(penalty, ApprovalLevel.SECTION, ApprovalAnswer.FORWARDED, actor, comment, at)
    penalty.reviewed_by_id, penalty.reviewed_for_id = actor.user_id, principal


def clear_legal(penalty: Penalty, actor: Actor, comment: str | None, at: datetime, *, seen: int | None = None) -> None:
    """法制审核通过, with the opinion (行政处罚法 58); goes on to the leader of the bureau."""
    history.advance(penalty, PenaltyStep.CLEAR_LEGAL, actor, comment=comment, seen=seen)
    _refuse_locked(penalty)
    principal = _approve(penalty, ApprovalLevel.LEGAL, ApprovalAnswer.FORWARDED, actor, comment, at)
    penalty.legal_by_id, penalty.legal_for_id = actor.user_id, principal


def decide(
    penalty: Penalty, actor: Actor, decided_on: date, at: datetime, *,
    decision_no: str | None = None, comment: str | None = None, seen: int | None = None,
) -> None:  # fmt: skip
    """作出决定: the number is taken, the case's block filled, the clocks moved. By the section where nothing more is needed."""
    level, earlier = LEVELS.get(penalty.state), penalty.legal_by_id
    _refuse_day(penalty, decided_on, at)
    number = deciding.decision_number(penalty, decision_no, decided_on)
    changes = {"decided_on": (None, decided_on), "decision_no": (None, number)}
    history.advance(penalty, PenaltyStep.DECIDE, actor, comment=comment, seen=seen, changes=changes)
    penalty.decided_on, penalty.decided_by_id, penalty.decision_no = decided_on, actor.user_id, number
    _refuse_locked(penalty)
    assert level is not None
    _refuse_missing(penalty, "作出决定", ApprovalLevel.SECTION, level, *([ApprovalLevel.LEGAL] if earlier else []))
    _approve(penalty, level, ApprovalAnswer.APPROVED, actor, comment, at)
    deciding.fill_case(penalty, actor)
    deciding.keep_clocks(penalty, actor)


def _refuse_day(penalty: Penalty, decided_on: date, at: datetime) -> None:
    refuse(date_faults({"filed_on": penalty.filed_on, "decided_on": decided_on}, clock.office_time(at).date()))
    refuse_received(penalty, decided_on)


def refuse_received(penalty: Penalty, decided_on: date) -> None:
    """The case holds that its penalty is not older than its lead."""
    received_on = queries.case_of(penalty).received_on
    if decided_on < received_on:
        raise NotLikeThis(f"决定日期不能早于收到不合格结论日期（{received_on}），请核对", field="decided_on")


def _refuse_missing(penalty: Penalty, step: str, *passed: ApprovalLevel) -> None:
    left = approval_levels.missing(needs_of(penalty), passed)
    if left:
        raise NotAllowedNow(f"还不能{step}：还须经{approval_levels.sentence(left)}，请先{'送法制审核' if _legal(left) else '报局领导审批'}")


def _legal(needs: tuple[approval_levels.Need, ...]) -> bool:
    return any(need.level is ApprovalLevel.LEGAL for need in needs)


ASKED = {
    ApprovalLevel.SECTION: Permission.PENALTY_REVIEW, ApprovalLevel.LEGAL: Permission.PENALTY_LEGAL,
    ApprovalLevel.LEADER: Permission.PENALTY_LEAD,
}  # fmt: skip


def _approve(
    penalty: Penalty, level: ApprovalLevel, answer: ApprovalAnswer, actor: Actor, comment: str | None, at: datetime
) -> int | None:
    """One more 审批意见. Returns in whose name it was given, where that was another's under a delegation."""
    principal = standing_in(actor, ASKED[level], penalty)
    on_behalf_of = principal.user_id if principal is not None else None
    session().add(
        CaseApproval(
            org_id=penalty.org_id, case_id=penalty.case_id, penalty_id=penalty.id, level=level, answer=answer, comment=comment,
            decided_at=at, decided_by_id=actor.user_id, on_behalf_of_id=on_behalf_of,
        )
    )
    return on_behalf_of
