"""外部公示: rows of published lists, as written and as far as they can be read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.result_kinds import ListKind
from app.enterprises.models import Enterprise
from app.results.models import ImportBatch
from app.sampling.models import Sample


class ExternalFinding(Base):
    """外部公示 finding: one row of a published list. Never a batch, in no figure, with no case.

    ``row_sha256`` is the hash of the row as written and ``ordinal`` counts equal rows within a file, so the same file again
    adds nothing and two equal rows of one file are both kept.
    """

    __tablename__ = "external_finding"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "row_sha256", "ordinal"),
        sa.Index("ix_external_finding_batch", "import_batch_id", "line"),
        sa.Index("ix_external_finding_org", "org_id", "id"),
        sa.Index("ix_external_finding_number", "number"),
        sa.Index("ix_external_finding_producer", "producer_id", "id"),
        sa.Index("ix_external_finding_sampled", "sampled_enterprise_id", "id"),
        sa.Index("ix_external_finding_sample", "sample_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    import_batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"))
    line: Mapped[int]
    row_sha256: Mapped[str] = mapped_column(sa.String(64))
    ordinal: Mapped[int]
    list_kind: Mapped[ListKind] = mapped_column(coded(ListKind, "list_kind"))
    number: Mapped[str | None] = mapped_column(sa.String(60))  # 抽样编号
    product_name: Mapped[str | None] = mapped_column(sa.String(300))
    producer_name: Mapped[str | None] = mapped_column(sa.String(300))
    producer_address: Mapped[str | None] = mapped_column(sa.String(400))
    sampled_name: Mapped[str | None] = mapped_column(sa.String(300))
    sampled_address: Mapped[str | None] = mapped_column(sa.String(400))
    spec: Mapped[str | None] = mapped_column(sa.String(200))
    brand: Mapped[str | None] = mapped_column(sa.String(200))
    made_written: Mapped[str | None] = mapped_column(sa.String(200))  # 生产日期/批号
    made_on: Mapped[date | None]
    category_written: Mapped[str | None] = mapped_column(sa.String(200))
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("food_category.id"))
    items: Mapped[list[dict[str, Any]] | None] = mapped_column(sa.JSON)  # 不合格项目, 检验结果, 标准值, and what they parse to
    unread_items: Mapped[int] = mapped_column(default=0)  # 不判定（原文残缺）
    notice_no: Mapped[str | None] = mapped_column(sa.String(200))
    noticed_on: Mapped[date | None]
    task_source: Mapped[str | None] = mapped_column(sa.String(300))
    laboratory: Mapped[str | None] = mapped_column(sa.String(200))
    url: Mapped[str | None] = mapped_column(sa.String(500))
    remark: Mapped[str | None] = mapped_column(sa.String(1000))
    cells: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # the row as written
    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"))
    sampled_enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"))
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sample.id"))
    link_note: Mapped[str | None] = mapped_column(sa.String(300))  # how it was linked
    linked_at: Mapped[datetime | None]
    linked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    search_text: Mapped[str] = mapped_column(sa.String(1500))
    recorded_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    batch: Mapped[ImportBatch] = relationship(lazy="raise")
    producer: Mapped[Enterprise | None] = relationship(lazy="raise", foreign_keys=[producer_id])
    sampled_enterprise: Mapped[Enterprise | None] = relationship(lazy="raise", foreign_keys=[sampled_enterprise_id])
    sample: Mapped[Sample | None] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}
