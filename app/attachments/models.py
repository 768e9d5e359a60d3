"""附件: metadata here, bytes in the store under their SHA-256."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Attachment(Base):
    """附件."""

    __tablename__ = "attachment"
    __table_args__ = (
        sa.Index("ix_attachment_subject", "subject_kind", "subject_id"),
        sa.Index("ix_attachment_sha256", "sha256"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    filename: Mapped[str]
    mime: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]
