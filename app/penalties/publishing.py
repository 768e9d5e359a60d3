"""公示 of penalties (市场监督管理行政处罚信息公示规定): published or pushed in time, taken down when its term is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from flask import current_app

from app import clock, history
from app.db import session
from app.disposal.models import CasePublication
from app.domain.actors import Actor
from app.domain.case_kinds import PublicationKind
from app.domain.deadlines import add_months
from app.domain.penalties import publishable, shown_by
from app.domain.permissions import Permission, permits
from app.domain.workflow import CaseState, PenaltyState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.penalties import deciding, queries
from app.penalties.models import Penalty
from app.penalties.recording import record_of, touch
from app.reference_data.books import deadline_rule

KIND = Penalty.__tablename__
STANDING = (PenaltyState.DECIDED, PenaltyState.EXECUTED, PenaltyState.CLOSED)
FILED = ("http://", "https://")
SEVERAL = "该记录已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中"


def small_fine() -> Decimal:
    return Decimal(current_app.config["PENALTY_SMALL_FINE"])


def remove_due_on(penalty: Penalty, published_on: date) -> date:
    """When its term is over, by the dated rule. A term that protects the party is not prolonged to the next working day."""
    rule = deadline_rule(shown_by(record_of(penalty), small_fine()), published_on)
    return add_months(published_on, rule.amount)


def _admit(penalty: Penalty, actor: Actor, seen: int | None) -> None:
    if seen is not None and seen != penalty.version:
        raise NotAllowedNow(SEVERAL)
    if not permits(actor, Permission.PENALTY_HANDLE, penalty):
        raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人")


def publish(
    penalty: Penalty, actor: Actor, published_on: date, at: datetime, *,
    document_no: str | None = None, url: str | None = None, seen: int | None = None,
) -> CasePublication:  # fmt: skip
    """登记公示; of a party of another province, the day on which it was pushed there."""
    _admit(penalty, actor, seen)
    if penalty.state not in STANDING or not publishable(record_of(penalty)):
        raise NotAllowedNow("只有已作出、并且不是仅给予警告的处罚决定才公示；不予处罚、撤销立案和移送司法的不公示")
    if queries.standing_publications(penalty.id):
        raise NotAllowedNow("该处罚决定已登记公示，不重复登记；有误的请先登记停止公示")
    _refuse_day(penalty, published_on, clock.office_time(at).date())
    if not document_no and not url:
        raise NotLikeThis("请填写公示编号（文号）或网址，以便查证", field="url")
    if url and not url.startswith(FILED):
        raise NotLikeThis("网址请以 http:// 或 https:// 开头", field="url")
    made = CasePublication(
        org_id=penalty.org_id, case_id=penalty.case_id, kind=PublicationKind.PENALTY, document_no=document_no, url=url,
        published_on=published_on, penalty_id=penalty.id, remove_due_on=remove_due_on(penalty, published_on), recorded_at=at,
        recorded_by_id=actor.user_id,
    )  # fmt: skip
    session().add(made)
    session().flush()
    deciding.keep_clocks(penalty, actor)
    done = "推送" if penalty.other_province else "公示"
    _tell(penalty, actor, "publish_penalty", made, f"{published_on} {done}，{made.remove_due_on} 停止公示", None)
    return made


def _refuse_day(penalty: Penalty, published_on: date, today: date) -> None:
    assert penalty.decided_on is not None
    if not penalty.decided_on <= published_on <= today:
        raise NotLikeThis(f"公示日期应在决定日期（{penalty.decided_on}）与今天之间，请核对", field="published_on")


def _tell(penalty: Penalty, actor: Actor, step: str, made: CasePublication, after: str, comment: str | None) -> None:
    named = "　".join(part for part in (made.document_no, made.url) if part)
    changes = {made.kind.value: (None, f"{named}　{after}") if step == "publish_penalty" else (named, after)}
    history.record(
        KIND, penalty.id, step, actor, org_id=penalty.org_id, name=penalty.number, changes=changes, comment=comment, signs=penalty
    )
    touch(penalty)
    case = queries.case_of(penalty)
    if case.state is not CaseState.CANCELLED:
        if step == "publish_penalty" and case.state is CaseState.HANDLING and case.published_on is None:
            # as every first publication of a case does
            case.published_on, case.publication = made.published_on, case.publication or f"{made.kind.value}　{named}"
            changes |= {"published_on": (None, str(made.published_on))}
        deciding.tell_case(case, actor, step, changes, comment)


def unpublish(
    penalty: Penalty, actor: Actor, publication_id: int, removed_on: date, reason: str, at: datetime, *, seen: int | None = None
) -> CasePublication:
    """登记停止公示: 期满, 信用修复 or 决定撤销; the entry stays."""
    _admit(penalty, actor, seen)
    found = session().get(CasePublication, publication_id)
    if found is None or found.penalty_id != penalty.id or found.removed_on is not None or found.voided_at is not None:
        raise NotAllowedNow("没有这条仍在公示的信息，可能已登记停止公示，请刷新页面核对")
    today = clock.office_time(at).date()
    if not found.published_on <= removed_on <= today:
        raise NotLikeThis(f"停止公示日期应在公示日期（{found.published_on}）与今天之间，请核对", field="removed_on")
    if not reason.strip():
        raise NotLikeThis("请填写停止公示的理由（期满、信用修复、决定撤销等）", field="reason")
    found.removed_on, found.removal_reason = removed_on, reason.strip()
    _tell(penalty, actor, "remove_penalty", found, f"{removed_on} 停止公示", reason)
    return found


def hurry_removal(publications: Iterable[CasePublication], day: date) -> None:
    """A revoked decision is not shown any longer."""
    for one in publications:
        if one.remove_due_on is None or one.remove_due_on > day:
            one.remove_due_on = day
