"""一户一档: what is on file about an enterprise, element by element and version by version."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.secret_columns import Secret


class ArchiveElement(Base):
    """档案要素: one filled element. A new value supersedes the one before; both stay, so that completeness can be asked of a past day.

    ``code`` is of the dated list of elements; a paper on file is an attachment of subject ``archive_element``.
    """

    __tablename__ = "archive_element"
    __table_args__ = (
        sa.Index("ix_archive_element_enterprise", "enterprise_id", "code", "id"),
        sa.Index("ix_archive_element_org", "org_id", "id"),
        sa.Index(
            "uq_archive_element_current", "enterprise_id", "code", unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"), postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )  # fmt: skip

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprise.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[str | None] = mapped_column(Secret("archive_element.value", 1000))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    seen_on: Mapped[date]  # 核实日期
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]  # also when the element was taken back
