"""常用语 of a person, or with nobody's name of an office."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Phrase(Base):
    """一条常用语. Deleted from a list it is retired and stays: what was offered to whom, and when, can be told."""

    __tablename__ = "phrase"
    __table_args__ = (sa.Index("ix_phrase_of", "org_id", "user_id", "retired_at"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # None: of the whole office
    text: Mapped[str] = mapped_column(sa.String(100))
    position: Mapped[int]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    retired_at: Mapped[datetime | None]
    retired_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
