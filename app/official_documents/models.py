"""执法文书 with their numbers, and 送达回证."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.disposal.models import DisposalCase
from app.domain.case_kinds import DeliveryWay, Side
from app.domain.workflow import DocumentState
from app.sampling.models import Sample


class OfficialDocument(Base):
    """执法文书: numbered when it is issued; its bytes are kept, so that a re-print is the same to the last bit."""

    __tablename__ = "official_document"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "number"),
        sa.Index("uq_official_document_submission", "submission_key", unique=True),
        sa.CheckConstraint("state NOT IN ('issued', 'delivered') OR number IS NOT NULL", name="numbered_if_issued"),
        sa.CheckConstraint("state <> 'delivered' OR delivered_on IS NOT NULL", name="delivered_when"),
        sa.CheckConstraint("delivered_on IS NULL OR issued_on IS NULL OR issued_on <= delivered_on", name="date_order"),
        sa.Index("ix_official_document_org", "org_id", "state", "id"),
        sa.Index("ix_official_document_sample", "sample_id", "id"),
        sa.Index("ix_official_document_case", "case_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))  # domain.documents.DocumentKind
    number: Mapped[str | None] = mapped_column(sa.String(60))
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sample.id"))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("disposal_case.id"))
    about_kind: Mapped[str | None] = mapped_column(sa.String(30))  # retest, objection, case_transfer ...
    about_id: Mapped[int | None]
    side: Mapped[Side] = mapped_column(coded(Side))
    recipient: Mapped[str] = mapped_column(sa.String(300))
    recipient_address: Mapped[str | None] = mapped_column(sa.String(400))
    fields: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    state: Mapped[DocumentState] = mapped_column(coded(DocumentState))
    issued_on: Mapped[date | None]
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    sha256: Mapped[str | None] = mapped_column(sa.String(64))  # of the file that was issued
    template_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    delivered_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    void_reason: Mapped[str | None] = mapped_column(sa.String(300))
    submission_key: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[Sample | None] = relationship(lazy="raise")
    case: Mapped[DisposalCase | None] = relationship(lazy="raise")
    deliveries: Mapped[list[DocumentDelivery]] = relationship(lazy="raise", order_by="DocumentDelivery.id")
    __mapper_args__ = {"version_id_col": version}

    @property
    def title(self) -> str:
        return f"{self.kind} {self.number}" if self.number else f"{self.kind}（草稿，{self.recipient or '未填写受送达人'}）"


class DocumentDelivery(Base):
    """送达回证: one attempt to deliver a document; a wrong one is voided with a reason."""

    __tablename__ = "document_delivery"
    __table_args__ = (
        sa.CheckConstraint("delivered_on IS NULL OR sent_on <= delivered_on", name="delivery_order"),
        sa.Index("ix_document_delivery_document", "document_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("official_document.id"))
    way: Mapped[DeliveryWay] = mapped_column(coded(DeliveryWay))
    sent_on: Mapped[date]
    delivered_on: Mapped[date | None]  # NULL: this attempt failed or is on its way
    place: Mapped[str | None] = mapped_column(sa.String(300))
    receiver: Mapped[str | None] = mapped_column(sa.String(100))
    relation: Mapped[str | None] = mapped_column(sa.String(60))  # 与受送达人关系
    mail_no: Mapped[str | None] = mapped_column(sa.String(60))
    notice_place: Mapped[str | None] = mapped_column(sa.String(300))  # 公告载体
    witnesses: Mapped[str | None] = mapped_column(sa.String(200))
    refusal: Mapped[str | None] = mapped_column(sa.String(300))  # 拒收事由, of 留置
    servers: Mapped[str] = mapped_column(sa.String(200))  # 送达人, two or more
    remark: Mapped[str | None] = mapped_column(sa.String(500))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(sa.String(300))
