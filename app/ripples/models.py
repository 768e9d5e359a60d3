"""波及清单: what a changed conclusion touches, and the tasks that follow."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.case_kinds import RippleCause, RippleTaskKind
from app.domain.workflow import RippleTaskState
from app.sampling.models import Sample


class Ripple(Base):
    """波及清单 of one change of one sample's conclusion."""

    __tablename__ = "ripple"
    __table_args__ = (sa.Index("ix_ripple_sample", "sample_id", "id"), sa.Index("ix_ripple_org", "org_id", "id"))

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    cause: Mapped[RippleCause] = mapped_column(coded(RippleCause))
    source_kind: Mapped[str | None] = mapped_column(sa.String(30))  # retest, objection, result_report, verdict_decision
    source_id: Mapped[int | None]
    before: Mapped[str] = mapped_column(sa.String(200))  # 原结论
    after: Mapped[str] = mapped_column(sa.String(200))  # 现结论
    why: Mapped[str | None] = mapped_column(sa.String(1000))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    sample: Mapped[Sample] = relationship(lazy="raise")
    tasks: Mapped[list[RippleTask]] = relationship(lazy="raise", order_by="RippleTask.id")


class RippleTask(Base):
    """波及事项: one thing that somebody must look after because the conclusion has changed."""

    __tablename__ = "ripple_task"
    __table_args__ = (
        sa.Index("ix_ripple_task_ripple", "ripple_id", "id"),
        sa.Index("ix_ripple_task_org", "org_id", "state", "id"),
        sa.Index("ix_ripple_task_subject", "subject_kind", "subject_id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # whose task it is
    ripple_id: Mapped[int] = mapped_column(sa.ForeignKey("ripple.id"))
    kind: Mapped[RippleTaskKind] = mapped_column(coded(RippleTaskKind, "task_kind"))
    subject_kind: Mapped[str | None] = mapped_column(sa.String(30))  # a table name
    subject_id: Mapped[int | None]
    subject_name: Mapped[str] = mapped_column(sa.String(300))
    what: Mapped[str] = mapped_column(sa.String(500))  # what is to be done
    automatic: Mapped[bool]  # the program has done it; a person confirms
    state: Mapped[RippleTaskState] = mapped_column(coded(RippleTaskState))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    note: Mapped[str | None] = mapped_column(sa.String(500))
    version: Mapped[int] = mapped_column(default=1)
    ripple: Mapped[Ripple] = relationship(lazy="raise", back_populates="tasks")
    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> str:
        return f"{self.kind.value}：{self.subject_name}"
