"""报表: a monthly, quarterly or yearly return made from the records as known at one moment."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.workflow import ReturnState


class MonthlyReturn(Base):
    """月报. A sealed one has a number, the workbook's SHA-256 and the head of the history chain it was made at."""

    __tablename__ = "monthly_return"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.CheckConstraint("(state <> 'sealed' AND state <> 'sent') OR number IS NOT NULL", name="number_if_sealed"),
        sa.Index("ix_monthly_return_org", "org_id", "month", "id"),
        sa.Index("ix_monthly_return_corrects_id", "corrects_id"),
        sa.Index("uq_monthly_return_submission", "submission_key", unique=True),
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
    period_kind: Mapped[ReturnPeriod] = mapped_column(coded(ReturnPeriod), default=ReturnPeriod.MONTH)  # ``month`` is its last one
    template_id: Mapped[int | None] = mapped_column(sa.ForeignKey("return_template.id"))  # None: our own workbook
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("monthly_return.id"))  # 更正报 of which sealed one
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    sealed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    sent_on: Mapped[date | None]
    sent_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    sent_to: Mapped[str | None] = mapped_column(sa.String(200))
    sent_document: Mapped[str | None] = mapped_column(sa.String(200))
    sources_attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))  # the numbers behind every figure
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def title(self) -> str:
        """Its name in the history and in messages: the number, or what it reports while it has none."""
        return self.number or f"{self.month // 100}年{self.month % 100}月{self.period_kind.value}（未编号）"


class ReturnFigure(Base):
    """数据来源 of one figure of a return: what was counted, what stands in the cell, and the hash of its list of numbers."""

    __tablename__ = "return_figure"
    __table_args__ = (sa.Index("ix_return_figure_return", "return_id", "ordinal"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("monthly_return.id"))
    ordinal: Mapped[int]
    sheet: Mapped[str] = mapped_column(sa.String(100))
    cell: Mapped[str | None] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(200))
    definition: Mapped[str] = mapped_column(sa.String(40))  # code of the formula
    definition_version: Mapped[int]
    filter: Mapped[str | None] = mapped_column(sa.String(300))
    period: Mapped[str] = mapped_column(sa.String(40))
    side: Mapped[str] = mapped_column(sa.String(20))
    value: Mapped[str | None] = mapped_column(sa.String(100))
    count: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))


class ReturnCheck(Base):
    """审核结果 of one 审核公式 on one return; what fails without blocking is explained (审核说明)."""

    __tablename__ = "return_check"
    __table_args__ = (sa.UniqueConstraint("return_id", "code"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("monthly_return.id"))
    ordinal: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(40))
    expression: Mapped[str] = mapped_column(sa.String(500))
    blocking: Mapped[bool]
    passed: Mapped[bool]
    message: Mapped[str] = mapped_column(sa.String(500))
    explanation: Mapped[str | None] = mapped_column(sa.String(500))
    checked_at: Mapped[datetime]
