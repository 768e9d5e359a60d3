"""抽检计划: the yearly plan, its quotas on a grid, and the items to be tested in each food."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.samples import AreaType, ItemKind, Level, Link, Purpose
from app.domain.workflow import PlanState


class SamplingPlan(Base):
    """年度抽检计划 of one organisation, level and purpose.

    What is in force is what was recorded by ``issued_at``: while an issued plan is being changed, figures and tasks go
    on reading the quotas of that moment. ``region_id`` is the area that the plan covers. The number rule
    (prefix, unit, suffix) is the plan's own; without one the organisation's applies.
    """

    __tablename__ = "sampling_plan"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "year", "name"),
        sa.Index("ix_sampling_plan_region", "region_id", "year"),
        sa.CheckConstraint("approved_by_id <> submitted_by_id", name="two_people"),
        sa.CheckConstraint("total >= 0", name="total_not_negative"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sampling_plan.id"))  # the plan it decomposes
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    year: Mapped[int]
    name: Mapped[str]
    level: Mapped[Level] = mapped_column(coded(Level))
    purpose: Mapped[Purpose] = mapped_column(coded(Purpose))
    special: Mapped[bool] = mapped_column(default=False)  # 专项
    total: Mapped[int]  # 计划总批次
    state: Mapped[PlanState] = mapped_column(coded(PlanState))
    edition: Mapped[int] = mapped_column(default=0)  # counts what has been issued
    number_prefix: Mapped[str | None] = mapped_column(sa.String(3))
    number_unit: Mapped[str | None] = mapped_column(sa.String(5))
    number_suffix: Mapped[str | None] = mapped_column(sa.String(4))
    note: Mapped[str | None] = mapped_column(sa.String(1000))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    issued_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def title(self) -> str:
        """As history names it; whoever wrote the year into the name does not read it twice."""
        return self.name if self.name.startswith(f"{self.year}年") else f"{self.year}年 {self.name}"


class PlanQuota(Base):
    """计划批次 of one cell: category × area × link × month × 城乡; what is NULL is not divided.

    A changed number supersedes the row, a cleared cell ends it; ``cell`` is the coordinates as text, unique among the rows
    in force. The plan's total is the cell "*".
    """

    __tablename__ = "plan_quota"
    __table_args__ = (
        sa.Index("ix_plan_quota_plan", "plan_id", "id"),
        sa.Index(
            "uq_plan_quota_cell", "plan_id", "cell", unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"), postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        sa.CheckConstraint("batches >= 0", name="batches_not_negative"),
        sa.CheckConstraint("month IS NULL OR (month >= 1 AND month <= 12)", name="month_of_year"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("sampling_plan.id"))
    cell: Mapped[str] = mapped_column(sa.String(80))
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("food_category.id"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    link: Mapped[Link | None] = mapped_column(coded(Link))
    month: Mapped[int | None]
    area_type: Mapped[AreaType | None] = mapped_column(coded(AreaType))
    batches: Mapped[int]
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]
    superseded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_reason: Mapped[str | None] = mapped_column(sa.String(300))  # of a cleared cell, which has no newer row


class PlanItemSet(Base):
    """检验项目组 of a fine category in a plan; changing it supersedes the set."""

    __tablename__ = "plan_item_set"
    __table_args__ = (
        sa.Index("ix_plan_item_set_plan", "plan_id", "category_id"),
        sa.Index(
            "uq_plan_item_set_in_force", "plan_id", "category_id", unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"), postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("sampling_plan.id"))
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("food_category.id"))
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]
    items: Mapped[list[PlanItem]] = relationship(lazy="raise", order_by="PlanItem.ordinal")


class PlanItem(Base):
    """计划检验项目: item, method (检验依据), basis (判定依据), limits and units."""

    __tablename__ = "plan_item"
    __table_args__ = (sa.UniqueConstraint("set_id", "ordinal"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    set_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_item_set.id"))
    ordinal: Mapped[int]
    item: Mapped[str]
    item_kind: Mapped[ItemKind] = mapped_column(coded(ItemKind))
    required: Mapped[bool] = mapped_column(default=True)
    method: Mapped[str | None] = mapped_column(sa.String(400))
    basis: Mapped[str | None] = mapped_column(sa.String(400))
    min_text: Mapped[str | None] = mapped_column(sa.String(100))
    max_text: Mapped[str | None] = mapped_column(sa.String(100))
    unit: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[str | None] = mapped_column(sa.String(300))
