"""食品生产经营者风险等级确定表 on paper: one A4 page from the template in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app import clock, documents
from app.documents import DOCX, Value
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.risk_rules import RuleSet
from app.domain.supervision_kinds import Grade, RiskComponent
from app.filters import format_date_cn
from app.grading import queries
from app.grading.grading import manual_of
from app.grading.models import RiskGrade
from app.grading_rules.queries import rules_of
from app.printing import operations as printing
from app.printing import people
from app.printing import queries as printed
from app.printing.contexts import NOTHING, Printing, said
from app.printing.operations import Document
from app.printing.templates import in_force

__all__ = ["DOCX", "record", "sheet"]
SHORT = 400  # reasons on one page
OF_PEOPLE = {"负责人": "principal"}


def sheet(grade: RiskGrade, actor: Actor) -> Document:
    """The form of a score sheet as it is now; what nobody has decided yet is left to be written by hand.

    The person in charge of the firm by his whole name for whoever may see people in full, else masked.
    """
    whole = people.whole_for(actor, grade)
    template = in_force(actor, DocumentKind.GRADE_SHEET)
    head = Printing(printed.organisation_name(actor.org_id), actor.name, clock.today())
    rules = rules_of(grade.rule_set_id, grade.rule_sha256)
    values: dict[str, Value] = {**head.fields, **_of_enterprise(grade, whole), **_of_score(grade, rules), **_of_decision(grade)}
    told = people.said_whole(template, OF_PEOPLE, grade, whole=whole)
    return Document(DocumentKind.GRADE_SHEET, documents.render(template.content, [values]), template, 1, told)


def record(made: Document, grade: RiskGrade, actor: Actor, at: datetime) -> None:
    """打印记录 and history of the grade."""
    printing.record(made, [grade], actor, at)


def _of_enterprise(grade: RiskGrade, whole: bool) -> dict[str, str]:
    firm = grade.enterprise
    found = {
        "评定编号": grade.number, "评定年度": str(grade.year), "企业名称": firm.name, "社会信用代码": firm.credit_code,
        "企业类型": grade.kind, "许可证号": firm.licence_no, "地址": firm.address, "评定原因": grade.cause.value,
        **people.of_firm(firm, OF_PEOPLE, whole=whole),
    }  # fmt: skip
    return {name: said(value) for name, value in found.items()}


def _of_score(grade: RiskGrade, rules: RuleSet | None) -> dict[str, str]:
    mosts: Mapping[RiskComponent, str] = {part.name: said(part.maximum) for part in rules.components} if rules is not None else {}
    found = {
        "静态分": said(grade.static_points), "动态分": "未检查" if grade.dynamic_points is None else said(grade.dynamic_points),
        "信用分": said(grade.credit_points), "总分": said(grade.total), "建议等级": _grade(grade.suggested),
        "静态满分": mosts.get(RiskComponent.STATIC, NOTHING), "动态满分": mosts.get(RiskComponent.DYNAMIC, NOTHING),
        "信用满分": mosts.get(RiskComponent.CREDIT, NOTHING), "记录起止": f"{grade.facts['from_on']} 至 {grade.facts['to_on']}",
        "分级规则": f"{rules.title}（{grade.rule_code}）" if rules is not None else grade.rule_code,
    }  # fmt: skip
    frequency = rules.frequency(grade.grade) if rules is not None and grade.grade is not None else None
    return found | {"检查频次": frequency.words if frequency is not None else NOTHING, **_of_moves(grade)}


def _of_moves(grade: RiskGrade) -> dict[str, str]:
    lines = [one for one in queries.points([grade.id]).get(grade.id, []) if one.component is RiskComponent.ADJUSTMENT and one.steps]
    moves = "；".join(f"{one.title}（{one.value}，{one.evidence}）：{_steps(one.steps)}" for one in lines)
    manual = manual_of(grade.facts)
    reason = f"{grade.reason or ''}{f'（依据：{manual.document}）' if manual is not None else ''}"
    return {
        "调整情形": moves[:SHORT] or "没有应当调整的情形", "调整结果": _steps(grade.steps), "人工调整理由": reason[:SHORT] or NOTHING,
        "上次等级": _grade(queries.grade_of(grade.former_id)),
    }  # fmt: skip


def _of_decision(grade: RiskGrade) -> dict[str, str]:
    people = queries.person_names(grade.proposed_by_id, grade.decided_by_id)
    decided = clock.office_time(grade.decided_at).date() if grade.decided_at is not None else None
    return {
        "确定等级": _grade(grade.grade), "生效日期": format_date_cn(grade.effective_from) if grade.effective_from else "",
        "填表人": people.get(grade.proposed_by_id, ""), "填表日期": format_date_cn(clock.office_time(grade.created_at).date()),
        "审核人": people.get(grade.decided_by_id, ""), "审核日期": format_date_cn(decided) if decided else "　　年　　月　　日",
        "审核意见": (grade.opinion or "")[:SHORT],
    }  # fmt: skip


def _grade(grade: Grade | None) -> str:
    return f"{grade.value}级" if grade is not None else NOTHING


def _steps(steps: int) -> str:
    return f"上调 {steps} 级" if steps > 0 else f"下调 {-steps} 级" if steps < 0 else "不调整"
