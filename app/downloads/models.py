"""导出: what was taken out, by whom, under which filter; and which columns a person wants of a list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class ListExport(Base):
    """一次导出 of a list: its filter in words and as data, rows and hash; the file is offered to whoever asked."""

    __tablename__ = "list_export"
    __table_args__ = (sa.Index("ix_list_export_owner", "created_by_id", "id"), sa.Index("ix_list_export_job", "job_id"))

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    list_code: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[str] = mapped_column(sa.String(200))
    conditions: Mapped[str] = mapped_column(sa.Text())
    query: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    columns: Mapped[list[str]] = mapped_column(sa.JSON)
    rows: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))


class ListColumns(Base):
    """列设置: the columns that a person takes out of a list, in his order."""

    __tablename__ = "list_columns"
    __table_args__ = (sa.UniqueConstraint("user_id", "list_code"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    list_code: Mapped[str] = mapped_column(sa.String(60))
    columns: Mapped[list[str]] = mapped_column(sa.JSON)
    saved_at: Mapped[datetime]
