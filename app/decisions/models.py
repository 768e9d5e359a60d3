"""判定复核: what two people decided about the verdict of one item; the laboratory's and ours stay beside it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.result_kinds import DecisionKind
from app.domain.samples import Verdict
from app.domain.workflow import DecisionState
from app.results.models import ResultRow
from app.sampling.models import Sample


class VerdictDecision(Base):
    """判定复核 of one result row, proposed by one person and decided by another."""

    __tablename__ = "verdict_decision"
    __table_args__ = (
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("state <> 'decided' OR decided_by_id IS NOT NULL", name="decider_if_decided"),
        sa.Index("ix_verdict_decision_org", "org_id", "state", "id"),
        sa.Index("ix_verdict_decision_sample", "sample_id", "id"),
        sa.Index("ix_verdict_decision_row", "result_row_id", "id"),
        sa.Index(  # one open proposal per item
            "uq_verdict_decision_open", "result_row_id", unique=True,
            sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"),
        ),
    )  # fmt: skip

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("result_report.id"))
    result_row_id: Mapped[int] = mapped_column(sa.ForeignKey("result_row.id"))
    item: Mapped[str]
    kind: Mapped[DecisionKind] = mapped_column(coded(DecisionKind, "decision_kind"))
    lab_verdict: Mapped[Verdict | None] = mapped_column(coded(Verdict, "lab_verdict"))
    our_verdict: Mapped[Verdict] = mapped_column(coded(Verdict, "our_verdict"))
    before: Mapped[Verdict] = mapped_column(coded(Verdict, "before"))
    before_pending: Mapped[bool]
    proposed: Mapped[Verdict] = mapped_column(coded(Verdict, "proposed"))
    reason: Mapped[str] = mapped_column(sa.String(600))
    basis: Mapped[str | None] = mapped_column(sa.String(300))  # 依据: document, telephone note, standard
    state: Mapped[DecisionState] = mapped_column(coded(DecisionState))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    comment: Mapped[str | None] = mapped_column(sa.String(600))
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[Sample] = relationship(lazy="raise")
    row: Mapped[ResultRow] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> str:
        return self.item
