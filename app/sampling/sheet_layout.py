"""How the fields of a sampling sheet stand on the page (抽样单版面): in the order in which a sheet is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.samples import AreaType, Level, Link, Purpose
from app.domain.sampling_kinds import SpecialSampling


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the sheet; ``more`` folds away, because few sheets need it."""

    name: str
    heading: str
    fields: tuple[str, ...]
    more: tuple[str, ...] = ()
    folded: bool = False  # the whole part folds away once it is filled
    more_title: str = "更多栏目"


SECTIONS: tuple[Section, ...] = (
    Section("task", "任务与编号", (
        "outcome", "outcome_code", "outcome_note", "assignment_id", "plan_id", "purpose", "number", "local_number",
        "special_sampling", "task_source", "report_class_a", "report_class_b",
    ), ("sampling_type", "deployed_by", "printed_no")),
    Section("sampled", "被抽样单位", (
        "link", "sampled_name", "sampled_credit_code", "place", "area_type", "sampled_region", "sampled_address",
        "sampled_licence_kind", "sampled_licence_no", "sampled_legal_person", "sampled_contact", "sampled_phone",
    ), (
        "area_detail", "stall", "stall_holder_id", "annual_sales", "enterprise_scale", "business_type",
        "administrative_area", "supervised_by", "sampled_fax", "sampled_postcode",
    )),
    Section("online", "网络抽样", (
        "shop_url", "shop_name", "platform_name", "platform_url", "platform_region", "platform_licence_no",
        "platform_icp", "platform_order_no", "buyer", "pay_account", "register_account", "delivery_address",
    ), ("platform_contact", "platform_phone")),
    Section("product", "样品", (
        "product_name", "category", "sample_type", "source_kind", "packaging", "sample_form", "spec", "brand", "batch_no",
        "date_kind", "made_on", "shelf_life", "quality_grade", "standard", "unit_price",
    ), (
        "attribute", "barcode", "imported", "origin", "exported", "purchased_quantity", "stock_quantity",
        "conformity_certificate", "registration_no",
    )),
    Section("producer", "标称生产企业", (
        "producer_name", "producer_credit_code", "producer_region", "producer_address", "producer_licence_no", "producer_contact",
        "producer_phone",
    ), (
        "third_party_exists", "third_party_kind", "third_party_name", "third_party_region", "third_party_address",
        "third_party_licence_no", "third_party_contact", "third_party_phone",
    ), more_title="第三方企业（委托、代理、经销、进口、供应商）"),
    Section("sampling", "抽样", (
        "sampled_on", "base_quantity", "quantity", "quantity_unit", "backup_quantity", "sampling_method", "storage",
        "sample_container", "sampler_1", "sampler_2", "sampler_3", "samplers", "laboratory",
    ), ("storage_temperature", "storage_humidity", "sampling_tool", "arrived_on", "deliver_until", "deliver_to")),
    Section("unit", "抽样单位", (
        "sampling_unit", "sampling_unit_level", "sampling_unit_province", "sampler_phone", "sampling_unit_contact",
        "sampling_unit_phone", "sampling_unit_email", "sampling_unit_address", "sampling_unit_fax", "sampling_unit_postcode",
    ), folded=True),
    Section("rest", "备注", ("remark",)),
)  # fmt: skip
OUTCOME = ("outcome", "outcome_code", "outcome_note")
PICKED = ("sampled_enterprise_id", "producer_id")  # the register's entries, chosen by the picker
SAMPLER_PICKS = ("sampler_1", "sampler_2", "sampler_3")
# Fields that are chosen from a short official list and take nothing else.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "purpose": tuple(Purpose),
    "link": tuple(Link),
    "area_type": tuple(AreaType),
    "special_sampling": tuple(SpecialSampling),
    "imported": ("否", "是"),
    "exported": ("否", "是"),
    "third_party_exists": ("否", "是"),
    "sampling_unit_level": (*Level, "/"),
}
FROM_ROWS = ("plan_id", "assignment_id", *SAMPLER_PICKS)  # chosen from rows of the database
FIELDS: tuple[str, ...] = tuple(name for section in SECTIONS for name in (*section.fields, *section.more))
OWN = (*CHOICES, *FROM_ROWS, *OUTCOME, "number")
WRITTEN: tuple[str, ...] = tuple(name for name in FIELDS if name not in OWN)  # free text, "/" included
SHEET: tuple[str, ...] = tuple(name for name in FIELDS if name not in (*OUTCOME, *SAMPLER_PICKS))
# Which official list a field offers; what is not on it is kept as written.
LISTS: Mapping[str, str] = {
    "report_class_a": "报送分类A", "sampling_type": "抽样类型", "sampled_licence_kind": "许可证类型", "sample_type": "样品类型",
    "source_kind": "样品来源", "attribute": "样品属性", "packaging": "包装分类", "date_kind": "日期类型", "storage": "储存条件",
    "sampling_method": "抽样方式", "quantity_unit": "抽样数量单位", "third_party_kind": "第三方企业性质",
    "sample_form": "样品形态", "sample_container": "样品包装", "area_detail": "区域类型细分", "deployed_by": "部署机构级别",
}  # fmt: skip
DATES = ("made_on", "sampled_on", "arrived_on", "deliver_until")
# What the next sheet of the same visit keeps.
COPIED: tuple[str, ...] = (
    *("assignment_id", "plan_id", "purpose", "special_sampling"),
    *("task_source", "report_class_a", "report_class_b", "sampling_type", "deployed_by"),
    *SECTIONS[1].fields, *SECTIONS[1].more,
    *("shop_url", "shop_name", "platform_name", "platform_url", "platform_region", "platform_licence_no", "platform_icp"),
    *("platform_contact", "platform_phone", "buyer", "pay_account", "register_account", "delivery_address"),
    *("sampled_on", "sampling_method", "storage", *SAMPLER_PICKS, "samplers", "laboratory"),
    *SECTIONS[6].fields, "sampled_enterprise_id",
)  # fmt: skip
COPIED_IN_WORDS = "任务、计划、被抽样单位、抽样日期和方式、抽样人员、抽样单位、检验机构"
# What the next sheet of another visit keeps: the office's own.
HABITUAL: tuple[str, ...] = (
    "task_source", "report_class_a", "report_class_b", "sampling_method", "laboratory", *SECTIONS[6].fields,
)  # fmt: skip
# What a template never holds: the one sample's own.
NEVER_IN_TEMPLATES: tuple[str, ...] = (
    "number", "local_number", "printed_no", "batch_no", "barcode", "made_on", "sampled_on", "arrived_on", "deliver_until",
    "assignment_id", *OUTCOME, "platform_order_no", *PICKED,
)  # fmt: skip
