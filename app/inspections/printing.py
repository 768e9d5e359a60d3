"""监督检查 on paper: 结果记录表 of one inspection, 要点记录表 with its answers, and a blank 要点表 to be written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app import clock, documents
from app.checklists.models import Checklist, ChecklistItem
from app.documents import Value
from app.domain import documents as rules
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.inspections import Finding, tally
from app.domain.supervision_kinds import FindingAnswer
from app.filters import format_date, format_date_cn
from app.inspections import queries
from app.inspections.models import Inspection
from app.printing import people
from app.printing import queries as printing
from app.printing.contexts import Printing
from app.printing.operations import Document
from app.printing.templates import in_force

BY_HAND = ""  # what nobody has filled in is left to be written by hand
OF_PEOPLE = {"法定代表人": "principal", "联系方式": "phone"}
Answers = Sequence[tuple[ChecklistItem, Finding]]


def document(inspection: Inspection, kind: DocumentKind, actor: Actor) -> Document:
    """The record as it is now; the people of the firm in full for whoever may see them, else masked."""
    answers, whole = queries.answered(inspection), people.whole_for(actor, inspection)
    values: dict[str, Value] = {**_head(actor).fields, **_of(inspection, whole), **_counted(answers), rules.ITEMS: _rows(answers)}
    made = _made(kind, values, actor)
    return replace(made, whole=people.said_whole(made.template, OF_PEOPLE, inspection, whole=whole))


def blank(checklist: Checklist, actor: Actor) -> Document:
    """An empty 要点表 for an inspection that is first written on paper."""
    items = [(item, Finding(item.number, item.key, None)) for item in checklist.items]
    values: dict[str, Value] = {**_head(actor).fields, **dict.fromkeys(rules.INSPECTION, BY_HAND)}
    values |= {"检查要点表": _title(checklist), rules.ITEMS: _rows(items)}
    return _made(DocumentKind.INSPECTION_ITEMS, values, actor)


def _made(kind: DocumentKind, values: Mapping[str, Value], actor: Actor) -> Document:
    template = in_force(actor, kind)
    return Document(kind, documents.render(template.content, [values]), template, 1, frozenset())


def _head(actor: Actor) -> Printing:
    return Printing(printing.organisation_name(actor.org_id), actor.name, clock.today())


def _title(checklist: Checklist) -> str:
    return f"{checklist.title}（{checklist.edition}版）"


def _of(inspection: Inspection, whole: bool) -> dict[str, str]:
    firm, names = inspection.enterprise, queries.person_names(inspection.lead_id, inspection.second_id)
    lead, second = names.get(inspection.lead_id), names.get(inspection.second_id)
    found: dict[str, Any] = {
        "检查编号": inspection.number, "被检查单位": inspection.enterprise_name, "社会信用代码": firm.credit_code,
        "许可证号": firm.licence_no, "地址": firm.address, **people.of_firm(firm, OF_PEOPLE, whole=whole),
        "检查类型": inspection.kind, "检查类别": inspection.nature.value, "检查地点": inspection.place,
        "检查日期": format_date(inspection.inspected_on) if inspection.inspected_on else None, "检查时间": _hours(inspection),
        "检查人员": "、".join(name for name in (lead, second) if name), "其他人员": inspection.others,
        "检查要点表": _title(inspection.checklist), "理由": inspection.result_reason, "检查意见": inspection.opinion,
        "检查结果": inspection.result.value if inspection.result else None,
        "处理": inspection.measure.value if inspection.measure else None, "被检查单位意见": inspection.company_opinion,
        "被检查单位签字": inspection.company_signature.value if inspection.company_signature else None,
        "签字人": inspection.company_person, "见证人": inspection.witness, "主办签字": _signed(lead, inspection.lead_signed_at),
        "协办签字": _signed(second, inspection.second_signed_at),
        "结果形成日期": format_date_cn(inspection.finished_on) if inspection.finished_on else None,
        "承办单位": printing.organisation_name(inspection.org_id),
    }  # fmt: skip
    return {**dict.fromkeys(rules.INSPECTION, BY_HAND), **{name: value or BY_HAND for name, value in found.items()}}


def _hours(inspection: Inspection) -> str:
    shown = [f"{clock.office_time(at):%H:%M}" for at in (inspection.from_at, inspection.to_at) if at is not None]
    return " 至 ".join(shown)


def _signed(name: str | None, at: Any) -> str:
    return f"{name}　已于 {clock.office_time(at):%Y-%m-%d %H:%M} 在系统中签字" if at is not None else BY_HAND


def _counted(answers: Answers) -> dict[str, str]:
    counted = tally(finding for _, finding in answers)
    failing = [
        f"{item.number} {item.text}" + (f"（{finding.note}）" if finding.note else "")
        for item, finding in answers
        if finding.answer is FindingAnswer.FAILS
    ]
    if counted.open == counted.items:
        return {}
    return {
        "检查项数": str(counted.checked), "符合项数": str(counted.meets), "重点项不符合": str(counted.fails_key),
        "一般项不符合": str(counted.fails_ordinary), "不适用项数": str(counted.not_applicable), "未检查项数": str(counted.not_checked),
        "不符合项目": "；".join(failing) or "无",
    }  # fmt: skip


def _rows(answers: Answers) -> list[Mapping[str, str]]:
    rows: list[Mapping[str, str]] = []
    before = None
    for item, finding in answers:
        rows.append({
            "序号": item.number, "检查内容": item.group if item.group != before else "", "重点项": "★" if item.key else "",
            "检查项目": item.text, "结果": finding.answer.value if finding.answer else BY_HAND, "说明": finding.note or BY_HAND,
        })  # fmt: skip
        before = item.group
    return rows
