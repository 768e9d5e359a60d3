"""法定期限 of cases, retests, objections, documents and transfers, and their extensions and pauses."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.case_kinds import ClockChangeKind
from app.domain.workflow import ClockChangeState


class LegalClock(Base):
    """法定期限: one duty with its start, its end and its reasons; counted anew when the calendar or its rule changes.

    ``subject_kind`` is a table name (disposal_case, official_document, retest, objection, case_transfer, penalty, urgent_report).
    """

    __tablename__ = "legal_clock"
    __table_args__ = (
        sa.UniqueConstraint("subject_kind", "subject_id", "code"),
        sa.Index("ix_legal_clock_org", "org_id", "due_on", "id"),
        sa.Index("ix_legal_clock_case", "case_id", "id"),
        sa.Index("ix_legal_clock_sample", "sample_id", "id"),
        sa.Index(  # what still runs: few among many
            "ix_legal_clock_running", "org_id", "due_on", "id",
            sqlite_where=sa.text("done_on IS NULL AND cancelled_at IS NULL"),
            postgresql_where=sa.text("done_on IS NULL AND cancelled_at IS NULL"),
        ),
    )  # fmt: skip

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int]
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sample.id"))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("disposal_case.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]
    duty_of: Mapped[str] = mapped_column(sa.String(100))  # 责任主体 as the rule names it
    subject_name: Mapped[str] = mapped_column(sa.String(300))
    started_on: Mapped[date]
    start_event: Mapped[str]
    rule_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deadline_rule.id"))
    extended: Mapped[int] = mapped_column(default=0)  # in the unit of the rule
    due_on: Mapped[date]
    due_at: Mapped[datetime | None]  # of rules in hours
    why: Mapped[str] = mapped_column(sa.Text())
    article: Mapped[str] = mapped_column(sa.String(300))
    provisional: Mapped[bool]
    done_on: Mapped[date | None]
    done_note: Mapped[str | None] = mapped_column(sa.String(200))
    cancelled_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> str:
        """Without the firm: whoever set the clock off reads it in his own history, a blind laboratory too."""
        return f"{self.name}（{self.subject_name.partition('　')[0]}）"


class ClockChange(Base):
    """延长或中止 of one clock: asked with a document, decided by another person."""

    __tablename__ = "clock_change"
    __table_args__ = (
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        sa.CheckConstraint("state <> 'approved' OR decided_by_id IS NOT NULL", name="decider_if_approved"),
        sa.CheckConstraint("kind <> '延长' OR amount > 0", name="extension_is_long"),
        sa.CheckConstraint("kind <> '中止' OR from_on IS NOT NULL", name="pause_has_a_start"),
        sa.CheckConstraint("to_on IS NULL OR from_on <= to_on", name="pause_order"),
        sa.Index("ix_clock_change_clock", "clock_id", "id"),
        sa.Index("ix_clock_change_org", "org_id", "state", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    clock_id: Mapped[int] = mapped_column(sa.ForeignKey("legal_clock.id"))
    kind: Mapped[ClockChangeKind] = mapped_column(coded(ClockChangeKind, "change_kind"))
    amount: Mapped[int | None]  # 延长: in the unit of the rule
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]  # 中止 without an end runs until it is resumed
    document_no: Mapped[str] = mapped_column(sa.String(100))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    reason: Mapped[str] = mapped_column(sa.String(500))
    state: Mapped[ClockChangeState] = mapped_column(coded(ClockChangeState))
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(sa.String(500))
    due_before: Mapped[date | None]
    due_after: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    clock: Mapped[LegalClock] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> str:
        return self.document_no
