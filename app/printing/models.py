"""文书模板 and 打印记录."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class DocumentTemplate(Base):
    """文书模板 that an administrator has put in the place of the shipped one; a newer one supersedes it."""

    __tablename__ = "document_template"
    __table_args__ = (
        sa.Index("ix_document_template_kind", "org_id", "kind", "id"),
        sa.Index(  # one in force
            "uq_document_template_in_force", "org_id", "kind", unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"), postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )  # fmt: skip

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    filename: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.String(300))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]


class PrintedDocument(Base):
    """打印记录: what was made of which record, from which template, how many copies, by whom."""

    __tablename__ = "printed_document"
    __table_args__ = (sa.Index("ix_printed_document_subject", "subject_kind", "subject_id", "id"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int]
    subject_version: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(sa.String(60))
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    template_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    copies: Mapped[int] = mapped_column(default=1)
    printed_at: Mapped[datetime]
    printed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
