"""办理情况: what the handler of a disposal case writes, and what of it cannot be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.quantity_balance import LARGEST, Quantities

FIRST_DAY = date(2000, 1, 1)
LARGEST_AMOUNT = Decimal("999999999999.99")


class PenaltyKind(StrEnum):
    """处罚情况."""

    PUNISHED = "已处罚"
    EXEMPT = "不予处罚"
    NOT_FILED = "不予立案"


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """办理情况: everything the handler writes, in the blocks of the official form."""

    received_on: date
    started_on: date | None = None
    served_on: date | None = None
    control_on: date | None = None
    control: str | None = None
    cause_on: date | None = None
    cause: str | None = None
    penalty_kind: PenaltyKind | None = None
    penalty_no: str | None = None
    penalty_on: date | None = None
    penalty_amount: Decimal | None = None
    penalty: str | None = None
    rectified_on: date | None = None
    rectification: str | None = None
    published_on: date | None = None
    publication: str | None = None
    notified_org: str | None = None
    notified_on: date | None = None
    notified_no: str | None = None
    exempted: str | None = None
    stop_ordered: bool | None = None
    seal_ordered: bool | None = None
    recall_ordered: bool | None = None
    recall_level: int | None = None
    quantities: Quantities = field(default_factory=Quantities)
    goods_value: Decimal | None = None
    quantity_note: str | None = None
    not_recalled: str | None = None
    cause_codes: str | None = None
    source_traced: bool | None = None
    source_producer: str | None = None
    untraced: str | None = None
    rectify_ordered: bool | None = None
    rectify_from: date | None = None
    rectify_to: date | None = None
    rectify_report: bool | None = None
    recheck_passed: bool | None = None
    other_measures: str | None = None
    remark: str | None = None


TITLES: Mapping[str, str] = {
    "received_on": "收到不合格结论日期",
    "started_on": "启动核查处置日期",
    "served_on": "检验报告送达日期",
    "control_on": "产品控制日期",
    "control": "产品控制措施",
    "cause_on": "原因排查日期",
    "cause": "不合格原因",
    "penalty_kind": "处罚情况",
    "penalty_no": "处罚决定书编号",
    "penalty_on": "处罚决定日期",
    "penalty_amount": "罚没款合计（元）",
    "penalty": "处罚内容或理由",
    "rectified_on": "复查验收日期",
    "rectification": "整改复查情况",
    "published_on": "信息公开日期",
    "publication": "信息公开情况",
    "notified_org": "通报对象",
    "notified_on": "通报日期",
    "notified_no": "通报文号",
    "exempted": "免除理由",
    "stop_ordered": "责令暂停生产销售使用",
    "seal_ordered": "封存",
    "recall_ordered": "责令召回",
    "recall_level": "召回级别",
    "quantities": "处置数量",
    "goods_value": "货值（元）",
    "quantity_note": "数量不平衡说明",
    "not_recalled": "未完全召回原因",
    "cause_codes": "原因类别",
    "source_traced": "追溯原料来源",
    "source_producer": "不合格原料生产者",
    "untraced": "未追查到的原因",
    "rectify_ordered": "责令整改",
    "rectify_from": "整改起始日期",
    "rectify_to": "整改截止日期",
    "rectify_report": "企业提交整改报告",
    "recheck_passed": "复查验收合格",
    "other_measures": "其他核查处置措施",
    "remark": "备注",
}
# The blocks of the official form: each has its own part of the page, and may be saved alone and in any order (办法 40, 43).
BLOCKS: Mapping[str, tuple[str, ...]] = {
    "启动情况": ("received_on", "started_on", "served_on"),
    "产品控制": ("control_on", "stop_ordered", "seal_ordered", "recall_ordered", "recall_level", "control"),
    "处置数量": ("quantities", "goods_value", "quantity_note", "not_recalled"),
    "原因排查": ("cause_on", "cause_codes", "cause", "source_traced", "source_producer", "untraced"),
    "整改复查": (
        "rectify_ordered", "rectify_from", "rectify_to", "rectify_report", "rectified_on", "recheck_passed", "rectification",
    ),
    "行政处罚": ("penalty_kind", "penalty_no", "penalty_on", "penalty_amount", "penalty"),
    "信息公开": ("published_on", "publication"),
    "通报移送": ("notified_org", "notified_on", "notified_no"),
    "其他": ("other_measures", "remark"),
    "免除理由": ("exempted",),
}  # fmt: skip
MATERIAL = "原料问题"  # the cause that obliges to trace where the material came from
RECALL_LEVELS = (1, 2, 3)  # 食品召回管理办法 13
RECORDED = tuple(each.name for each in fields(CaseRecord))


def differences(before: CaseRecord, after: CaseRecord) -> dict[str, tuple[Any, Any]]:
    """The fields that say something else, with both values."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in RECORDED}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def faults(
    record: CaseRecord, today: date, *, sampled_on: date | None = None, reported_on: date | None = None
) -> dict[str, str]:
    """What cannot be true, by field. Blocks may be filled in any order, so nothing is said here of what is not yet there."""
    found: dict[str, str] = {}
    for name in RECORDED:
        written = getattr(record, name)
        if isinstance(written, date):
            complaint = _date_complaint(name, written, record, today, sampled_on, reported_on)
            if complaint:
                found[name] = complaint
    return found | _penalty_faults(record) | _control_faults(record) | _trace_faults(record)


# Goods may be stopped and causes looked into before the report is received (限时报告), but not before the sampling.
BEFORE_RECEIPT = frozenset({"control_on", "cause_on", "rectify_from", "rectify_to"})
PLANNED = frozenset({"rectify_to"})  # a time given to the firm, which may lie ahead


def _date_complaint(
    name: str, written: date, record: CaseRecord, today: date, sampled_on: date | None, reported_on: date | None
) -> str | None:
    title = TITLES[name]
    if written > today and name not in PLANNED:
        return f"{title}不能晚于今天（{today}），请核对"
    if name == "received_on":
        floor, event = reported_on, "报告签发日期"
    elif name in BEFORE_RECEIPT:
        floor, event = sampled_on, "抽样日期"
    else:
        floor, event = record.received_on, TITLES["received_on"]
    if floor is not None and written < floor:
        return f"{title}不能早于{event}（{floor}），请核对"
    return f"{title} {written} 不合理，请核对年份" if written < FIRST_DAY else None


def _penalty_faults(record: CaseRecord) -> dict[str, str]:
    amount = record.penalty_amount
    if amount is None:
        return {}
    if record.penalty_kind is not PenaltyKind.PUNISHED:
        return {"penalty_amount": "填写了罚没款的，处罚情况应选“已处罚”；没有处罚的请清空金额"}
    if not 0 <= amount <= LARGEST_AMOUNT:
        return {"penalty_amount": "罚没款应在 0 至 9999 亿元之间，请核对金额和单位（元）"}
    return {}


def _control_faults(record: CaseRecord) -> dict[str, str]:
    found = {}
    if record.recall_level is not None and record.recall_level not in RECALL_LEVELS:
        found["recall_level"] = "召回级别应为 1、2 或 3，请核对"
    if record.goods_value is not None and not 0 <= record.goods_value <= LARGEST_AMOUNT:
        found["goods_value"] = "货值应在 0 至 9999 亿元之间，请核对金额和单位（元）"
    for line in record.quantities.lines:
        if not (0 <= line.amount <= LARGEST and 0 <= (line.kilograms or 0) <= LARGEST):
            found["quantities"] = f"{line.kind.value}数量应在 0 至 1 万亿之间，请核对"
    return found


def _trace_faults(record: CaseRecord) -> dict[str, str]:
    if record.rectify_from is not None and record.rectify_to is not None and record.rectify_to < record.rectify_from:
        return {"rectify_to": f"整改截止日期不能早于整改起始日期（{record.rectify_from}），请核对"}
    return {}
