"""严重违法失信名单: proposed, entered, removed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.case_kinds import RemovalGround
from app.domain.workflow import ListingState


class CreditListing(Base):
    """一次列入严重违法失信名单."""

    __tablename__ = "credit_listing"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("uq_credit_listing_submission", "submission_key", unique=True),
        sa.Index("ix_credit_listing_enterprise", "enterprise_id", "id"),
        sa.Index("ix_credit_listing_org", "org_id", "state", "id"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("removed_on IS NULL OR listed_on <= removed_on", name="removal_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    enterprise_name: Mapped[str] = mapped_column(sa.String(300))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("disposal_case.id"))
    penalty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("penalty.id"))
    ground: Mapped[str] = mapped_column(sa.String(500))  # 列入事由 with article
    state: Mapped[ListingState] = mapped_column(coded(ListingState))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    document_no: Mapped[str | None] = mapped_column(sa.String(100))
    listed_on: Mapped[date | None]
    remove_due_on: Mapped[date | None]  # 列入满三年
    removed_on: Mapped[date | None]
    removal: Mapped[RemovalGround | None] = mapped_column(coded(RemovalGround, "removal"))
    removal_note: Mapped[str | None] = mapped_column(sa.String(500))
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
