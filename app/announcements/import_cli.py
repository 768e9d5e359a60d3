"""A published list brought in from the command line (导入公示名单): of ``announcements import`` and of ``results import``."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from werkzeug.datastructures import FileStorage

from app import clock, uploads
from app.announcements import importing, imports
from app.announcements.imports import Plan
from app.commands import Answer
from app.db import transaction
from app.domain.actors import Actor
from app.errors import Refused
from app.sampling.imports import Action

SHOWN_FAULTS = 20


def bring_in(actor: Actor, file: Path, *, confirm: bool, skip_refused: bool) -> Answer:
    """A published list previewed or taken in; ``flask results import --layout announcement`` is the same."""
    name, sha256 = uploads.keep(FileStorage(BytesIO(file.read_bytes()), file.name))
    plan, kept = imports.prepare(actor, sha256, name), {"sha256": sha256}
    faults = _faults(plan)
    if plan.table.faults:
        return Answer({**_told(plan, None), **kept}, faults, refused=True)
    if plan.says_nothing_new:
        return Answer({**_told(plan, None), **kept}, [importing.UNCHANGED])
    if not confirm:
        return Answer({**_told(plan, None), **kept}, [f"预览：{_counted(plan)}。确认导入请加 --confirm", *plan.table.remarks, *faults])
    try:
        with transaction():
            batch = importing.stage(plan, actor, name, sha256, clock.now())
            importing.confirm(batch, plan, actor, clock.now(), skip_refused=skip_refused)
    except Refused as refusal:
        return Answer({**_told(plan, None), **kept}, [refusal.sentence, *faults], refused=True)
    return Answer({**_told(plan, batch.id), **kept}, [f"已导入（第 {batch.id} 次导入）：{_counted(plan)}", *plan.table.remarks, *faults])


def _told(plan: Plan, batch_id: int | None) -> dict[str, Any]:
    counts = plan.counts
    return {
        "layout": "announcement", "samples": 0, "changed": 0, "cases_opened": 0,  # findings are no batches
        "rows": len(plan.rows), "new": counts[Action.NEW], "unchanged": counts[Action.UNCHANGED], "refused": counts[Action.REFUSED],
        "kinds": {kind.value: count for kind, count in plan.kinds.items()}, "unread": plan.unread, "linked": plan.linked,
        "errors": [{"line": one.line, "column": one.column, "value": one.value, "message": one.message} for one in plan.faults],
        "batch": batch_id,
    }  # fmt: skip


def _counted(plan: Plan) -> str:
    counts = "，".join(f"{action.value} {plan.counts[action]} 行" for action in (Action.NEW, Action.UNCHANGED, Action.REFUSED))
    return f"{counts}；原文残缺 {plan.unread} 项，自动关联 {plan.linked} 行"


def _faults(plan: Plan) -> Sequence[str]:
    faults = plan.faults
    shown = [(f"第 {one.line} 行 {one.column}“{one.value[:40]}”：" if one.line else "") + one.message for one in faults[:SHOWN_FAULTS]]
    return [*shown, f"……共 {len(faults)} 处错误"] if len(faults) > SHOWN_FAULTS else shown
