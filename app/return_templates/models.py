"""报表模板: the workbook of the authority above as it was issued, which figure goes into which cell, and the 审核公式."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.reporting_states import TemplateState


class ReturnTemplate(Base):
    """报表模板. The file is kept byte for byte; an adopted edition is never changed, only followed by another."""

    __tablename__ = "return_template"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "code", "edition"),
        sa.Index("ix_return_template_org", "org_id", "state", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    edition: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    issuer: Mapped[str | None] = mapped_column(sa.String(200))  # 制发机关
    document_no: Mapped[str | None] = mapped_column(sa.String(100))  # 制发文号
    period_kind: Mapped[ReturnPeriod] = mapped_column(coded(ReturnPeriod))
    state: Mapped[TemplateState] = mapped_column(coded(TemplateState))
    shipped: Mapped[bool] = mapped_column(default=False)
    filename: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    valid_from: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    adopted_at: Mapped[datetime | None]
    adopted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class ReturnCell(Base):
    """One mapped cell, or the first row of a list that is written downward."""

    __tablename__ = "return_cell"
    __table_args__ = (sa.UniqueConstraint("template_id", "sheet", "cell"),)

    template_id: Mapped[int] = mapped_column(sa.ForeignKey("return_template.id"))
    ordinal: Mapped[int]
    sheet: Mapped[str] = mapped_column(sa.String(100))
    cell: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(200))
    spec: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class ReturnRule(Base):
    """审核公式 of a template: 表内 or 表间, blocking or a warning that has to be explained."""

    __tablename__ = "return_rule"
    __table_args__ = (sa.UniqueConstraint("template_id", "code"),)

    template_id: Mapped[int] = mapped_column(sa.ForeignKey("return_template.id"))
    ordinal: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(40))
    expression: Mapped[str] = mapped_column(sa.String(500))
    message: Mapped[str] = mapped_column(sa.String(300))
    blocking: Mapped[bool]
