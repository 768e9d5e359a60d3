"""``flask evaluations …``: the same operations as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock, taken_out
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.evaluations import CODES, SECTIONS
from app.domain.permissions import Permission, permits
from app.domain.reporting_kinds import EvaluationKind
from app.domain.reporting_states import EvaluationState
from app.errors import NotAllowed, NotFound, NotLikeThis
from app.evaluations import files, operations, queries
from app.evaluations.content import content, met_word
from app.evaluations.models import PlanEvaluation
from app.exports.queries import organisation_name
from app.indicators import frames
from app.indicators import queries as indicators
from app.labels import label
from app.organisations.models import Organisation
from app.reference_data.books import region_book
from app.step_cli import StepCommands

P = Permission
group = click.Group("evaluations", help="规划评估：建立、修改、审批、归档")
ORG = click.option("--org", metavar="CODE", help="编制单位代码；几个单位有同一编号时填写")
COMMENT = click.option("--comment", required=True, help="意见")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _one(actor: Actor, number: str, org: str | None, permission: Permission) -> PlanEvaluation:
    found = [one for one in queries.numbered(actor, number) if org is None or _code(one) == org]
    if not found:
        raise NotFound(f"没有找到“{number[:40]}”，请用 flask evaluations list 核对编号，或该报告不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{number[:40]}”有 {len(found)} 份，请用 --org 指明编制单位代码")
    if not permits(actor, permission, found[0]):
        raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人")
    return found[0]


def _code(found: PlanEvaluation) -> str | None:
    org = queries.session().get(Organisation, found.org_id)
    return org.code if org else None


def _told(found: Any) -> dict[str, Any]:
    return {
        "number": found.number, "title": found.title, "kind": found.kind.value, "year": found.year, "month": found.month,
        "state": label(found.state), "as_of": found.as_of,
    }  # fmt: skip


@command(group, "list", permission=P.EVALUATION_LIST)
@click.option("--state", help="状态：草稿、待审批、已审批、已归档、已作废")
@click.option("--year", type=int, help="年度")
def list_(actor: Actor, state: str | None, year: int | None) -> Answer:
    """列出评估报告，新的在前。"""
    states = {label(one): one for one in EvaluationState}
    if state is not None and state not in states:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(states)}")
    page = queries.evaluations(actor, queries.Filters(states.get(state or ""), None, year), size=queries.MOST)
    return Answer([_told(row) for row in page.rows], [f"{row.number}　{label(row.state)}　{row.title}" for row in page.rows])


@command(group, "draft", permission=P.EVALUATION_EDIT)
@click.option("--plan", "plan_code", required=True, help="规划编号")
@click.option("--area", "area_code", required=True, help="区划代码")
@click.option("--kind", type=click.Choice([one.value for one in EvaluationKind]), required=True, help="评估种类")
@click.option("--year", type=int, required=True, help="年度")
@click.option("--month", type=click.IntRange(1, 12), help="截止月份，默认全年")
def draft(actor: Actor, plan_code: str, area_code: str, kind: str, year: int, month: int | None) -> Answer:
    """建立评估报告：按现在的记录取数，起草文字。"""
    plan = indicators.plan_by_code(actor, plan_code)
    place = frames.area_by_code(region_book(), area_code)
    with transaction():
        made = operations.draft(plan, place, EvaluationKind(kind), year, month, actor, clock.now())
    return Answer(_told(made), [f"已建立：{made.number} {made.title}"])


@command(group, "show", permission=P.EVALUATION_LIST)
@click.argument("number")
@ORG
def show(actor: Actor, number: str, org: str | None) -> Answer:
    """一份评估报告：指标、完成情况、文字。"""
    found = _one(actor, number, org, P.EVALUATION_READ)
    whole = content(found, actor)
    data = {
        **_told(found), "sections": {section.code: found.sections.get(section.code) for section in SECTIONS},
        "attainment": [{"group": one.title, "total": one.total, "met": one.met, "missed": one.missed, "open": one.open}
                       for one in whole.attainments],
        "indicators": [{"no": row.number, "name": row.name, "value": row.value, "target": row.target, "met": row.met}
                       for row in whole.rows],
    }  # fmt: skip
    lines = [f"{row.number}　{row.name}　{row.value}　目标 {row.target}　{met_word(row)}" for row in whole.rows]
    return Answer(data, [f"{found.number}　{found.title}　{label(found.state)}", *lines])


@command(group, "edit", permission=P.EVALUATION_EDIT)
@click.argument("number")
@click.option("--title", help="标题")
@click.option("--section", "sections", multiple=True, metavar="CODE=文字", help=f"一部分的文字，可多次；部分代码：{'、'.join(CODES)}")
@ORG
def edit(actor: Actor, number: str, title: str | None, sections: tuple[str, ...], org: str | None) -> Answer:
    """修改标题和文字。"""
    found = _one(actor, number, org, P.EVALUATION_EDIT)
    told = dict(found.sections)
    for one in sections:
        code, equals, words = one.partition("=")
        if not equals or code not in CODES:
            raise NotLikeThis(f"“{one[:30]}”应写成 CODE=文字，部分代码：{'、'.join(CODES)}")
        told[code] = words
    with transaction():
        operations.edit(found, title or found.title, told, actor, seen=found.version)
    return Answer(_told(found), [f"已保存：{found.number}"])


def _seen(actor: Actor, number: str, org: str | None) -> PlanEvaluation:
    return _one(actor, number, org, P.EVALUATION_READ)


STEPS = StepCommands(group, "number", ORG, _seen, lambda found, said: Answer(_told(found), [f"{said}：{found.number}"]))
STEPS.add("recount", P.EVALUATION_EDIT, "按现在的记录重新取数。", "已重新取数",
          lambda found, actor: operations.recount(found, actor, clock.now(), seen=found.version))
STEPS.add("submit", P.EVALUATION_EDIT, "提交审批。", "已提交审批",
          lambda found, actor: operations.submit(found, actor, seen=found.version))
STEPS.add("recall", P.EVALUATION_EDIT, "撤回送审。", "已撤回", lambda found, actor: operations.recall(found, actor, seen=found.version))
STEPS.add("return", P.EVALUATION_DECIDE, "退回修改。", "已退回",
          lambda found, actor, comment: operations.send_back(found, actor, comment, seen=found.version), COMMENT)
STEPS.add("approve", P.EVALUATION_DECIDE, "批准（不得为提交人本人，须用 --as 指明审批人）。", "已批准",
          lambda found, actor: operations.approve(found, actor, clock.now(), seen=found.version))
STEPS.add("archive", P.EVALUATION_EDIT, "归档：生成并留存文稿和数据表。", "已归档",
          lambda found, actor: operations.archive(found, actor, clock.now(), seen=found.version))
STEPS.add("void", P.EVALUATION_EDIT, "作废草稿。", "已作废",
          lambda found, actor, comment: operations.void(found, actor, comment, seen=found.version), COMMENT)


@command(group, "export", permission=P.EVALUATION_LIST)
@click.argument("number")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="输出文件，.docx 或 .xlsx")
@ORG
def export(actor: Actor, number: str, output: Path, org: str | None) -> Answer:
    """写出文稿（.docx）或数据表（.xlsx）。"""
    found = _one(actor, number, org, P.EVALUATION_READ)
    if output.suffix not in (".docx", ".xlsx") or not output.parent.is_dir():
        raise NotLikeThis("输出文件应为已有文件夹中的 .docx 或 .xlsx 文件")
    whole, org_name = content(found, actor), organisation_name(found.org_id)
    word = output.suffix == ".docx"
    made = files.document(found, whole, actor, org_name, queries.people(found)) if word else files.workbook(found, whole, org_name)
    with transaction():
        taken_out.note(operations.KIND, found.id, found.number, output.name, actor, made, org_id=found.org_id)
    output.write_bytes(made)
    return Answer({"number": found.number, "file": str(output)}, [f"已写入 {output}"])
