"""常用查询、批量操作 and 个人偏好 of a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SavedView(Base):
    """常用查询: a list with its filter under a name; shared with the colleagues of the office where its owner says so."""

    __tablename__ = "saved_view"
    __table_args__ = (
        sa.UniqueConstraint("created_by_id", "list_code", "name"),
        sa.Index("ix_saved_view_org", "org_id", "list_code", "shared"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    list_code: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str | None] = mapped_column(sa.String(1000))  # as in the address
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class BulkAction(Base):
    """一次批量操作 and its outcome, row by row."""

    __tablename__ = "bulk_action"
    __table_args__ = (sa.Index("ix_bulk_action_owner", "created_by_id", "id"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(200))
    asked: Mapped[int]
    done: Mapped[int]
    outcomes: Mapped[list[Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60), unique=True)


class UserPreference(Base):
    """个人偏好: whether the tour has been seen, how many rows of a list stand on a page."""

    __tablename__ = "user_preference"
    __table_args__ = (sa.UniqueConstraint("user_id"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    tour_seen_at: Mapped[datetime | None]
    rows_per_page: Mapped[int | None]
    saved_at: Mapped[datetime]
