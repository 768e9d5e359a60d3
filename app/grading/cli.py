"""``flask grading …``: the same operations as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.supervision_kinds import Grade, GradeCause
from app.domain.supervision_states import GradeState
from app.errors import NotLikeThis
from app.grading import (
    event_cli,
    exports,
    facts_cli,
    forms,
    listing,
    operations,
    paper,
    queries,
    recounting,
    run_cli,
    simulation_cli,
)
from app.grading.cli_group import ORG, day, group, one_enterprise, one_grade
from app.grading.forms import BY_HAND
from app.grading.ruling import kinds_ruled
from app.labels import label

__all__ = ["event_cli", "facts_cli", "register", "run_cli", "simulation_cli"]
GRADES = click.Choice([one.value for one in Grade])
SHOWN = 50


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(group, "list", permission=Permission.RISK_LIST)
@click.option("--q", help="企业名称、代码、首字母、评定编号")
@click.option("--kind", help="企业类型")
@click.option("--grade", type=GRADES, help="等级")
@click.option("--ungraded", is_flag=True, help="只列未评定的")
@click.option("--due", is_flag=True, help="只列待本年度评定的")
def list_(actor: Actor, q: str | None, kind: str | None, grade: str | None, ungraded: bool, due: bool) -> Answer:
    """列出企业的风险等级。"""
    kinds = kinds_ruled(actor.org_path)
    if kind is not None and kind not in kinds:
        raise NotLikeThis(f"没有适用于“{kind[:20]}”的分级规则，可用：{'、'.join(kinds)}")
    asked = {"q": q or "", "kind": kind or "", "grade": grade or "", "ungraded": "1" if ungraded else "", "due": "1" if due else ""}
    filters, today = forms.filters_asked(asked), clock.today()
    rows = listing.every(actor, filters, kinds, today)
    data = [
        {
            "enterprise": row.enterprise_name, "credit_code": row.credit_code, "kind": row.kind,
            "grade": row.grade.value if row.grade else None, "total": row.total, "year": row.year,
            "cause": row.cause.value if row.cause else None, "number": row.number,
            "effective_from": row.effective_from,
        }
        for row in rows
    ]  # fmt: skip
    counts = listing.counts(actor, filters, kinds, today)
    told = "，".join(f"{label(one)} {counts.get(one.value, 0)}" for one in Grade) + f"，未评定 {counts.get(listing.NONE, 0)}"
    lines = [f"{one['enterprise']}　{one['kind']}　{one['grade'] or '未评定'}　{one['number'] or ''}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 条（{told}，待本年度评定 {counts[listing.DUE]}）"])


@command(group, "show", permission=Permission.RISK_READ)
@click.argument("number")
@click.option("--now", is_flag=True, help="同时列出如果现在重新评分的差异")
@ORG
def show(actor: Actor, number: str, now: bool, org: str | None) -> Answer:
    """一张评分表：各项得分和依据。"""
    from app.grading import pages

    one = one_grade(actor, number, org)
    sheet = pages.sheet(one)
    points = exports.lines_of(queries.points([one.id]).get(one.id, []))
    data: dict[str, Any] = _told(one) | {
        "lines": points, "ways": {target.value: list(sentences) for target, sentences in sheet.ways}, "wanting": list(sheet.wanting),
        "differences": [[row.what, row.kept, row.again] for row in sheet.differences],
    }  # fmt: skip
    lines = [f"{one.number}　{one.enterprise.name}（{one.kind}）　{label(one.state)}　{operations.told(one)}"]
    lines += [f"{row['component']}　{row['title']}　{row['points']} 分　{row['value'] or ''}　{row['evidence'] or ''}" for row in points]
    lines += [sentence for _, sentences in sheet.ways for sentence in sentences]
    if now:
        found = pages.now(one)
        differing = [[row.what, row.kept, row.again] for row in found.differences]
        data["now"] = {"total": found.total, "grade": found.grade, "differences": differing}
        lines += [found.refused or f"现在重新评分：总分 {found.total}，等级 {found.grade.value if found.grade else '不能得出'}"]
        lines += [f"差异：{row.what}　{row.kept} → {row.again}" for row in found.differences]
    return Answer(data, lines)


def _told(grade: Any) -> dict[str, Any]:
    return {
        "number": grade.number, "enterprise": grade.enterprise.name, "kind": grade.kind, "year": grade.year, "cause": grade.cause.value,
        "state": label(grade.state), "static": grade.static_points, "dynamic": grade.dynamic_points, "credit": grade.credit_points,
        "total": grade.total, "suggested": grade.suggested, "steps": grade.steps, "grade": grade.grade, "rule": grade.rule_code,
        "effective_from": grade.effective_from, "effective_to": grade.effective_to,
    }  # fmt: skip


@command(group, "score", permission=Permission.RISK_SCORE)
@click.argument("enterprise")
@click.option("--kind", required=True, help="企业类型")
@click.option("--year", type=int, help="评定年度，默认今年")
@click.option("--cause", type=click.Choice([one.value for one in BY_HAND]), default=GradeCause.YEARLY.value, help="评定原因，默认年度评定")
@click.option("--grade", type=GRADES, help="人工调整后的等级")
@click.option("--document", default="", help="人工调整依据的文件")
@click.option("--reason", default="", help="人工调整、更正的理由")
def score(actor: Actor, enterprise: str, kind: str, year: int | None, cause: str, grade: str | None, document: str, reason: str) -> Answer:
    """给一个企业（统一社会信用代码或全名）评分。"""
    firm = one_enterprise(actor, enterprise, Permission.RISK_SCORE)
    wanted = operations.Asked(kind, year or clock.today().year, GradeCause(cause), reason, Grade(grade) if grade else None, document)
    with transaction():
        made = operations.score(firm, wanted, actor, clock.now())
    data = {"number": made.number, "total": made.total, "suggested": made.suggested, "steps": made.steps, "grade": made.grade}
    return Answer(data, [f"已建立评分表 {made.number}：{operations.told(made)}"])


@command(group, "rescore", permission=Permission.RISK_SCORE)
@click.argument("number")
@ORG
def rescore(actor: Actor, number: str, org: str | None) -> Answer:
    """按现有记录重新评分。"""
    one = one_grade(actor, number, org)
    with transaction():
        operations.rescore(one, actor, clock.now(), seen=one.version)
    return Answer({"number": one.number, "grade": one.grade}, [f"已重新评分：{operations.told(one)}"])


@command(group, "propose", permission=Permission.RISK_SCORE)
@click.argument("number")
@ORG
def propose(actor: Actor, number: str, org: str | None) -> Answer:
    """提交审核。"""
    one = one_grade(actor, number, org)
    with transaction():
        operations.propose(one, actor, seen=one.version)
    return Answer({"number": one.number}, [f"已提交审核：{one.number}，请他人审核"])


@command(group, "recall", permission=Permission.RISK_SCORE)
@click.argument("number")
@ORG
def recall(actor: Actor, number: str, org: str | None) -> Answer:
    """撤回送审。"""
    one = one_grade(actor, number, org)
    with transaction():
        operations.recall(one, actor, seen=one.version)
    return Answer({"number": one.number}, [f"已撤回送审：{one.number}"])


@command(group, "return", permission=Permission.RISK_DECIDE)
@click.argument("number")
@click.option("--comment", required=True, help="理由")
@ORG
def give_back(actor: Actor, number: str, comment: str, org: str | None) -> Answer:
    """退回经办人。"""
    one = one_grade(actor, number, org)
    with transaction():
        operations.give_back(one, actor, comment, seen=one.version)
    return Answer({"number": one.number}, [f"已退回：{one.number}"])


@command(group, "confirm", permission=Permission.RISK_DECIDE)
@click.argument("number")
@click.option("--from", "effective_from", metavar="DATE", help="生效日期，默认今天")
@click.option("--comment", help="审核意见")
@ORG
def confirm(actor: Actor, number: str, effective_from: str | None, comment: str | None, org: str | None) -> Answer:
    """确认等级（不得为提交人本人，须用 --as 指明审核人）。"""
    one = one_grade(actor, number, org)
    begins = day(effective_from) or max(clock.today(), queries.first_day(one.year))
    with transaction():
        operations.confirm(one, actor, clock.now(), begins, comment=comment, seen=one.version)
    return Answer(_told(one), [f"已确认：{one.enterprise.name} {label(one.grade)}，{one.effective_from} 起生效"])


@command(group, "void")
@click.argument("number")
@click.option("--reason", required=True, help="理由")
@ORG
def void(actor: Actor, number: str, reason: str, org: str | None) -> Answer:
    """作废评分表，或作废现行等级（须用 --as 指明审核人；被替代的等级恢复有效）。"""
    one = one_grade(actor, number, org)
    with transaction():
        operations.void(one, GradeState.DRAFT if one.state is GradeState.DRAFT else GradeState.CONFIRMED, actor, reason, seen=one.version)
    return Answer({"number": one.number}, [f"已作废：{one.number}"])


@command(group, "verify", permission=Permission.RISK_LIST)
@click.option("--year", type=int, help="只重算该年度的等级")
def verify(actor: Actor, year: int | None) -> Answer:
    """按留存的依据和当时的规则重算，列出与保存的不一致之处（有则退出码为 1）。"""
    counted, wrong = 0, []
    for one in recounting.verify_all(actor, year):
        counted += 1
        wrong += [] if one.same else [one]
    data = {
        "counted": counted,
        "wrong": [
            {"number": one.grade.number, "fault": one.fault, "differences": [[row.what, row.kept, row.again] for row in one.differences]}
            for one in wrong
        ],
    }
    lines = [f"{one.grade.number}　{row.what}　{row.kept} → {row.again}" for one in wrong for row in one.differences]
    lines += [f"{one.grade.number}　{one.fault}" for one in wrong if one.fault]
    said = f"重算了 {counted} 个等级，" + (f"{len(wrong)} 个不一致" if wrong else "逐项一致")
    return Answer(data, [*lines[:SHOWN], said], refused=bool(wrong))


@command(group, "sheet", permission=Permission.RISK_READ)
@click.argument("number")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写入的 .docx 文件")
@ORG
def sheet(actor: Actor, number: str, output: Path, org: str | None) -> Answer:
    """食品生产经营者风险等级确定表。"""
    one = one_grade(actor, number, org)
    made = paper.sheet(one, actor)
    with transaction():
        paper.record(made, one, actor, clock.now())
    output.write_bytes(made.content)
    return Answer({"number": one.number, "output": str(output), "sha256": made.sha256}, [f"已生成：{output}"])
