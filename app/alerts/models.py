"""安全告警 and 校验锚点: found in the history by rules, handled by the security administrator."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.trust_kinds import AlertKind
from app.domain.trust_states import AlertState


class SecurityAlert(Base):
    """一条安全告警. ``key`` says what it is about; while it is open the same thing adds to its count."""

    __tablename__ = "security_alert"
    __table_args__ = (
        sa.Index("ix_security_alert_state", "org_id", "state", "id"),
        sa.Index("ix_security_alert_key", "key", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[AlertKind] = mapped_column(coded(AlertKind))
    key: Mapped[str] = mapped_column(sa.String(120))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ip: Mapped[str | None] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.String(400))
    count: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    first_seq: Mapped[int | None]  # entries of the history it rests on
    last_seq: Mapped[int | None]
    state: Mapped[AlertState] = mapped_column(coded(AlertState))
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    handled_at: Mapped[datetime | None]
    opinion: Mapped[str | None] = mapped_column(sa.String(400))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class ChainAnchor(Base):
    """校验锚点: the head of the history chain at a moment, verified, and where it was written besides the database."""

    __tablename__ = "chain_anchor"
    __table_args__ = (sa.Index("ix_chain_anchor_at", "at"),)

    at: Mapped[datetime]
    seq: Mapped[int]
    head: Mapped[str] = mapped_column(sa.String(64))
    entries: Mapped[int]  # verified
    name: Mapped[str] = mapped_column(sa.String(300))  # the file that it was written to
    sound: Mapped[bool]
    fault: Mapped[str | None] = mapped_column(sa.String(400))
    seconds: Mapped[float] = mapped_column(sa.Numeric(9, 3))


class AlertCursor(Base):
    """How far the history has been watched (one row)."""

    __tablename__ = "alert_cursor"

    seq: Mapped[int]
