"""变动告知."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class AmendmentNotice(Base):
    """变动告知: an organisation is told that another one changed data that it had sent or holds.

    Kept until somebody of the organisation has read it; it names fields and values that the reader may see, nothing else.
    """

    __tablename__ = "amendment_notice"
    __table_args__ = (
        sa.Index("ix_amendment_notice_org", "org_id", "read_at", "id"),
        sa.Index("ix_amendment_notice_sample", "sample_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))  # who is told
    from_org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sample.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.String(2000))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
