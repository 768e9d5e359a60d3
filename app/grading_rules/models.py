"""风险分级规则: a rule set of an organisation, its edition and who put it in force. What is shipped stands in files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, coded
from app.domain.supervision_states import RuleSetState


class RiskRuleSet(Base):
    """一版分级规则: components, tables, boundaries, adjustments and frequencies for some kinds of enterprise."""

    __tablename__ = "risk_rule_set"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "code", "edition"),
        sa.Index("ix_risk_rule_set_org", "org_id", "state", "id"),
        sa.Index("uq_risk_rule_set_submission", "submission_key", unique=True),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(sa.String(40))  # the family: sale-115, catering-115, production-2022 …
    edition: Mapped[int]
    title: Mapped[str]
    kinds: Mapped[str] = mapped_column(sa.String(300))  # 企业类型, separated by 、
    source: Mapped[str] = mapped_column(sa.String(300))  # 依据文件
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON())
    content_sha256: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[RuleSetState] = mapped_column(coded(RuleSetState))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
