"""授权申请, asked and decided. Never commits, never sees a request.

The system administrator asks, the security administrator of the same or a higher organisation decides; nobody for himself. What only
takes rights away and is to take effect today does so at once: the request then waits for its confirmation with ``applied_at`` set, and a
refusal gives nothing back (that needs a request of its own, which waits).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app

from app import clock, counters, history
from app.accounts import applying, grant_queries, operations
from app.accounts.models import AccountGrant, User
from app.accounts.operations import Details
from app.db import session
from app.domain import account_grants
from app.domain.account_grants import Standing, Wanted, words_of
from app.domain.actors import ADMINISTRATORS, Actor, Role
from app.domain.trust_kinds import GrantKind
from app.domain.trust_states import GrantStep
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.hand_overs import queries as hand_overs
from app.organisations.models import Organisation

COUNTER = "account_grant"
NUMBERED = "授申〔{}〕{}号"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for an account."""

    kind: GrantKind
    roles: frozenset[Role] | None  # afterwards; None: 停用
    effective_on: date
    reason: str
    to_org: Organisation | None = None
    position: str | None = None
    successor_id: int | None = None
    key: str | None = None

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.kind, self.roles, self.effective_on, self.to_org.id if self.to_org else None)


def ask_new(
    actor: Actor, username: str, details: Details, wish: Wish, at: datetime
) -> tuple[AccountGrant, User, operations.OneTime]:
    """新建账号 with the roles that are asked for it; it is not in use before they are approved."""
    operations.check_roles(details.roles, details.org)
    user, once = operations.draft(actor, username, details, at)
    return ask(actor, user, wish, at), user, once


def ask(actor: Actor, user: User, wish: Wish, at: datetime, *, seen: int | None = None) -> AccountGrant:
    """提出申请. Raises NotAllowed, NotAllowedNow (another request is open, the last administrator of a kind) or NotLikeThis."""
    refuse_own(actor, user)
    if seen is not None and seen != user.version:
        raise NotAllowedNow(operations.STALE)
    user, today = grant_queries.account(user.id), clock.office_time(at).date()
    _refuse(actor, user, wish, today)
    now = account_grants.at_once(user.roles, wish.wanted, today)
    if not now:
        _refuse_second(user)
    made = _made(actor, user, wish, at)
    told = {"岗位角色": (made.roles_before, made.roles_after or "停用"), "生效日期": (None, wish.effective_on)}
    if wish.to_org is not None:
        told["所属机构"] = (user.organisation.name, wish.to_org.name)
    history.advance(made, GrantStep.ASK, actor, comment=wish.reason, changes=told)
    if now:
        applying.carry_out(made, user, actor, at)
        made.applied_at = at
    session().flush()
    return made


def refuse_own(actor: Actor, user: User) -> None:
    """Nobody asks for himself, nor is shown the form."""
    if user.id == actor.user_id:
        raise NotAllowed("不能为本人申请授权，请由另一名系统管理员提出")


def _refuse(actor: Actor, user: User, wish: Wish, today: date) -> None:
    found = account_grants.complaint(Standing(user.org_id, user.active, user.roles), wish.wanted, today)
    if found is not None:
        raise NotAllowedNow(found.sentence) if found.now else NotLikeThis(found.sentence, field=found.field)
    if wish.to_org is not None:
        operations.check_org(actor, wish.to_org, "to_org_id")
    if wish.roles is not None:
        operations.check_roles(wish.roles, wish.to_org or user.organisation)
    if wish.successor_id == user.id:
        raise NotLikeThis("接替人不能是本人，请另选一人", field="successor")
    refuse_last(user, wish.roles if wish.kind is not GrantKind.TRANSFER else frozenset())


def refuse_last(user: User, kept: frozenset[Role] | None) -> None:
    """Nobody takes the last working administrator of a kind away: afterwards nobody could ask, approve or read."""
    lost = (user.roles & ADMINISTRATORS) - (kept or frozenset())
    role = grant_queries.stays_without(user, lost) if lost and user.active else None
    if role is not None:
        only = f"{user.name}是{user.organisation.name}唯一在用的{role.value}"
        raise NotAllowedNow(f"{only}：请先另建并批准一名{role.value}，再停用或调整该账号")


def _refuse_second(user: User) -> None:
    standing = grant_queries.open_for(user.id)
    if standing is not None:
        raise NotAllowedNow(f"该账号已有未办结的申请 {standing.number}（{standing.kind.value}），请待其审批或撤回后再提出")


def _made(actor: Actor, user: User, wish: Wish, at: datetime) -> AccountGrant:
    year = clock.office_time(at).year
    serial = counters.take(user.org_id, COUNTER, year)[0]
    return AccountGrant(
        org_id=user.org_id, number=NUMBERED.format(year, serial), user_id=user.id, kind=wish.kind, roles_before=words_of(user.roles),
        roles_after=words_of(wish.roles), to_org_id=wish.to_org.id if wish.to_org else None, to_position=wish.position or None,
        successor_id=wish.successor_id, effective_on=wish.effective_on, reason=wish.reason.strip()[:400], proposed_by_id=actor.user_id,
        proposed_at=at, submission_key=wish.key,
    )  # fmt: skip


def approve(grant: AccountGrant, actor: Actor, opinion: str | None, at: datetime, *, seen: int | None = None) -> None:
    """批准. What is due takes effect in the same transaction; what has taken effect already is confirmed."""
    refuse_approval(grant, actor)
    history.advance(grant, GrantStep.APPROVE, actor, comment=opinion, seen=seen)
    _decided(grant, actor, opinion, at)
    if grant.applied_at is not None or grant.effective_on <= clock.office_time(at).date():
        applying.apply(grant, actor, at)


def refuse(grant: AccountGrant, actor: Actor, opinion: str | None, at: datetime, *, seen: int | None = None) -> None:
    """不予批准, with the opinion. What had taken effect at once stays taken away until somebody asks for it again."""
    _refuse_decider(grant, actor)
    history.advance(grant, GrantStep.REFUSE, actor, comment=opinion, seen=seen)
    _decided(grant, actor, opinion, at)


def refuse_approval(grant: AccountGrant, actor: Actor) -> None:
    """Raises what keeps this person from approving the request, or anybody for now."""
    _refuse_decider(grant, actor)
    _refuse_open_work(grant)


def _refuse_decider(grant: AccountGrant, actor: Actor) -> None:
    if grant.user_id == actor.user_id:
        raise NotAllowed("不能审批本人账号的申请，请由另一名安全管理员审批")
    if grant.to_org_id is not None and grant.to_org_id not in actor.reach:
        raise NotAllowed("调入单位不在您的管辖范围内，请由管辖两个单位的上级安全管理员审批")


def _refuse_open_work(grant: AccountGrant) -> None:
    """HAND_OVER_FIRST: nobody leaves or moves before what stands in his name has been handed over."""
    leaves = grant.kind in (GrantKind.LEAVE, GrantKind.TRANSFER) and grant.applied_at is None
    if leaves and current_app.config["HAND_OVER_FIRST"]:
        found = hand_overs.counts(grant.user_id)
        if hand_overs.own(found):
            told = hand_overs.in_words(found)
            raise NotAllowedNow(f"该人员名下还有未办结的工作（{told}），请先由本单位审核人办理工作移交，再批准")


def _decided(grant: AccountGrant, actor: Actor, opinion: str | None, at: datetime) -> None:
    grant.decided_by_id, grant.decided_at, grant.opinion = actor.user_id, at, (opinion or "").strip()[:400] or None
    session().flush()


def withdraw(grant: AccountGrant, actor: Actor, reason: str | None, *, seen: int | None = None) -> None:
    """撤回, before it has taken effect."""
    if grant.applied_at is not None and grant.state in grant_queries.OPEN:
        raise NotAllowedNow("该申请收回的权限已立即生效，不能撤回，请由安全管理员确认；如需恢复，请另行申请")
    history.advance(grant, GrantStep.WITHDRAW, actor, comment=reason, seen=seen)
    session().flush()
