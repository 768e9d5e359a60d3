"""核查处置案件: one per responsible party of a nonconforming batch."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Base, coded
from app.domain.case_kinds import ApprovalAnswer, ApprovalLevel, PublicationKind, QuantityKind, UrgingLevel
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
        sa.CheckConstraint("state NOT IN ('handling', 'awaiting', 'leading', 'closed') OR handler_id IS NOT NULL", name="has_handler"),
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
    hands: Mapped[str | None] = mapped_column(sa.Text())  # everybody who has ever handled it: "/3/17/"
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
    stop_ordered: Mapped[bool | None]  # 责令暂停生产销售使用
    seal_ordered: Mapped[bool | None]  # 封存
    recall_ordered: Mapped[bool | None]  # 责令召回
    recall_level: Mapped[int | None]  # 召回级别 1, 2, 3
    goods_value: Mapped[Decimal | None]  # 货值, 元
    quantity_note: Mapped[str | None] = mapped_column(sa.String(1000))  # 数量不平衡说明
    not_recalled: Mapped[str | None] = mapped_column(sa.String(1000))  # 未完全召回原因
    cause_codes: Mapped[str | None] = mapped_column(sa.String(400))  # joined with 、
    source_traced: Mapped[bool | None]  # 追溯原料来源
    source_producer: Mapped[str | None] = mapped_column(sa.String(300))  # 不合格原料生产者
    untraced: Mapped[str | None] = mapped_column(sa.String(1000))  # 未追查到的原因
    rectify_ordered: Mapped[bool | None]  # 责令整改
    rectify_from: Mapped[date | None]
    rectify_to: Mapped[date | None]
    rectify_report: Mapped[bool | None]  # 企业是否提交整改报告
    recheck_passed: Mapped[bool | None]  # 复查验收合格
    other_measures: Mapped[str | None] = mapped_column(sa.String(2000))
    remark: Mapped[str | None] = mapped_column(sa.String(1000))
    exempted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]  # a reviewer has opened what was submitted: no recall any more
    forwarded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # who passed it on to the leader
    forwarded_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # in whose name, under a delegation
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[Sample] = relationship(lazy="raise", back_populates="cases")
    handler: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[handler_id])
    submitted_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[submitted_by_id])
    approved_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[approved_by_id])
    quantities: Mapped[list[CaseQuantity]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="CaseQuantity.id"
    )
    __mapper_args__ = {"version_id_col": version}


class CaseQuantity(Base):
    """处置数量: how much went where, in the unit of the goods and in kilograms."""

    __tablename__ = "case_quantity"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "kind"),
        sa.CheckConstraint("amount >= 0 AND (kilograms IS NULL OR kilograms >= 0)", name="not_negative"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("disposal_case.id"))
    kind: Mapped[QuantityKind] = mapped_column(coded(QuantityKind, "quantity_kind"))
    amount: Mapped[Decimal]
    unit: Mapped[str] = mapped_column(sa.String(20))
    kilograms: Mapped[Decimal | None]


class CaseAnswer(Base):
    """审核意见表: a reviewer's answer to a question of the official form; a changed one supersedes it."""

    __tablename__ = "case_answer"
    __table_args__ = (sa.Index("ix_case_answer_case", "case_id", "question", "id"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("disposal_case.id"))
    question: Mapped[str] = mapped_column(sa.String(40))
    answer: Mapped[bool]
    note: Mapped[str | None] = mapped_column(sa.String(500))
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]


class CasePublication(Base):
    """信息公开 of a case: published, and taken down again."""

    __tablename__ = "case_publication"
    __table_args__ = (
        sa.CheckConstraint("removed_on IS NULL OR published_on <= removed_on", name="removal_order"),
        sa.Index("ix_case_publication_case", "case_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("disposal_case.id"))
    kind: Mapped[PublicationKind] = mapped_column(coded(PublicationKind, "publication_kind"))
    document_no: Mapped[str | None] = mapped_column(sa.String(100))
    url: Mapped[str | None] = mapped_column(sa.String(500))
    published_on: Mapped[date]
    penalty_id: Mapped[int | None]  # of 行政处罚信息: which penalty
    remove_due_on: Mapped[date | None]
    removed_on: Mapped[date | None]
    removal_reason: Mapped[str | None] = mapped_column(sa.String(500))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]


class CaseFollowUp(Base):
    """跟踪抽检: a later sample taken because of the case."""

    __tablename__ = "case_follow_up"
    __table_args__ = (sa.UniqueConstraint("case_id", "sample_id"), sa.Index("ix_case_follow_up_sample", "sample_id"))

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("disposal_case.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    linked_at: Mapped[datetime]
    linked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    note: Mapped[str | None] = mapped_column(sa.String(300))


class CaseApproval(Base):
    """审批意见 of one level, on a case or on its penalty; later rounds add rows."""

    __tablename__ = "case_approval"
    __table_args__ = (sa.Index("ix_case_approval_case", "case_id", "id"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("disposal_case.id"))
    penalty_id: Mapped[int | None]
    level: Mapped[ApprovalLevel] = mapped_column(coded(ApprovalLevel, "approval_level"))
    answer: Mapped[ApprovalAnswer] = mapped_column(coded(ApprovalAnswer, "approval_answer"))
    comment: Mapped[str | None] = mapped_column(sa.String(1000))
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # 委托人


class CaseUrging(Base):
    """提醒、督办、重点督办 of a case that is late or about to be, and the handler's answer."""

    __tablename__ = "case_urging"
    __table_args__ = (
        sa.Index("ix_case_urging_case", "case_id", "id"),
        sa.CheckConstraint("answered_at IS NULL OR answer IS NOT NULL", name="answered_what"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("disposal_case.id"))
    level: Mapped[UrgingLevel] = mapped_column(coded(UrgingLevel, "urging_level"))
    reason: Mapped[str] = mapped_column(sa.String(500))
    due_on: Mapped[date]  # 要求完成日期
    urged_at: Mapped[datetime]
    urged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    answer: Mapped[str | None] = mapped_column(sa.String(1000))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
