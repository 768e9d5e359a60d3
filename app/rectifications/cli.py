"""``flask rectifications …``: the same operations as the pages."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain import rectifications as rules
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotFound, NotLikeThis
from app.labels import label
from app.penalties.cli_group import day
from app.printing import operations as printed
from app.rectifications import forms, operations, paper, queries
from app.rectifications.models import RectificationOrder
from app.rectifications.operations import Written

rectifications = click.Group("rectifications", help="责令改正与复查")


def register(app: Flask) -> None:
    app.cli.add_command(rectifications)


def _one(actor: Actor, number: str, permission: Permission) -> RectificationOrder:
    found = queries.orders_numbered(actor, number)
    if len(found) != 1:
        raise NotFound(f"没有找到“{number[:40]}”，请用 flask rectifications list 核对文号，或该记录不在您的管辖范围内")
    if not permits(actor, permission, found[0]):
        raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人")
    return found[0]


@command(rectifications, "list", permission=Permission.RECTIFY_LIST)
@click.option("--due", type=click.Choice(list(queries.DUE.values())), help="只列已逾期、待复查或复查不合格未处理的")
@click.option("--q", help="文号、企业名称")
def list_(actor: Actor, due: str | None, q: str | None) -> Answer:
    """列出责令改正，新的在前。"""
    codes = {words: code for code, words in queries.DUE.items()}
    today = clock.today()
    rows = queries.every_order(actor, forms.filters_asked({"q": q or "", "due": codes.get(due or "", "")}), today)
    data = [
        {
            "number": row.number, "enterprise": row.enterprise_name, "inspection": row.inspection_number, "state": label(row.state),
            "ordered_on": row.ordered_on, "due_on": row.term, "overdue": rules.overdue(row.state, row.term, today), "rounds": row.rounds,
            "rechecked_on": row.rechecked_on, "filing_no": row.filing_no,
        }
        for row in rows
    ]  # fmt: skip
    lines = [
        f"{one['number']}　{one['enterprise']}　{one['state']}　限 {one['due_on']}{'　逾期' if one['overdue'] else ''}" for one in data
    ]
    return Answer(data, [*lines, f"共 {len(data)} 条"])


@command(rectifications, "order", permission=Permission.RECTIFY_HANDLE)
@click.argument("inspection")
@click.option("--due", metavar="DATE", help="改正期限；不写为责令立即改正")
@click.option("--on", "ordered_on", metavar="DATE", help="责令日期，默认今天")
@click.option("--requirement", help="改正要求，默认按不符合项目拟出")
@click.option("--basis", help="责令依据，默认按检查要点表所列条款")
def order(
    actor: Actor, inspection: str, due: str | None, ordered_on: str | None, requirement: str | None, basis: str | None
) -> Answer:
    """对一次完成的检查（检查编号）责令改正。"""
    found = queries.inspections_numbered(actor, inspection)
    if len(found) != 1:
        raise NotFound(f"没有找到检查“{inspection[:40]}”，或该记录不在您的管辖范围内")
    failing, on = queries.failing_of(found[0].id), day(ordered_on)
    written = Written(
        requirement or rules.proposed(failing), basis or rules.bases(failing) or None, due is None, on, day(due) if due else on
    )
    with transaction():
        made = operations.order(found[0], written, actor, clock.now())
    return Answer({"number": made.number, "due_on": made.due_on}, [f"已责令改正：{made.number}，期限 {made.due_on}"])


@command(rectifications, "extend", permission=Permission.RECTIFY_DECIDE)
@click.argument("number")
@click.option("--to", "extended_to", metavar="DATE", required=True, help="延长至")
@click.option("--reason", required=True, help="理由")
def extend(actor: Actor, number: str, extended_to: str, reason: str) -> Answer:
    """延长整改期限。"""
    one = _one(actor, number, Permission.RECTIFY_DECIDE)
    with transaction():
        operations.extend(one, day(extended_to), reason, actor, seen=one.version)
    return Answer({"number": one.number, "due_on": one.extended_to}, [f"已延长至 {one.extended_to}"])


@command(rectifications, "report", permission=Permission.RECTIFY_HANDLE)
@click.argument("number")
@click.option("--on", "reported_on", metavar="DATE", help="收到日期，默认今天")
@click.option("--text", required=True, help="整改情况")
def report(actor: Actor, number: str, reported_on: str | None, text: str) -> Answer:
    """登记企业的整改报告。"""
    one = _one(actor, number, Permission.RECTIFY_HANDLE)
    with transaction():
        operations.report(one, day(reported_on), text, actor, clock.now(), seen=one.version)
    return Answer({"number": one.number, "state": label(one.state)}, ["已登记整改报告"])


@command(rectifications, "recheck", permission=Permission.RECTIFY_HANDLE)
@click.argument("number")
@click.option("--result", type=click.Choice(["合格", "不合格"]), required=True, help="复查结果")
@click.option("--on", "rechecked_on", metavar="DATE", help="复查日期，默认今天")
@click.option("--text", required=True, help="复查情况")
def recheck(actor: Actor, number: str, result: str, rechecked_on: str | None, text: str) -> Answer:
    """登记复查结果。"""
    one = _one(actor, number, Permission.RECTIFY_HANDLE)
    with transaction():
        operations.settle(one, result == "合格", day(rechecked_on), text, actor, clock.now(), seen=one.version)
    return Answer({"number": one.number, "state": label(one.state)}, [label(one.state)])


@command(rectifications, "again", permission=Permission.RECTIFY_HANDLE)
@click.argument("number")
@click.option("--due", metavar="DATE", help="新的改正期限；不写为责令立即改正")
@click.option("--reason", required=True, help="理由")
def again(actor: Actor, number: str, due: str | None, reason: str) -> Answer:
    """复查不合格的，再次责令改正。"""
    one, today = _one(actor, number, Permission.RECTIFY_HANDLE), clock.today()
    written = Written(one.requirement, one.basis, due is None, today, day(due) if due else today)
    with transaction():
        operations.again(one, written, reason, actor, clock.now(), seen=one.version)
    return Answer({"number": one.number, "rounds": one.rounds, "due_on": one.due_on}, [f"已第 {one.rounds} 次责令改正"])


@command(rectifications, "link", permission=Permission.RECTIFY_HANDLE)
@click.argument("number")
@click.option("--filing-no", required=True, help="立案文号")
def link(actor: Actor, number: str, filing_no: str) -> Answer:
    """关联立案。"""
    one = _one(actor, number, Permission.RECTIFY_HANDLE)
    with transaction():
        operations.link(one, filing_no, None, actor, seen=one.version)
    return Answer({"number": one.number, "filing_no": one.filing_no}, ["已关联立案"])


@command(rectifications, "void", permission=Permission.RECTIFY_DECIDE)
@click.argument("number")
@click.option("--reason", required=True, help="理由")
def void(actor: Actor, number: str, reason: str) -> Answer:
    """作废责令改正。"""
    one = _one(actor, number, Permission.RECTIFY_DECIDE)
    with transaction():
        operations.void(one, reason, actor, seen=one.version)
    return Answer({"number": one.number, "state": label(one.state)}, ["已作废"])


@command(rectifications, "notice", permission=Permission.RECTIFY_READ)
@click.argument("number")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="保存的文件 .docx")
def notice(actor: Actor, number: str, output: Path) -> Answer:
    """责令改正通知书（Word）。"""
    one = _one(actor, number, Permission.RECTIFY_READ)
    if output.exists():
        raise NotLikeThis(f"{output} 已存在，请换一个文件名")
    made = paper.notice(one, actor)
    with transaction():
        printed.record(made, [one], actor, clock.now())
    output.write_bytes(made.content)
    return Answer({"number": one.number, "output": str(output)}, [f"已保存：{output}"])
