"""授权申请, read: one, the list, what is open for an account, what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.accounts.models import AccountGrant, User, UserRole
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.trust_states import GrantState
from app.organisations.models import Organisation
from app.paging import page_size
from app.scope import scope

PAGE = 50
OPEN = (GrantState.ASKED, GrantState.APPROVED)
VIEWS: Mapping[str, str] = {
    "asked": "待审批", "approved": "已批准，待生效", "effective": "已生效", "refused": "不予批准", "withdrawn": "已撤回", "all": "全部",
}  # fmt: skip
ACCOUNT, ASKER, DECIDER = aliased(User), aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first."""

    rows: Sequence[Any]
    older: int | None
    newer: bool
    total: int


def grant(actor: Actor, grant_id: int) -> AccountGrant | None:
    return _one(actor, AccountGrant.id == grant_id)


def grants_numbered(actor: Actor, number: str, username: str = "") -> Sequence[tuple[AccountGrant, str]]:
    """With the accounts they are about. Each office numbers its own, so that an administrator of several may see one number twice."""
    wanted = sa.select(AccountGrant, ACCOUNT.username).join(ACCOUNT, ACCOUNT.id == AccountGrant.user_id)
    wanted = wanted.where(AccountGrant.number == number.strip()[:40]).order_by(AccountGrant.id)
    if username:
        wanted = wanted.where(ACCOUNT.username == username)
    found = session().execute(scope(wanted, AccountGrant, actor).execution_options(populate_existing=True))
    return [(grant, name) for grant, name in found]


def _one(actor: Actor, where: Any) -> AccountGrant | None:
    return session().scalars(
        scope(sa.select(AccountGrant).where(where), AccountGrant, actor).execution_options(populate_existing=True)
    ).first()


def of_form(key: str | None) -> AccountGrant | None:
    """What was asked by this form before: sent twice, it is asked once."""
    return session().scalars(sa.select(AccountGrant).where(AccountGrant.submission_key == key)).first() if key else None


def listed(actor: Actor, view: str) -> sa.Select[Any]:
    found = scope(
        sa.select(
            *AccountGrant.__table__.c, ACCOUNT.name.label("person"), ACCOUNT.username, Organisation.name.label("org_name"),
            ASKER.name.label("asker"), DECIDER.name.label("decider"),
        )
        .join(ACCOUNT, ACCOUNT.id == AccountGrant.user_id)
        .join(Organisation, Organisation.id == AccountGrant.org_id)
        .outerjoin(ASKER, ASKER.id == AccountGrant.proposed_by_id)
        .outerjoin(DECIDER, DECIDER.id == AccountGrant.decided_by_id),
        AccountGrant,
        actor,
    )
    return found if view == "all" else found.where(AccountGrant.state == GrantState(view))


def grants(actor: Actor, view: str, before: int | None = None, size: int = PAGE) -> Page:
    size = page_size(size)
    statement = listed(actor, view)
    total = session().scalar(sa.select(sa.func.count()).select_from(statement.with_only_columns(AccountGrant.id).subquery()))
    chosen = statement.where(AccountGrant.id < before) if before is not None else statement
    rows = session().execute(chosen.order_by(AccountGrant.id.desc()).limit(size + 1)).all()
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None, before is not None, total or 0)


def of_user(user_id: int) -> Sequence[AccountGrant]:
    """Everything asked for one account, newest first."""
    return session().scalars(
        sa.select(AccountGrant).where(AccountGrant.user_id == user_id).order_by(AccountGrant.id.desc()).limit(PAGE)
    ).all()


def open_for(user_id: int) -> AccountGrant | None:
    """The request for this account that is not settled yet."""
    return session().scalars(
        sa.select(AccountGrant).where(AccountGrant.user_id == user_id, AccountGrant.state.in_(OPEN)).order_by(AccountGrant.id.desc())
    ).first()


def due(today: date) -> Sequence[int]:
    """Approved, and their day has come."""
    return session().scalars(
        sa.select(AccountGrant.id)
        .where(AccountGrant.state == GrantState.APPROVED, AccountGrant.effective_on <= today)
        .order_by(AccountGrant.id)
    ).all()


def due_grant(grant_id: int) -> AccountGrant | None:
    """One that is still to take effect, locked: of two workers the second finds it done."""
    return session().scalars(
        sa.select(AccountGrant)
        .where(AccountGrant.id == grant_id, AccountGrant.state == GrantState.APPROVED)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def account(user_id: int) -> User:
    """The account of a request, locked, with its organisation and roles."""
    session().execute(sa.select(User.id).where(User.id == user_id).with_for_update())
    return session().scalars(
        sa.select(User)
        .where(User.id == user_id)
        .options(joinedload(User.organisation), selectinload(User.grants))
        .execution_options(populate_existing=True)
    ).one()


def person_by_username(actor: Actor, username: str) -> User | None:
    """An account of the actor's reach, whatever it is needed for."""
    return session().scalars(
        sa.select(User)
        .where(User.username == username.strip().casefold()[:60], User.org_id.in_(actor.reach))
        .options(joinedload(User.organisation), selectinload(User.grants))
        .execution_options(populate_existing=True)
    ).first()


def names(*user_ids: int | None) -> Mapping[int | None, str]:
    wanted = {user_id for user_id in user_ids if user_id is not None}
    return {None: "命令行", **dict(session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted))).tuples().all())}


def stays_without(user: User, roles: frozenset[Role]) -> Role | None:
    """The administrator's role nobody would hold for this organisation any more if the account lost these roles."""
    above = [int(part) for part in user.organisation.path.split("/") if part]
    for role in sorted(roles):
        others = session().scalar(
            sa.select(User.id)
            .join(UserRole, UserRole.user_id == User.id)
            .where(User.id != user.id, User.active, User.org_id.in_(above), UserRole.role == role)
            .limit(1)
        )
        if others is None:
            return role
    return None
