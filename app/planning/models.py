"""抽检任务: how many batches a level owes an area in a year, by purpose."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.samples import Level, Purpose


class SamplingTask(Base):
    """年度任务数. Changing the number supersedes the row; the old one stays readable."""

    __tablename__ = "sampling_task"
    __table_args__ = (
        sa.CheckConstraint("batches >= 0", name="batches_not_negative"),
        sa.Index("ix_sampling_task_area", "org_id", "region_id", "year"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    year: Mapped[int]
    level: Mapped[Level] = mapped_column(coded(Level))
    purpose: Mapped[Purpose] = mapped_column(coded(Purpose))
    batches: Mapped[int]
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]
