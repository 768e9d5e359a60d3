"""Which field of a sampling sheet is kept where (抽样单栏目): a column, the personal data, or ``extra`` as written."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlalchemy as sa

from app.domain.sheet_columns import ALIASES
from app.sampling.models import PersonalDatum, Sample

# Columns that hold what the sheet says, word for word.
AS_WRITTEN = (
    "local_number", "task_source", "report_class_a", "report_class_b", "sampling_type", "sampled_name",
    "sampled_address", "place", "sampled_licence_kind", "sampled_licence_no", "producer_name", "producer_address",
    "producer_licence_no", "third_party_name", "third_party_kind", "product_name", "brand", "barcode", "sample_type",
    "source_kind", "attribute", "packaging", "date_kind", "shelf_life", "batch_no", "spec", "quality_grade",
    "standard", "unit_price", "origin", "base_quantity", "backup_quantity", "quantity_unit", "sampling_method",
    "storage", "sampling_unit", "sampling_unit_address", "samplers", "remark", "outcome_reason", "laboratory",
)  # fmt: skip
# Fields that are read into columns of their own.
READ = (
    "number", "purpose", "level1", "level2", "level3", "level4", "sampled_region", "area_type", "link",
    "sampled_credit_code", "producer_region", "made_on", "imported", "quantity", "sampled_on", "arrived_on",
)  # fmt: skip
# 个人信息: whoever may not see the whole sees it masked.
PERSONAL = (
    "sampler_phone", "sampling_unit_contact", "sampling_unit_phone", "sampled_legal_person", "sampled_contact",
    "sampled_phone", "stall_holder_id", "producer_contact", "producer_phone", "third_party_contact",
    "third_party_phone", "sampling_unit_email", "platform_contact", "platform_phone", "buyer", "pay_account",
    "register_account", "delivery_address",
)
# The sampling unit's own people: offered again on its next sheet.
OFFICE_PEOPLE = ("sampler_phone", "sampling_unit_contact", "sampling_unit_phone", "sampling_unit_email")  # fmt: skip
PERSONAL_WORDS = re.compile("联系人|电话|手机|邮箱|身份证|法人|法定代表人|负责人|封样人|主检人|审核人|签发人|填报人|收货地址|账户|账号")
OUR_TITLES = {
    "local_number": "本地编号", "category": "食品分类", "outcome_reason": "未抽样原因", "made_on": "生产/购进日期",
    "producer_credit_code": "生产企业社会信用代码", "sampling_unit_phone": "抽样单位联系人电话",
    "region_id": "抽样地（区划）", "category_id": "食品分类（对照）", "organiser_level": "组织级别", "domain": "产品领域",
    "sampled_region_written": "被抽样单位所在地", "category_written": "食品分类", "producer_region_written": "生产企业所在地",
    "producer_region_id": "生产企业所在地（区划）", "org_id": "管辖单位", "organiser_org_id": "组织单位", "laboratory_org_id": "承检机构",
    "sampled_enterprise_id": "被抽样单位档案", "producer_id": "生产企业档案", "extra": "其他栏目", "samplers": "抽样人员",
    "supervision": "监督结论", "monitoring": "监测结论", "pending_items": "待核项目数", "reported_on": "报告日期",
    "third_party_name": "第三方企业名称", "third_party_kind": "第三方企业性质", "link": "抽样环节",
    "plan_id": "抽检计划", "assignment_id": "抽样任务单", "special_sampling": "特殊抽样", "expires_on": "保质期届满日",
}  # fmt: skip
LENGTHS: Mapping[str, int] = {
    name: column.type.length
    for name, column in Sample.__table__.columns.items()
    if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum) and column.type.length
}
LONGEST_PERSONAL: int = PersonalDatum.__table__.c.value.type.longest  # type: ignore[attr-defined]
LONGEST_FIELD: int = PersonalDatum.__table__.c.field.type.length  # type: ignore[attr-defined]


def title(field: str) -> str:
    """The field's name on the form and in every message."""
    return OUR_TITLES.get(field) or (ALIASES[field][0] if field in ALIASES else field)


def is_personal(field: str) -> bool:
    """Is this one of the personal fields, or a column of the file that holds such data?"""
    return field in PERSONAL or bool(PERSONAL_WORDS.search(field))
