"""用户, 会话 and 登录记录."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.db import Base, coded
from app.domain.actors import Role
from app.organisations.models import Organisation


class User(Base):
    """用户: one account, one person."""

    __tablename__ = "user_account"
    __table_args__ = (sa.UniqueConstraint("username"), sa.Index("ix_user_account_org", "org_id", "id"))

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    username: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(60))
    position: Mapped[str | None] = mapped_column(sa.String(60))  # 科室/职务
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    must_change: Mapped[bool] = mapped_column(default=True)
    password_changed_at: Mapped[datetime | None]
    initial_until: Mapped[datetime | None]  # a one-time password is worthless after this
    failed_count: Mapped[int] = mapped_column(default=0)
    failures_from: Mapped[datetime | None]  # failures before this count no more: signed in, unlocked or locked since
    locked_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    last_sign_in_at: Mapped[datetime | None]
    last_sign_in_ip: Mapped[str | None] = mapped_column(sa.String(60))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    grants: Mapped[list[UserRole]] = relationship(lazy="raise", cascade="all, delete-orphan", back_populates="user")
    stands_in: Mapped[bool | None] = query_expression()  # asked where a person signs in or acts: does a delegation to him stand?
    __mapper_args__ = {"version_id_col": version}

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)


class UserRole(Base):
    """岗位授权."""

    __tablename__ = "user_role"
    __table_args__ = (sa.UniqueConstraint("user_id", "role"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(coded(Role))
    user: Mapped[User] = relationship(lazy="raise", back_populates="grants")


class OldPassword(Base):
    """曾用密码 hashes: the last few may not be used again."""

    __tablename__ = "old_password"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime]


class UserSession(Base):
    """登录会话. The cookie holds a random token; only its SHA-256 is stored, so a stolen table signs nobody in."""

    __tablename__ = "user_session"
    __table_args__ = (sa.UniqueConstraint("token_hash"), sa.Index("ix_user_session_user", "user_id", "ended_at"))

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ip: Mapped[str | None] = mapped_column(sa.String(60))
    agent: Mapped[str | None] = mapped_column(sa.String(200))


class SignInAttempt(Base):
    """登录尝试, kept to lock the account and to slow down the address. An unknown user name leaves no user."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (sa.Index("ix_sign_in_attempt_ip", "ip", "at"), sa.Index("ix_sign_in_attempt_user", "user_id", "at"))

    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ip: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[datetime]
    succeeded: Mapped[bool]
