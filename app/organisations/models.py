"""机构: city bureau → county bureaus → township stations; laboratories beside them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.samples import Level


class OrganisationKind(StrEnum):
    """机构类别."""

    BUREAU = "市场监管局"
    STATION = "市场监管所"
    LABORATORY = "承检机构"


class Organisation(Base):
    """One organisation. ``path`` is "/1/4/9/": every id from the root down to this one."""

    __tablename__ = "organisation"
    __table_args__ = (sa.UniqueConstraint("code"), sa.Index("ix_organisation_path", "path"))

    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str]
    kind: Mapped[OrganisationKind] = mapped_column(coded(OrganisationKind))
    level: Mapped[Level | None] = mapped_column(coded(Level))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    path: Mapped[str]
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    enabled_on: Mapped[date | None]  # 启用日期: reports dated before it open no cases
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    document_prefix: Mapped[str | None] = mapped_column(sa.String(20))  # 机关代字 of 执法文书; None: made from place and name
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
