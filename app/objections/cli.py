"""``flask objections …``: listing, registering, documents and files; the steps are in ``step_cli``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock, history
from app.attachments import operations as attachments
from app.commands import Answer, command
from app.db import transaction
from app.disposal.locks import penalty_lock
from app.domain import official_documents as documents
from app.domain.actors import Actor
from app.domain.case_kinds import ObjectionKind, Side
from app.domain.permissions import Permission
from app.domain.workflow import ObjectionState
from app.errors import NotFound, NotLikeThis
from app.labels import label, step_label
from app.objections import effects, operations, papers, queries, showing, step_cli, timing
from app.objections.cli_group import DAY, NUMBER, ORG, choice, day, group, one, told
from app.objections.models import Objection
from app.objections.operations import Application
from app.objections.queries import Filters
from app.sampling import queries as samples

__all__ = ["register", "step_cli"]
STATES = click.Choice(["正在办理", "待我审核", *(label(state) for state in ObjectionState)])


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(group, "list", permission=Permission.OBJECTION_LIST)
@click.option("--q", metavar="关键词", help="异议编号、申请人、抽样编号、样品名称")
@click.option("--kind", type=choice(ObjectionKind), help="异议类别")
@click.option("--state", type=STATES, help="状态")
@click.option("--overdue", is_flag=True, help="只列超期的")
def list_(actor: Actor, q: str | None, kind: str | None, state: str | None, overdue: bool) -> Answer:
    """列出异议，新的在前。"""
    chosen = next((one for one in ObjectionState if label(one) == state), None)
    wanted = Filters(
        q=q, kind=ObjectionKind(kind) if kind else None, state=chosen, running=state == "正在办理", mine=state == "待我审核",
        overdue=overdue,
    )  # fmt: skip
    rows = queries.every_objection(actor, wanted, clock.today())
    now = showing.standings(rows, clock.today())
    data = [
        {
            "id": row.id, "number": row.number, "kind": row.kind.value, "applicant": row.applicant, "side": row.side.value,
            "sample": row.sample_number, "state": label(row.state), "received_on": row.received_on, "due_on": row.due_on,
            "standing": now[row.id].words if row.id in now else None, "outcome": row.outcome.value if row.outcome else None,
        }
        for row in rows
    ]  # fmt: skip
    lines = [f"{one['id']}　{one['number']}　{one['kind']}　{one['applicant']}　{one['state']}　{one['standing'] or ''}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 件"])


@command(group, "show", permission=Permission.OBJECTION_READ)
@NUMBER
@ORG
def show(actor: Actor, number: str, org: str | None) -> Answer:
    """一件异议：申请期限、办理期限、能否受理、可改判的项目、办理记录。"""
    objection = one(actor, number, org, Permission.OBJECTION_READ)
    answer = told(objection, timing.window_of(objection).sentence)
    answer.data["hindrances"] = operations.hindrances(objection)
    answer.data["lock"] = penalty_lock(objection.sample_id)
    answer.data["items"] = [{"id": row.id, "item": row.item} for row in effects.failing(objection)]
    answer.data["history"] = [
        {"at": clock.office_time(one.at).isoformat(timespec="seconds"), "step": step_label(operations.KIND, one.step),
         "who": one.actor_name, "comment": one.comment}
        for one in history.entries_of(operations.KIND, objection.id)
    ]  # fmt: skip
    clocks = [f"{one['name']}　{one['due_on']}　{one['standing']}" for one in answer.data["clocks"]]
    return Answer(answer.data, [*answer.lines, *answer.data["hindrances"], *clocks])


def _written(objection: Objection | None, given: dict[str, Any]) -> Application:
    """What was given, and for a correction the rest as it stands."""
    values: dict[str, Any] = {
        name: value.date() if isinstance(value, datetime) else value for name, value in given.items() if value is not None
    }
    if objection is not None:
        _, proven = timing.begun(objection.kind, objection.side, objection.sample, None)
        known = {name: getattr(objection, name) for name in operations.EDITED}
        values = known | {"window_from": None if proven else objection.window_from} | values
    return Application(**values | {"kind": ObjectionKind(values["kind"]), "side": Side(values["side"])})


@command(group, "apply", permission=Permission.OBJECTION_HANDLE)
@click.argument("sample", metavar="抽样编号")
@click.option("--kind", type=choice(ObjectionKind), required=True, help="异议类别")
@click.option("--side", type=choice(Side), required=True, help="申请人身份")
@click.option("--applicant", required=True, help="申请人")
@click.option("--contact", help="联系人和电话")
@click.option("--applied-on", type=DAY, help="提出日期（邮寄的为交寄日），默认今天")
@click.option("--received-on", type=DAY, help="收到日期，默认今天")
@click.option("--window-from", type=DAY, help="收到检验结果通知书日期；已登记送达的和抽样过程异议不填")
@click.option("--content", required=True, help="异议内容和理由")
@click.option("--evidence", help="证明材料")
def apply(actor: Actor, sample: str, **given: Any) -> Answer:
    """登记一件异议申请。"""
    found = samples.sample_numbered(actor, sample)
    if found is None:
        raise NotFound(f"没有找到样品“{sample[:40]}”，请核对抽样编号，或不在您的管辖范围内")
    today = clock.today()
    given["received_on"] = day(given["received_on"]) or today
    given["applied_on"] = day(given["applied_on"]) or given["received_on"]
    with transaction():
        made = operations.apply(found, _written(None, given), actor, clock.now())
    return told(made, f"已登记：{made.number}")


@command(group, "edit", permission=Permission.OBJECTION_HANDLE)
@NUMBER
@click.option("--kind", type=choice(ObjectionKind), help="异议类别")
@click.option("--side", type=choice(Side), help="申请人身份")
@click.option("--applicant", help="申请人")
@click.option("--contact", help="联系人和电话")
@click.option("--applied-on", type=DAY, help="提出日期")
@click.option("--received-on", type=DAY, help="收到日期")
@click.option("--window-from", type=DAY, help="收到检验结果通知书日期")
@click.option("--content", help="异议内容和理由")
@click.option("--evidence", help="证明材料")
@ORG
def edit(actor: Actor, number: str, org: str | None, **given: Any) -> Answer:
    """修改申请登记，只改给出的栏目。"""
    objection = one(actor, number, org, Permission.OBJECTION_HANDLE)
    with transaction():
        changed = operations.edit(objection, _written(objection, given), actor, clock.now(), seen=objection.version)
    return told(objection, "已保存" if changed else "内容没有变化")


@command(group, "document", permission=Permission.DOCUMENT_MAKE)
@NUMBER
@click.argument("kind", metavar="文书")
@ORG
def document(actor: Actor, number: str, kind: str, org: str | None) -> Answer:
    """按已登记的内容起草异议文书，如 异议受理通知书；制发用 flask official-documents issue。"""
    objection, wanted = one(actor, number, org, Permission.DOCUMENT_MAKE), documents.by_code(kind)
    if wanted is None or wanted.about != operations.KIND:
        names = "、".join(one.kind.value for one in documents.KINDS.values() if one.about == operations.KIND)
        raise NotLikeThis(f"没有“{kind[:40]}”这种异议文书，可用：{names}")
    with transaction():
        made, fresh = papers.draft(objection, wanted, actor, clock.now())
    said = f"已起草（序号 {made.id}）：{made.title}" if fresh else f"{made.kind}已经起草过（序号 {made.id}），没有重复起草"
    return Answer({"id": made.id, "kind": made.kind, "number": objection.number, "fresh": fresh}, [said])


@command(group, "attach", permission=Permission.OBJECTION_HANDLE)
@NUMBER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@ORG
def attach(actor: Actor, number: str, file: Path, org: str | None) -> Answer:
    """给异议保存附件（申请书、证明材料）。"""
    objection = one(actor, number, org, Permission.OBJECTION_HANDLE)
    with transaction():
        kept = attachments.save(actor, operations.KIND, objection.id, objection.org_id, file.name, file.read_bytes(), clock.now())
    return Answer({"number": objection.number, "attachment": kept.id, "filename": kept.filename}, [f"已保存附件：{kept.filename}"])
