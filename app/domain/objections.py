"""异议 (办法 37 to 39): which window applies, who may claim what, what stands against acceptance, what an upheld one may change.

An application that is late or comes from the wrong party is registered all the same; it is then declined in writing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain import deadlines
from app.domain.case_kinds import ObjectionEffect, ObjectionKind, ObjectionOutcome, Side
from app.domain.deadlines import DeadlineRule
from app.domain.working_days import WorkingDays

K, E = ObjectionKind, ObjectionEffect
CORRECT, ACCEPT = "OBJ_CORRECT", "OBJ_ACCEPT"
APPLY: Mapping[ObjectionKind, str] = {
    K.SAMPLING: "OBJ_SAMPLING_APPLY", K.AUTHENTICITY: "OBJ_OTHER_APPLY", K.METHOD: "OBJ_OTHER_APPLY", K.STANDARD: "OBJ_OTHER_APPLY",
}  # fmt: skip
DECIDE: Mapping[ObjectionKind, str] = {
    K.SAMPLING: "OBJ_SAMPLING_DECIDE", K.AUTHENTICITY: "OBJ_OTHER_DECIDE", K.METHOD: "OBJ_OTHER_DECIDE", K.STANDARD: "OBJ_OTHER_DECIDE",
}  # fmt: skip
SAMPLED, RECEIVED = "抽样完成", "收到检验结果通知书"
NOT_AN_OPERATOR = (
    "{}不是该批食品的生产经营者，不能提出异议（《食品安全抽样检验管理办法》第37条）；可以由被抽样单位或标称生产企业提出"
)
WITHOUT_INTEREST = "申请人不是被抽样单位或标称生产企业，应提交其与该批食品有利害关系的证明材料（如进口商、委托加工合同、授权书）"
WITHOUT_EVIDENCE = "没有提交证明材料：请填写已收到的证明材料；确实没有的，应告知补正"
NOT_THE_PRODUCER = "样品真实性异议（假冒）应由标称生产企业提出；其他经营者提出的，应附进货凭证等证明材料"
SUPPLY: Mapping[str, str] = {
    WITHOUT_INTEREST: "与该批食品有利害关系的证明材料（如进口商、委托加工合同、授权书）",
    WITHOUT_EVIDENCE: "支持异议的证明材料",
    NOT_THE_PRODUCER: "进货凭证等证明样品真实来源的材料",
}
NO_PRODUCER = "抽样单没有载明标称生产企业，不能按假冒处理"


@dataclass(frozen=True, slots=True)
class Window:
    """The time within which the application had to be made."""

    late: bool
    due: date | None
    sentence: str
    doubt: str | None = None  # what the reader must know before he relies on it
    lines: Sequence[str] = ()


def event(kind: ObjectionKind) -> str:
    """What sets the window off."""
    return SAMPLED if kind is K.SAMPLING else RECEIVED


def window(
    kind: ObjectionKind, begun: date | None, applied_on: date, rule: DeadlineRule | None, days: WorkingDays, *, proven: bool
) -> Window:
    """In time or late. ``proven`` says that the day stands on the sheet or on a 送达回证, not only in the application."""
    if begun is None or rule is None:
        if kind is K.SAMPLING:
            return Window(False, None, "抽样单没有抽样日期，无法计算异议期限", "请先补充抽样日期，再作受理决定")
        return Window(
            False, None, f"{applied_on} 提出；没有检验结果通知书的送达记录，异议期限尚未开始计算，视为未逾期",
            "请核对通知书是否确未送达；已经送达的，请补登送达或填写收到日期",
        )  # fmt: skip
    found = deadlines.due(rule, begun, days)
    late = applied_on > found.due
    said = f"{begun} {event(kind)}，{rule.amount} 个工作日内可以提出，最后一日为 {found.due}；{applied_on} 提出，"
    verdict = f"已逾期，不予受理（{rule.article}）" if late else "未逾期"
    doubt = None if proven else f"{event(kind)}日期 {begun} 由申请人陈述，没有送达回证证明，请核实"
    if found.calendar == "provisional":
        doubt = "；".join(part for part in (doubt, "所跨年份的放假安排尚未公布，最后一日可能变动") if part)
    return Window(late, found.due, said + verdict, doubt, found.why)


# ---------------------------------------------------------------- acceptance

def standing_fault(side: Side) -> str | None:
    """Why this party may not object at all: 办法 37 gives every kind of objection to the operators of the food, and to them only."""
    if side in (Side.MARKET, Side.PLATFORM):
        return NOT_AN_OPERATOR.format(side.value)
    return None


def defects(kind: ObjectionKind, side: Side, evidence: str | None) -> list[str]:
    """What is wanting in the papers and can still be supplied: the ground for 补正告知."""
    if (evidence or "").strip():
        return []
    if side is Side.OTHER:
        return [WITHOUT_INTEREST]
    if kind is K.AUTHENTICITY and side is not Side.PRODUCER:
        return [NOT_THE_PRODUCER]
    return [WITHOUT_EVIDENCE]


def wanted(kind: ObjectionKind, side: Side, evidence: str | None) -> list[str]:
    """The same in words for the applicant: what he is asked to supply."""
    return [SUPPLY[sentence] for sentence in defects(kind, side, evidence)]


def obstacles(side: Side, found: Window) -> list[str]:
    """What stands against acceptance and cannot be supplied."""
    return [sentence for sentence in (found.sentence if found.late else None, standing_fault(side)) if sentence]


# ---------------------------------------------------------------- the decision

EFFECTS: Mapping[ObjectionKind, Sequence[ObjectionEffect]] = {
    K.SAMPLING: (E.NONE, E.INVALID),
    K.AUTHENTICITY: (E.NONE, E.NOT_THEIRS, E.INVALID),
    K.METHOD: (E.NONE, E.PASS),
    K.STANDARD: (E.NONE, E.PASS),
}
NO_EFFECT = "“异议不成立”的，只能选择“不改变检验结论”"


def effects(kind: ObjectionKind, outcome: ObjectionOutcome) -> Sequence[ObjectionEffect]:
    """What a conclusion of this kind may change."""
    return (E.NONE,) if outcome is ObjectionOutcome.REJECTED else EFFECTS[kind]


def effect_fault(
    kind: ObjectionKind, outcome: ObjectionOutcome, effect: ObjectionEffect, *, items: int = 0, producer_named: bool = True
) -> str | None:
    """Why this conclusion may not have this effect; ``items`` is how many are chosen to be judged 合格."""
    if outcome is ObjectionOutcome.REJECTED and effect is not E.NONE:
        return NO_EFFECT
    if effect not in EFFECTS[kind]:
        return f"{kind.value}成立的，处理只能是：{'、'.join(one.value for one in EFFECTS[kind])}"
    if effect is E.PASS and not items:
        return "改判合格的，请至少选择一个检验项目"
    if effect is not E.PASS and items:
        return f"处理为“{effect.value}”的，不选择改判项目"
    if effect is E.NOT_THEIRS and not producer_named:
        return NO_PRODUCER
    return None


# ---------------------------------------------------------------- dates

def filing_fault(kind: ObjectionKind, applied_on: date, received_on: date, begun: date | None, today: date) -> tuple[str, str] | None:
    """The field that cannot be true, and why. ``begun`` is the sampling, or the day on which the applicant says he was told."""
    if received_on > today:
        return "received_on", f"收到日期不能晚于今天（{today}），请核对"
    if applied_on > received_on:
        return "applied_on", f"提出日期（邮寄的为交寄日）不能晚于收到日期（{received_on}），请核对"
    if kind is not K.SAMPLING and begun is not None and begun > received_on:
        return "window_from", f"{event(kind)}日期 {begun} 晚于收到异议的日期（{received_on}），请核对"
    if kind is K.SAMPLING and begun is not None and applied_on < begun:
        return "applied_on", f"提出日期不能早于抽样日期（{begun}），请核对"
    return None


def step_fault(field: str, title: str, day: date, earliest: date, since: str, today: date) -> tuple[str, str] | None:
    """A step's own day lies between the step before it and today."""
    if day < earliest:
        return field, f"{title}不能早于{since}（{earliest}），请核对"
    if day > today:
        return field, f"{title}不能晚于今天（{today}），请核对"
    return None
