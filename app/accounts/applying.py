"""授权生效: what an approved request does to the account, at the approval or on its day by the worker. Never commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from app import clock, history
from app.accounts import grant_queries, operations, positions, sessions
from app.accounts.models import AccountGrant, User, UserCertificate
from app.authorize import local_operator
from app.db import session
from app.domain.account_grants import roles_of, words_of
from app.domain.actors import Actor
from app.domain.trust_kinds import GrantKind
from app.domain.trust_states import GrantStep
from app.errors import NotAllowedNow
from app.organisations.models import Organisation

CHANGED = "账号的岗位、单位或启用状态在申请后已有变化，该申请不能按原样生效，请撤回后重新申请"


def by_itself() -> Actor:
    """系统: what happens on its day, without anybody pressing a button."""
    return replace(local_operator(), name="系统", account="")


def apply(grant: AccountGrant, actor: Actor, at: datetime) -> None:
    """An approved request takes effect. Raises NotAllowedNow when the account is no longer what the request was about."""
    user = grant_queries.account(grant.user_id)
    if grant.applied_at is None:
        _refuse_changed(grant, user)
        carry_out(grant, user, actor, at)
        grant.applied_at = at
    told = {"岗位角色": (grant.roles_before, grant.roles_after or "停用")}
    history.advance(grant, GrantStep.APPLY, actor, changes=told, asked=True)
    session().flush()


def _refuse_changed(grant: AccountGrant, user: User) -> None:
    in_use = grant.kind not in (GrantKind.NEW, GrantKind.RETURN)
    if user.active is not in_use or user.org_id != grant.org_id or words_of(user.roles) != grant.roles_before:
        raise NotAllowedNow(CHANGED)


def carry_out(grant: AccountGrant, user: User, actor: Actor, at: datetime) -> None:
    """Do to the account what the request says."""
    _BY_KIND[grant.kind](grant, user, actor, at)
    session().flush()


def _comment(grant: AccountGrant) -> str:
    return f"{grant.number} {grant.kind.value}"


def _begin(grant: AccountGrant, user: User, actor: Actor, at: datetime) -> None:
    operations.set_roles(actor, user, roles_of(grant.roles_after), _comment(grant))
    operations.enable(actor, user, at, _comment(grant))
    if grant.to_position:
        positions.begin_main(user, grant.to_position, clock.office_time(at).date(), actor, at)


def _change(grant: AccountGrant, user: User, actor: Actor, at: datetime) -> None:
    operations.set_roles(actor, user, roles_of(grant.roles_after), _comment(grant))


def _move(grant: AccountGrant, user: User, actor: Actor, at: datetime) -> None:
    there = session().get(Organisation, grant.to_org_id)
    assert there is not None
    if not there.active:
        raise NotAllowedNow(f"调入单位“{there.name}”已停用，请撤回该申请后重新申请")
    changes = {"所属机构": (user.organisation.name, there.name)}
    user.org_id, user.organisation = there.id, there
    session().execute(sa.update(UserCertificate).where(UserCertificate.user_id == user.id).values(org_id=there.id))
    comment = _comment(grant)
    history.record(operations.KIND, user.id, "transfer", actor, org_id=there.id, name=user.username, comment=comment, changes=changes)
    operations.set_roles(actor, user, roles_of(grant.roles_after), comment)
    sessions.end_all(user.id, at)  # what he has open belongs to the former office
    positions.begin_main(user, grant.to_position, clock.office_time(at).date(), actor, at)


def _leave(grant: AccountGrant, user: User, actor: Actor, at: datetime) -> None:
    operations.disable(actor, user, at, _comment(grant))
    positions.end_all(user, clock.office_time(at).date(), actor)


_BY_KIND: Mapping[GrantKind, Callable[[AccountGrant, User, Actor, datetime], None]] = {
    GrantKind.NEW: _begin, GrantKind.RETURN: _begin, GrantKind.ROLES: _change, GrantKind.TRANSFER: _move, GrantKind.LEAVE: _leave,
}  # fmt: skip
