"""安全事故: the register by domain and severity."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.supervision_kinds import IncidentDomain, Severity
from app.domain.supervision_states import IncidentState


class Incident(Base):
    """一起安全事故."""

    __tablename__ = "incident"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_incident_org", "org_id", "state", "id"),
        sa.Index("ix_incident_occurred", "org_id", "occurred_on", "id"),
        sa.Index("ix_incident_enterprise", "enterprise_id", "id"),
        sa.Index("uq_incident_submission", "submission_key", unique=True),
        sa.CheckConstraint("rated_by_id IS NULL OR rated_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("state NOT IN ('rated', 'closed') OR severity IS NOT NULL", name="rated_how"),
        sa.CheckConstraint("occurred_on <= reported_on", name="report_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    domain: Mapped[IncidentDomain] = mapped_column(coded(IncidentDomain))
    title: Mapped[str]
    occurred_on: Mapped[date]
    reported_on: Mapped[date]
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"))
    place: Mapped[str | None] = mapped_column(sa.String(300))
    ill: Mapped[int | None]  # 发病人数
    dead: Mapped[int | None]
    proposed_severity: Mapped[Severity | None] = mapped_column(coded(Severity, "proposed_severity"))
    severity: Mapped[Severity | None] = mapped_column(coded(Severity))
    description: Mapped[str] = mapped_column(sa.String(2000))
    cause: Mapped[str | None] = mapped_column(sa.String(2000))
    measures: Mapped[str | None] = mapped_column(sa.String(2000))
    state: Mapped[IncidentState] = mapped_column(coded(IncidentState))
    created_at: Mapped[datetime]
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    rated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    rated_on: Mapped[date | None]
    rated_at: Mapped[datetime | None]
    rating_document: Mapped[str | None] = mapped_column(sa.String(200))
    closed_on: Mapped[date | None]
    voided_at: Mapped[datetime | None]
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
