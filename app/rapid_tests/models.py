"""快检记录: device, reagent, result; a positive one leads to a laboratory sample. Never counted as a batch."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.samples import Link
from app.domain.sampling_kinds import RapidResult
from app.domain.workflow import RapidState


class RapidTest(Base):
    """快检记录."""

    __tablename__ = "rapid_test"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.Index("ix_rapid_test_org", "org_id", "tested_on", "id"),
        sa.Index("ix_rapid_test_enterprise", "enterprise_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[RapidState] = mapped_column(coded(RapidState))
    tested_on: Mapped[date]
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    link: Mapped[Link | None] = mapped_column(coded(Link))
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"))
    sampled_name: Mapped[str]
    stall: Mapped[str | None] = mapped_column(sa.String(60))
    product_name: Mapped[str]
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("food_category.id"), index=True)
    origin: Mapped[str | None] = mapped_column(sa.String(100))
    item: Mapped[str]
    device: Mapped[str] = mapped_column(sa.String(100))
    device_no: Mapped[str | None] = mapped_column(sa.String(60))
    reagent: Mapped[str] = mapped_column(sa.String(100))
    reagent_batch: Mapped[str] = mapped_column(sa.String(60))
    reagent_until: Mapped[date | None]
    result: Mapped[RapidResult] = mapped_column(coded(RapidResult))
    reading: Mapped[str | None] = mapped_column(sa.String(60))
    testers: Mapped[str]
    told_at: Mapped[datetime | None]  # the party was told; four hours to object (食品安全法第八十八条)
    objection: Mapped[str | None] = mapped_column(sa.String(300))
    measures: Mapped[str | None] = mapped_column(sa.String(500))
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sample.id"), index=True)
    remark: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
