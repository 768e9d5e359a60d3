"""核查处置案件: one per responsible party of a nonconforming batch."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Base, coded
from app.domain.case_record import PenaltyKind
from app.domain.disposal import CaseMode, Party
from app.domain.workflow import CaseState
from app.sampling.models import Sample


class DisposalCase(Base):
    """核查处置案件. ``due_why`` keeps the clock's explanation lines, one per line."""

    __tablename__ = "disposal_case"
    __table_args__ = (
        sa.UniqueConstraint("sample_id", "party", name="one_case_per_party"),
        sa.UniqueConstraint("org_id", "number"),  # each bureau numbers its own cases
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> submitted_by_id", name="two_people"),
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> handler_id", name="not_the_handler"),
        sa.CheckConstraint("state <> 'closed' OR approved_by_id IS NOT NULL", name="approver_if_approved"),
        sa.CheckConstraint("state NOT IN ('handling', 'awaiting', 'closed') OR handler_id IS NOT NULL", name="has_handler"),
        sa.Index("ix_disposal_case_org_state", "org_id", "state", "due_on", "id"),
        sa.Index("ix_disposal_case_handler", "handler_id", "state", "due_on"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    party: Mapped[Party] = mapped_column(coded(Party))
    mode: Mapped[CaseMode] = mapped_column(coded(CaseMode, "mode"))
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"))
    party_name: Mapped[str | None]
    party_address: Mapped[str | None] = mapped_column(sa.String(300))
    failing_items: Mapped[str | None] = mapped_column(sa.String(600))
    state: Mapped[CaseState] = mapped_column(coded(CaseState))
    opened_at: Mapped[datetime]
    received_on: Mapped[date]  # 收到不合格结论日期: the clock starts here
    start_due_on: Mapped[date | None]  # 启动期限
    due_on: Mapped[date]
    due_why: Mapped[str | None] = mapped_column(sa.Text())
    due_article: Mapped[str | None] = mapped_column(sa.String(300))
    due_provisional: Mapped[bool] = mapped_column(default=False)
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    claimed_at: Mapped[datetime | None]
    started_on: Mapped[date | None]  # 启动核查处置日期
    served_on: Mapped[date | None]  # 检验报告送达日期
    control_on: Mapped[date | None]
    control: Mapped[str | None] = mapped_column(sa.String(2000))  # 产品控制
    cause_on: Mapped[date | None]
    cause: Mapped[str | None] = mapped_column(sa.String(2000))  # 原因排查
    rectified_on: Mapped[date | None]
    rectification: Mapped[str | None] = mapped_column(sa.String(2000))  # 整改复查
    penalty_kind: Mapped[PenaltyKind | None] = mapped_column(coded(PenaltyKind, "penalty_kind"))
    penalty_no: Mapped[str | None] = mapped_column(sa.String(100))  # 处罚决定书编号
    penalty_on: Mapped[date | None]
    penalty_amount: Mapped[Decimal | None]  # 罚没款合计, 元
    penalty: Mapped[str | None] = mapped_column(sa.String(2000))  # 处罚情况 or 不予处罚理由
    published_on: Mapped[date | None]
    publication: Mapped[str | None] = mapped_column(sa.String(2000))  # 信息公开
    notified_org: Mapped[str | None]  # 通报: whom
    notified_on: Mapped[date | None]
    notified_no: Mapped[str | None] = mapped_column(sa.String(100))
    exempted: Mapped[str | None] = mapped_column(sa.String(2000))  # 未完成要件的理由
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[Sample] = relationship(lazy="raise", back_populates="cases")
    handler: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[handler_id])
    submitted_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[submitted_by_id])
    approved_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[approved_by_id])
    __mapper_args__ = {"version_id_col": version}
