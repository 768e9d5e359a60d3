"""Reading messages: the inbox of a person, one message, how many are unread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import session
from app.domain.actors import Actor
from app.domain.reporting_kinds import MessageKind
from app.keyset import Page, page
from app.messages.models import Message, MessageSetting
from app.scope import scope

SIZE, MOST = 20, 1000
MANY = 99  # the badge says 99+


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件: unread, read or all (None); a kind; a word of the title."""

    unread: bool | None = None
    kind: MessageKind | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """消息设置 as it stands: kinds not wanted, and whether the digest is."""

    muted: frozenset[str] = frozenset()
    digest: bool = True


def messages(
    actor: Actor, filters: Filters, at: datetime, *, before: int | None = None, after: int | None = None, size: int = SIZE
) -> Page:
    """One page of the inbox, newest first."""
    asked = _asked(filters, at)
    rows = scope(sa.select(*Message.__table__.c), Message, actor).where(*asked)
    ids = scope(sa.select(Message.id), Message, actor).where(*asked)
    return page(rows, ids, Message.id, before=before, after=after, size=size, most=MOST)


def _asked(filters: Filters, at: datetime) -> list[Any]:
    found: list[Any] = [Message.show_at <= at]
    if filters.unread is not None:
        found.append(Message.read_at.is_(None) if filters.unread else Message.read_at.is_not(None))
    if filters.kind is not None:
        found.append(Message.kind == filters.kind)
    if filters.q:
        found.append(sa.or_(*(column.contains(filters.q, autoescape=True) for column in (Message.title, Message.body))))
    return found


def message(actor: Actor, message_id: int) -> Message | None:
    """One message of this person that is shown already."""
    statement = scope(sa.select(Message), Message, actor).where(Message.id == message_id, Message.show_at <= clock.now())
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def unread_ids(actor: Actor, at: datetime) -> sa.Select[Any]:
    """Those that the actor has not read."""
    return scope(sa.select(Message.id), Message, actor).where(Message.read_at.is_(None), Message.show_at <= at)


def unread(actor: Actor, at: datetime) -> int:
    """How many, reading no more than the badge can say."""
    some = unread_ids(actor, at).limit(MANY + 1).subquery()
    return session().scalar(sa.select(sa.func.count()).select_from(some)) or 0


def setting(user_id: int | None) -> Setting:
    found = session().scalars(sa.select(MessageSetting).where(MessageSetting.user_id == user_id)).first()
    return Setting(frozenset(found.muted), found.digest) if found else Setting()


def settings(user_ids: list[int]) -> dict[int, Setting]:
    """Those that are not as everybody's."""
    found = session().scalars(sa.select(MessageSetting).where(MessageSetting.user_id.in_(user_ids)))
    return {one.user_id: Setting(frozenset(one.muted), one.digest) for one in found}
