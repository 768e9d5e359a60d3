"""严重违法失信名单, changed: proposed, entered or declined by another, removed. Never commits, never sees a request."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.db import session
from app.domain import listings as rules
from app.domain.actors import Actor
from app.domain.case_kinds import RemovalGround
from app.domain.deadlines import add_months
from app.domain.listings import Ground
from app.domain.workflow import ListingState, ListingStep, PenaltyState
from app.enterprises.models import Enterprise
from app.errors import NotAllowedNow, NotLikeThis
from app.grading import events as risk_events
from app.listings import queries
from app.listings.models import CreditListing
from app.penalties.models import Penalty
from app.reference_data.books import deadline_rule

NUMBERED = "失信〔{}〕{}号"
TWICE = "刚刚已经提出列入，没有重复提出：请在失信名单中查看"


def propose(
    enterprise: Enterprise, ground: Ground, reason: str, actor: Actor, at: datetime, *,
    penalty: Penalty | None = None, key: str | None = None,
) -> CreditListing:  # fmt: skip
    """提出列入, of a firm of the register, on a ground of the measures, usually after a decided penalty."""
    if penalty is not None:
        _refuse_unfit(enterprise, penalty)
    session().refresh(enterprise, with_for_update=True)  # two at once: the second sees what the first proposed
    already = queries.open_of(enterprise.id)
    if already is not None:
        state = "已在名单中" if already.state is ListingState.LISTED else "已提出列入，正在审批"
        raise NotAllowedNow(f"{enterprise.name} {state}（{already.number}），不重复提出")
    text = ground.text if not reason.strip() else f"{ground.text}：{reason.strip()}"
    if len(text) > rules.LONGEST_GROUND:
        raise NotLikeThis(f"列入事由和说明合计不得超过 {rules.LONGEST_GROUND} 个字，请精简说明", field="reason")
    year = clock.office_time(at).year
    serial = counters.take(actor.org_id, "listing", year)[0]
    made = CreditListing(
        org_id=actor.org_id, number=NUMBERED.format(year, serial), enterprise_id=enterprise.id, enterprise_name=enterprise.name,
        case_id=penalty.case_id if penalty is not None else None, penalty_id=penalty.id if penalty is not None else None, ground=text,
        proposed_by_id=actor.user_id, proposed_at=at, submission_key=key,
    )  # fmt: skip
    try:
        history.advance(made, ListingStep.PROPOSE, actor, comment=f"{enterprise.name}：{text}")
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    return made


def _refuse_unfit(enterprise: Enterprise, penalty: Penalty) -> None:
    if penalty.enterprise_id != enterprise.id:
        raise NotLikeThis("所选处罚案件的当事人不是该企业，请核对", field="penalty")
    if penalty.decided_on is None or penalty.state is PenaltyState.REVOKED:
        raise NotAllowedNow(f"处罚案件 {penalty.number} 还没有作出决定或已撤销，不能据以列入")


def enter(
    listing: CreditListing, actor: Actor, listed_on: date, document_no: str, at: datetime, *, comment: str | None = None,
    seen: int | None = None,
) -> None:  # fmt: skip
    """列入名单, by another person, with the decision; three years from that day."""
    today = clock.office_time(at).date()
    if not clock.office_time(listing.proposed_at).date() <= listed_on <= today:
        raise NotLikeThis(f"列入日期应在提出日期（{clock.office_time(listing.proposed_at).date()}）与今天之间，请核对", field="listed_on")
    if not document_no.strip():
        raise NotLikeThis("请填写列入决定文号", field="document_no")
    if listing.penalty_id is not None and queries.penalty_state(listing.penalty_id) is PenaltyState.REVOKED:
        raise NotAllowedNow("列入所依据的处罚决定已撤销，请作不予列入")
    due_on = add_months(listed_on, deadline_rule(rules.TERM, listed_on).amount)
    changes = {"listed_on": (None, listed_on), "remove_due_on": (None, due_on), "document_no": (None, document_no)}
    history.advance(listing, ListingStep.LIST, actor, comment=comment, seen=seen, changes=changes)
    listing.listed_on, listing.remove_due_on, listing.document_no = listed_on, due_on, document_no
    listing.decided_by_id = actor.user_id
    risk_events.follow([listing.enterprise_id], actor, at)


def decline(listing: CreditListing, actor: Actor, comment: str, *, seen: int | None = None) -> None:
    """不予列入, with the reason."""
    history.advance(listing, ListingStep.DECLINE, actor, comment=comment, seen=seen)
    listing.decided_by_id = actor.user_id


def remove(
    listing: CreditListing, actor: Actor, removed_on: date, ground: RemovalGround, note: str, at: datetime, *, seen: int | None = None
) -> None:
    """移出名单: 期满, 信用修复, 处罚决定被撤销 or 列入有误."""
    changes = {"removed_on": (None, removed_on), "removal": (None, ground.value)}
    history.advance(listing, ListingStep.REMOVE, actor, comment=note, seen=seen, changes=changes)
    revoked = queries.penalty_state(listing.penalty_id) is PenaltyState.REVOKED if listing.penalty_id is not None else None
    assert listing.listed_on is not None
    today = clock.office_time(at).date()
    fault = rules.removal_fault(ground, removed_on, listing.listed_on, listing.remove_due_on, today, revoked)
    if fault is not None:
        raise NotLikeThis(fault, field="removed_on")
    listing.removed_on, listing.removal, listing.removal_note, listing.removed_by_id = removed_on, ground, note, actor.user_id
    risk_events.follow([listing.enterprise_id], actor, at)
