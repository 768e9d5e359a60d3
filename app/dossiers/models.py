"""案卷: the ordered file of a case as it was made at one moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.disposal.models import DisposalCase


class Dossier(Base):
    """一份案卷: the PDF, the ZIP of originals, and the manifest of both. A new one does not replace an older one."""

    __tablename__ = "dossier"
    __table_args__ = (sa.UniqueConstraint("case_id", "edition"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("disposal_case.id"))
    edition: Mapped[int]  # 第几版, from 1
    case_version: Mapped[int]
    pages: Mapped[int]
    pdf_sha256: Mapped[str] = mapped_column(sa.String(64))
    pdf_size: Mapped[int]
    zip_sha256: Mapped[str] = mapped_column(sa.String(64))
    zip_size: Mapped[int]
    manifest: Mapped[list[Any]] = mapped_column(sa.JSON)
    manifest_sha256: Mapped[str] = mapped_column(sa.String(64))
    chain_head: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    case: Mapped[DisposalCase] = relationship(lazy="raise")
