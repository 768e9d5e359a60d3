"""监督检查: who looked at which enterprise when, what was found, what followed and when it was made public."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.checklists.models import Checklist, ChecklistItem
from app.db import Base, coded
from app.domain.supervision_kinds import (
    CompanySignature,
    FindingAnswer,
    InspectionMeasure,
    InspectionNature,
    InspectionResult,
)
from app.domain.supervision_states import InspectionState
from app.enterprises.models import Enterprise


class Inspection(Base):
    """一次监督检查."""

    __tablename__ = "inspection"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_inspection_enterprise", "enterprise_id", "inspected_on"),
        sa.Index("ix_inspection_org", "org_id", "state", "id"),
        sa.Index("ix_inspection_finished", "org_id", "finished_on", "id"),
        sa.Index("uq_inspection_submission", "submission_key", unique=True),
        sa.CheckConstraint("second_id IS NULL OR second_id <> lead_id", name="two_inspectors"),
        sa.CheckConstraint("state <> 'finished' OR result IS NOT NULL", name="result_if_finished"),
        sa.CheckConstraint("state <> 'finished' OR (lead_id IS NOT NULL AND second_id IS NOT NULL)", name="both_if_finished"),
        sa.CheckConstraint("finished_on IS NULL OR inspected_on <= finished_on", name="finish_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    enterprise_name: Mapped[str] = mapped_column(sa.String(300))  # as it was called then
    kind: Mapped[str] = mapped_column(sa.String(40))  # 企业类型 it was inspected as
    nature: Mapped[InspectionNature] = mapped_column(coded(InspectionNature))
    checklist_id: Mapped[int] = mapped_column(sa.ForeignKey("checklist.id"))
    recheck_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inspection.id"))
    place: Mapped[str | None] = mapped_column(sa.String(300))
    planned_on: Mapped[date | None]
    inspected_on: Mapped[date | None]
    from_at: Mapped[datetime | None]  # 检查起止时间
    to_at: Mapped[datetime | None]
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    second_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    others: Mapped[str | None] = mapped_column(sa.String(300))  # 其他检查人员、陪同
    lead_signed_at: Mapped[datetime | None]
    second_signed_at: Mapped[datetime | None]
    company_person: Mapped[str | None] = mapped_column(sa.String(100))
    company_signature: Mapped[CompanySignature | None] = mapped_column(coded(CompanySignature))
    company_opinion: Mapped[str | None] = mapped_column(sa.String(1000))
    witness: Mapped[str | None] = mapped_column(sa.String(200))
    state: Mapped[InspectionState] = mapped_column(coded(InspectionState))
    result: Mapped[InspectionResult | None] = mapped_column(coded(InspectionResult))
    result_reason: Mapped[str | None] = mapped_column(sa.String(500))  # where it departs from what the findings suggest
    measure: Mapped[InspectionMeasure | None] = mapped_column(coded(InspectionMeasure))
    opinion: Mapped[str | None] = mapped_column(sa.String(2000))  # 检查意见
    filing_no: Mapped[str | None] = mapped_column(sa.String(100))  # 立案文号
    penalty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("penalty.id"))
    finished_on: Mapped[date | None]
    finished_at: Mapped[datetime | None]
    publish_due_on: Mapped[date | None]
    published_on: Mapped[date | None]
    published_at: Mapped[datetime | None]
    published_where: Mapped[str | None] = mapped_column(sa.String(300))
    not_public: Mapped[str | None] = mapped_column(sa.String(300))  # why the law keeps it from the public
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    enterprise: Mapped[Enterprise] = relationship(lazy="raise")
    checklist: Mapped[Checklist] = relationship(lazy="raise")
    findings: Mapped[list[InspectionFinding]] = relationship(lazy="raise", cascade="all, delete-orphan", order_by="InspectionFinding.id")
    __mapper_args__ = {"version_id_col": version}


class InspectionFinding(Base):
    """检查项目结果 of one item of the checklist."""

    __tablename__ = "inspection_finding"
    __table_args__ = (sa.UniqueConstraint("inspection_id", "item_id"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    inspection_id: Mapped[int] = mapped_column(sa.ForeignKey("inspection.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("checklist_item.id"))
    answer: Mapped[FindingAnswer] = mapped_column(coded(FindingAnswer))
    note: Mapped[str | None] = mapped_column(sa.String(500))
    item: Mapped[ChecklistItem] = relationship(lazy="raise")
