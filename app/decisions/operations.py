"""判定复核: one person proposes a verdict, another decides. Never commits, never sees a request.

Whatever is decided, the laboratory's verdict and ours stay in their columns; only the verdict in force moves, and with it the
conclusion of the batch, its facts, its cases and its urgent report, all in the transaction of the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import clock, history
from app.db import session
from app.decisions import queries
from app.decisions.models import VerdictDecision
from app.decisions.settling import settle
from app.domain import decisions as rules
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.samples import Verdict
from app.domain.workflow import DecisionState, DecisionStep, SampleState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.results.models import OverturnedVerdict, ResultReport, ResultRow
from app.sampling.models import Sample

NOT_YOURS = "您没有提出判定复核的权限，如确需办理请联系科室负责人"
OPEN_ALREADY = "“{}”已有待审定的判定复核，请先审定或撤回，再重新提出"
MOVED = "“{}”的判定在您填写期间已经变动，请核对现在的判定后再提交"
GONE = "“{}”所在的检验报告已被更正或撤回，请刷新页面，在有效的报告上提出"
NOT_REPORTED = "样品“{}”不在“已出报告”状态，不能提出判定复核"
OVERTURNED = "“{}”已经{basis}改判，不能再作判定复核；如结论有误，请由检验机构更正检验报告，或通过异议、复检程序办理"
NOTHING_AGAIN = "没有可以沿用的项目：新报告的检验结果或限量与原来不同，或者已经重新提出。请核对后另行提出"


@dataclass(frozen=True, slots=True)
class Wish:
    """The verdict proposed for one row, and the verdict the page showed beside it."""

    row: ResultRow
    proposed: Verdict
    seen: tuple[Verdict, bool] | None = None  # verdict in force and whether it was 待核


def propose(
    wishes: Sequence[Wish], actor: Actor, at: datetime, reason: str, basis: str | None = None
) -> list[VerdictDecision]:
    """提出判定复核 for one item or several with the same reason. All are proposed, or none.

    Raises NotAllowed, NotAllowedNow when an item has moved on or is proposed already, NotLikeThis for a verdict it cannot have.
    """
    if not wishes:
        raise NotLikeThis("请至少选择一个检验项目")
    if not reason.strip():
        raise NotLikeThis("请填写复核理由", field="reason")
    _lock([wish.row.id for wish in wishes])
    return [_propose(wish, actor, at, reason, basis) for wish in wishes]


def _lock(row_ids: Sequence[int]) -> None:
    """Two who propose at once: on PostgreSQL the second waits here and then sees the first's proposal."""
    session().execute(sa.select(ResultRow.id).where(ResultRow.id.in_(row_ids)).order_by(ResultRow.id).with_for_update())


def _propose(wish: Wish, actor: Actor, at: datetime, reason: str, basis: str | None) -> VerdictDecision:
    row = wish.row
    if not permits(actor, Permission.VERDICT_PROPOSE, row):
        raise NotAllowed(NOT_YOURS)
    verdict, pending, purpose = _as_it_stands(row)
    if wish.seen is not None and wish.seen != (verdict, pending):
        raise NotAllowedNow(MOVED.format(row.item))
    if (complaint := rules.refusal(wish.proposed, row.kind, purpose, verdict, pending)) is not None:
        raise NotLikeThis(f"{row.item}：{complaint}")
    made = VerdictDecision(
        org_id=row.org_id, sample_id=row.sample_id, report_id=row.report_id, result_row_id=row.id, item=row.item,
        kind=rules.kind_of(pending), lab_verdict=row.lab_verdict, our_verdict=row.our_verdict, before=verdict,
        before_pending=pending, proposed=wish.proposed, reason=reason.strip(), basis=(basis or "").strip() or None,
        proposed_by_id=actor.user_id, proposed_at=at,
    )  # fmt: skip
    history.advance(
        made, DecisionStep.PROPOSE, actor, comment=reason, changes={"verdict": (_words(verdict, pending), wish.proposed.value)}
    )
    return made


def _as_it_stands(row: ResultRow) -> tuple[Verdict, bool, Any]:
    """The verdict in force as the database has it now. Refuses what cannot be decided any more, or is being decided already."""
    found = session().execute(
        sa.select(ResultRow.verdict, ResultRow.pending, ResultReport.superseded_at, Sample.state, Sample.number, Sample.purpose)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .join(Sample, Sample.id == ResultRow.sample_id)
        .where(ResultRow.id == row.id)
    ).one()
    if found.superseded_at is not None:
        raise NotAllowedNow(GONE.format(row.item))
    if found.state is not SampleState.REPORTED:
        raise NotAllowedNow(NOT_REPORTED.format(found.number))
    waiting = sa.select(VerdictDecision.id).where(
        VerdictDecision.result_row_id == row.id, VerdictDecision.state == DecisionState.PROPOSED
    )
    if session().scalar(waiting) is not None:
        raise NotAllowedNow(OPEN_ALREADY.format(row.item))
    overturned = sa.select(OverturnedVerdict.basis).where(
        OverturnedVerdict.result_row_id == row.id, OverturnedVerdict.lapsed_at.is_(None)
    )
    if (basis := session().scalar(overturned)) is not None:
        raise NotAllowedNow(OVERTURNED.format(row.item, basis=basis))
    return found.verdict, found.pending, found.purpose


def _words(verdict: Verdict, pending: bool) -> str:
    return "待核" if pending else verdict.value


def propose_again(lapsed: VerdictDecision, actor: Actor, at: datetime) -> VerdictDecision:
    """沿用原判定复核: a new proposal with the same verdict and reason, to be decided anew."""
    row = queries.in_its_place(actor, lapsed)
    if row is None:
        raise NotAllowedNow(NOTHING_AGAIN)
    reason = f"新报告的检验结果、限量与原报告相同，沿用 {clock.office_time(lapsed.proposed_at):%Y-%m-%d} 提出的判定复核：{lapsed.reason}"
    return propose([Wish(row, lapsed.proposed)], actor, at, reason[:600], lapsed.basis)[0]


# ---------------------------------------------------------------- deciding

def decide(decision: VerdictDecision, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """审定: the proposed verdict is in force from now on, and everything that hangs on it follows.

    Raises NotAllowed for the proposer himself, NotAllowedNow when somebody else was quicker or the report has left force.
    """
    before = _words(decision.before, decision.before_pending)
    history.advance(
        decision, DecisionStep.DECIDE, actor, comment=comment, seen=seen, changes={"verdict": (before, decision.proposed.value)}
    )
    _sign(decision, actor, comment, at)
    settle(decision, actor, at)


def decline(decision: VerdictDecision, actor: Actor, comment: str, at: datetime, *, seen: int | None = None) -> None:
    """不予采纳: the item stays as it was."""
    history.advance(decision, DecisionStep.DECLINE, actor, comment=comment, seen=seen)
    _sign(decision, actor, comment, at)


def _sign(decision: VerdictDecision, actor: Actor, comment: str, at: datetime) -> None:
    decision.decided_by_id, decision.decided_at, decision.comment = actor.user_id, at, comment.strip()[:600]
    session().flush()  # whoever decides at the same moment is told now


def withdraw(decision: VerdictDecision, actor: Actor, *, seen: int | None = None) -> None:
    """撤回, by whoever proposed it, while nobody has decided."""
    history.advance(decision, DecisionStep.WITHDRAW, actor, seen=seen)
