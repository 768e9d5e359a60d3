"""检验能力: how many batches a week a laboratory takes from an office, as dated rows."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class LabCapacity(Base):
    """每周检验能力 agreed between an office and a laboratory. In force is the row that begins last; a row that begins on
    the same day as a newer one is superseded by it."""

    __tablename__ = "lab_capacity"
    __table_args__ = (
        sa.Index("ix_lab_capacity_org", "org_id", "laboratory_org_id"),
        sa.Index(
            "uq_lab_capacity_in_force", "org_id", "laboratory_org_id", "valid_from", unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"), postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        sa.CheckConstraint("per_week >= 0", name="per_week_not_negative"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="from_before_to"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    laboratory_org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    per_week: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(300))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]
