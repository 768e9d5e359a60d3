"""消费提示、风险预警: drafted from findings, approved by another person, published."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.reporting_kinds import WarningKind
from app.domain.reporting_states import WarningState


class PublicWarning(Base):
    """消费提示 or 风险预警."""

    __tablename__ = "public_warning"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_public_warning_org", "org_id", "state", "id"),
        sa.Index("uq_public_warning_submission", "submission_key", unique=True),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[WarningKind] = mapped_column(coded(WarningKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text())
    audience: Mapped[str | None] = mapped_column(sa.String(300))
    basis: Mapped[str | None] = mapped_column(sa.Text())  # the findings in words, as known when drafted
    findings: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # the filter they were found by
    as_of: Mapped[datetime | None]
    state: Mapped[WarningState] = mapped_column(coded(WarningState))
    expires_on: Mapped[date | None]
    published_on: Mapped[date | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    channel: Mapped[str | None] = mapped_column(sa.String(200))
    url: Mapped[str | None] = mapped_column(sa.String(500))
    withdrawn_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class WarningSource(Base):
    """依据的批次 of a warning."""

    __tablename__ = "warning_source"
    __table_args__ = (sa.UniqueConstraint("warning_id", "sample_id"), sa.Index("ix_warning_source_sample", "sample_id"))

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    warning_id: Mapped[int] = mapped_column(sa.ForeignKey("public_warning.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    sample_number: Mapped[str] = mapped_column(sa.String(60))
