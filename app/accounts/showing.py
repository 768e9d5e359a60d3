"""What the pages and commands of 授权申请 say of a request: the people, before and after, what may be done with it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app

from app.accounts import grant_queries
from app.accounts.models import AccountGrant, User
from app.authorize import can, current_actor
from app.db import session
from app.domain import workflow
from app.domain.account_grants import roles_of
from app.domain.permission_areas import differences
from app.domain.permissions import Permission
from app.domain.trust_kinds import GrantKind
from app.domain.trust_states import GrantState, GrantStep
from app.hand_overs import queries as hand_overs
from app.labels import label
from app.organisations.models import Organisation

TONES = {
    GrantState.ASKED: "yellow", GrantState.APPROVED: "blue", GrantState.EFFECTIVE: "green", GrantState.REFUSED: "red",
    GrantState.WITHDRAWN: "neutral",
}  # fmt: skip
Areas = list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class About:
    """The people and places of a request, and what the person may do after it that he could not before, and the other way round."""

    person: str
    username: str
    org: str
    to_org: str | None
    asker: str
    decider: str | None
    successor: str | None
    gained: Areas
    lost: Areas

    @property
    def unchanged(self) -> bool:
        return not (self.gained or self.lost)


def about(grant: AccountGrant) -> About:
    people = grant_queries.names(grant.user_id, grant.proposed_by_id, grant.decided_by_id, grant.successor_id)
    user = session().get_one(User, grant.user_id)
    before = roles_of(grant.roles_before) if grant.kind is not GrantKind.RETURN else frozenset()
    gained, lost = differences(before, roles_of(grant.roles_after))
    return About(
        user.name, user.username, _org(grant.org_id) or "", _org(grant.to_org_id), people.get(grant.proposed_by_id, "命令行"),
        people.get(grant.decided_by_id) if grant.decided_by_id is not None else None,
        people.get(grant.successor_id) if grant.successor_id is not None else None, gained, lost,
    )  # fmt: skip


def _org(org_id: int | None) -> str | None:
    found = session().get(Organisation, org_id) if org_id is not None else None
    return found.name if found else None


def steps(grant: AccountGrant) -> Mapping[str, bool]:
    """Which buttons stand on the page of this request, for this reader."""
    own = grant.user_id == current_actor().user_id

    def open_to(step: GrantStep, permission: Permission) -> bool:
        return workflow.arrow(AccountGrant.__tablename__, grant.state, step) is not None and can(permission, grant)

    waiting = grant.applied_at is not None
    return {
        "approve": not own and open_to(GrantStep.APPROVE, Permission.GRANT_DECIDE),
        "refuse": not own and open_to(GrantStep.REFUSE, Permission.GRANT_DECIDE),
        "withdraw": not waiting and open_to(GrantStep.WITHDRAW, Permission.GRANT_ASK),
    }


@dataclass(frozen=True, slots=True)
class Work:
    """The open work of somebody who leaves or moves, in numbers."""

    words: str
    own: int
    blocks: bool


def work(user_id: int, kind: GrantKind) -> Work | None:
    if kind not in (GrantKind.LEAVE, GrantKind.TRANSFER):
        return None
    found = hand_overs.counts(user_id)
    return Work(hand_overs.in_words(found), hand_overs.own(found), bool(current_app.config["HAND_OVER_FIRST"])) if found else None


def asked_words(grant: AccountGrant) -> str:
    if grant.applied_at is not None:
        return f"{grant.number} 收回的权限已立即生效，待安全管理员确认"
    return f"已提出申请：{grant.number}，待安全管理员审批"


def approved_words(grant: AccountGrant) -> str:
    if grant.state is GrantState.APPROVED:
        return f"已批准：{grant.number}，{grant.effective_on} 生效"
    return f"已批准：{grant.number}，{label(grant.state)}"
