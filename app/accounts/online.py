"""在线会话 of everybody in reach, and how the security administrator ends them. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app import history
from app.accounts import sessions
from app.accounts.models import User, UserRole, UserSession
from app.db import session
from app.domain.actors import ADMINISTRATORS, Actor
from app.errors import NotAllowedNow
from app.organisations.models import Organisation

MOST = 500
KIND = User.__tablename__


@dataclass(frozen=True, slots=True)
class Open:
    """A session of somebody, as a permission is asked about it."""

    id: int
    user_id: int
    org_id: int
    name: str
    username: str
    ip: str | None
    ended: bool


def rows(actor: Actor, word: str | None, now: datetime) -> Sequence[Any]:
    """Who is signed in now, the last seen first; a session that has been idle too long is over."""
    administers = sa.exists().where(UserRole.user_id == User.id, UserRole.role.in_(ADMINISTRATORS))
    idle, short = (timedelta(minutes=current_app.config[name]) for name in ("IDLE_MINUTES", "ADMIN_IDLE_MINUTES"))
    found = (
        sa.select(
            UserSession.id, UserSession.user_id, UserSession.created_at, UserSession.seen_at, UserSession.ip, UserSession.agent,
            UserSession.factor_by, User.name, User.username, User.position, Organisation.name.label("org_name"),
        )
        .join(User, User.id == UserSession.user_id)
        .join(Organisation, Organisation.id == User.org_id)
        .where(
            User.active, User.org_id.in_(actor.reach), UserSession.ended_at.is_(None), UserSession.until > now,
            sa.or_(sa.and_(administers, UserSession.seen_at > now - short), sa.and_(~administers, UserSession.seen_at > now - idle)),
        )
    )  # fmt: skip
    if word:
        named = User.username.contains(word.casefold(), autoescape=True) | User.name.contains(word, autoescape=True)
        found = found.where(named)
    return session().execute(found.order_by(UserSession.seen_at.desc(), UserSession.id.desc()).limit(MOST)).all()


def one(actor: Actor, session_id: int) -> Open | None:
    """A session of a person of the actor's reach."""
    row = session().execute(
        sa.select(UserSession.id, UserSession.user_id, User.org_id, User.name, User.username, UserSession.ip, UserSession.ended_at)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.id == session_id, User.org_id.in_(actor.reach))
    ).first()
    return Open(row.id, row.user_id, row.org_id, row.name, row.username, row.ip, row.ended_at is not None) if row else None


def end(actor: Actor, record: Open, now: datetime) -> None:
    """结束 one session of somebody."""
    if record.ended:
        raise NotAllowedNow("该会话已经结束")
    sessions.end(record.id, now)
    told = {"地址": (record.ip, None)}
    history.record(KIND, record.user_id, "end_sessions", actor, org_id=record.org_id, name=record.username, changes=told)


def end_all(actor: Actor, user: User, now: datetime) -> int:
    """结束 every session of somebody; returns how many there were."""
    number = sessions.end_all(user.id, now)
    if not number:
        raise NotAllowedNow("该用户当前没有登录")
    told = {"结束会话": (None, f"{number} 个")}
    history.record(KIND, user.id, "end_sessions", actor, org_id=user.org_id, name=user.username, changes=told)
    return number
