"""月报: a monthly return made from the records as known at one moment."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.workflow import ReturnState


class MonthlyReturn(Base):
    """月报. A sealed one has a number, the workbook's SHA-256 and the head of the history chain it was made at."""

    __tablename__ = "monthly_return"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.CheckConstraint("state <> 'sealed' OR number IS NOT NULL", name="number_if_sealed"),
        sa.Index("ix_monthly_return_org", "org_id", "month", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    month: Mapped[int]
    state: Mapped[ReturnState] = mapped_column(coded(ReturnState))
    number: Mapped[str | None] = mapped_column(sa.String(40))
    as_of: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    chain_head: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    sealed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
