"""导入格式对照."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class LayoutMapping(Base):
    """导入格式对照: which column of an unknown header means what. A changed one is voided and made anew."""

    __tablename__ = "layout_mapping"
    __table_args__ = (
        sa.Index("ix_layout_mapping_org", "org_id", "id"),
        sa.Index("ix_layout_mapping_header", "header_sha256", "laboratory_org_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    laboratory_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))  # NULL: whoever sends it
    name: Mapped[str] = mapped_column(sa.String(100))
    header_sha256: Mapped[str] = mapped_column(sa.String(64))  # of the titles without blanks, full-width signs and asterisks
    headers: Mapped[list[str]] = mapped_column(sa.JSON)
    header_rows: Mapped[int] = mapped_column(default=1)
    columns: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # our name of a column -> its place in the header
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    used: Mapped[int] = mapped_column(default=0)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(sa.String(300))
