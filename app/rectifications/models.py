"""责令改正: what an inspection ordered to be put right, until when, and what the re-check (回头看) found."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.supervision_states import RectificationState
from app.inspections.models import Inspection


class RectificationOrder(Base):
    """责令改正通知书 and its course."""

    __tablename__ = "rectification_order"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_rectification_order_inspection", "inspection_id", "id"),
        sa.Index("ix_rectification_order_enterprise", "enterprise_id", "id"),
        sa.Index("ix_rectification_order_org", "org_id", "state", "due_on", "id"),
        sa.Index("uq_rectification_order_submission", "submission_key", unique=True),
        sa.CheckConstraint("ordered_on <= due_on", name="term_order"),
        sa.CheckConstraint("state NOT IN ('passed', 'failed') OR rechecked_on IS NOT NULL", name="rechecked_when"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    inspection_id: Mapped[int] = mapped_column(sa.ForeignKey("inspection.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    enterprise_name: Mapped[str] = mapped_column(sa.String(300))
    requirement: Mapped[str] = mapped_column(sa.String(2000))
    basis: Mapped[str | None] = mapped_column(sa.String(500))
    at_once: Mapped[bool]  # 立即改正 or 限期改正
    ordered_on: Mapped[date]
    due_on: Mapped[date]
    extended_to: Mapped[date | None]
    state: Mapped[RectificationState] = mapped_column(coded(RectificationState))
    reported_on: Mapped[date | None]
    report: Mapped[str | None] = mapped_column(sa.String(2000))  # 企业整改情况
    rechecked_on: Mapped[date | None]
    recheck: Mapped[str | None] = mapped_column(sa.String(2000))  # 复查情况
    recheck_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inspection.id"))
    rounds: Mapped[int] = mapped_column(default=1)
    filing_no: Mapped[str | None] = mapped_column(sa.String(100))
    penalty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("penalty.id"))
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    inspection: Mapped[Inspection] = relationship(lazy="raise", foreign_keys=[inspection_id])
    __mapper_args__ = {"version_id_col": version}
