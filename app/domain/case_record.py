"""办理情况: what the handler of a disposal case writes, and what of it cannot be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

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
}
RECORDED = tuple(field.name for field in fields(CaseRecord))


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
    return found | _penalty_faults(record)


# Goods may be stopped and causes looked into before the report is received (限时报告), but not before the sampling.
BEFORE_RECEIPT = frozenset({"control_on", "cause_on"})


def _date_complaint(
    name: str, written: date, record: CaseRecord, today: date, sampled_on: date | None, reported_on: date | None
) -> str | None:
    title = TITLES[name]
    if written > today:
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
