"""监督检查 (市场监管总局令第49号): which result the findings suggest, what must be recorded before it is finished, dates in order.

How many 一般项 may fail for 基本符合 is dated data and passed in. The articles named here are to be checked against the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Protocol

from app.domain.supervision_kinds import CompanySignature, FindingAnswer, InspectionMeasure, InspectionResult

PUBLISH = "INSP_PUBLISH"  # the dated rule: 检查结果形成后二十个工作日内公开 (第三十九条)
GRADED = (InspectionResult.MEETS, InspectionResult.MOSTLY_MEETS, InspectionResult.FAILS)
WITHOUT_FINDINGS = (InspectionResult.OBSTRUCTED, InspectionResult.NOT_FOUND)
ENFORCED = (InspectionMeasure.RECTIFY, InspectionMeasure.PENALTY)
LONGEST_NOTE = 500
TITLES: Mapping[str, str] = {
    "inspected_on": "检查日期", "from_at": "开始时间", "to_at": "结束时间", "place": "检查地点", "others": "其他检查人员和陪同人员",
    "company_person": "被检查单位签字人", "company_signature": "被检查单位签字", "company_opinion": "被检查单位意见", "witness": "见证人",
    "result": "检查结果", "result_reason": "与建议结果不一致的理由", "measure": "处理", "opinion": "检查意见", "lead_id": "主办检查人员",
    "second_id": "协办检查人员", "lead_signed_at": "主办签字", "second_signed_at": "协办签字", "planned_on": "计划日期",
    "nature": "检查类别", "kind": "检查类型", "checklist_id": "检查要点表", "finished_on": "结果形成日期", "publish_due_on": "公开期限",
    "filing_no": "立案文号", "penalty_id": "处罚案件", "findings": "检查项目",
}  # fmt: skip


class Answered(Protocol):
    """An item of the checklist with its answer; None where nobody has answered yet."""

    @property
    def number(self) -> str: ...
    @property
    def key(self) -> bool: ...
    @property
    def answer(self) -> FindingAnswer | None: ...
    @property
    def note(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """检查项目结果."""

    number: str
    key: bool
    answer: FindingAnswer | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items have which answer."""

    items: int = 0
    meets: int = 0
    fails_key: int = 0
    fails_ordinary: int = 0
    not_applicable: int = 0
    not_checked: int = 0
    open: int = 0

    @property
    def fails(self) -> int:
        return self.fails_key + self.fails_ordinary

    @property
    def checked(self) -> int:
        return self.meets + self.fails


@dataclass(frozen=True, slots=True)
class InspectionRecord:
    """What is recorded beside the findings; moments are naive UTC."""

    inspected_on: date | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    place: str | None = None
    others: str | None = None
    company_person: str | None = None
    company_signature: CompanySignature | None = None
    company_opinion: str | None = None
    witness: str | None = None
    result: InspectionResult | None = None
    result_reason: str | None = None
    measure: InspectionMeasure | None = None
    opinion: str | None = None


RECORDED = tuple(one.name for one in fields(InspectionRecord))


def tally(findings: Iterable[Answered]) -> Tally:
    """Counted by answer, the items nobody has answered included."""
    found = list(findings)

    def many(answer: FindingAnswer | None, *keys: bool) -> int:
        return sum(one.answer is answer and (not keys or one.key in keys) for one in found)

    return Tally(
        len(found), many(FindingAnswer.MEETS), many(FindingAnswer.FAILS, True), many(FindingAnswer.FAILS, False),
        many(FindingAnswer.NOT_APPLICABLE), many(FindingAnswer.NOT_CHECKED), many(None),
    )  # fmt: skip


def suggested(counted: Tally, most_ordinary: int | None) -> InspectionResult | None:
    """What the findings suggest: no 不符合 is 符合; a few 一般项 are 基本符合; a 重点项 or more than those is 不符合.

    ``most_ordinary`` is how many 一般项 may fail; None where no rule says so, and then any is 不符合. None while nothing was checked.
    """
    if not counted.checked:
        return None
    if not counted.fails:
        return InspectionResult.MEETS
    if counted.fails_key or most_ordinary is None or counted.fails_ordinary > most_ordinary:
        return InspectionResult.FAILS
    return InspectionResult.MOSTLY_MEETS


def why(counted: Tally, most_ordinary: int | None) -> str:
    """The reason for the suggestion, in words."""
    if not counted.checked:
        return "还没有检查项目的结果"
    if not counted.fails:
        return f"检查 {counted.checked} 项，未发现不符合"
    bound = f"（一般项不符合不超过 {most_ordinary} 项且无重点项不符合为基本符合）" if most_ordinary is not None else ""
    return f"检查 {counted.checked} 项，重点项不符合 {counted.fails_key} 项，一般项不符合 {counted.fails_ordinary} 项{bound}"


# ---------------------------------------------------------------- what can be true

def finding_faults(findings: Iterable[Answered]) -> dict[str, str]:
    """By the item's number: what was typed and cannot stand."""
    return {
        one.number: f"{one.number} 的说明不得超过 {LONGEST_NOTE} 个字，请精简"
        for one in findings
        if one.note and len(one.note) > LONGEST_NOTE
    }


def record_faults(record: InspectionRecord, today: date, office_day: Mapping[str, date | None]) -> dict[str, str]:
    """By field: what was typed and cannot be true. ``office_day``: the office's days of ``from_at`` and ``to_at``."""
    found: dict[str, str] = {}
    if record.inspected_on is not None and record.inspected_on > today:
        found["inspected_on"] = f"检查日期不能晚于今天（{today}），请核对"
    if record.to_at is not None and record.from_at is None:
        found["from_at"] = "填写了结束时间，请同时填写开始时间"
    if record.from_at is not None and record.to_at is not None and record.to_at < record.from_at:
        found["to_at"] = "结束时间早于开始时间，请核对；检查不止一天的，请在检查意见中写明"
    for name in ("from_at", "to_at"):
        day = office_day.get(name)
        if day is not None and record.inspected_on is not None and day != record.inspected_on:
            found[name] = f"{TITLES[name]}不在检查日期（{record.inspected_on}）当天，请核对"
    return found


@dataclass(frozen=True, slots=True)
class Signing:
    """Who inspects and who has signed."""

    lead_id: int | None
    second_id: int | None
    lead_signed: bool
    second_signed: bool


def lacking(
    record: InspectionRecord, findings: Sequence[Answered], most_ordinary: int | None, signing: Signing
) -> dict[str, str]:
    """By field: what must still be recorded before the inspection is finished, each with what to do."""
    found = _lacking_people(signing)
    if record.inspected_on is None:
        found["inspected_on"] = "请填写检查日期"
    if record.result is None:
        found["result"] = "请选择检查结果"
    elif record.result in GRADED:
        found |= _lacking_findings(record, findings, most_ordinary) | _lacking_company(record)
    if record.measure is None:
        found["measure"] = "请选择处理方式"
    elif record.result is InspectionResult.FAILS and record.measure not in ENFORCED:
        found["measure"] = "检查结果为不符合的，处理须为责令改正或移交立案（第三十一条）"
    elif record.result is InspectionResult.MOSTLY_MEETS and record.measure is InspectionMeasure.NONE:
        found["measure"] = "检查结果为基本符合的，应当场改正或责令改正（第三十二条），请另选处理方式"
    if not record.opinion:
        asked = "请在检查意见中写明拒绝检查或无法联系的情形和经过" if record.result in WITHOUT_FINDINGS else "请填写检查意见"
        found["opinion"] = asked
    return found


def _lacking_people(signing: Signing) -> dict[str, str]:
    found: dict[str, str] = {}
    if signing.lead_id is None or signing.second_id is None:
        found["second_id"] = "监督检查须有两名以上检查人员，请补填检查人员"
    elif signing.lead_id == signing.second_id:
        found["second_id"] = "两名检查人员不能是同一人，请另选一人"
    else:
        waiting = [word for word, done in (("主办", signing.lead_signed), ("协办", signing.second_signed)) if not done]
        if waiting:
            found["signatures"] = f"{'、'.join(waiting)}检查人员还没有签字：请本人登录后在本页签字"
    return found


def _lacking_findings(record: InspectionRecord, findings: Sequence[Answered], most_ordinary: int | None) -> dict[str, str]:
    found: dict[str, str] = {}
    unanswered = [one.number for one in findings if one.answer is None]
    unexplained = [one.number for one in findings if one.answer is FindingAnswer.FAILS and not one.note]
    counted = tally(findings)
    if unanswered:
        found["findings"] = f"还有 {len(unanswered)} 项没有填写结果（{_some(unanswered)}），没有检查的请选“未检查”"
    elif unexplained:
        found["findings"] = f"不符合的项目须写明情况：{_some(unexplained)}"
    elif not counted.checked:
        found["findings"] = "没有一项有检查结果：请填写检查项目，或将检查结果改为拒绝检查、无法联系"
    suggestion = suggested(counted, most_ordinary)
    if suggestion is not None and record.result is not suggestion and not record.result_reason:
        found["result_reason"] = f"检查项目的结果建议为“{suggestion.value}”，选择其他结果须写明理由"
    return found


def _lacking_company(record: InspectionRecord) -> dict[str, str]:
    if record.company_signature is None:
        return {"company_signature": "请填写被检查单位签字情况"}
    if record.company_signature is CompanySignature.SIGNED and not record.company_person:
        return {"company_person": "请填写被检查单位签字人"}
    if record.company_signature is not CompanySignature.SIGNED and not record.witness:
        return {"witness": f"被检查单位{record.company_signature.value}的，请填写见证人，或注明录音录像情况"}
    return {}


def _some(numbers: Sequence[str], most: int = 6) -> str:
    return "、".join(numbers[:most]) + (" 等" if len(numbers) > most else "")


def finish_fault(inspected_on: date, finished_on: date, today: date) -> str | None:
    """Why the result cannot have been formed on that day."""
    if not inspected_on <= finished_on <= today:
        return f"结果形成日期应在检查日期（{inspected_on}）与今天之间，请核对"
    return None


def differences(before: InspectionRecord, after: InspectionRecord) -> dict[str, tuple[Any, Any]]:
    """What differs, by field, before and after."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in RECORDED}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
