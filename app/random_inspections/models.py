"""双随机抽查: the list of inspectors, programmes, other departments that take part, and what was drawn and found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.supervision_kinds import RandomOutcome
from app.domain.supervision_states import ProgrammeState
from app.enterprises.models import Enterprise


class Inspector(Base):
    """执法检查人员名录: one person who may be drawn, of our own or of another department."""

    __tablename__ = "inspector"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "certificate_no"),
        sa.Index("ix_inspector_org", "org_id", "id"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(sa.String(100))
    certificate_no: Mapped[str] = mapped_column(sa.String(60))  # 执法证号
    department: Mapped[str | None] = mapped_column(sa.String(200))  # of another department
    speciality: Mapped[str | None] = mapped_column(sa.String(200))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class RandomProgramme(Base):
    """双随机抽查任务: what is looked at, who may be drawn, the two draws, the publication."""

    __tablename__ = "random_programme"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_random_programme_org", "org_id", "year", "id"),
        sa.Index("uq_random_programme_submission", "submission_key", unique=True),
        sa.CheckConstraint("team_size >= 2", name="two_at_least"),
        sa.CheckConstraint("from_on <= to_on", name="term_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[str]
    year: Mapped[int]
    matter: Mapped[str] = mapped_column(sa.String(500))  # 抽查事项
    checklist_code: Mapped[str | None] = mapped_column(sa.String(40))
    filters: Mapped[dict[str, Any]] = mapped_column(sa.JSON())  # kind, grades, regions, stations of the pool
    take: Mapped[int | None]  # 抽取户数
    permille: Mapped[int | None]  # or 抽取比例, in thousandths of the pool
    team_size: Mapped[int] = mapped_column(default=2)
    from_on: Mapped[date]
    to_on: Mapped[date]
    state: Mapped[ProgrammeState] = mapped_column(coded(ProgrammeState))
    enterprise_drawing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("drawing.id"))
    inspector_drawing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("drawing.id"))
    publish_due_on: Mapped[date | None]
    published_on: Mapped[date | None]
    published_where: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    partners: Mapped[list[RandomPartner]] = relationship(lazy="raise", cascade="all, delete-orphan", order_by="RandomPartner.id")
    __mapper_args__ = {"version_id_col": version}


class RandomPartner(Base):
    """联合部门 of a joint programme, with the matters it looks at."""

    __tablename__ = "random_partner"
    __table_args__ = (sa.UniqueConstraint("programme_id", "department"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("random_programme.id"))
    department: Mapped[str] = mapped_column(sa.String(200))
    matter: Mapped[str] = mapped_column(sa.String(500))
    contact: Mapped[str | None] = mapped_column(sa.String(200))


class RandomTarget(Base):
    """抽中的检查对象: its team, its inspection, its result and publication."""

    __tablename__ = "random_target"
    __table_args__ = (
        sa.UniqueConstraint("programme_id", "enterprise_id"),
        sa.Index("ix_random_target_enterprise", "enterprise_id", "id"),
        sa.Index("ix_random_target_org", "org_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("random_programme.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    drawn_rank: Mapped[int]
    inspection_id: Mapped[int | None] = mapped_column(sa.ForeignKey("inspection.id"))
    outcome: Mapped[RandomOutcome | None] = mapped_column(coded(RandomOutcome))
    outcome_note: Mapped[str | None] = mapped_column(sa.String(500))
    inspected_on: Mapped[date | None]
    recorded_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    enterprise: Mapped[Enterprise] = relationship(lazy="raise")
    team: Mapped[list[RandomMember]] = relationship(lazy="raise", cascade="all, delete-orphan", order_by="RandomMember.ordinal")


class RandomMember(Base):
    """抽中的检查人员 for one enterprise; one who had to step back (回避) stays with the reason."""

    __tablename__ = "random_member"
    __table_args__ = (sa.UniqueConstraint("target_id", "inspector_id"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    target_id: Mapped[int] = mapped_column(sa.ForeignKey("random_target.id"))
    inspector_id: Mapped[int] = mapped_column(sa.ForeignKey("inspector.id"))
    ordinal: Mapped[int]
    replaced_why: Mapped[str | None] = mapped_column(sa.String(300))
    inspector: Mapped[Inspector] = relationship(lazy="raise")


class RandomFinding(Base):
    """联合部门的检查结果 for one enterprise."""

    __tablename__ = "random_finding"
    __table_args__ = (sa.UniqueConstraint("target_id", "department"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    target_id: Mapped[int] = mapped_column(sa.ForeignKey("random_target.id"))
    department: Mapped[str] = mapped_column(sa.String(200))
    outcome: Mapped[RandomOutcome] = mapped_column(coded(RandomOutcome))
    note: Mapped[str | None] = mapped_column(sa.String(500))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
