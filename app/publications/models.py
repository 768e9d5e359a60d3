"""抽检结果公示 (食品安全抽样检验管理办法 第四十六条): lists of passed and failed batches, and what each said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState


class Publication(Base):
    """公示清单. ``corrects_id`` is the published one that a correction or withdrawal is about."""

    __tablename__ = "publication"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("ix_publication_org", "org_id", "state", "id"), sa.Index("uq_publication_submission", "submission_key", unique=True),
        sa.Index("ix_publication_corrects_id", "corrects_id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[PublicList] = mapped_column(coded(PublicList))
    nature: Mapped[PublicNature] = mapped_column(coded(PublicNature))
    title: Mapped[str] = mapped_column(sa.String(200))
    announcement_no: Mapped[str | None] = mapped_column(sa.String(100))  # 公告号
    from_on: Mapped[date | None]  # report dates that the list covers
    to_on: Mapped[date | None]
    foreword: Mapped[str | None] = mapped_column(sa.Text())
    state: Mapped[PublicationState] = mapped_column(coded(PublicationState))
    due_on: Mapped[date | None]
    due_why: Mapped[str | None] = mapped_column(sa.Text())
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("publication.id"))
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    published_on: Mapped[date | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    channel: Mapped[str | None] = mapped_column(sa.String(200))  # where: website, newspaper
    url: Mapped[str | None] = mapped_column(sa.String(500))
    withdrawn_on: Mapped[date | None]
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))  # the workbook as published
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class PublicationItem(Base):
    """公示清单中的一批, word for word as published (masked). A later announcement names what it corrects or withdraws."""

    __tablename__ = "publication_item"
    __table_args__ = (
        sa.UniqueConstraint("publication_id", "sample_id"),
        sa.Index("ix_publication_item_sample", "sample_id"),
        sa.Index("ix_publication_item_corrects_id", "corrects_id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    publication_id: Mapped[int] = mapped_column(sa.ForeignKey("publication.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    sample_number: Mapped[str] = mapped_column(sa.String(60))
    ordinal: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    content_sha256: Mapped[str] = mapped_column(sa.String(64))
    search: Mapped[str] = mapped_column(sa.Text())  # what the public page looks in
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("publication_item.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(sa.String(500))
