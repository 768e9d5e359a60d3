"""风险分级: static facts, grades with their points, events that move a grade, and the yearly run over many enterprises."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.supervision_kinds import Grade, GradeCause, RiskComponent, RiskEventKind
from app.domain.supervision_states import GradeState, RiskEventState, RiskRunState
from app.enterprises.models import Enterprise

POINTS = sa.Numeric(7, 2)


class RiskProfile(Base):
    """静态风险要素: the facts (面积、单品数、供餐人数 …) that static points are counted from, as recorded on a day."""

    __tablename__ = "risk_profile"
    __table_args__ = (
        sa.Index("ix_risk_profile_enterprise", "enterprise_id", "kind", "id"),
        sa.Index("ix_risk_profile_org", "org_id", "id"),
        sa.Index(
            "uq_risk_profile_current", "enterprise_id", "kind", unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"), postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )  # fmt: skip

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))  # 企业类型
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON())
    seen_on: Mapped[date]  # 核实日期
    source: Mapped[str | None] = mapped_column(sa.String(300))  # 许可现场核查、年度核实 …
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]


class RiskRun(Base):
    """年度评定: grades of many enterprises at once, previewed by one person and confirmed by another."""

    __tablename__ = "risk_run"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_risk_run_org", "org_id", "state", "id"),
        sa.Index("uq_risk_run_submission", "submission_key", unique=True),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    year: Mapped[int]  # the year the grades are for
    kind: Mapped[str] = mapped_column(sa.String(40))  # 企业类型
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    rule_code: Mapped[str] = mapped_column(sa.String(60))
    rule_set_id: Mapped[int | None] = mapped_column(sa.ForeignKey("risk_rule_set.id"))
    rule_sha256: Mapped[str] = mapped_column(sa.String(64))
    from_on: Mapped[date]  # the records looked at
    to_on: Mapped[date]
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON())
    state: Mapped[RiskRunState] = mapped_column(coded(RiskRunState))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class RiskGrade(Base):
    """风险等级 of one enterprise as one kind: how it was counted, by whom decided, from when to when in force."""

    __tablename__ = "risk_grade"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_risk_grade_enterprise", "enterprise_id", "kind", "id"),
        sa.Index("ix_risk_grade_org", "org_id", "state", "id"),
        sa.Index("ix_risk_grade_run", "run_id", "id"),
        sa.Index("uq_risk_grade_submission", "submission_key", unique=True),
        sa.Index(  # one grade in force
            "uq_risk_grade_current", "enterprise_id", "kind", unique=True,
            sqlite_where=sa.text("state = 'confirmed'"), postgresql_where=sa.text("state = 'confirmed'"),
        ),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("state <> 'confirmed' OR grade IS NOT NULL", name="graded_if_confirmed"),
        sa.CheckConstraint("effective_to IS NULL OR effective_from <= effective_to", name="validity_order"),
    )  # fmt: skip

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))  # 企业类型
    year: Mapped[int]
    cause: Mapped[GradeCause] = mapped_column(coded(GradeCause))
    rule_code: Mapped[str] = mapped_column(sa.String(60))
    rule_set_id: Mapped[int | None] = mapped_column(sa.ForeignKey("risk_rule_set.id"))
    rule_sha256: Mapped[str] = mapped_column(sa.String(64))
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("risk_run.id"))
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("risk_event.id"))
    former_id: Mapped[int | None] = mapped_column(sa.ForeignKey("risk_grade.id"))  # the one it replaces
    static_points: Mapped[Decimal | None] = mapped_column(POINTS)
    dynamic_points: Mapped[Decimal | None] = mapped_column(POINTS)
    credit_points: Mapped[Decimal | None] = mapped_column(POINTS)
    total: Mapped[Decimal | None] = mapped_column(POINTS)
    suggested: Mapped[Grade | None] = mapped_column(coded(Grade, "suggested"))  # by the points alone
    steps: Mapped[int] = mapped_column(default=0)  # 上调为正, 下调为负
    grade: Mapped[Grade | None] = mapped_column(coded(Grade))
    reason: Mapped[str | None] = mapped_column(sa.String(500))  # of a manual change
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON())  # what was counted from, to count it again
    state: Mapped[GradeState] = mapped_column(coded(GradeState))
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]  # the last day in force
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    opinion: Mapped[str | None] = mapped_column(sa.String(500))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    enterprise: Mapped[Enterprise] = relationship(lazy="raise")
    points: Mapped[list[RiskPoint]] = relationship(lazy="raise", order_by="RiskPoint.ordinal", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}


class RiskPoint(Base):
    """得分项: one line of a score sheet with the record it rests on."""

    __tablename__ = "risk_point"
    __table_args__ = (sa.UniqueConstraint("grade_id", "ordinal"), sa.Index("ix_risk_point_evidence", "evidence_kind", "evidence_id"))

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    grade_id: Mapped[int] = mapped_column(sa.ForeignKey("risk_grade.id"))
    ordinal: Mapped[int]
    component: Mapped[RiskComponent] = mapped_column(coded(RiskComponent))
    code: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[str]
    value: Mapped[str | None] = mapped_column(sa.String(300))
    points: Mapped[Decimal] = mapped_column(POINTS)
    most: Mapped[Decimal | None] = mapped_column(POINTS)
    steps: Mapped[int] = mapped_column(default=0)  # of an adjustment
    evidence_kind: Mapped[str | None] = mapped_column(sa.String(30))  # a table name
    evidence_id: Mapped[int | None]
    evidence: Mapped[str | None] = mapped_column(sa.String(300))


class RiskEvent(Base):
    """风险事件: what moves a grade up, or may move it down."""

    __tablename__ = "risk_event"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_risk_event_enterprise", "enterprise_id", "id"),
        sa.Index("ix_risk_event_org", "org_id", "state", "id"),
        sa.Index("ix_risk_event_source", "source_kind", "source_id"),
        sa.Index("uq_risk_event_submission", "submission_key", unique=True),
        sa.Index(  # a record is an event of one kind once
            "uq_risk_event_once", "enterprise_id", "kind", "source_kind", "source_id", unique=True,
            sqlite_where=sa.text("state = 'recorded'"), postgresql_where=sa.text("state = 'recorded'"),
        ),
    )  # fmt: skip

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    kind: Mapped[RiskEventKind] = mapped_column(coded(RiskEventKind))
    occurred_on: Mapped[date]
    steps: Mapped[int]  # 上调为正, 下调为负
    source_kind: Mapped[str | None] = mapped_column(sa.String(30))  # a table name
    source_id: Mapped[int | None]
    source: Mapped[str] = mapped_column(sa.String(300))  # in words, with a document's number
    automatic: Mapped[bool]
    state: Mapped[RiskEventState] = mapped_column(coded(RiskEventState))
    recorded_at: Mapped[datetime]
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # who recorded it
    void_reason: Mapped[str | None] = mapped_column(sa.String(500))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
