"""企业档案合并: two records of one enterprise, and how to take that back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.supervision_states import MergeState


class EnterpriseMerge(Base):
    """一次合并. ``moved`` says which rows were pointed to the record that is kept, table by table, so that each goes back."""

    __tablename__ = "enterprise_merge"
    __table_args__ = (
        sa.Index("ix_enterprise_merge_kept", "kept_id", "id"),
        sa.Index("ix_enterprise_merge_merged", "merged_id", "id"),
        sa.Index("ix_enterprise_merge_org", "org_id", "state", "id"),
        sa.Index("uq_enterprise_merge_submission", "submission_key", unique=True),
        sa.CheckConstraint("kept_id <> merged_id", name="two_records"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    merged_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    merged_name: Mapped[str] = mapped_column(sa.String(300))
    merged_status: Mapped[str] = mapped_column(sa.String(20))  # 状态 before, to be given back
    reason: Mapped[str] = mapped_column(sa.String(500))
    moved: Mapped[dict[str, Any]] = mapped_column(sa.JSON())
    state: Mapped[MergeState] = mapped_column(coded(MergeState))
    merged_at: Mapped[datetime]
    merged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
