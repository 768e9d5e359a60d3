"""用户, 会话 and 登录记录."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.db import Base, coded
from app.domain.actors import Role
from app.domain.trust_kinds import GrantKind, SignatureCheck, SignMethod
from app.domain.trust_states import GrantState
from app.organisations.models import Organisation
from app.secret_columns import SecretJSON

# Columns that say whose record it is.
OFFICERS = ("handler_id", "submitted_by_id", "created_by_id", "asked_by_id", "proposed_by_id", "lead_id", "second_id")


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
    settings_stamp: Mapped[int | None] = query_expression()  # asked with the person: has a setting been changed on its page?
    rules_stamp: Mapped[int | None] = query_expression()  # the same of the 规则表
    rows_per_page: Mapped[int | None] = query_expression()  # the same, of what the person prefers
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
    confirmed_at: Mapped[datetime | None]  # when the person last proved who he is in this session (再次确认身份)
    confirmed_by: Mapped[str | None] = mapped_column(sa.String(20))  # and with what: a word of SignMethod
    factor_at: Mapped[datetime | None]  # when the second factor was given; None: not asked yet
    factor_by: Mapped[str | None] = mapped_column(sa.String(20))  # and which one: 动态口令, 恢复码 or 数字证书


class SignInAttempt(Base):
    """登录尝试, kept to lock the account and to slow down the address. An unknown user name leaves no user."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (sa.Index("ix_sign_in_attempt_ip", "ip", "at"), sa.Index("ix_sign_in_attempt_user", "user_id", "at"))

    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ip: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[datetime]
    succeeded: Mapped[bool]


class AccountGrant(Base):
    """授权申请: what the system administrator asks for an account, and what the security administrator decided."""

    __tablename__ = "account_grant"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_account_grant_state", "org_id", "state", "id"),
        sa.Index("ix_account_grant_user", "user_id", "id"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> user_id", name="not_for_himself"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # of the account when it was asked
    number: Mapped[str] = mapped_column(sa.String(40))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[GrantKind] = mapped_column(coded(GrantKind))
    roles_before: Mapped[str | None] = mapped_column(sa.String(200))
    roles_after: Mapped[str | None] = mapped_column(sa.String(200))  # words of Role joined by 、; None: the account is disabled
    to_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    to_position: Mapped[str | None] = mapped_column(sa.String(60))
    successor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # takes over the open work
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(400))
    state: Mapped[GrantState] = mapped_column(coded(GrantState))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    opinion: Mapped[str | None] = mapped_column(sa.String(400))
    applied_at: Mapped[datetime | None]  # set while it still awaits approval: it only took away, and did so at once
    submission_key: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class UserPosition(Base):
    """任职: where a person worked as what, from and until when; one of them is his main post, others are 兼职."""

    __tablename__ = "user_position"
    __table_args__ = (sa.Index("ix_user_position_user", "user_id", "from_on"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    department: Mapped[str | None] = mapped_column(sa.String(60))  # 科（股）室、所
    title: Mapped[str | None] = mapped_column(sa.String(60))  # 职务
    main: Mapped[bool] = mapped_column(default=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]  # the last day
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class SecondFactor(Base):
    """动态口令 of a person (RFC 6238); the secret is kept encrypted with the key of the installation."""

    __tablename__ = "second_factor"
    __table_args__ = (sa.UniqueConstraint("user_id"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    secret: Mapped[str] = mapped_column(sa.String(400))
    confirmed_at: Mapped[datetime | None]  # None: shown, but no code has been given yet
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # a code is good once
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class RecoveryCode(Base):
    """恢复码: lets its owner in once, when the telephone is lost; only the hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.Index("ix_recovery_code_user", "user_id"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    code_hash: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UserCertificate(Base):
    """数字证书 (UKey) of a person, as a second factor: asked by one administrator, approved by another, good between two days."""

    __tablename__ = "user_certificate"
    __table_args__ = (
        # One certificate is one person's, waiting or bound; what has ended may be asked for again.
        sa.Index(
            "ux_user_certificate_standing", "fingerprint", unique=True,
            sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_user_certificate_user", "user_id", "ended_at"),
        sa.Index("ix_user_certificate_org", "org_id", "id"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> user_id", name="not_for_himself"),
        sa.CheckConstraint("until_on >= from_on", name="in_order"),
    )  # fmt: skip

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # of the account; moves with it
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the certificate
    serial: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(400))
    issuer: Mapped[str] = mapped_column(sa.String(400))
    from_on: Mapped[date]
    until_on: Mapped[date]  # the last day
    reason: Mapped[str] = mapped_column(sa.String(400))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]  # approved; what is refused has ended as well
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]  # refused, withdrawn or revoked
    end_reason: Mapped[str | None] = mapped_column(sa.String(400))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class ApprovalSignature(Base):
    """审批签名: who signed what, with which meaning, over which content of the record, and how he proved who he is."""

    __tablename__ = "approval_signature"
    __table_args__ = (
        sa.Index("ix_approval_signature_subject", "subject_kind", "subject_id", "id"),
        sa.Index("ix_approval_signature_org", "org_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    for_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # under a delegation
    name: Mapped[str] = mapped_column(sa.String(60))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    step: Mapped[str] = mapped_column(sa.String(40))
    meaning: Mapped[str] = mapped_column(sa.String(120))
    record_sha256: Mapped[str] = mapped_column(sa.String(64))
    record_version: Mapped[int]
    method: Mapped[SignMethod] = mapped_column(coded(SignMethod))
    signed_at: Mapped[datetime]
    # What the hash is of, kept so that a later difference can be told field by field. Signatures of earlier releases have none.
    content: Mapped[Any] = mapped_column(SecretJSON("approval_signature.content"), nullable=True, deferred=True)
    checked: Mapped[SignatureCheck | None] = mapped_column(coded(SignatureCheck))  # by the last verification of all

    @property
    def officer_ids(self) -> frozenset[int]:
        """Whose record it is that was signed: those who handle it, submitted, proposed or drew it up."""
        table = Base.metadata.tables[self.subject_kind]
        named = [table.c[name] for name in OFFICERS if name in table.c]
        current = sa.orm.object_session(self)
        assert current is not None
        found = current.execute(sa.select(*named).where(table.c.id == self.subject_id)).first()
        return frozenset(one for one in found or () if one is not None)


class SignatureVerification(Base):
    """核对审批签名: one verification of all signatures, and what it found."""

    __tablename__ = "signature_verification"

    at: Mapped[datetime]
    signatures: Mapped[int]
    sound: Mapped[int]
    moved_on: Mapped[int]
    broken: Mapped[int]
    fault: Mapped[str | None] = mapped_column(sa.String(400))
    seconds: Mapped[float] = mapped_column(sa.Numeric(9, 3))
