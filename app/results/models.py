"""检验报告, 检验项目 rows, and the batches that imported them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.result_kinds import Choice
from app.domain.samples import ItemClass, ItemKind, Verdict
from app.domain.workflow import BatchState
from app.sampling.models import Sample


class ImportBatch(Base):
    """导入批次: one uploaded file, from its preview to its confirmation and, if need be, its undoing."""

    __tablename__ = "import_batch"
    __table_args__ = (sa.Index("ix_import_batch_org", "org_id", "id"), sa.Index("ix_import_batch_sha256", "sha256"))

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))  # results, samples, enterprises
    layout: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[BatchState] = mapped_column(coded(BatchState))
    filename: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    reported_on: Mapped[date | None]
    laboratory_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    layout_mapping_id: Mapped[int | None] = mapped_column(sa.ForeignKey("layout_mapping.id"))
    rows: Mapped[int] = mapped_column(default=0)
    samples: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)
    changed_count: Mapped[int] = mapped_column(default=0)
    unchanged_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    preview: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)  # faults and first rows, for the preview page only
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> str:
        return self.filename


class ResultReport(Base):
    """检验报告 of a sample. A correction adds a version; the old one stays readable."""

    __tablename__ = "result_report"
    __table_args__ = (
        sa.UniqueConstraint("sample_id", "report_no", "version"),
        sa.Index("ix_result_report_batch", "import_batch_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    report_no: Mapped[str] = mapped_column(sa.String(100))
    version: Mapped[int] = mapped_column(default=1)
    laboratory: Mapped[str | None]
    laboratory_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    arrived_on: Mapped[date | None]
    received_on: Mapped[date | None]  # 收检日期
    reported_on: Mapped[date]
    report_kind: Mapped[str | None] = mapped_column(sa.String(40))  # 报告类别
    conclusion_written: Mapped[str | None] = mapped_column(sa.String(400))
    remark_supervision: Mapped[str | None] = mapped_column(sa.String(1000))
    remark_monitoring: Mapped[str | None] = mapped_column(sa.String(1000))
    import_batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None]
    superseded_by_batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"))
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    sample: Mapped[Sample] = relationship(lazy="raise")
    rows: Mapped[list[ResultRow]] = relationship(lazy="raise", back_populates="report", order_by="ResultRow.ordinal")


class ResultRow(Base):
    """检验项目: what the laboratory wrote, what it parses to, and whose verdict stands."""

    __tablename__ = "result_row"
    __table_args__ = (
        sa.UniqueConstraint("report_id", "ordinal"),
        sa.Index("ix_result_row_sample", "sample_id", "id"),
        sa.Index("ix_result_row_item", "item", "id"),
        sa.Index(  # few rows among many
            "ix_result_row_failed", "id",
            sqlite_where=sa.text("verdict = '不合格项'"), postgresql_where=sa.text("verdict = '不合格项'"),
        ),
    )  # fmt: skip

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("result_report.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    ordinal: Mapped[int]
    line: Mapped[int | None]  # row of the file
    item: Mapped[str]  # name in the item list, else as written
    item_written: Mapped[str]
    item_class: Mapped[ItemClass | None] = mapped_column(coded(ItemClass))
    kind: Mapped[ItemKind | None] = mapped_column(coded(ItemKind))
    result_written: Mapped[str | None] = mapped_column(sa.String(2000))
    value: Mapped[Decimal | None]
    unit: Mapped[str | None] = mapped_column(sa.String(40))
    verdict_written: Mapped[str | None] = mapped_column(sa.String(60))
    lab_verdict: Mapped[Verdict | None] = mapped_column(coded(Verdict, "lab_verdict"))
    our_verdict: Mapped[Verdict] = mapped_column(coded(Verdict, "our_verdict"))
    verdict: Mapped[Verdict] = mapped_column(coded(Verdict, "verdict"))  # in force
    pending: Mapped[bool] = mapped_column(default=False)  # 待核
    flags: Mapped[str | None] = mapped_column(sa.String(400))
    reason: Mapped[str | None] = mapped_column(sa.String(600))
    limit_source: Mapped[str] = mapped_column(sa.String(10))
    limit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("food_limit.id"))
    limit_text: Mapped[str | None] = mapped_column(sa.String(200))
    min_written: Mapped[str | None] = mapped_column(sa.String(200))
    max_written: Mapped[str | None] = mapped_column(sa.String(200))
    min_unit: Mapped[str | None] = mapped_column(sa.String(40))  # 最小允许限单位, where the two are written apart
    limit_unit: Mapped[str | None] = mapped_column(sa.String(40))
    lod_written: Mapped[str | None] = mapped_column(sa.String(200))
    lod_unit: Mapped[str | None] = mapped_column(sa.String(40))
    lod_kind: Mapped[str | None] = mapped_column(sa.String(20))
    method: Mapped[str | None] = mapped_column(sa.String(2000))  # 检验依据
    basis: Mapped[str | None] = mapped_column(sa.String(2000))  # 判定依据
    note: Mapped[str | None] = mapped_column(sa.String(2000))  # 说明
    decided_at: Mapped[datetime | None]  # 判定复核: since then ``verdict`` is what two people decided
    report: Mapped[ResultReport] = relationship(lazy="raise", back_populates="rows")


# A literal, not a parameter: only then may the database use the partial index made for the question.
FAILED_ROWS = sa.text("result_row.verdict = '不合格项'")


class OverturnedVerdict(Base):
    """改判: since when another verdict of one item is in force than its report says, and whence that verdict comes."""

    __tablename__ = "overturned_verdict"
    __table_args__ = (
        sa.Index("ix_overturned_verdict_sample", "sample_id", "id"),
        sa.Index("ix_overturned_verdict_report", "report_id", "id"),
        sa.Index(  # one in force per item
            "uq_overturned_verdict_live", "result_row_id", unique=True,
            sqlite_where=sa.text("lapsed_at IS NULL"), postgresql_where=sa.text("lapsed_at IS NULL"),
        ),
    )  # fmt: skip

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("result_report.id"))
    result_row_id: Mapped[int] = mapped_column(sa.ForeignKey("result_row.id"))
    item: Mapped[str]
    before: Mapped[Verdict] = mapped_column(coded(Verdict, "before"))
    before_pending: Mapped[bool]
    after: Mapped[Verdict] = mapped_column(coded(Verdict, "after"))
    basis: Mapped[str] = mapped_column(sa.String(40))  # 复检, 异议
    source_kind: Mapped[str | None] = mapped_column(sa.String(30))  # retest, objection
    source_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(sa.String(1000))
    overturned_at: Mapped[datetime]
    overturned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    lapsed_at: Mapped[datetime | None]
    lapse_reason: Mapped[str | None] = mapped_column(sa.String(300))


class ImportConflict(Base):
    """导入冲突: a field that we and the file both changed since the last import, and whose value stands."""

    __tablename__ = "import_conflict"
    __table_args__ = (
        sa.UniqueConstraint("import_batch_id", "number", "report_no", "item", "field", name="uq_import_conflict_field"),
        sa.CheckConstraint("choice IS NULL OR decided_at IS NOT NULL", name="decided_when"),
        sa.Index("ix_import_conflict_sample", "sample_id", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    import_batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"))
    sample_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sample.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    report_no: Mapped[str] = mapped_column(sa.String(100))
    item: Mapped[str] = mapped_column(sa.String(200))
    field: Mapped[str] = mapped_column(sa.String(40))
    base: Mapped[str | None] = mapped_column(sa.String(2000))  # 上次导入
    ours: Mapped[str | None] = mapped_column(sa.String(2000))  # 本系统现值
    theirs: Mapped[str | None] = mapped_column(sa.String(2000))  # 新文件
    choice: Mapped[Choice | None] = mapped_column(coded(Choice, "choice"))
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
