"""限时报告 (24 小时)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.workflow import UrgentState
from app.sampling.models import Sample
from app.secret_columns import SecretJSON


class UrgentReport(Base):
    """限时报告情况表 of one sample: what triggered it, when it was due and when it was made."""

    __tablename__ = "urgent_report"
    __table_args__ = (
        sa.UniqueConstraint("sample_id"),
        sa.UniqueConstraint("org_id", "number"),
        sa.CheckConstraint("state NOT IN ('reported', 'acknowledged') OR reported_at IS NOT NULL", name="reported_when"),
        sa.CheckConstraint("state <> 'acknowledged' OR acknowledged_at IS NOT NULL", name="acknowledged_when"),
        sa.Index("ix_urgent_report_org", "org_id", "state", "due_at", "id"),
        sa.Index("ix_urgent_report_laboratory", "laboratory_org_id", "state", "due_at", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    laboratory_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[UrgentState] = mapped_column(coded(UrgentState))
    items: Mapped[str] = mapped_column(sa.String(600))
    trigger: Mapped[str] = mapped_column(sa.String(1000))  # which rule of the data, item by item
    confirmed_at: Mapped[datetime]  # 确认时间: the 24 hours run from here
    due_at: Mapped[datetime]
    due_why: Mapped[str | None] = mapped_column(sa.Text())
    due_article: Mapped[str | None] = mapped_column(sa.String(300))
    fields: Mapped[dict[str, Any] | None] = mapped_column(SecretJSON("urgent_report.fields"))  # the one-page form
    reported_at: Mapped[datetime | None]
    reported_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[Sample] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}
