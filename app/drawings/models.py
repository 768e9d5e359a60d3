"""随机抽取 (双随机): the frozen pool, the commitment made before, the seed revealed after, and who was drawn."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.sampling_kinds import DrawKind
from app.domain.workflow import DrawingState


class Drawing(Base):
    """一次随机抽取.

    ``commitment`` is the SHA-256 of ``secret`` and is shown before anything is drawn; ``secret`` is shown only once the
    draw has been made. ``public_word`` is what a witness adds at the draw, so that whoever committed cannot choose either.
    ``pool_text`` is the list as it was frozen: its SHA-256 is ``pool_sha256``, and a changed entry is told by comparison.
    """

    __tablename__ = "drawing"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("uq_drawing_submission_key", "submission_key", unique=True),
        sa.Index("ix_drawing_org", "org_id", "id"),
        sa.CheckConstraint("take > 0", name="take_positive"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[DrawKind] = mapped_column(coded(DrawKind))
    subject: Mapped[str]  # 抽取事由
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sampling_plan.id"))
    state: Mapped[DrawingState] = mapped_column(coded(DrawingState))
    take: Mapped[int]
    method: Mapped[str] = mapped_column(sa.String(40))  # name and version of the algorithm
    pool_text: Mapped[str] = mapped_column(sa.Text(), deferred=True)
    pool_sha256: Mapped[str] = mapped_column(sa.String(64))
    commitment: Mapped[str] = mapped_column(sa.String(64))
    secret: Mapped[str] = mapped_column(sa.String(64))
    public_word: Mapped[str | None]
    seed: Mapped[str | None] = mapped_column(sa.String(64))  # known once drawn
    witness: Mapped[str | None] = mapped_column(sa.String(100))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))  # of the form it was frozen by
    committed_at: Mapped[datetime]
    committed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    drawn_at: Mapped[datetime | None]
    drawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)
    entries: Mapped[list[DrawingEntry]] = relationship(lazy="raise", order_by="DrawingEntry.ordinal")
    __mapper_args__ = {"version_id_col": version}


class DrawingEntry(Base):
    """名单中的一个对象, in the order of the frozen pool; those excluded (回避) stay on the list with their reason."""

    __tablename__ = "drawing_entry"
    __table_args__ = (
        sa.UniqueConstraint("drawing_id", "ordinal"),
        sa.CheckConstraint("weight >= 0", name="weight_not_negative"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    drawing_id: Mapped[int] = mapped_column(sa.ForeignKey("drawing.id"))
    ordinal: Mapped[int]
    subject_id: Mapped[int | None]  # enterprise, user or organisation, by the kind of the drawing
    code: Mapped[str | None] = mapped_column(sa.String(60))
    name: Mapped[str]
    weight: Mapped[int] = mapped_column(default=1)
    weight_why: Mapped[str | None]
    excluded_why: Mapped[str | None]
    drawn_rank: Mapped[int | None]
