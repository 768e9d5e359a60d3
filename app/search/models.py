"""检索条目: what every kind of record but the sample is found by. A sample carries its own text."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

LONGEST = 1000


class SearchEntry(Base):
    """One record's numbers, codes, names and the initials of its names, folded, as they are indexed.

    Made from the record in the transaction that changes it; never the place where anything is read but for searching.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject_id"),
        sa.Index("ix_search_entry_org", "org_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(30))  # the table of the record
    subject_id: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(LONGEST))
