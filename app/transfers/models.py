"""移送、协查、通报: sent to another office, received there, answered in time."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.disposal.models import DisposalCase
from app.domain.case_kinds import TransferBody, TransferChannel, TransferKind, TransferReply
from app.domain.workflow import TransferState
from app.sampling.models import Sample


class CaseTransfer(Base):
    """一次移送、协查或通报. ``to_org_id`` where the receiver works with this system."""

    __tablename__ = "case_transfer"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("uq_case_transfer_submission", "submission_key", unique=True),
        sa.Index("ix_case_transfer_case", "case_id", "id"),
        sa.Index("ix_case_transfer_org", "org_id", "state", "id"),
        sa.Index("ix_case_transfer_to", "to_org_id", "state", "id"),
        sa.CheckConstraint("state <> 'replied' OR reply IS NOT NULL", name="replied_what"),
        sa.CheckConstraint("receipt_on IS NULL OR sent_on <= receipt_on", name="receipt_order"),
        sa.CheckConstraint("replied_on IS NULL OR sent_on <= replied_on", name="reply_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(60))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("disposal_case.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    kind: Mapped[TransferKind] = mapped_column(coded(TransferKind, "transfer_kind"))
    body: Mapped[TransferBody] = mapped_column(coded(TransferBody, "transfer_body"))
    to_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    to_name: Mapped[str] = mapped_column(sa.String(300))
    channel: Mapped[TransferChannel] = mapped_column(coded(TransferChannel, "transfer_channel"))
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("official_document.id"))
    document_no: Mapped[str | None] = mapped_column(sa.String(100))
    subject: Mapped[str] = mapped_column(sa.String(2000))  # 事由和请求事项
    state: Mapped[TransferState] = mapped_column(coded(TransferState))
    sent_on: Mapped[date]
    reply_due_on: Mapped[date | None]
    urged: Mapped[int] = mapped_column(default=0)  # 催办次数
    receipt_on: Mapped[date | None]
    receipt_by: Mapped[str | None] = mapped_column(sa.String(100))
    replied_on: Mapped[date | None]
    reply: Mapped[TransferReply | None] = mapped_column(coded(TransferReply, "transfer_reply"))
    reply_no: Mapped[str | None] = mapped_column(sa.String(100))
    reply_text: Mapped[str | None] = mapped_column(sa.String(2000))
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    case: Mapped[DisposalCase] = relationship(lazy="raise")
    sample: Mapped[Sample] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}
