"""企业自查报告: one report an enterprise owes for a period."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.supervision_states import SelfReportState
from app.enterprises.models import Enterprise


class SelfReport(Base):
    """应报的自查报告."""

    __tablename__ = "self_report"
    __table_args__ = (
        sa.UniqueConstraint("enterprise_id", "kind", "period"),
        sa.Index("ix_self_report_org", "org_id", "state", "due_on", "id"),
        sa.Index("ix_self_report_enterprise", "enterprise_id", "id"),
        sa.CheckConstraint("state <> 'received' OR received_on IS NOT NULL", name="received_when"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))  # 企业类型
    period: Mapped[str] = mapped_column(sa.String(20))  # 2026, 2026H1, 2026Q3
    due_on: Mapped[date]
    basis: Mapped[str | None] = mapped_column(sa.String(300))
    state: Mapped[SelfReportState] = mapped_column(coded(SelfReportState))
    urged_on: Mapped[date | None]
    urgings: Mapped[int] = mapped_column(default=0)
    received_on: Mapped[date | None]
    received_at: Mapped[datetime | None]
    problems: Mapped[int | None]  # 自查发现问题数
    rectified: Mapped[int | None]  # 已整改数
    summary: Mapped[str | None] = mapped_column(sa.String(2000))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)
    enterprise: Mapped[Enterprise] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> str:
        return f"{self.period}自查报告"
