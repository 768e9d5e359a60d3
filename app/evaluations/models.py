"""规划评估: the yearly, mid-term and final report on a plan, with figures of one moment and text that people edit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.reporting_kinds import EvaluationKind
from app.domain.reporting_states import EvaluationState


class PlanEvaluation(Base):
    """规划评估报告. Its figures are those known at ``as_of``; once archived the two files are its content."""

    __tablename__ = "plan_evaluation"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_plan_evaluation_org", "org_id", "state", "id"),
        sa.Index("uq_plan_evaluation_submission", "submission_key", unique=True),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    kind: Mapped[EvaluationKind] = mapped_column(coded(EvaluationKind))
    year: Mapped[int]
    month: Mapped[int | None]  # up to which month, None for the whole year
    title: Mapped[str] = mapped_column(sa.String(200))
    as_of: Mapped[datetime]
    state: Mapped[EvaluationState] = mapped_column(coded(EvaluationState))
    sections: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    chain_head: Mapped[str] = mapped_column(sa.String(64))
    document_attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    document_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    workbook_attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    workbook_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    archived_at: Mapped[datetime | None]
    archived_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
