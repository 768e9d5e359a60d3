"""A sampling sheet about to be registered (抽样单草稿), with every column resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.samples import AreaType, Domain, Level, Link, Purpose
from app.domain.sampling_kinds import SpecialSampling
from app.domain.workflow import SampleState


@dataclass(slots=True)
class SheetDraft:
    """抽样单: the columns of a sample that a sheet decides, and what goes beside them."""

    org_id: int
    number: str | None  # None: ours, given when it is registered
    product_name: str
    purpose: Purpose
    domain: Domain
    state: SampleState = SampleState.REGISTERED
    organiser_org_id: int | None = None
    laboratory_org_id: int | None = None
    local_number: str | None = None
    plan_id: int | None = None
    assignment_id: int | None = None
    special_sampling: SpecialSampling | None = None
    task_source: str | None = None
    report_class_a: str | None = None
    report_class_b: str | None = None
    sampling_type: str | None = None
    organiser_level: Level | None = None
    category_written: str | None = None
    category_id: int | None = None
    sampled_enterprise_id: int | None = None
    sampled_name: str | None = None
    sampled_address: str | None = None
    sampled_region_written: str | None = None
    region_id: int | None = None
    area_type: AreaType | None = None
    link: Link | None = None
    place: str | None = None
    sampled_credit_code: str | None = None
    sampled_licence_kind: str | None = None
    sampled_licence_no: str | None = None
    producer_id: int | None = None
    producer_name: str | None = None
    producer_address: str | None = None
    producer_region_written: str | None = None
    producer_region_id: int | None = None
    producer_licence_no: str | None = None
    third_party_name: str | None = None
    third_party_kind: str | None = None
    brand: str | None = None
    barcode: str | None = None
    sample_type: str | None = None
    source_kind: str | None = None
    attribute: str | None = None
    packaging: str | None = None
    date_kind: str | None = None
    made_on: date | None = None
    shelf_life: str | None = None
    expires_on: date | None = None  # 保质期届满日, where date and shelf life tell it
    batch_no: str | None = None
    spec: str | None = None
    quality_grade: str | None = None
    standard: str | None = None
    unit_price: str | None = None
    imported: bool | None = None
    origin: str | None = None
    base_quantity: str | None = None
    quantity: Decimal | None = None
    backup_quantity: str | None = None
    quantity_unit: str | None = None
    sampling_method: str | None = None
    storage: str | None = None
    sampled_on: date | None = None
    sampling_unit: str | None = None
    sampling_unit_address: str | None = None
    samplers: str | None = None
    remark: str | None = None
    outcome_reason: str | None = None
    laboratory: str | None = None
    arrived_on: date | None = None
    extra: dict[str, str] | None = None
    personal: dict[str, str] = field(default_factory=dict)  # 个人信息, by field
    producer_credit_code: str | None = None  # finds the register's entry; kept in ``extra``
    sampler_ids: tuple[int, ...] = ()  # 抽样人员 who have an account here
    unknown: tuple[tuple[str, str, str | None], ...] = ()  # (kind, as written, nearest known)


BESIDE = ("personal", "producer_credit_code", "sampler_ids", "unknown")


def columns_of(draft: SheetDraft) -> dict[str, Any]:
    """The columns of ``sample`` that the draft decides."""
    return {name: getattr(draft, name) for name in SheetDraft.__dataclass_fields__ if name not in BESIDE}
