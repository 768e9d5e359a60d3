"""接口密钥 and the calls made with them."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Base


class ApiKey(Base):
    """接口密钥: acts as the user it was issued to, within its scopes; the secret itself is shown once and never stored."""

    __tablename__ = "api_key"
    __table_args__ = (
        sa.UniqueConstraint("prefix"),
        sa.CheckConstraint("per_minute BETWEEN 1 AND 6000", name="rate_possible"),
        sa.Index("ix_api_key_org", "org_id", "id"),
        sa.Index("ix_api_key_user", "user_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(sa.String(100))
    prefix: Mapped[str] = mapped_column(sa.String(16))
    secret_sha256: Mapped[str] = mapped_column(sa.String(64))
    scopes: Mapped[list[str]] = mapped_column(sa.JSON)
    per_minute: Mapped[int]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    expires_on: Mapped[date | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    window_started_at: Mapped[datetime | None]  # 限流: the minute being counted
    window_count: Mapped[int] = mapped_column(default=0)
    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])

    @property
    def number(self) -> str:
        return self.name


class ApiCall(Base):
    """接口请求 with an idempotency key: sent twice, it is answered twice and done once."""

    __tablename__ = "api_call"
    __table_args__ = (
        sa.UniqueConstraint("key_id", "idempotency_key"),
        sa.Index("ix_api_call_made", "made_at"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    key_id: Mapped[int] = mapped_column(sa.ForeignKey("api_key.id"))
    idempotency_key: Mapped[str] = mapped_column(sa.String(80))
    request_sha256: Mapped[str] = mapped_column(sa.String(64))
    method: Mapped[str] = mapped_column(sa.String(10))
    path: Mapped[str] = mapped_column(sa.String(300))
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(sa.Text())
    made_at: Mapped[datetime]
