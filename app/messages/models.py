"""站内消息: to one person, about one record, read or not; shown on working days only where it can wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.reporting_kinds import MessageKind


class Message(Base):
    """一条站内消息. ``key`` says what it is about, so that the same thing is told a person once."""

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "key"),
        sa.Index("ix_message_user", "user_id", "show_at", "id"),
        sa.Index("ix_message_unread", "user_id", "read_at"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[MessageKind] = mapped_column(coded(MessageKind))
    key: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str | None] = mapped_column(sa.Text())
    link: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[datetime]
    show_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class MessageSetting(Base):
    """消息设置 of a person: kinds that he does not want, and whether he wants the digest."""

    __tablename__ = "message_setting"
    __table_args__ = (sa.UniqueConstraint("user_id"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    muted: Mapped[list[Any]] = mapped_column(sa.JSON)
    digest: Mapped[bool]
    saved_at: Mapped[datetime]


class MessageCursor(Base):
    """How far the history has been told (one row): what stands before it has become messages."""

    __tablename__ = "message_cursor"

    seq: Mapped[int]
