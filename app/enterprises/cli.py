"""``flask enterprises …``: the same operations as the pages."""

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
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.written import Fault
from app.enterprises import importing, imports, licence_cli
from app.enterprises.cli_group import enterprises
from app.enterprises.imports import Plan
from app.errors import Refused
from app.sampling.imports import Action

SHOWN_FAULTS = 20

__all__ = ["enterprises", "licence_cli"]


def register(app: Flask) -> None:
    app.cli.add_command(enterprises)


@command(enterprises, "import", permission=Permission.ENTERPRISE_IMPORT)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--confirm", is_flag=True, help="确认导入；不带此项只预览")
@click.option("--skip-refused", is_flag=True, help="跳过有误的企业，导入其余")
def import_(actor: Actor, file: Path, confirm: bool, skip_refused: bool) -> Answer:
    """预览或导入企业档案文件。"""
    name, sha256 = uploads.keep(FileStorage(BytesIO(file.read_bytes()), file.name))
    plan = imports.prepare(actor, sha256, name)
    faults = _faults([fault for fault in plan.faults if fault.blocking])
    if plan.says_nothing_new:
        return Answer(_told(plan, sha256, None), [importing.UNCHANGED])
    if not confirm:
        return Answer(_told(plan, sha256, None), [f"预览：{_counted(plan)}。确认导入请加 --confirm", *faults])
    try:
        batch_id = _accept(actor, plan, name, sha256, skip_refused)
    except Refused as refusal:
        return Answer(_told(plan, sha256, None), [refusal.sentence, *faults], refused=True)
    return Answer(_told(plan, sha256, batch_id), [f"已导入（第 {batch_id} 次导入）：{_counted(plan)}", *faults])


def _accept(actor: Actor, plan: Plan, name: str, sha256: str, skip_refused: bool) -> int:
    with transaction():
        batch = importing.stage(plan, actor, name, sha256, clock.now())
        importing.confirm(batch, plan, actor, clock.now(), skip_refused=skip_refused)
    return batch.id


def _told(plan: Plan, sha256: str, batch_id: int | None) -> dict[str, Any]:
    counts = plan.counts
    return {
        "layout": imports.LAYOUT, "sha256": sha256, "rows": len(plan.rows), "new": counts[Action.NEW],
        "changed": counts[Action.CHANGED], "unchanged": counts[Action.UNCHANGED], "refused": counts[Action.REFUSED],
        "errors": [
            {"line": fault.line, "column": fault.column, "value": fault.value, "message": fault.message}
            for fault in plan.faults
            if fault.blocking
        ],
        "batch": batch_id,
    }  # fmt: skip


def _counted(plan: Plan) -> str:
    return "，".join(f"{action.value} {plan.counts[action]} 家" for action in Action)


def _faults(faults: Sequence[Fault]) -> list[str]:
    shown = [f"第 {fault.line} 行 {fault.column}“{fault.value[:40]}”：{fault.message}" for fault in faults[:SHOWN_FAULTS]]
    return [*shown, f"……共 {len(faults)} 处错误"] if len(faults) > SHOWN_FAULTS else shown
