"""复检: the list of 复检机构, applications and what became of every item."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.case_kinds import RetestConclusion, RetestPayer, Side
from app.domain.samples import Verdict
from app.domain.workflow import RetestState
from app.sampling.models import Sample
from app.secret_columns import Secret


class RetestLaboratory(Base):
    """复检机构名录: one laboratory as the authority published it; only listed ones may be drawn (办法 32)."""

    __tablename__ = "retest_laboratory"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "code"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # who keeps the list
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]
    address: Mapped[str | None] = mapped_column(sa.String(300))
    contact: Mapped[str | None] = mapped_column(sa.String(100))
    phone: Mapped[str | None] = mapped_column(sa.String(60))
    fields: Mapped[str | None] = mapped_column(sa.String(500))  # 复检能力范围
    laboratory_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))  # the same body as a 承检机构 here
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(200))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))


class Retest(Base):
    """复检申请 and its course."""

    __tablename__ = "retest"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("uq_retest_submission", "submission_key", unique=True),
        sa.Index("ix_retest_sample", "sample_id", "id"),
        sa.Index("ix_retest_org", "org_id", "state", "id"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        sa.CheckConstraint("state NOT IN ('concluded', 'told') OR conclusion IS NOT NULL", name="concluded_how"),
        sa.CheckConstraint("applied_on <= received_on", name="receipt_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # 受理部门
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    side: Mapped[Side] = mapped_column(coded(Side))
    applicant: Mapped[str] = mapped_column(sa.String(300))
    contact: Mapped[str | None] = mapped_column(Secret("retest.contact", 200))
    served_on: Mapped[date | None]  # 收到检验结论日期: the window is counted from it
    applied_on: Mapped[date]  # 申请日期; of a posted application the day of posting
    received_on: Mapped[date]  # 收到申请材料日期
    reason: Mapped[str] = mapped_column(sa.String(1000))
    state: Mapped[RetestState] = mapped_column(coded(RetestState))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # who registered it
    asked_at: Mapped[datetime]
    feasibility: Mapped[str | None] = mapped_column(sa.Text())  # what was shown when the officer signed, line by line
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_on: Mapped[date | None]
    decision: Mapped[str | None] = mapped_column(sa.String(1000))
    laboratory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("retest_laboratory.id"))
    drawing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("drawing.id"))
    designated_on: Mapped[date | None]
    handed_on: Mapped[date | None]  # 初检机构移交备份样品日期
    arrived_on: Mapped[date | None]  # 复检机构收样日期
    seal_intact: Mapped[bool | None]  # 封样完好
    backup_note: Mapped[str | None] = mapped_column(sa.String(500))
    report_no: Mapped[str | None] = mapped_column(sa.String(100))
    concluded_on: Mapped[date | None]
    result_received_on: Mapped[date | None]  # 收到复检结论日期
    conclusion: Mapped[RetestConclusion | None] = mapped_column(coded(RetestConclusion))
    told_on: Mapped[date | None]
    payer: Mapped[RetestPayer | None] = mapped_column(coded(RetestPayer))
    fee: Mapped[Decimal | None]  # 元
    prepaid_on: Mapped[date | None]
    refunded_on: Mapped[date | None]
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[Sample] = relationship(lazy="raise")
    laboratory: Mapped[RetestLaboratory | None] = relationship(lazy="raise")
    items: Mapped[list[RetestItem]] = relationship(lazy="raise", cascade="all, delete-orphan", order_by="RetestItem.id")
    __mapper_args__ = {"version_id_col": version}


class RetestItem(Base):
    """复检项目: a failing item of the first test, may it be tested again, and what came out."""

    __tablename__ = "retest_item"
    __table_args__ = (sa.UniqueConstraint("retest_id", "item"), sa.Index("ix_retest_item_row", "result_row_id"))

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    retest_id: Mapped[int] = mapped_column(sa.ForeignKey("retest.id"))
    result_row_id: Mapped[int | None] = mapped_column(sa.ForeignKey("result_row.id"))
    item: Mapped[str] = mapped_column(sa.String(200))
    first_result: Mapped[str | None] = mapped_column(sa.String(200))
    limit_text: Mapped[str | None] = mapped_column(sa.String(200))
    wanted: Mapped[bool]  # 申请复检
    feasible: Mapped[bool]
    why: Mapped[str | None] = mapped_column(sa.String(300))
    result: Mapped[str | None] = mapped_column(sa.String(200))
    unit: Mapped[str | None] = mapped_column(sa.String(40))
    method: Mapped[str | None] = mapped_column(sa.String(300))
    verdict: Mapped[Verdict | None] = mapped_column(coded(Verdict))
