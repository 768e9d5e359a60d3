"""样品流转, 备份样品, 照片 and 签字."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.attachments.models import Attachment
from app.db import Base, coded
from app.domain.sampling_kinds import CustodyKind, Opinion, PhotoKind, SignatureForm, Signer
from app.domain.workflow import BackupState
from app.sampling.models import Sample


class OfSample:
    """What permissions ask of a record that belongs to a sample; a query must have loaded the sample."""

    sample: Any

    @property
    def organiser_org_id(self) -> int | None:
        found: int | None = self.sample.organiser_org_id
        return found

    @property
    def laboratory_org_id(self) -> int | None:
        found: int | None = self.sample.laboratory_org_id
        return found

    @property
    def case_org_ids(self) -> list[int]:
        found: list[int] = self.sample.case_org_ids
        return found


class CustodyEvent(OfSample, Base):
    """流转记录: who did what with the sample, when, in which condition. Never changed; a wrong one is voided with a reason."""

    __tablename__ = "custody_event"
    __table_args__ = (
        sa.UniqueConstraint("sample_id", "slot"),
        sa.Index("ix_custody_event_list", "org_id", "list_no"),
        sa.CheckConstraint("temperature IS NULL OR (temperature >= -100 AND temperature <= 100)", name="temperature_possible"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    kind: Mapped[CustodyKind] = mapped_column(coded(CustodyKind))
    slot: Mapped[str] = mapped_column(sa.String(30))  # the place in the chain it fills: each is filled once, by whoever is first
    happened_at: Mapped[datetime]  # naive UTC, as all moments
    person: Mapped[str]  # who handed, received …, as the paper says
    condition: Mapped[str | None] = mapped_column(sa.String(300))  # 样品状态
    temperature: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))  # ℃
    seal_no: Mapped[str | None] = mapped_column(sa.String(60))  # 封条号 of the test sample
    backup_seal_no: Mapped[str | None] = mapped_column(sa.String(60))
    carrier: Mapped[str | None] = mapped_column(sa.String(60))  # 送达方式
    list_no: Mapped[str | None] = mapped_column(sa.String(40))  # 移交单号: one list of samples handed over together
    tracking_no: Mapped[str | None] = mapped_column(sa.String(60))
    reason: Mapped[str | None] = mapped_column(sa.String(500))  # of a refusal
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(sa.String(300))
    sample: Mapped[Sample] = relationship(lazy="raise")


class CustodySeal(Base):
    """封条号: whichever live sealing holds it; NULL once that sealing has been voided. A number is used once in a bureau."""

    __tablename__ = "custody_seal"
    __table_args__ = (sa.UniqueConstraint("org_id", "seal_no"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    seal_no: Mapped[str] = mapped_column(sa.String(60))
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("custody_event.id"))


class BackupSample(Base):
    """复检备份样品: where it is kept, until when and why until then, and how it was disposed of."""

    __tablename__ = "backup_sample"
    __table_args__ = (
        sa.UniqueConstraint("sample_id"),
        sa.Index("ix_backup_sample_until", "org_id", "state", "keep_until", "id"),
        sa.Index("ix_backup_sample_lab", "laboratory_org_id", "state", "keep_until", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    laboratory_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    state: Mapped[BackupState] = mapped_column(coded(BackupState))
    quantity: Mapped[str | None] = mapped_column(sa.String(60))
    place: Mapped[str]
    storage: Mapped[str | None] = mapped_column(sa.String(100))
    seal_no: Mapped[str | None] = mapped_column(sa.String(60))
    stored_on: Mapped[date]
    keep_until: Mapped[date | None]  # NULL until the conclusion is known
    keep_why: Mapped[str | None] = mapped_column(sa.String(400))
    discarded_on: Mapped[date | None]
    discard_method: Mapped[str | None] = mapped_column(sa.String(100))
    discard_witness: Mapped[str | None] = mapped_column(sa.String(60))
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[Sample] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}

    @property
    def title(self) -> str:
        """What its history is called by; a query must have loaded the sample."""
        return f"{self.sample.number} 备份样品"


class SamplePhoto(OfSample, Base):
    """照片: the original is an attachment; time and place are what the camera wrote, not what somebody typed."""

    __tablename__ = "sample_photo"
    __table_args__ = (sa.Index("ix_sample_photo_sample", "sample_id", "id"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    custody_event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("custody_event.id"))
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachment.id"))
    kind: Mapped[PhotoKind] = mapped_column(coded(PhotoKind))
    note: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    taken_at: Mapped[datetime | None]  # EXIF, the camera's own wall clock
    latitude: Mapped[Decimal | None] = mapped_column(sa.Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(sa.Numeric(9, 6))
    device: Mapped[str | None] = mapped_column(sa.String(100))
    thumbnail_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(sa.String(300))
    sample: Mapped[Sample] = relationship(lazy="raise")
    attachment: Mapped[Attachment] = relationship(lazy="raise")


class SampleSignature(OfSample, Base):
    """签字: an image bound to the version of the sheet that was signed, by the SHA-256 of what it said."""

    __tablename__ = "sample_signature"
    __table_args__ = (sa.Index("ix_sample_signature_sample", "sample_id", "id"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    signer: Mapped[Signer] = mapped_column(coded(Signer))
    form: Mapped[SignatureForm] = mapped_column(coded(SignatureForm))
    name: Mapped[str] = mapped_column(sa.String(60))
    opinion: Mapped[Opinion | None] = mapped_column(coded(Opinion))
    opinion_text: Mapped[str | None] = mapped_column(sa.String(500))
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachment.id"))
    thumbnail_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    sheet_version: Mapped[int]  # 1 as registered, one more for every correction
    sheet_sha256: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(sa.String(300))
    sample: Mapped[Sample] = relationship(lazy="raise")
    attachment: Mapped[Attachment] = relationship(lazy="raise")
