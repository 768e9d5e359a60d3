"""``flask rapid-tests …``: the same operations as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from flask import Flask
from werkzeug.datastructures import FileStorage

from app import clock, uploads
from app.commands import Answer, command
from app.db import transaction
from app.domain import rapid_tests as rules
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.sampling_kinds import RapidResult
from app.errors import NotLikeThis, Refused
from app.labels import label
from app.rapid_tests import imports, operations, queries
from app.rapid_tests.details import Reader
from app.rapid_tests.imports import Plan
from app.rapid_tests.queries import Filters
from app.sampling.imports import Action

SHOWN_FAULTS = 20
rapid_tests = click.Group("rapid-tests", help="快检记录：列出、登记、导入")


def register(app: Flask) -> None:
    app.cli.add_command(rapid_tests)


@command(rapid_tests, "list", permission=Permission.RAPID_READ)
@click.option("--result", type=click.Choice([one.value for one in RapidResult]), help="检测结果")
@click.option("--waiting", type=click.IntRange(0, 3650), help="只列阳性未送检满这么多天的")
@click.option("--size", type=click.IntRange(1, 1000), default=50, show_default=True)
def list_(actor: Actor, result: str | None, waiting: int | None, size: int) -> Answer:
    """列出快检记录，新的在前。"""
    filters = Filters(result=RapidResult(result) if result else None, waiting=waiting)
    page = queries.tests(actor, filters, clock.today(), size=size)
    data = [
        {
            "number": row.number, "tested_on": row.tested_on, "sampled_name": row.sampled_name, "product_name": row.product_name,
            "item": row.item, "result": row.result.value, "state": row.state.value, "sample": row.sample_number,
        }
        for row in page.rows
    ]  # fmt: skip
    lines = [
        "　".join([row.number, str(row.tested_on), row.sampled_name, row.product_name, row.item, row.result.value, label(row.state)])
        for row in page.rows
    ]
    return Answer(data, [*lines, f"共 {page.total} 条"])


@command(rapid_tests, "record", permission=Permission.RAPID_RECORD)
@click.argument("fields", nargs=-1, required=True, metavar="栏目=内容…")
def record(actor: Actor, fields: tuple[str, ...]) -> Answer:
    """登记一条快检记录，如 检测日期=2026-11-20 样品名称=韭菜。"""
    named = {title: name for name, title in rules.TITLES.items()} | {name: name for name in rules.TITLES}
    written: dict[str, str] = {}
    for one in fields:
        title, _, text = one.partition("=")
        if title not in named:
            raise NotLikeThis(f"没有“{title}”这个栏目，可用：{'、'.join(rules.TITLES.values())}")
        written[named[title]] = text
    reading = rules.read(written, clock.office_time(clock.now()).replace(tzinfo=None))
    details, faults = Reader(actor, {reading.texts.get("credit_code", "").upper()}).details(reading)
    if details is None:
        return Answer({"errors": [{"column": rules.TITLES[name], "message": said} for name, said in faults]},
                      [f"{rules.TITLES[name]}：{said}" for name, said in faults], refused=True)  # fmt: skip
    with transaction():
        made = operations.record(details, actor, clock.now())
    return Answer({"id": made.id, "number": made.number}, [f"已登记：{made.number}"])


@command(rapid_tests, "import", permission=Permission.RAPID_RECORD)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--confirm", is_flag=True, help="确认导入；不带此项只预览")
@click.option("--skip-refused", is_flag=True, help="跳过有误的记录，导入其余")
def import_(actor: Actor, file: Path, confirm: bool, skip_refused: bool) -> Answer:
    """预览或导入快检记录文件。"""
    name, sha256 = uploads.keep(FileStorage(BytesIO(file.read_bytes()), file.name))
    plan = imports.prepare(actor, sha256, name)
    faults = _faults(plan)
    if plan.says_nothing_new:
        return Answer(_told(plan, None), [imports.UNCHANGED])
    if not confirm:
        return Answer(_told(plan, None), [f"预览：{_counted(plan)}。确认导入请加 --confirm", *faults])
    try:
        with transaction():
            batch = imports.stage(plan, actor, name, sha256, clock.now())
            imports.confirm(batch, plan, actor, clock.now(), skip_refused=skip_refused)
    except Refused as refusal:
        return Answer(_told(plan, None), [refusal.sentence, *faults], refused=True)
    return Answer(_told(plan, batch.id), [f"已导入（第 {batch.id} 次导入）：{_counted(plan)}", *faults])


def _told(plan: Plan, batch_id: int | None) -> dict[str, Any]:
    counts = plan.counts
    return {
        "rows": len(plan.rows), "new": counts[Action.NEW], "unchanged": counts[Action.UNCHANGED], "refused": counts[Action.REFUSED],
        "errors": [{"line": one.line, "column": one.column, "value": one.value, "message": one.message} for one in plan.faults],
        "batch": batch_id,
    }  # fmt: skip


def _counted(plan: Plan) -> str:
    return "，".join(f"{action.value} {plan.counts[action]} 条" for action in (Action.NEW, Action.UNCHANGED, Action.REFUSED))


def _faults(plan: Plan) -> Sequence[str]:
    faults = plan.faults
    shown = [f"第 {one.line} 行 {one.column}“{one.value[:40]}”：{one.message}" for one in faults[:SHOWN_FAULTS]]
    return [*shown, f"……共 {len(faults)} 处错误"] if len(faults) > SHOWN_FAULTS else shown
