"""行政处罚: what is recorded of a penalty, what of it cannot be true, what it adds up to, and whether it is made public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from app.domain.capital_amounts import in_words
from app.domain.case_kinds import LicenceKind, PenaltyExcuse, PenaltyOutcome
from app.domain.case_record import FIRST_DAY, LARGEST_AMOUNT, PenaltyKind

CENT = Decimal("0.01")
PUNISHED, EXEMPT = PenaltyOutcome.PUNISHED, PenaltyOutcome.EXEMPT
ENDED_OTHERWISE = (PenaltyOutcome.DISMISSED, PenaltyOutcome.JUSTICE)
MONEY = ("income", "goods_value", "fine")


@dataclass(frozen=True, slots=True)
class PenaltyRecord:
    """What the handler writes of a penalty: facts, grounds and the measures proposed. Money is in 元."""

    facts: str | None = None
    basis: str | None = None
    outcome: PenaltyOutcome | None = None
    excuse: PenaltyExcuse | None = None
    excuse_note: str | None = None
    warning: bool = False
    criticism: bool = False
    income: Decimal = Decimal()
    goods: str | None = None
    goods_kilograms: Decimal | None = None
    goods_value: Decimal = Decimal()
    fine: Decimal = Decimal()
    stop_business: bool = False
    licence: LicenceKind | None = None
    major: str | None = None
    party_code: str | None = None
    other_province: bool = False

    @property
    def total(self) -> Decimal:
        """罚没款合计: money only; 没收物品 are counted in goods, not in money."""
        return (self.income + self.fine).quantize(CENT)


TITLES: Mapping[str, str] = {
    "facts": "违法事实",
    "basis": "违反条款和处罚依据",
    "outcome": "拟作决定",
    "excuse": "不予处罚理由",
    "excuse_note": "理由说明",
    "warning": "警告",
    "criticism": "通报批评",
    "income": "没收违法所得（元）",
    "goods": "没收物品",
    "goods_kilograms": "没收物品数量（公斤）",
    "goods_value": "没收物品货值（元）",
    "fine": "罚款（元）",
    "stop_business": "责令停产停业",
    "licence": "吊销许可证",
    "major": "重大事项",
    "party_code": "统一社会信用代码",
    "other_province": "外省当事人",
    "total": "罚没款合计（元）",
    "decision_no": "决定书文号",
    "decided_on": "决定日期",
    "served_on": "送达日期",
    "executed_on": "执行日期",
    "paid": "实缴金额（元）",
    "execution": "执行情况",
    "closed_on": "结案日期",
    "revoked_on": "撤销日期",
    "found_on": "发现线索日期",
    "filed_on": "立案日期",
}
RECORDED = tuple(each.name for each in fields(PenaltyRecord))
CORRECTABLE = ("decision_no", "decided_on", "facts", "basis", "excuse_note", "party_code")  # a slip of the pen, not what was decided


def differences(before: PenaltyRecord, after: PenaltyRecord) -> dict[str, tuple[Any, Any]]:
    """The fields that say something else, with both values."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in RECORDED}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


# ---------------------------------------------------------------- what cannot be true

def faults(record: PenaltyRecord, typed_total: Decimal | None = None) -> dict[str, str]:
    """By field. Nothing is said here of what is not yet there: see ``lacking``."""
    found = {name: said for name in MONEY if (said := money_fault(getattr(record, name), TITLES[name]))}
    if found:
        return found
    weight = record.goods_kilograms
    if weight is not None and not 0 <= weight <= LARGEST_AMOUNT:
        found["goods_kilograms"] = "没收物品数量应在 0 至 9999 亿公斤之间，请核对"
    if not (record.goods or "").strip() and (record.goods_value or weight):
        found["goods"] = "填写了没收物品数量或货值的，请写明没收了什么"
    found |= _outcome_faults(record) | _excuse_faults(record)
    if typed_total is not None and not found and typed_total != record.total:
        found["total"] = (
            f"罚没款合计应为 {record.total}（没收违法所得 {record.income.quantize(CENT)}＋罚款 {record.fine.quantize(CENT)}，"
            f"没收物品货值不计入），填写的是 {typed_total}，请核对"
        )
    return found


def money_fault(amount: Decimal, title: str) -> str | None:
    """Two decimals, neither negative nor absurd."""
    if not amount.is_finite() or not 0 <= amount <= LARGEST_AMOUNT:
        return f"{title}应在 0 至 9999 亿元之间，请核对金额和单位（元）"
    return None if amount == amount.quantize(CENT) else f"{title}最多两位小数，请核对"


def _measures(record: PenaltyRecord) -> dict[str, bool]:
    return {
        "warning": record.warning, "criticism": record.criticism, "income": record.income > 0, "goods": bool(record.goods),
        "fine": record.fine > 0, "stop_business": record.stop_business, "licence": record.licence is not None,
    }  # fmt: skip


def _outcome_faults(record: PenaltyRecord) -> dict[str, str]:
    taken = [name for name, is_taken in _measures(record).items() if is_taken]
    if record.outcome is PUNISHED and not taken:
        return {"outcome": "给予行政处罚的，至少填写一项：警告、通报批评、没收、罚款、责令停产停业、吊销许可证"}
    if record.outcome in (None, PUNISHED):
        return {}
    # 食品安全法 136: the unknowing seller is not punished, but the goods are confiscated all the same.
    allowed = {"goods"} if record.excuse is PenaltyExcuse.GOOD_FAITH else set()
    return {
        name: f"拟作决定为“{record.outcome.value}”的，不能同时{TITLES[name]}，请清空或改选“{PUNISHED.value}”"
        for name in taken
        if name not in allowed
    }


def _excuse_faults(record: PenaltyRecord) -> dict[str, str]:
    if record.outcome is EXEMPT:
        if record.excuse is None:
            return {"excuse": "不予行政处罚的，请选择理由"}
        if record.excuse is PenaltyExcuse.OTHER and not (record.excuse_note or "").strip():
            return {"excuse_note": "选择“其他法定理由”的，请写明理由和条款"}
    elif record.excuse is not None:
        return {"excuse": f"只有“{EXEMPT.value}”才填写不予处罚理由，请清空或改选"}
    if record.outcome in ENDED_OTHERWISE and not (record.excuse_note or "").strip():
        what = "移送的机关和事由" if record.outcome is PenaltyOutcome.JUSTICE else "撤销立案的理由"
        return {"excuse_note": f"{record.outcome.value}的，请写明{what}"}
    return {}


def lacking(record: PenaltyRecord) -> list[str]:
    """What has to be there before it is handed to the reviewer."""
    return [TITLES[name] for name in ("facts", "basis", "outcome") if not getattr(record, name)]


ORDER = ("found_on", "filed_on", "decided_on", "served_on", "executed_on", "closed_on")


def date_faults(dates: Mapping[str, date | None], today: date) -> dict[str, str]:
    """发现线索、立案、决定、送达、执行、结案 in this order, none in the future; 送达 and 执行 may be told in either order of recording."""
    found, before = {}, None
    for name in ORDER:
        day = dates.get(name)
        if day is None:
            continue
        if day > today:
            found[name] = f"{TITLES[name]}不能晚于今天（{today}），请核对"
        elif day < FIRST_DAY:
            found[name] = f"{TITLES[name]} {day} 不合理，请核对年份"
        elif before is not None and day < before[1]:
            found[name] = f"{TITLES[name]}不能早于{TITLES[before[0]]}（{before[1]}），请核对"
        before = (name, day)
    return found


def paid_fault(paid: Decimal, total: Decimal, words: str | None) -> dict[str, str]:
    """What was paid is not what was to be paid: said in words (分期、加处罚款、申请强制执行)."""
    said = money_fault(paid, TITLES["paid"])
    if said:
        return {"paid": said}
    if paid == total or (words or "").strip():
        return {}
    apart = "少于" if paid < total else "多于"
    why = "延期分期、申请强制执行等" if paid < total else "加处罚款等"
    return {"execution": f"实缴 {paid.quantize(CENT)} 元{apart}罚没款合计 {total.quantize(CENT)} 元，请写明原因（{why}）"}


def needs_execution(record: PenaltyRecord) -> bool:
    """Something is to be paid, handed over or stopped: 警告 and 通报批评 are carried out by their service."""
    taken = _measures(record)
    return any(taken[name] for name in taken if name not in ("warning", "criticism"))


# ---------------------------------------------------------------- in words

def measures_in_words(record: PenaltyRecord) -> str:
    """处罚内容 as one line: «警告；没收违法所得 120.00 元；罚款 50000.00 元。罚没款合计人民币伍万零壹佰贰拾元整»."""
    if record.outcome is not None and record.outcome is not PUNISHED:
        reason = record.excuse.value if record.excuse else ""
        note = "：".join(part for part in (reason, (record.excuse_note or "").strip()) if part)
        kept = f"；没收{record.goods}" if record.goods else ""
        return f"{record.outcome.value}：{note}{kept}" if note else f"{record.outcome.value}{kept}"
    said = "；".join(_each_in_words(record))
    return f"{said}。罚没款合计{in_words(record.total)}" if record.total else said


def _each_in_words(record: PenaltyRecord) -> Iterable[str]:
    if record.warning:
        yield "警告"
    if record.criticism:
        yield "通报批评"
    if record.income:
        yield f"没收违法所得 {record.income.quantize(CENT)} 元"
    if record.goods:
        value = f"（货值 {record.goods_value.quantize(CENT)} 元）" if record.goods_value else ""
        yield f"没收{record.goods}{value}"
    if record.fine:
        yield f"罚款 {record.fine.quantize(CENT)} 元"
    if record.stop_business:
        yield "责令停产停业"
    if record.licence is not None:
        yield f"吊销{record.licence.value}"


def kind_for_case(outcome: PenaltyOutcome) -> PenaltyKind:
    """What the block 行政处罚 of the case says. A matter for the police ends without an administrative penalty."""
    if outcome is PUNISHED:
        return PenaltyKind.PUNISHED
    return PenaltyKind.NOT_FILED if outcome is PenaltyOutcome.DISMISSED else PenaltyKind.EXEMPT


# ---------------------------------------------------------------- publication

SHOWN_LONG, SHOWN_SHORT = "PEN_SHOW", "PEN_SHOW_SHORT"  # the dated rules on how long it stays public


def publishable(record: PenaltyRecord) -> bool:
    """公示规定 2: decisions that punish, but not those with a warning only."""
    taken = _measures(record)
    return record.outcome is PUNISHED and any(taken[name] for name in taken if name != "warning")


def shown_by(record: PenaltyRecord, small_fine: Decimal) -> str:
    """公示规定 13: 仅受通报批评 or 较低数额罚款 stays public three months, everything else three years. ``small_fine``: 元, by setting."""
    taken = _measures(record)
    only_mild = not any(taken[name] for name in taken if name not in ("warning", "criticism", "fine"))
    return SHOWN_SHORT if only_mild and record.fine <= small_fine else SHOWN_LONG


# ---------------------------------------------------------------- hint on the fine

TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class FineRange:
    """幅度 of one article: below 10,000 元 of goods a sum, from there on a multiple of their value. To be checked against the text."""

    article: str
    marks: tuple[str, ...]
    sums: tuple[Decimal, Decimal]
    multiples: tuple[int, int]


RANGES = (
    FineRange("第123条", ("123条", "一百二十三条"), (Decimal(100_000), Decimal(150_000)), (15, 30)),
    FineRange("第124条", ("124条", "一百二十四条"), (Decimal(50_000), Decimal(100_000)), (10, 20)),
    FineRange("第125条", ("125条", "一百二十五条"), (Decimal(5_000), Decimal(50_000)), (5, 10)),
)


def fine_hint(record: PenaltyRecord, goods_value: Decimal | None) -> str | None:
    """A fine outside the range of the article named in the basis: a question, never a refusal. None where nothing can be said."""
    if record.outcome is not PUNISHED or goods_value is None:
        return None
    text = "".join((record.basis or "").split())
    named = next((one for one in RANGES if any(mark in text for mark in one.marks)), None)
    if named is None:
        return None
    low, high = named.sums if goods_value < TEN_THOUSAND else (goods_value * named.multiples[0], goods_value * named.multiples[1])
    if low <= record.fine <= high:
        return None
    return (
        f"《食品安全法》{named.article}对货值 {goods_value.quantize(CENT)} 元的罚款幅度为 {low.quantize(CENT)} 元至 "
        f"{high.quantize(CENT)} 元，拟罚款 {record.fine.quantize(CENT)} 元，{'低于' if record.fine < low else '高于'}该幅度。从轻、减轻或"
        "另有规定（小作坊、食用农产品等）的，请在违法事实中写明。条款和幅度待核，仅供提示"
    )
