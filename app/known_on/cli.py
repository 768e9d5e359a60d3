"""``flask known …``: the same reading as the pages."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask, current_app

from app import clock
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.permissions import permits
from app.errors import NotAllowed, NotFound
from app.filters import ABSENT, format_datetime
from app.known_on import reading, records
from app.known_on.reading import Known

group = click.Group("known", help="某一时点的记录：当时的内容与现在的不同，当时已办的步骤")


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(group, "show")
@click.argument("kind")
@click.argument("number")
@click.option("--as-of", "as_of", metavar="TIME", help="截至时点，如 2026-11-01 或 2026-11-01T17:30；不写为现在")
@click.option("--all", "every", is_flag=True, help="没有变化的栏目也列出")
def show(actor: Actor, kind: str, number: str, as_of: str | None, every: bool) -> Answer:
    """一条记录在某一时点的内容：KIND 为记录类别（如 样品、处置案件），NUMBER 为编号或 #档案号."""
    one = records.kept(kind)
    view: Any = current_app.view_functions[one.page]
    (argument,) = next(current_app.url_map.iter_rules(one.page)).arguments
    record = view.fetch(actor, **{argument: records.id_of(one, actor, number)})
    if record is None:
        raise NotFound(f"没有找到{one.word}“{number[:60]}”，可能编号有误或不在您的管辖范围内")
    if not permits(actor, view.permission, record):
        raise NotAllowed("您没有查看该记录的权限，如确需查看请联系科室负责人", needed=view.permission)
    found = reading.known(record, reading.read(as_of))
    return Answer(_plain(found), _said(found, every))


def _plain(found: Known) -> dict[str, Any]:
    return {
        "kind": found.kept.kind, "name": found.name, "as_of": found.as_of, "begun": found.begun, "there": found.there,
        "state": found.then, "state_now": found.now,
        "fields": [{"field": one.field, "then": one.then, "now": one.now, "changed": one.changed} for one in found.lines],
        "steps": [{"at": one.at, "who": one.who, "step": one.step, "comment": one.comment} for one in found.until],
        "later": [{"at": one.at, "who": one.who, "step": one.step, "comment": one.comment} for one in found.since],
        "versions": [
            {"since": one.since, "until": one.until, "basis": one.basis, "says": list(one.lines), "in_force": one.in_force}
            for one in found.versions
        ],
        "reports": list(found.reports),
    }  # fmt: skip


def _said(found: Known, every: bool) -> list[str]:
    moment = f"{clock.office_time(found.as_of):%Y-%m-%d %H:%M:%S}"
    heading = f"{found.kept.word} {found.name}　截至 {moment}"
    if not found.there:
        return [heading, f"当时还没有这条记录，{format_datetime(found.begun)} 才登记"]
    lines = [heading]
    if found.then or found.now:
        lines.append(f"状态　{found.then or ABSENT}" + ("" if found.then == found.now else f"（现在 {found.now}）"))
    lines += [f"{one.field}　{one.then}（现在 {one.now}）" for one in found.changed]
    lines += [f"{one.field}　{one.then}" for one in found.same if every and one.then != ABSENT]
    lines += [f"统计所用版本　{'　'.join(one.lines)}（依据：{one.basis}）" for one in found.versions if one.in_force]
    lines += [f"有效的检验报告　{one}" for one in found.reports]
    lines += [f"{format_datetime(one.at)}　{one.who}　{one.step}" + (f"　{one.comment}" if one.comment else "") for one in found.until]
    return [*lines, f"当时已办 {len(found.until)} 步，此后又办 {len(found.since)} 步，{len(found.changed)} 个栏目与现在不同"]
