"""抽样任务单: so many batches of a food, in a place, by a date, for a team and a laboratory."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.samples import Link
from app.domain.workflow import AssignmentState


class SamplingAssignment(Base):
    """抽样任务单.

    ``org_id`` is the organisation of the team: the deepest one of its members, so that each of them can open the task.
    """

    __tablename__ = "sampling_assignment"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("uq_sampling_assignment_submission_key", "submission_key", unique=True),
        sa.Index("ix_sampling_assignment_drawing", "drawing_id", "id"),
        sa.Index("ix_sampling_assignment_org", "org_id", "state", "id"),
        sa.Index("ix_sampling_assignment_plan", "plan_id", "id"),
        sa.Index("ix_sampling_assignment_lab", "laboratory_org_id", "id"),
        sa.CheckConstraint("batches > 0", name="batches_positive"),
        sa.CheckConstraint("from_on <= to_on", name="from_before_to"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sampling_plan.id"))
    drawing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("drawing.id"))
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("food_category.id"))
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"))
    link: Mapped[Link | None] = mapped_column(coded(Link))
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"))
    batches: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date]
    laboratory_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    state: Mapped[AssignmentState] = mapped_column(coded(AssignmentState))
    note: Mapped[str | None] = mapped_column(sa.String(1000))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))  # of the form it was typed into: sent twice, it is one task
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)
    members: Mapped[list[AssignmentMember]] = relationship(lazy="raise", cascade="all, delete-orphan", order_by="AssignmentMember.id")
    __mapper_args__ = {"version_id_col": version}

    @property
    def member_ids(self) -> frozenset[int]:
        """Users of the team; a query must have loaded ``members``."""
        return frozenset(member.user_id for member in self.members)


class AssignmentMember(Base):
    """抽样组成员."""

    __tablename__ = "assignment_member"
    __table_args__ = (
        sa.UniqueConstraint("assignment_id", "user_id"),
        sa.Index("ix_assignment_member_user", "user_id", "assignment_id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("sampling_assignment.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
