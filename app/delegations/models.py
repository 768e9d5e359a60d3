"""审批委托: one person approves for another while he is away."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Base, coded
from app.domain.workflow import DelegationState


class Delegation(Base):
    """审批委托, in force from one day to another."""

    __tablename__ = "delegation"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("uq_delegation_submission", "submission_key", unique=True),
        sa.Index("ix_delegation_to", "to_user_id", "from_on"),
        sa.Index("ix_delegation_org", "org_id", "state", "id"),
        sa.CheckConstraint("from_user_id <> to_user_id", name="two_people"),
        sa.CheckConstraint("from_on <= to_on", name="date_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    from_user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))  # 委托人
    to_user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))  # 受托人
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(500))
    state: Mapped[DelegationState] = mapped_column(coded(DelegationState))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None]
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    from_user: Mapped[User] = relationship(lazy="raise", foreign_keys=[from_user_id])
    to_user: Mapped[User] = relationship(lazy="raise", foreign_keys=[to_user_id])
    __mapper_args__ = {"version_id_col": version}
