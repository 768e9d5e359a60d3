"""行政处罚: filed, investigated, reviewed, decided, executed, closed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.disposal.models import DisposalCase
from app.domain.case_kinds import LicenceKind, PenaltyExcuse, PenaltyOutcome
from app.domain.workflow import PenaltyState


class Penalty(Base):
    """行政处罚案件 of one 核查处置案件. Money is in 元."""

    __tablename__ = "penalty"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("uq_penalty_submission", "submission_key", unique=True),
        sa.Index("ix_penalty_case", "case_id", "id"),
        sa.Index("ix_penalty_org", "org_id", "state", "id"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> handler_id", name="not_the_handler"),
        sa.CheckConstraint("legal_by_id IS NULL OR legal_by_id <> proposed_by_id", name="legal_is_another"),
        sa.CheckConstraint(
            "state NOT IN ('decided', 'executed', 'closed') OR (outcome IS NOT NULL AND decided_on IS NOT NULL)", name="decided_how"
        ),
        sa.CheckConstraint("income >= 0 AND goods_value >= 0 AND fine >= 0 AND total >= 0", name="not_negative"),
        sa.CheckConstraint("outcome <> '不予行政处罚' OR excuse IS NOT NULL", name="excused_why"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("disposal_case.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    number: Mapped[str] = mapped_column(sa.String(60))  # 立案号
    party_name: Mapped[str] = mapped_column(sa.String(300))  # 当事人
    party_code: Mapped[str | None] = mapped_column(sa.String(60))  # 统一社会信用代码
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"))
    other_province: Mapped[bool] = mapped_column(default=False)  # 外省当事人: pushed, not published by us
    state: Mapped[PenaltyState] = mapped_column(coded(PenaltyState))
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    found_on: Mapped[date]  # 发现线索日期: CASE_FILE
    filed_on: Mapped[date]  # 立案日期: CASE_DECIDE
    facts: Mapped[str | None] = mapped_column(sa.String(4000))  # 违法事实
    basis: Mapped[str | None] = mapped_column(sa.String(2000))  # 违反的条款和处罚依据
    outcome: Mapped[PenaltyOutcome | None] = mapped_column(coded(PenaltyOutcome, "outcome"))
    excuse: Mapped[PenaltyExcuse | None] = mapped_column(coded(PenaltyExcuse, "excuse", 60))
    excuse_note: Mapped[str | None] = mapped_column(sa.String(1000))
    warning: Mapped[bool] = mapped_column(default=False)  # 警告
    criticism: Mapped[bool] = mapped_column(default=False)  # 通报批评
    income: Mapped[Decimal] = mapped_column(default=Decimal())  # 没收违法所得, 元
    goods: Mapped[str | None] = mapped_column(sa.String(500))  # 没收违法食品、工具、原料
    goods_kilograms: Mapped[Decimal | None]
    goods_value: Mapped[Decimal] = mapped_column(default=Decimal())  # 没收物品货值, 元
    fine: Mapped[Decimal] = mapped_column(default=Decimal())  # 罚款, 元
    total: Mapped[Decimal] = mapped_column(default=Decimal())  # 罚没款合计, 元
    stop_business: Mapped[bool] = mapped_column(default=False)  # 责令停产停业
    licence: Mapped[LicenceKind | None] = mapped_column(coded(LicenceKind, "licence"))
    major: Mapped[str | None] = mapped_column(sa.String(500))  # 重大事项: why it goes through legal review and the leader
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    legal_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reviewed_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # in whose name, under a delegation
    legal_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    hands: Mapped[str | None] = mapped_column(sa.Text())  # everybody who has handled it: "/3/17/"
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decision_no: Mapped[str | None] = mapped_column(sa.String(100))  # 处罚决定书文号
    decided_on: Mapped[date | None]
    served_on: Mapped[date | None]  # 决定书送达日期
    executed_on: Mapped[date | None]
    paid: Mapped[Decimal | None]  # 实缴, 元
    execution: Mapped[str | None] = mapped_column(sa.String(1000))
    closed_on: Mapped[date | None]  # 结案
    revoked_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    case: Mapped[DisposalCase] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}
