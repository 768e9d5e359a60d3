"""检验时限约定 (第二十四条: 另有约定的，从其约定)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class ReportAgreement(Base):
    """检验时限约定 of a bureau with a laboratory; a changed one is voided and made anew."""

    __tablename__ = "report_agreement"
    __table_args__ = (
        sa.CheckConstraint("working_days BETWEEN 1 AND 120", name="days_possible"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="valid_order"),
        sa.Index("ix_report_agreement_laboratory", "laboratory_org_id", "valid_from", "id"),
        sa.Index("ix_report_agreement_org", "org_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    laboratory_org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    agricultural: Mapped[bool | None]  # 食用农产品 only, all but them, or both (NULL)
    working_days: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    document_no: Mapped[str] = mapped_column(sa.String(100))
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(sa.String(300))
