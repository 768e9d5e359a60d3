"""规则豁免 as a record of its own, and the caps that samples may be exempted from."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.samples import Confidence, Level, Link
from app.domain.sampling_kinds import CapSubject, CapWindow, ExemptionKind
from app.domain.workflow import ExemptionState


class CapRule(Base):
    """抽样频次上限: a dated rule of a province or an office, not law."""

    __tablename__ = "cap_rule"
    __table_args__ = (sa.UniqueConstraint("code", "valid_from", "recorded_at"),)

    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]
    subject: Mapped[CapSubject] = mapped_column(coded(CapSubject))
    cap_window: Mapped[CapWindow] = mapped_column(coded(CapWindow))
    days: Mapped[int | None]
    maximum: Mapped[int]
    link: Mapped[Link | None] = mapped_column(coded(Link))  # only samples of this link
    level: Mapped[Level | None] = mapped_column(coded(Level))
    online_exempt: Mapped[bool]
    blocking: Mapped[bool]  # registration needs an approved exemption; else only a warning
    article: Mapped[str | None] = mapped_column(sa.String(300))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(300))
    confidence: Mapped[Confidence] = mapped_column(coded(Confidence))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    shipped: Mapped[bool] = mapped_column(default=False)


class RuleExemption(Base):
    """豁免: asked by one person with a reason, decided by another; ``subject_key`` is what it covers, in one spelling."""

    __tablename__ = "rule_exemption"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.Index("ix_rule_exemption_org", "org_id", "state", "id"),
        sa.Index("ix_rule_exemption_subject", "rule_code", "subject_key"),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name="two_people"),
        sa.CheckConstraint("valid_from <= valid_to", name="from_before_to"),
        sa.CheckConstraint("used >= 0 AND used <= batches", name="not_used_up"),
        sa.Index("ix_rule_exemption_asked", "org_id", "asked_at", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[ExemptionKind] = mapped_column(coded(ExemptionKind))
    rule_code: Mapped[str] = mapped_column(sa.String(40))
    subject_key: Mapped[str] = mapped_column(sa.String(400))
    subject_name: Mapped[str] = mapped_column(sa.String(400))
    state: Mapped[ExemptionState] = mapped_column(coded(ExemptionState))
    reason: Mapped[str] = mapped_column(sa.String(500))
    batches: Mapped[int] = mapped_column(default=1)  # how many more samples it allows
    used: Mapped[int] = mapped_column(default=0)
    earlier: Mapped[str | None] = mapped_column(sa.Text())  # 抽样编号 of the samples that fill the cap
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decision: Mapped[str | None] = mapped_column(sa.String(500))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class ExemptionUse(Base):
    """豁免的使用: which sample was registered under which exemption."""

    __tablename__ = "exemption_use"
    __table_args__ = (sa.UniqueConstraint("exemption_id", "sample_id"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    exemption_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_exemption.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"), index=True)
    at: Mapped[datetime]
