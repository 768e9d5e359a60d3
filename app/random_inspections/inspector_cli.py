"""Commands about 检查人员名录."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import click
from werkzeug.datastructures import FileStorage

from app import clock, uploads
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis, Refused
from app.penalties.cli_group import day
from app.random_inspections import importing, inspectors
from app.random_inspections.cli_group import random_inspections, required_day
from app.random_inspections.inspectors import Details, Filters
from app.random_inspections.models import Inspector
from app.sampling.imports import Action


@command(random_inspections, "inspectors", permission=Permission.INSPECTOR_EDIT)
@click.option("--q", help="姓名、执法证号、部门、专长")
@click.option("--valid", is_flag=True, help="只列有效的")
def list_inspectors(actor: Actor, q: str | None, valid: bool) -> Answer:
    """列出检查人员名录。"""
    rows = inspectors.every(actor, Filters(q, "valid" if valid else None), clock.today())
    data = [
        {"name": row.name, "certificate_no": row.certificate_no, "department": row.department, "username": row.username,
         "valid_from": row.valid_from, "valid_to": row.valid_to}
        for row in rows
    ]  # fmt: skip
    lines = [f"{one['certificate_no']}　{one['name']}　{one['department'] or '本部门'}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 人"])


@command(random_inspections, "add-inspector", permission=Permission.INSPECTOR_EDIT)
@click.argument("name")
@click.option("--certificate", required=True, help="执法证号")
@click.option("--department", help="联合部门；本部门的不填")
@click.option("--speciality", help="专长")
@click.option("--user", "username", help="系统用户名")
@click.option("--from", "valid_from", metavar="DATE", help="有效期起，默认今天")
@click.option("--to", "valid_to", metavar="DATE", help="有效期止")
def add_inspector(
    actor: Actor, name: str, certificate: str, department: str | None, speciality: str | None, username: str | None,
    valid_from: str | None, valid_to: str | None,
) -> Answer:  # fmt: skip
    """登记检查人员。"""
    user = inspectors.user_named(actor, username) if username else None
    if username and user is None:
        raise NotLikeThis(f"没有用户名为“{username[:30]}”的用户，或不在您的管辖范围内")
    last = required_day(valid_to, "有效期止") if valid_to else None
    details = Details(name, certificate, day(valid_from), last, department, speciality, user.id if user else None)
    with transaction():
        made = inspectors.add(details, actor, clock.now())
    return Answer({"certificate_no": made.certificate_no, "name": made.name}, [f"已登记：{made.name}（{made.certificate_no}）"])


def _one(actor: Actor, certificate: str) -> Inspector:
    found = inspectors.certified(actor, certificate)
    if len(found) != 1:
        raise NotFound(f"名录中执法证号为“{certificate[:40]}”的有 {len(found)} 人，请核对，或该人员不在您的管辖范围内")
    return found[0]


@command(random_inspections, "end-inspector", permission=Permission.INSPECTOR_EDIT)
@click.argument("certificate")
@click.option("--on", "last_day", metavar="DATE", help="最后有效日，默认今天")
@click.option("--reason", required=True, help="理由")
def end_inspector(actor: Actor, certificate: str, last_day: str | None, reason: str) -> Answer:
    """移出检查人员名录。"""
    one = _one(actor, certificate)
    with transaction():
        inspectors.end(one, day(last_day), reason, actor, clock.now(), seen=one.version)
    return Answer({"certificate_no": one.certificate_no, "valid_to": one.valid_to}, [f"已移出：{one.name}，最后有效日 {one.valid_to}"])


@command(random_inspections, "import-inspectors", permission=Permission.INSPECTOR_EDIT)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--confirm", is_flag=True, help="确认导入；不带此项只预览")
@click.option("--skip-refused", is_flag=True, help="跳过有误的人员，导入其余")
def import_inspectors(actor: Actor, file: Path, confirm: bool, skip_refused: bool) -> Answer:
    """预览或导入检查人员名录。"""
    name, sha256 = uploads.keep(FileStorage(BytesIO(file.read_bytes()), file.name))
    plan = importing.prepare(actor, sha256, name, clock.today())
    counts = plan.counts
    faults = [f"第 {fault.line} 行 {fault.column}“{fault.value[:40]}”：{fault.message}" for fault in plan.faults]
    data = {
        "new": counts[Action.NEW], "changed": counts[Action.CHANGED], "unchanged": counts[Action.UNCHANGED],
        "refused": counts[Action.REFUSED], "errors": faults,
    }  # fmt: skip
    said = "，".join(f"{action.value} {counts[action]} 人" for action in Action)
    if plan.says_nothing_new:
        return Answer(data, [importing.UNCHANGED])
    if not confirm:
        return Answer(data, [f"预览：{said}。确认导入请加 --confirm", *faults[:20]])
    try:
        with transaction():
            batch = importing.stage(plan, actor, name, sha256, clock.now())
            importing.confirm(batch, plan, actor, clock.now(), skip_refused=skip_refused)
    except Refused as refusal:
        return Answer(data, [refusal.sentence, *faults[:20]], refused=True)
    return Answer(data, [f"已导入：{said}", *faults[:20]])
