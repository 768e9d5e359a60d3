"""``flask inspections …``: the same operations as the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.supervision_kinds import InspectionNature
from app.errors import NotAllowed, NotFound, NotLikeThis
from app.inspections import forms, operations, publication_cli, queries, record_cli
from app.inspections.cli_group import NUMBER, ORG, inspections, one_inspection, told
from app.labels import label
from app.penalties.cli_group import day

__all__ = ["publication_cli", "record_cli"]
NATURES = [one.value for one in InspectionNature]


def register(app: Flask) -> None:
    app.cli.add_command(inspections)


@command(inspections, "list", permission=Permission.INSPECTION_LIST)
@click.option("--q", help="企业名称、编号")
@click.option("--kind", help="检查类型，如 餐饮服务提供者")
@click.option("--nature", help="检查类别，如 日常监督检查")
@click.option("--state", help="状态：待检查、检查中、已完成、已作废")
@click.option("--result", help="检查结果，如 不符合")
@click.option("--since", metavar="DATE", help="检查日期起")
@click.option("--until", metavar="DATE", help="检查日期止")
@click.option("--due", type=click.Choice([queries.MINE, queries.UNPUBLISHED, queries.LATE]), help="待我办理、已完成未公示、过了计划日期")
def list_(actor: Actor, **asked: str | None) -> Answer:
    """列出监督检查，新的在前。"""
    states = {label(one): one.value for one in forms.InspectionState}
    if asked["state"] and asked["state"] not in states:
        raise NotLikeThis(f"没有“{asked['state'][:20]}”这种状态，可用：{'、'.join(states)}")
    for name in ("since", "until"):
        day(asked[name])  # says what is wrong with it
    written = {name: value or "" for name, value in asked.items()} | {"state": states.get(asked["state"] or "", "")}
    rows = queries.every_inspection(actor, forms.filters_asked(written), clock.today())
    data = [
        {
            "number": row.number, "enterprise": row.enterprise_name, "kind": row.kind, "nature": row.nature.value,
            "state": label(row.state), "planned_on": row.planned_on, "inspected_on": row.inspected_on,
            "inspectors": [name for name in (row.lead, row.second) if name], "result": row.result.value if row.result else None,
            "measure": row.measure.value if row.measure else None, "finished_on": row.finished_on,
            "publish_due_on": row.publish_due_on, "published_on": row.published_on,
        }
        for row in rows
    ]  # fmt: skip
    shown = ("number", "enterprise", "nature", "state", "result")
    lines = [
        "　".join(str(one[name] or "") for name in shown) + f"　{one['inspected_on'] or one['planned_on'] or ''}" for one in data
    ]
    return Answer(data, [*lines, f"共 {len(data)} 次"])


@command(inspections, "show", permission=Permission.INSPECTION_READ)
@NUMBER
@ORG
def show(actor: Actor, number: str, org: str | None) -> Answer:
    """一次检查和它的检查项目。"""
    found = one_inspection(actor, number, org)
    data = told(found)
    lines = [f"{found.number}　{found.enterprise_name}　{label(found.state)}　{data['result'] or ''}"]
    lines += [f"{one['number']}　{one['answer']}　{one['note'] or ''}" for one in data["findings"] if one["answer"] == "不符合"]
    return Answer(data, [*lines, *data["missing"]])


@command(inspections, "plan", permission=Permission.INSPECTION_MAKE)
@click.argument("enterprise")
@click.option("--kind", required=True, help="检查类型，如 餐饮服务提供者")
@click.option("--nature", type=click.Choice(NATURES), default=NATURES[0], help="检查类别，默认日常监督检查")
@click.option("--on", "planned_on", metavar="DATE", help="计划日期，默认今天")
@click.option("--lead", metavar="USER", help="主办检查人员（用户名或姓名）")
@click.option("--second", metavar="USER", help="协办检查人员（用户名或姓名）")
@click.option("--place", help="检查地点，默认企业地址")
def plan(
    actor: Actor, enterprise: str, kind: str, nature: str, planned_on: str | None, lead: str | None, second: str | None,
    place: str | None,
) -> Answer:  # fmt: skip
    """安排检查一个企业（统一社会信用代码或全名）。"""
    found = queries.enterprise_named(actor, enterprise)
    if len(found) != 1:
        raise NotFound(f"企业档案中与“{enterprise[:40]}”一致的有 {len(found)} 个，请用统一社会信用代码指明，或该企业不在您的管辖范围内")
    if not permits(actor, Permission.INSPECTION_MAKE, found[0]):
        raise NotAllowed("您没有办理该事项的权限，如确需办理请联系科室负责人")
    lead_id, second_id = (_person(actor, found[0].org_id, written) for written in (lead, second))
    with transaction():
        made = operations.plan(
            found[0], kind, InspectionNature(nature), actor, clock.now(), planned_on=day(planned_on), lead_id=lead_id,
            second_id=second_id, place=place,
        )  # fmt: skip
    return Answer({"number": made.number, "enterprise": made.enterprise_name}, [f"已安排检查：{made.number}　{made.enterprise_name}"])


def _person(actor: Actor, org_id: int, written: str | None) -> int | None:
    if not written:
        return None
    found = queries.inspector_named(actor, org_id, written)
    if found is None:
        raise NotLikeThis(f"没有找到可以检查的人员“{written[:40]}”，请填写承办单位在岗抽样员或办案人的用户名")
    return found.id


@command(inspections, "start", permission=Permission.INSPECTION_RECORD)
@NUMBER
@click.option("--on", "inspected_on", metavar="DATE", help="检查日期，默认今天；补录纸质记录的填实际日期")
@ORG
def start(actor: Actor, number: str, inspected_on: str | None, org: str | None) -> Answer:
    """开始检查（须用 --as 指明检查人员）。"""
    found = one_inspection(actor, number, org)
    with transaction():
        operations.start(found, actor, clock.now(), inspected_on=day(inspected_on), seen=found.version)
    return _answer(found.number, found.inspected_on, "已开始检查")


def _answer(number: str, on: date | None, said: str) -> Answer:
    data: dict[str, Any] = {"number": number, "on": on}
    return Answer(data, [f"{said}：{number}"])
