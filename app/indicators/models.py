"""规划, 指标 and the summaries that make a year's table quick."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.samples import Confidence


class Plan(Base):
    """五年规划 as a template: it may be shown for any area."""

    __tablename__ = "plan"
    __table_args__ = (sa.UniqueConstraint("code"),)

    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    from_year: Mapped[int]
    to_year: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(300))
    recorded_at: Mapped[datetime]


class PlanIndicator(Base):
    """规划指标 and how it is obtained; a new definition is a new version of the row."""

    __tablename__ = "plan_indicator"
    __table_args__ = (sa.UniqueConstraint("plan_id", "no", "definition_version"),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    no: Mapped[str] = mapped_column(sa.String(10))
    ordinal: Mapped[int]
    definition_version: Mapped[int] = mapped_column(default=1)
    group_name: Mapped[str | None] = mapped_column(sa.String(60))
    where_stated: Mapped[str | None]  # chapter, for targets stated in the text only
    name: Mapped[str]
    unit: Mapped[str | None] = mapped_column(sa.String(40))
    base_year: Mapped[int | None]
    base: Mapped[Decimal | None]
    base_written: Mapped[str | None] = mapped_column(sa.String(40))
    target_year: Mapped[int]
    target: Mapped[Decimal]
    op: Mapped[str] = mapped_column(sa.String(2))
    period: Mapped[str] = mapped_column(sa.String(20))
    nature: Mapped[str | None] = mapped_column(sa.String(10))  # 约束性/预期性
    formula: Mapped[str] = mapped_column(sa.String(40))
    filter: Mapped[str | None] = mapped_column(sa.String(300))
    source: Mapped[str | None] = mapped_column(sa.String(300))
    shipped: Mapped[bool] = mapped_column(default=False)  # from a file, not entered by the office
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class YearlyTarget(Base):
    """年度目标 of an indicator; conflicting sources are both kept."""

    __tablename__ = "yearly_target"
    __table_args__ = (sa.Index("ix_yearly_target_plan", "plan_id", "no", "year"),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    no: Mapped[str] = mapped_column(sa.String(10))
    year: Mapped[int]
    target: Mapped[Decimal]
    op: Mapped[str] = mapped_column(sa.String(2))
    meaning: Mapped[str] = mapped_column(sa.String(20))  # 水平, 当年新增, 基期值
    source: Mapped[str | None] = mapped_column(sa.String(300))
    shipped: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class ReportedValue(Base):
    """填报值: a value that comes from outside, with its date, document and attachment."""

    __tablename__ = "reported_value"
    __table_args__ = (sa.Index("ix_reported_value_plan", "plan_id", "no", "region_id", "year"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    no: Mapped[str] = mapped_column(sa.String(10))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    year: Mapped[int]
    month: Mapped[int | None]
    value: Mapped[Decimal]
    places: Mapped[int | None]  # decimals as written: the column gives back 97.8000000000
    as_of: Mapped[date]
    document: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]


class PlanFact(Base):
    """规划载明的历史数值, kept as check values."""

    __tablename__ = "plan_fact"

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    period: Mapped[str] = mapped_column(sa.String(20))
    what: Mapped[str]
    numerator: Mapped[Decimal | None]
    denominator: Mapped[Decimal | None]
    rate_percent: Mapped[Decimal | None]
    note: Mapped[str | None] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence] = mapped_column(coded(Confidence))


class BatchSummary(Base):
    """批次汇总 of the facts in force: recomputed for the touched keys in the transaction that touched them.

    Unknown county or category is 0, an unknown level "—", so that the key has no NULL.
    """

    __tablename__ = "batch_summary"
    __table_args__ = (
        sa.UniqueConstraint(
            "month", "county_id", "category_root_id", "purpose", "domain", "organiser_level",
            "supervision", "monitoring", "has_residue", "org_id", name="uq_batch_summary_key",
        ),
        sa.Index("ix_batch_summary_county", "county_id", "month"),
    )

    org_id: Mapped[int]
    month: Mapped[int]
    county_id: Mapped[int]
    category_root_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(sa.String(20))
    domain: Mapped[str] = mapped_column(sa.String(20))
    organiser_level: Mapped[str] = mapped_column(sa.String(20))
    supervision: Mapped[str] = mapped_column(sa.String(20))
    monitoring: Mapped[str] = mapped_column(sa.String(20))
    has_residue: Mapped[bool]
    batches: Mapped[int]


class WideSummary(Base):
    """省级和全国汇总: the lines of ``batch_summary`` added up over organisations and counties, for the topmost reader.

    A province of 500 counties has nearly as many lines of ``batch_summary`` as batches.
    """

    __tablename__ = "wide_summary"
    __table_args__ = (
        sa.UniqueConstraint(
            "region_id", "month", "category_root_id", "purpose", "domain", "organiser_level",
            "supervision", "monitoring", "has_residue", name="uq_wide_summary_key",
        ),
    )

    region_id: Mapped[int]
    month: Mapped[int]
    category_root_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(sa.String(20))
    domain: Mapped[str] = mapped_column(sa.String(20))
    organiser_level: Mapped[str] = mapped_column(sa.String(20))
    supervision: Mapped[str] = mapped_column(sa.String(20))
    monitoring: Mapped[str] = mapped_column(sa.String(20))
    has_residue: Mapped[bool]
    batches: Mapped[int]


class AreaSummary(Base):
    """地区年度汇总: whole years of ``batch_summary`` without 大类 and organiser level, for questions that compare places.

    A county of a busy province has some twenty lines a year instead of one a batch.
    """

    __tablename__ = "area_summary"
    __table_args__ = (
        sa.UniqueConstraint(
            "year", "county_id", "org_id", "purpose", "domain", "supervision", "monitoring", "has_residue", name="uq_area_summary_key",
        ),
    )  # fmt: skip

    org_id: Mapped[int]
    year: Mapped[int]
    county_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(sa.String(20))
    domain: Mapped[str] = mapped_column(sa.String(20))
    supervision: Mapped[str] = mapped_column(sa.String(20))
    monitoring: Mapped[str] = mapped_column(sa.String(20))
    has_residue: Mapped[bool]
    batches: Mapped[int]


class YearSummary(Base):
    """省级和全国年度汇总: whole years of ``wide_summary``, so that ten years cost no more than one by month."""

    __tablename__ = "year_summary"
    __table_args__ = (
        sa.UniqueConstraint(
            "region_id", "year", "category_root_id", "purpose", "domain", "organiser_level",
            "supervision", "monitoring", "has_residue", name="uq_year_summary_key",
        ),
    )  # fmt: skip

    region_id: Mapped[int]
    year: Mapped[int]
    category_root_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(sa.String(20))
    domain: Mapped[str] = mapped_column(sa.String(20))
    organiser_level: Mapped[str] = mapped_column(sa.String(20))
    supervision: Mapped[str] = mapped_column(sa.String(20))
    monitoring: Mapped[str] = mapped_column(sa.String(20))
    has_residue: Mapped[bool]
    batches: Mapped[int]


class ItemSummary(Base):
    """项目汇总: tested and failed rows of batches in force, by month, 大类 and item."""

    __tablename__ = "item_summary"
    __table_args__ = (
        sa.UniqueConstraint("month", "category_root_id", "item", "org_id", name="uq_item_summary_key"),
    )

    org_id: Mapped[int]
    month: Mapped[int]
    category_root_id: Mapped[int]
    item: Mapped[str]
    tested: Mapped[int]
    failed: Mapped[int]


class YearItemSummary(Base):
    """项目年度汇总: whole years of ``item_summary`` over all organisations, for the topmost reader.

    A province of 500 bureaus has nearly as many lines of ``item_summary`` as result rows. ``lines`` says of how many it is the sum: an
    item that was never tested is still listed.
    """

    __tablename__ = "year_item_summary"
    __table_args__ = (sa.UniqueConstraint("year", "category_root_id", "item", name="uq_year_item_summary_key"),)

    year: Mapped[int]
    category_root_id: Mapped[int]
    item: Mapped[str]
    tested: Mapped[int]
    failed: Mapped[int]
    lines: Mapped[int]
