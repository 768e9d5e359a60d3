"""结果审核单 and 退修记录."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.workflow import ReviewState
from app.results.models import ImportBatch
from app.sampling.models import Sample


class ResultReview(Base):
    """结果审核单: a report typed in, or an import, that waits for other people before it is in force.

    ``content`` is what was submitted (of an import, the choices made at confirming); nothing of it counts until approval.
    """

    __tablename__ = "result_review"
    __table_args__ = (
        sa.CheckConstraint("(sample_id IS NULL) <> (import_batch_id IS NULL)", name="one_subject"),
        sa.CheckConstraint("checked_by_id IS NULL OR checked_by_id <> submitted_by_id", name="checker_is_another"),
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> submitted_by_id", name="two_people"),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR checked_by_id IS NULL OR approved_by_id <> checked_by_id", name="three_people"
        ),
        sa.CheckConstraint("state <> 'approved' OR approved_by_id IS NOT NULL", name="approver_if_approved"),
        sa.CheckConstraint("state <> 'approved' OR levels < 2 OR checked_by_id IS NOT NULL", name="checker_if_two_levels"),
        sa.Index("ix_result_review_org", "org_id", "state", "id"),
        sa.Index("ix_result_review_laboratory", "laboratory_org_id", "state", "id"),
        sa.Index("ix_result_review_sample", "sample_id", "id"),
        sa.Index("ix_result_review_batch", "import_batch_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    laboratory_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sample.id"))
    import_batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"))
    title: Mapped[str] = mapped_column(sa.String(300))
    report_no: Mapped[str | None] = mapped_column(sa.String(100))
    levels: Mapped[int]  # as the setting was when it was submitted
    content: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    content_sha256: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str | None] = mapped_column(sa.String(300))  # 更正原因
    state: Mapped[ReviewState] = mapped_column(coded(ReviewState))
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    comment: Mapped[str | None] = mapped_column(sa.String(500))  # of the last return
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[Sample | None] = relationship(lazy="raise")
    batch: Mapped[ImportBatch | None] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> str:
        return self.title


class ResultReturn(Base):
    """退修: a report, or a submission, sent back to whoever made it, and when it came back."""

    __tablename__ = "result_return"
    __table_args__ = (
        sa.Index("ix_result_return_org", "org_id", "returned_at", "id"),
        sa.Index("ix_result_return_laboratory", "laboratory_org_id", "returned_at", "id"),
        sa.Index("ix_result_return_sample", "sample_id", "id"),
        sa.Index("ix_result_return_review", "review_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    laboratory_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sample.id"))
    report_id: Mapped[int | None] = mapped_column(sa.ForeignKey("result_report.id"))  # in force when it was returned
    review_id: Mapped[int | None] = mapped_column(sa.ForeignKey("result_review.id"))
    reason_code: Mapped[str | None] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.String(500))
    returned_at: Mapped[datetime]
    returned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    resolved_at: Mapped[datetime | None]
    resolved_report_id: Mapped[int | None] = mapped_column(sa.ForeignKey("result_report.id"))
    sample: Mapped[Sample | None] = relationship(lazy="raise")
