"""What entries of the history say: kinds of records, names of fields and values, in the words of the office."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts.models import User
from app.audit.record_words import RECORD_FIELDS
from app.db import session
from app.domain.case_record import TITLES
from app.domain.fact_filters import BadFilter, describe, parse_filter
from app.domain.formulas import FORMULAS
from app.domain.masking import mask, mask_wholly
from app.domain.penalties import TITLES as PENALTY_TITLES
from app.domain.retest_laboratories import LABORATORY_TITLES
from app.domain.retests import TITLES as RETEST_TITLES
from app.filters import ABSENT, format_datetime
from app.labels import state_label
from app.operation_labels import OPERATION_FIELDS, OPERATION_SUBJECTS
from app.sampling.columns import title
from app.supervision_labels import SUPERVISION_FIELDS, SUPERVISION_SUBJECTS

SUBJECTS: Mapping[str, str] = {
    "sample": "样品",
    "import_batch": "导入批次",
    "report_agreement": "检验时限约定",
    "amendment_notice": "变动告知",
    "list_export": "列表导出",
    "layout_mapping": "导入格式对照",
    "disposal_case": "处置案件",
    "objection": "异议",
    "monthly_return": "报表",
    "return_template": "报表模板",
    "enterprise": "企业",
    "attachment": "附件",
    "user_account": "用户",
    "account_grant": "授权申请",
    "organisation": "机构",
    "sampling_task": "年度任务数",
    "sampling_plan": "抽检计划",
    "reported_value": "填报值",
    "reference": "基础数据",
    "food_limit": "限量",
    "food_category": "食品分类",
    "test_item": "检验项目",
    "region": "行政区划",
    "population": "常住人口",
    "work_day": "工作日历",
    "calendar_year": "年度日历",
    "deadline_rule": "时限规则",
    "plan": "规划",
    "plan_indicator": "规划指标",
    "yearly_target": "年度目标",
    "unknown_word": "名称对照",
    "personal_datum": "个人信息",
    "sampling_assignment": "抽样任务单",
    "lab_capacity": "检验能力",
    "drawing": "随机抽取",
    "backup_sample": "备份样品",
    "sheet_template": "抽样单模板",
    "job": "后台任务",
    "backup": "备份",
    "field_key": "字段加密密钥",
    "document_template": "文书模板",
    "rapid_test": "快检记录",
    "external_finding": "外部公示",
    "page": "页面",
    "rule_exemption": "规则豁免",
    "cap_rule": "抽样频次上限",
    "api_key": "接口密钥",
    "result_review": "结果审核",
    "official_document": "执法文书",
    "verdict_decision": "判定复核",
    "urgent_report": "限时报告",
    "legal_clock": "法定期限",
    "case_transfer": "移送协查",
    "clock_change": "期限延长、中止",
    "penalty": "行政处罚",
    "credit_listing": "失信名单",
    "ripple_task": "波及事项",
    "delegation": "审批委托",
    "reference_change": "基础数据变更",
    "setting_version": "系统设置",
    "rule_edition": "规则表",
    "code_value": "代码表",
    "item_alias": "项目写法对照",
    "category_alias": "分类写法对照",
    "dossier": "案卷",
    "retest": "复检",
    "retest_laboratory": "复检机构",
    "random_programme": "双随机抽查",
    "inspector": "检查人员",
    "public_warning": "风险交流",
    "publication": "抽检结果公示",
    "comparison": "比较分析",
    "plan_evaluation": "规划评估",
    "security_alert": "安全告警",
    "saved_view": "常用查询",
    "bulk_action": "批量操作",
    "phrase": "常用语",
    **SUPERVISION_SUBJECTS,
    **OPERATION_SUBJECTS,
}

PERSONAL = frozenset({"phone", "contact", "contact_name", "id_number", "id_no", "mobile", "personal_datum"})

FIELDS: Mapping[str, str] = {
    "number": "编号", "local_number": "本地编号", "state": "状态", "org_id": "所属机构", "organiser_org_id": "部署机关",
    "laboratory_org_id": "承检机构", "task_source": "任务来源", "report_class_a": "报送分类A",
    "report_class_b": "报送分类B", "sampling_type": "抽样类型", "purpose": "抽检性质", "organiser_level": "任务级别",
    "domain": "领域", "category_written": "食品分类（原文）", "category_id": "食品分类", "category": "食品分类",
    "sampled_enterprise_id": "被抽样单位", "sampled_name": "被抽样单位名称", "sampled_address": "被抽样单位地址",
    "sampled_region_written": "抽样地区（原文）", "region_id": "行政区划", "region": "行政区划", "area_type": "区域类型",
    "link": "抽样环节", "place": "抽样地点", "sampled_credit_code": "统一社会信用代码", "producer_id": "生产企业",
    "producer_name": "标称生产企业", "producer_address": "生产企业地址", "product_name": "样品名称", "brand": "商标",
    "made_on": "生产日期", "shelf_life": "保质期", "batch_no": "批号", "spec": "规格型号", "unit_price": "单价",
    "quantity": "抽样数量", "backup_quantity": "备样数量", "sampled_on": "抽样日期", "sampling_unit": "抽样单位",
    "samplers": "抽样人员", "remark": "备注", "laboratory": "检验机构", "arrived_on": "样品到达日期",
    "reported_on": "报告日期", "supervision": "监督抽检结论", "monitoring": "风险监测结论", "void_reason": "作废原因",
    "credit_code": "统一社会信用代码", "name": "名称", "address": "地址", "licence_kind": "许可证类型",
    "licence_no": "许可证号", "licence_until": "许可证有效期", "status": "状态", "kinds": "企业类型",
    "handler_id": "经办人", "started_on": "启动日期", "served_on": "报告送达日期", "control_on": "产品控制日期",
    "control": "产品控制", "cause_on": "原因排查日期", "cause": "原因排查", "rectified_on": "整改复查日期",
    "rectification": "整改复查", "penalty_kind": "处罚情况", "penalty_no": "处罚决定书编号", "penalty_on": "处罚日期",
    "penalty_amount": "罚没款", "penalty": "处罚内容", "published_on": "公开日期", "publication": "信息公开",
    "notified_org": "通报单位", "notified_on": "通报日期", "notified_no": "通报文号", "exempted": "未完成要件的理由",
    "exempted_by_id": "批准免除的审核人",
    "due_on": "期限", "username": "用户名", "roles": "岗位角色", "position": "科室职务", "active": "启用",
    "code": "编码", "kind": "类别", "level": "级别", "parent_id": "上级机构", "path": "路径", "enabled_on": "启用日期",
    "phone": "联系电话", "contact": "联系人", "sha256": "校验值", "size": "大小", "filename": "文件名",
    "value": "数值", "year": "年度", "month": "月份", "as_of": "截至日期", "document": "依据文件", "reason": "原因",
    "per_week": "每周批次", "batches": "批次数", "written": "原文", "mapped_to": "对照为", "item": "检验项目", "minimum": "下限",
    "maximum": "上限", "unit": "单位", "standard": "标准", "source": "来源", "confidence": "可信程度",
    "valid_from": "生效日期", "valid_to": "失效日期", "confirmed": "已确认", "rows": "行数", "locked_until": "锁定至",
    "received_on": "收到不合格结论日期", "failing_items": "不合格项目", "start_due_on": "启动期限", "due_why": "期限的由来",
    "due_article": "期限依据", "due_provisional": "期限暂定", "party_name": "责任主体", "party_address": "责任主体地址",
    "samples": "写入批数", "refused": "拒收批数", "new_count": "新增批数", "changed_count": "变更批数",
    "unchanged_count": "未变批数", "refused_count": "拒收批数", "from_on": "开始日期", "to_on": "完成日期",
    "method": "抽取方法", "take": "抽取数", "pool_sha256": "名单校验值", "commitment": "承诺", "public_word": "公开词",
    "secret": "密钥", "seed": "种子", "drawn": "抽取结果", "formula": "计算方法", "filter": "统计范围",
    "happened_at": "时间", "seal_no": "封条号", "backup_seal_no": "备份样品封条号", "temperature": "温度", "condition": "样品状态",
    "carrier": "送达方式", "tracking_no": "寄送单号", "list_no": "移交单号", "storage": "贮存条件", "stored_on": "入库日期",
    "discarded_on": "处置日期", "discard_method": "处置方式", "discard_witness": "见证人", "keep_until": "保存至",
    "template": "模板校验值",
    "edition": "版本", "total": "计划总批次", "special": "专项", "number_prefix": "编号前缀", "number_unit": "抽样单位代码",
    "number_suffix": "编号后缀", "note": "说明", "content_sha256": "内容校验值", "summary": "内容摘要", "signature_sha256": "签名内容摘要",
    "signature_mac": "签名校验码",
    "verdict": "判定", "items": "项目", "trigger": "触发原因", "measures": "已采取的措施", "confirmed_at": "确认时间",
    "done_on": "办结日期", "provisional": "期限暂定", "extended": "延长", "article": "期限依据", "document_no": "文号",
    "due_before": "变更前期限", "due_after": "变更后期限",
    "pending_items": "待核项目", "recipient": "受送达人", "recipient_address": "受送达人地址", "side": "受送达人身份",
    "issued_on": "制发日期", "delivered_on": "送达日期",
    "receipt_on": "签收日期", "receipt_by": "签收人", "replied_on": "回复日期", "reply": "回复结果", "reply_no": "回复文号",
    "reply_text": "回复内容", "reply_due_on": "回复期限", "urged": "催办次数", "closed_on": "办结日期",
}  # fmt: skip
# the words of the form on which a record is written come before the general ones
OBJECTION = {
    "kind": "异议类别", "side": "申请人身份", "applicant": "申请人", "contact": "联系人和电话", "applied_on": "提出日期",
    "received_on": "收到日期", "window_from": "异议期限起算日", "content": "异议内容", "evidence": "证明材料",
    "correction_due_on": "补正期限", "accepted_on": "受理日期", "investigation": "核查情况", "outcome": "审核结论", "effect": "处理",
    "told_on": "通知日期",
}  # fmt: skip
RANDOM = {
    "title": "任务名称", "matter": "抽查事项", "checklist_code": "检查要点表", "take": "抽取户数", "permille": "抽取比例（千分之）",
    "team_size": "每组人数", "filters": "名单条件", "partners": "联合部门", "enterprise_drawing": "检查对象抽取",
    "inspector_drawing": "检查人员抽取", "teams": "检查组", "team": "检查人员", "outcome": "抽查结果", "inspected_on": "检查日期",
    "publish_due_on": "公示期限", "published_on": "公示日期", "published_where": "公示位置", "to_on": "结束日期",
}  # fmt: skip
INSPECTOR = {
    "name": "姓名", "certificate_no": "执法证号", "department": "部门", "speciality": "专长", "user_id": "系统用户",
    "valid_from": "有效期起", "valid_to": "有效期止",
}  # fmt: skip
FORMS: Mapping[str, Callable[[str], str]] = {
    "random_programme": lambda name: RANDOM.get(name, name), "inspector": lambda name: INSPECTOR.get(name, name),
    "penalty": lambda name: PENALTY_TITLES.get(name, name),
    "disposal_case": lambda name: TITLES.get(name, name), "sample": title, "objection": lambda name: OBJECTION.get(name, name),
    "retest": lambda name: RETEST_TITLES.get(name, name), "retest_laboratory": lambda name: LABORATORY_TITLES.get(name, name),
}  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after; "—" for nothing."""

    field: str
    before: str
    after: str


def subject_word(kind: str) -> str:
    return SUBJECTS.get(kind, kind)


def changes_of(kind: str, stored: str | None) -> list[Change]:
    """The changes of an entry, masked, in the order of their fields."""
    if not stored:
        return []
    found: Mapping[str, list[Any]] = json.loads(stored)
    return [Change(field_word(kind, name), *(value_word(kind, name, one) for one in pair)) for name, pair in found.items()]


def field_word(kind: str, name: str) -> str:
    """What people call the field; entries that already name it in words keep their word."""
    word = FORMS[kind](name) if kind in FORMS else name
    told = SUPERVISION_FIELDS.get(kind, {}).get(name) or OPERATION_FIELDS.get(kind, {}).get(name) or FIELDS.get(word)
    return told or RECORD_FIELDS.get(word, word)


def value_word(kind: str, name: str, value: Any) -> str:
    """A value of this field as it is read: names for people, words for states, people in texts masked."""
    if value is None or value == "":
        return ABSENT
    if isinstance(value, bool):
        return "是" if value else "否"
    if name in ("handler_id", "exempted_by_id", "assigned_id", "lead_id", "second_id"):
        found = session().get(User, value)
        return found.name if found else ABSENT
    text = _text(value)
    if kind == "personal_datum" or name in PERSONAL:
        return mask_wholly(text)
    if name == "state":
        return state_label(kind, text)
    if name == "formula" and text in FORMULAS:
        return FORMULAS[text].name
    return _filter(text) if name == "filter" else mask(text)


def _filter(text: str) -> str:
    try:
        return describe(parse_filter(text))
    except BadFilter:  # written in the vocabulary of an earlier version
        return text


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value)) or ABSENT
    if isinstance(value, str) and MOMENT.match(value):
        return format_datetime(datetime.fromisoformat(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def masked(text: str | None) -> str | None:
    """Free text of an entry (a comment, the name of its subject) for reading."""
    return mask(text) if text else None
