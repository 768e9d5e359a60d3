"""``flask samples …``: the same operations as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from flask import Flask
from werkzeug.datastructures import FileStorage

from app import blinding, clock, uploads
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.returns import DEFINITION, Rate, overall, per_laboratory, per_rule, per_sampler
from app.domain.written import Fault
from app.sampling import importing, imports
from app.sampling.imports import Action, Plan
from app.sampling.linting import lint_file, lint_sample
from app.sheet_checks import queries as sheet_checks


def register(app: Flask) -> None:
    app.cli.add_command(samples)


@click.group()
def samples() -> None:
    """抽样单：导入。"""


@command(samples, "import", permission=Permission.SAMPLE_CREATE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--confirm", is_flag=True, help="确认导入；不带此项只预览")
@click.option("--skip-refused", is_flag=True, help="跳过有误的批次，导入其余")
def import_(actor: Actor, file: Path, confirm: bool, skip_refused: bool) -> Answer:
    """预览或导入抽样单文件。"""
    name, sha256 = uploads.keep(FileStorage(BytesIO(file.read_bytes()), file.name))
    plan = imports.prepare(actor, sha256, name)
    batch_id = None
    writable = plan.counts[Action.NEW] + plan.counts[Action.CHANGED]
    blocked = bool(plan.table.faults) or (plan.counts[Action.REFUSED] > 0 and not skip_refused)
    if confirm and writable and not blocked:
        with transaction():
            batch = importing.stage(plan, actor, name, sha256, clock.now())
            importing.confirm(batch, plan, actor, clock.now(), skip_refused=skip_refused)
            batch_id = batch.id
    return Answer(_told(plan, sha256, batch_id), _lines(plan, confirm, batch_id), refused=confirm and blocked)


@command(samples, "lint", permission=Permission.SAMPLE_LIST)
@click.argument("number", required=False)
@click.option("--draft", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="未登记的抽样单文件（JSON 或表格）")
def lint(actor: Actor, number: str | None, draft: Path | None) -> Answer:
    """按检查规则检查一批样品或一个抽样单文件；有必须处理的问题时以 1 退出。"""
    written = lint_file(actor, draft) if draft is not None else lint_sample(actor, number or "")
    found = [(sheet, blinding.findings(told, actor)) for sheet, told in written]
    lines = [
        f"{sheet}　{'必须处理' if one.blocking else '提示'} {one.rule} {one.field}：{one.message}" for sheet, told in found for one in told
    ]
    data = [
        {
            "number": sheet,
            "findings": [
                {
                    "rule": one.rule, "field": one.field, "message": one.message, "blocking": one.blocking,
                    "exempt_key": one.exempt_key, "related": [each.name for each in one.related],
                }
                for one in told
            ],
        }
        for sheet, told in found
    ]  # fmt: skip
    return Answer(data, lines or ["没有发现问题"], refused=any(one.blocking for _, told in found for one in told))


@command(samples, "returns", permission=Permission.SAMPLE_LIST)
@click.option("--from", "start", type=click.DateTime(formats=["%Y-%m-%d"]), help="抽样日期起；不填为本年 1 月 1 日")
@click.option("--to", "end", type=click.DateTime(formats=["%Y-%m-%d"]), help="抽样日期止；不填为今天")
def returns(actor: Actor, start: datetime | None, end: datetime | None) -> Answer:
    """抽样单退修率：合计、按抽样人员、按检验机构、按规则。"""
    today = clock.today()
    first, last = start.date() if start else today.replace(month=1, day=1), end.date() if end else today
    found = sheet_checks.sheets(actor, first, last)
    axes = {"samplers": per_sampler(found), "laboratories": per_laboratory(found), "rules": per_rule(found)}
    whole = overall(found)
    data = {"from": first, "to": last, "definition": DEFINITION, "total": _rate(whole)}
    data |= {axis: [_rate(rate) for rate in rates] for axis, rates in axes.items()}
    lines = [f"{rate.name or '其他'}　退修 {rate.returned} / {rate.sheets}　{rate.display}" for rates in axes.values() for rate in rates]
    return Answer(data, [f"合计　退修 {whole.returned} / {whole.sheets}　{whole.display}", *lines])


def _rate(rate: Rate) -> dict[str, Any]:
    return {"name": rate.name, "returned": rate.returned, "sheets": rate.sheets, "rate": rate.display}


def _told(plan: Plan, sha256: str, batch_id: int | None) -> dict[str, Any]:
    counts = plan.counts
    return {
        "layout": plan.layout, "sha256": sha256, "rows": len(plan.sheets), "samples": len(plan.sheets),
        "new": counts[Action.NEW], "changed": counts[Action.CHANGED], "unchanged": counts[Action.UNCHANGED],
        "refused": counts[Action.REFUSED], "errors": faults_told(plan.faults), "item_verdicts": {}, "conclusions": {},
        "cases_opened": 0, "batch": batch_id,
    }  # fmt: skip


def faults_told(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Blocking faults as every import command lists them."""
    return [
        {"line": fault.line, "column": fault.column, "value": fault.value, "message": fault.message}
        for fault in faults
        if fault.blocking
    ]


def _lines(plan: Plan, confirm: bool, batch_id: int | None) -> list[str]:
    counts = plan.counts
    said = "，".join(f"{action.value} {counts[action]} 批" for action in Action)
    faults = [f"第 {fault.line} 行 {fault.column}：{fault.message}" for fault in plan.faults if fault.blocking]
    if batch_id is not None:
        return [f"已导入（第 {batch_id} 次导入）：{said}", *faults]
    if plan.says_nothing_new:
        return [importing.UNCHANGED]
    if confirm:
        return [f"未导入：{said}。请修改后重新导入，或加 --skip-refused 跳过有误的批次", *faults]
    return [f"预览：{said}。确认导入请加 --confirm", *faults]
