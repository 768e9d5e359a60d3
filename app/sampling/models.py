"""样品 (sampling sheet and custody) and the versioned facts that every figure reads."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, coded
from app.domain.samples import AreaType, Domain, Level, Link, Monitoring, Purpose, Supervision
from app.domain.sampling_kinds import SpecialSampling
from app.domain.workflow import SampleState
from app.enterprises.models import Enterprise
from app.secret_columns import Secret, SecretJSON

if TYPE_CHECKING:
    from app.disposal.models import DisposalCase

Short = sa.String(60)
Long = sa.String(400)


class Sample(Base):
    """抽样单: one sample with its own 抽样编号, unique in the whole installation.

    Names and addresses are a snapshot of what the sheet says; ``sampled_enterprise_id`` and ``producer_id`` link the
    register where somebody said so. ``extra`` keeps every imported field that has no column, as written.
    """

    __tablename__ = "sample"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.Index("uq_sample_submission_key", "submission_key", unique=True),
        sa.Index("ix_sample_org", "org_id", "id"),
        sa.Index("ix_sample_plan", "plan_id", "id"),
        sa.Index("ix_sample_assignment", "assignment_id", "id"),
        sa.Index("ix_sample_created_by", "created_by_id", "id"),
        sa.Index("ix_sample_org_sampled", "org_id", "sampled_on", "id"),
        sa.Index("ix_sample_org_state", "org_id", "state", "id"),
        sa.Index("ix_sample_laboratory", "laboratory_org_id", "id"),
        sa.Index("ix_sample_organiser", "organiser_org_id", "id"),
        sa.Index("ix_sample_credit", "sampled_credit_code", "id"),
        sa.Index("ix_sample_batch", "import_batch_id", "id"),
        sa.Index("ix_sample_sampled_ent", "sampled_enterprise_id", "id"),
        sa.Index("ix_sample_producer", "producer_id", "id"),
        sa.Index("ix_sample_sampled_name", "sampled_name", "id"),  # caps ask for earlier samples by name
        sa.Index("ix_sample_producer_name", "producer_name", "id"),
        sa.Index(  # 待核: few rows among many, counted on every home page
            "ix_sample_pending", "org_id", "id",
            sqlite_where=sa.text("pending_items > 0"), postgresql_where=sa.text("pending_items > 0"),
        ),
        sa.Index(
            "ix_sample_lab_waiting", "laboratory_org_id", "id",
            sqlite_where=sa.text("state = 'registered'"), postgresql_where=sa.text("state = 'registered'"),
        ),
        sa.Index(  # what a figure still awaits
            "ix_sample_waiting", "sampled_on", "region_id", "org_id",
            sqlite_where=sa.text("state = 'registered'"), postgresql_where=sa.text("state = 'registered'"),
        ),
        sa.CheckConstraint("reported_on IS NULL OR sampled_on IS NULL OR sampled_on <= reported_on", name="date_order"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    organiser_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    laboratory_org_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sa.String(40))
    local_number: Mapped[str | None] = mapped_column(sa.String(40), index=True)
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sampling_plan.id"))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sampling_assignment.id"))
    special_sampling: Mapped[SpecialSampling | None] = mapped_column(coded(SpecialSampling))
    state: Mapped[SampleState] = mapped_column(coded(SampleState))

    task_source: Mapped[str | None]  # 任务来源
    report_class_a: Mapped[str | None]  # 报送分类A
    report_class_b: Mapped[str | None]  # 报送分类B
    sampling_type: Mapped[str | None] = mapped_column(Short)  # 抽样类型
    purpose: Mapped[Purpose] = mapped_column(coded(Purpose))
    organiser_level: Mapped[Level | None] = mapped_column(coded(Level))

    domain: Mapped[Domain] = mapped_column(coded(Domain))
    category_written: Mapped[str | None] = mapped_column(Long)
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("food_category.id"), index=True)

    sampled_enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"))
    sampled_name: Mapped[str | None]  # 被抽样单位名称
    sampled_address: Mapped[str | None] = mapped_column(sa.String(300))
    sampled_region_written: Mapped[str | None]
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    area_type: Mapped[AreaType | None] = mapped_column(coded(AreaType))
    link: Mapped[Link | None] = mapped_column(coded(Link))
    place: Mapped[str | None] = mapped_column(Short)  # 抽样地点
    sampled_credit_code: Mapped[str | None] = mapped_column(sa.String(40))
    sampled_licence_kind: Mapped[str | None] = mapped_column(Short)
    sampled_licence_no: Mapped[str | None] = mapped_column(Short)

    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"))
    producer_name: Mapped[str | None]  # 标称生产企业
    producer_address: Mapped[str | None] = mapped_column(sa.String(300))
    producer_region_written: Mapped[str | None]
    producer_region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    producer_licence_no: Mapped[str | None] = mapped_column(Short)
    third_party_name: Mapped[str | None]
    third_party_kind: Mapped[str | None] = mapped_column(Short)

    product_name: Mapped[str]
    brand: Mapped[str | None]
    barcode: Mapped[str | None] = mapped_column(Short)
    sample_type: Mapped[str | None] = mapped_column(Short)
    source_kind: Mapped[str | None] = mapped_column(Short)
    attribute: Mapped[str | None] = mapped_column(Short)
    packaging: Mapped[str | None] = mapped_column(Short)
    date_kind: Mapped[str | None] = mapped_column(Short)  # 日期类型
    made_on: Mapped[date | None]
    shelf_life: Mapped[str | None] = mapped_column(Short)
    expires_on: Mapped[date | None]  # 保质期届满日, where date and shelf life tell it
    batch_no: Mapped[str | None] = mapped_column(sa.String(100))
    spec: Mapped[str | None] = mapped_column(sa.String(100))
    quality_grade: Mapped[str | None] = mapped_column(sa.String(100))
    standard: Mapped[str | None]
    unit_price: Mapped[str | None] = mapped_column(Short)
    imported: Mapped[bool | None]
    origin: Mapped[str | None] = mapped_column(sa.String(100))
    base_quantity: Mapped[str | None] = mapped_column(Short)
    quantity: Mapped[Decimal | None]
    backup_quantity: Mapped[str | None] = mapped_column(Short)
    quantity_unit: Mapped[str | None] = mapped_column(Short)
    sampling_method: Mapped[str | None] = mapped_column(Short)
    storage: Mapped[str | None] = mapped_column(sa.String(100))
    sampled_on: Mapped[date | None]
    sampling_unit: Mapped[str | None]
    sampling_unit_address: Mapped[str | None] = mapped_column(sa.String(300))
    samplers: Mapped[str | None]  # joined with 、
    remark: Mapped[str | None] = mapped_column(sa.String(1000))
    outcome_reason: Mapped[str | None] = mapped_column(sa.String(300))  # 拒检/未抽到原因

    laboratory: Mapped[str | None]
    arrived_on: Mapped[date | None]  # 样品到达日期
    reported_on: Mapped[date | None]  # newest report date in force
    supervision: Mapped[Supervision | None] = mapped_column(coded(Supervision))  # copy of the fact in force, for lists
    monitoring: Mapped[Monitoring | None] = mapped_column(coded(Monitoring))
    pending_items: Mapped[int] = mapped_column(default=0)  # 待核 items

    search_text: Mapped[str] = mapped_column(sa.String(1000))
    extra: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    import_batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    void_reason: Mapped[str | None] = mapped_column(sa.String(300))
    submission_key: Mapped[str | None] = mapped_column(sa.String(40))  # of the form it was typed into: sent twice, it is one sample
    version: Mapped[int] = mapped_column(default=1)

    sampled_enterprise: Mapped[Enterprise | None] = relationship(lazy="raise", foreign_keys=[sampled_enterprise_id])
    producer: Mapped[Enterprise | None] = relationship(lazy="raise", foreign_keys=[producer_id])
    cases: Mapped[list[DisposalCase]] = relationship(lazy="raise", viewonly=True, back_populates="sample")
    __mapper_args__ = {"version_id_col": version}

    @property
    def case_org_ids(self) -> list[int]:
        """Bureaus that hold a case of this sample; a query must have loaded ``cases``."""
        return [case.org_id for case in self.cases]


class SampleSampler(Base):
    """抽样人员 who have an account here; the names as written stay in ``sample.samplers``."""

    __tablename__ = "sample_sampler"
    __table_args__ = (
        sa.UniqueConstraint("sample_id", "user_id"),
        sa.Index("ix_sample_sampler_user", "user_id", "sample_id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))


class SampleReturn(Base):
    """退修: a sheet sent back for correction, by which rule, and when it came back."""

    __tablename__ = "sample_return"
    __table_args__ = (
        sa.Index("ix_sample_return_sample", "sample_id", "id"),
        sa.Index("ix_sample_return_org", "org_id", "returned_at", "id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    rule_code: Mapped[str | None] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.String(500))
    returned_at: Mapped[datetime]
    returned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    resolved_at: Mapped[datetime | None]


class FormDraft(Base):
    """草稿: what somebody was typing, saved every so often; nobody else sees it. ``fields`` is opaque."""

    __tablename__ = "form_draft"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "draft_key"),
        sa.Index("ix_form_draft_user", "user_id", "form", "saved_at"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    draft_key: Mapped[str] = mapped_column(sa.String(40))  # becomes the sample's submission_key
    form: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None]  # the sample being corrected
    subject_version: Mapped[int | None]
    title: Mapped[str | None]
    fields: Mapped[dict[str, Any]] = mapped_column(SecretJSON("form_draft.fields"))
    saved_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)  # an older tab of the same draft must not overwrite a newer one
    tab: Mapped[str | None] = mapped_column(sa.String(40))  # whose last save it was: after a lost answer the same tab may go on
    closed_at: Mapped[datetime | None]  # registered or given up: ``fields`` is then empty


class SheetTemplate(Base):
    """抽样单常用模板 of one person, or of the whole office when ``shared``."""

    __tablename__ = "sheet_template"
    __table_args__ = (sa.Index("ix_sheet_template_user", "org_id", "user_id", "id"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    shared: Mapped[bool] = mapped_column(default=False)
    fields: Mapped[dict[str, Any]] = mapped_column(SecretJSON("sheet_template.fields"))
    created_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]


class PersonalDatum(Base):
    """个人信息: phones, names of contacts and ID numbers, apart from everything else, behind one accessor."""

    __tablename__ = "personal_datum"
    __table_args__ = (sa.UniqueConstraint("subject_kind", "subject_id", "field"),)

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[str] = mapped_column(Secret("personal_datum.value", 300))


class BatchFact(Base):
    """批次事实: what is true of a completed batch, as a chain of versions (never updated but for ``superseded_at``)."""

    __tablename__ = "batch_fact"
    __table_args__ = (
        sa.UniqueConstraint("sample_id", "version"),
        sa.CheckConstraint("superseded_at IS NULL OR superseded_at >= recorded_at", name="superseded_later"),
        sa.Index("ix_batch_fact_month", "month", "county_id", "id"),
        sa.Index("ix_batch_fact_org", "org_id", "month", "id"),
        sa.Index("ix_batch_fact_recorded", "recorded_at", "id"),
        sa.Index("ix_batch_fact_domain", "domain", "month", "link", "county_id"),
    )

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("sample.id"))
    sample_number: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[int]
    supervision: Mapped[Supervision] = mapped_column(coded(Supervision))
    monitoring: Mapped[Monitoring] = mapped_column(coded(Monitoring))
    basis: Mapped[str] = mapped_column(sa.String(40))  # 初检, 更正, 复检, 异议, 作废, 撤销导入 …
    purpose: Mapped[Purpose] = mapped_column(coded(Purpose))
    domain: Mapped[Domain] = mapped_column(coded(Domain))
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("food_category.id"))
    category_root_id: Mapped[int | None] = mapped_column(sa.ForeignKey("food_category.id"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    county_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    link: Mapped[Link | None] = mapped_column(coded(Link))
    organiser_level: Mapped[Level | None] = mapped_column(coded(Level))
    sampled_on: Mapped[date | None]
    reported_on: Mapped[date]
    month: Mapped[int]  # of reported_on: 202611
    has_residue: Mapped[bool]
    counts_for_producer: Mapped[bool] = mapped_column(default=True)
    voided: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
