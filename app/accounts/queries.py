"""Accounts, read: the list of an administrator's reach, one account, one's own sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app import clock, keyset
from app.accounts.models import AccountGrant, User, UserRole, UserSession
from app.accounts.sessions import idle_time, load_user
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.trust_kinds import GrantKind
from app.domain.trust_states import GrantState
from app.organisations.models import Organisation
from app.paging import page_size
from app.scope import below, scope

PAGE = 50
COUNTED = 10_000
STATES: Mapping[str, str] = {"active": "正常", "locked": "锁定", "initial": "未修改初始密码", "disabled": "停用"}


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the list."""

    word: str | None = None
    org_id: int | None = None
    role: Role | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list in the order of user names; ``first`` and ``last`` are its keys."""

    rows: Sequence[Any]
    roles: Mapping[int, list[Role]]
    total: str
    before: str | None
    after: str | None


def users(actor: Actor, filters: Filters, now: datetime, *, after: str | None = None, before: str | None = None) -> Page:
    """用户列表."""
    found = chosen(actor, filters, now)
    rows, earlier, later = _cut(found, after, before)
    return Page(
        rows,
        roles_of([row.id for row in rows]),
        keyset.total(found, COUNTED),
        rows[0].username if rows and earlier else None,
        rows[-1].username if rows and later else None,
    )


def chosen(actor: Actor, filters: Filters, now: datetime) -> sa.Select[Any]:
    found = scope(
        sa.select(
            User.id, User.username, User.name, User.position, User.active, User.locked_until, User.must_change,
            User.initial_until, User.last_sign_in_at, Organisation.name.label("org_name"), _waiting().label("waiting"),
        ).join(Organisation, Organisation.id == User.org_id),
        User,
        actor,
    )
    if filters.word:
        found = found.where(
            User.username.contains(filters.word.casefold(), autoescape=True) | User.name.contains(filters.word, autoescape=True)
        )
    if filters.org_id:
        found = found.where(User.org_id == filters.org_id)
    if filters.role:
        found = found.where(User.id.in_(sa.select(UserRole.user_id).where(UserRole.role == filters.role)))
    condition = _in_state(filters.state, now)
    return found if condition is None else found.where(condition)


def _waiting() -> sa.ColumnElement[bool]:
    """A new account whose first request is still open."""
    first = (AccountGrant.kind == GrantKind.NEW, AccountGrant.state.in_((GrantState.ASKED, GrantState.APPROVED)))
    return sa.exists().where(AccountGrant.user_id == User.id, *first)


def _in_state(state: str | None, now: datetime) -> sa.ColumnElement[bool] | None:
    conditions: dict[str | None, sa.ColumnElement[bool]] = {
        "active": User.active.is_(True),
        "disabled": User.active.is_(False),
        "locked": User.active.is_(True) & (User.locked_until > now),
        "initial": User.active.is_(True) & User.must_change.is_(True),
    }
    return conditions.get(state)


def _cut(chosen: sa.Select[Any], after: str | None, before: str | None) -> tuple[Sequence[Any], bool, bool]:
    """One page by key: the rows, whether there are earlier ones, whether there are later ones."""
    size = page_size()
    if before is not None:
        found = session().execute(
            chosen.where(User.username < before).order_by(User.username.desc()).limit(size + 1)
        ).all()
        return found[:size][::-1], len(found) > size, True
    if after is not None:
        chosen = chosen.where(User.username > after)
    found = session().execute(chosen.order_by(User.username).limit(size + 1)).all()
    return found[:size], after is not None, len(found) > size


def roles_of(ids: Sequence[int]) -> Mapping[int, list[Role]]:
    found: dict[int, list[Role]] = {user_id: [] for user_id in ids}
    for user_id, role in session().execute(sa.select(UserRole.user_id, UserRole.role).where(UserRole.user_id.in_(ids))):
        found[user_id].append(role)
    return found


def user(actor: Actor, user_id: int) -> User | None:
    """One account of the actor's reach, with organisation and grants."""
    return session().scalars(
        scope(sa.select(User).where(User.id == user_id), User, actor).options(
            joinedload(User.organisation), selectinload(User.grants)
        )
    ).first()


def user_by_name(actor: Actor, username: str) -> User | None:
    """The account of this name within the actor's reach, whatever its capitals."""
    found = session().scalar(scope(sa.select(User.id).where(User.username == username.strip().lower()), User, actor))
    return user(actor, found) if found is not None else None


def everybody(actor: Actor) -> Sequence[User]:
    """Every account within the actor's reach, by name."""
    chosen = scope(sa.select(User), User, actor).options(selectinload(User.grants)).order_by(User.username)
    return session().scalars(chosen).all()


def locked(row: Any, now: datetime) -> bool:
    return row.active and row.locked_until is not None and row.locked_until > now


def choices(actor: Actor) -> list[tuple[int, str]]:
    """Organisations an account may belong to, as a tree for a select field."""
    rows = session().execute(
        sa.select(Organisation.id, Organisation.name, Organisation.path)
        .where(below(actor, Organisation.id), Organisation.active.is_(True))
        .order_by(Organisation.path)
    ).all()
    top = min((row.path.count("/") for row in rows), default=0)
    return [(row.id, "　" * (row.path.count("/") - top) + row.name) for row in rows]


def organisation(actor: Actor, org_id: int) -> Organisation | None:
    """An organisation of the actor's reach, whatever his role."""
    return session().scalars(
        sa.select(Organisation).where(Organisation.id == org_id, below(actor, Organisation.id))
    ).first()


def organisation_by_code(actor: Actor, code: str) -> Organisation | None:
    return session().scalars(
        sa.select(Organisation).where(Organisation.code == code, below(actor, Organisation.id))
    ).first()


def own_sessions(actor: Actor, now: datetime) -> Sequence[UserSession]:
    """One's own open sessions, newest first; those that have timed out are not open."""
    person = load_user(User.id == actor.user_id)
    if person is None:
        return []
    return session().scalars(
        sa.select(UserSession)
        .where(
            UserSession.user_id == person.id, UserSession.ended_at.is_(None), UserSession.until > now,
            UserSession.seen_at > now - idle_time(person),
        )
        .order_by(UserSession.id.desc())
        .limit(PAGE)
    ).all()


def own_session(actor: Actor, session_id: int) -> UserSession | None:
    """One of one's own sessions; another person's is not found."""
    return session().scalars(
        sa.select(UserSession).where(UserSession.id == session_id, UserSession.user_id == actor.user_id)
    ).first()


def days_to_password_change(changed_at: datetime | None, days: int) -> int | None:
    """Days until the password expires, or None where it never does."""
    if not days or changed_at is None:
        return None
    return days - (clock.now() - changed_at).days
