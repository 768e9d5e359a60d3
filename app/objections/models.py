"""异议: one application against the sampling, the authenticity, the method or the standard."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.case_kinds import ObjectionEffect, ObjectionKind, ObjectionOutcome, Side
from app.domain.workflow import ObjectionState
from app.sampling.models import Sample
from app.secret_columns import Secret


class Objection(Base):
    """异议申请."""

    __tablename__ = "objection"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("uq_objection_submission", "submission_key", unique=True),
        sa.Index("ix_objection_sample", "sample_id", "id"),
        sa.Index("ix_objection_org", "org_id", "state", "id"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        sa.CheckConstraint("state NOT IN ('decided', 'told') OR outcome IS NOT NULL", name="decided_how"),
        sa.CheckConstraint("applied_on <= received_on", name="receipt_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # 受理部门
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[ObjectionKind] = mapped_column(coded(ObjectionKind))
    side: Mapped[Side] = mapped_column(coded(Side))
    applicant: Mapped[str] = mapped_column(sa.String(300))
    contact: Mapped[str | None] = mapped_column(Secret("objection.contact", 200))
    window_from: Mapped[date | None]  # 抽样完成日期, or 收到检验结论日期
    applied_on: Mapped[date]
    received_on: Mapped[date]
    content: Mapped[str] = mapped_column(sa.String(2000))
    evidence: Mapped[str | None] = mapped_column(sa.String(1000))  # 证明材料
    state: Mapped[ObjectionState] = mapped_column(coded(ObjectionState))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    correction_asked_on: Mapped[date | None]
    correction: Mapped[str | None] = mapped_column(sa.String(1000))  # 需要补正的材料
    correction_due_on: Mapped[date | None]
    supplemented_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    accepted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    refusal: Mapped[str | None] = mapped_column(sa.String(1000))
    investigation: Mapped[str | None] = mapped_column(sa.String(4000))  # 核查情况
    outcome: Mapped[ObjectionOutcome | None] = mapped_column(coded(ObjectionOutcome))
    effect: Mapped[ObjectionEffect | None] = mapped_column(coded(ObjectionEffect))
    decision: Mapped[str | None] = mapped_column(sa.String(2000))
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    told_on: Mapped[date | None]
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[Sample] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}
