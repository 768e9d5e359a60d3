"""年度检查安排: the inspections an enterprise is due for in a year, from its grade."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.supervision_kinds import Grade


class InspectionDuty(Base):
    """应检查一次: the n-th inspection of a year with the day it has to be done by."""

    __tablename__ = "inspection_duty"
    __table_args__ = (
        sa.UniqueConstraint("enterprise_id", "kind", "year", "ordinal"),
        sa.Index("ix_inspection_duty_org", "org_id", "year", "due_on", "id"),
        sa.Index("ix_inspection_duty_inspection", "inspection_id"),
        sa.CheckConstraint("ordinal > 0", name="counted_from_one"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    year: Mapped[int]
    ordinal: Mapped[int]
    grade: Mapped[Grade | None] = mapped_column(coded(Grade))  # None: not graded, the least the law asks
    risk_grade_id: Mapped[int | None] = mapped_column(sa.ForeignKey("risk_grade.id"))
    from_on: Mapped[date]
    due_on: Mapped[date]
    why: Mapped[str] = mapped_column(sa.String(300))
    assigned_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    inspection_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inspection.id"))  # the one that fulfils it
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    cancelled_at: Mapped[datetime | None]
    cancel_why: Mapped[str | None] = mapped_column(sa.String(300))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
