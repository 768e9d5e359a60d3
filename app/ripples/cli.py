"""``flask ripples …``: the same operations as the pages."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.case_kinds import RippleCause, RippleTaskKind
from app.domain.permissions import Permission
from app.errors import NotFound
from app.labels import label
from app.ripples import operations, queries
from app.ripples.models import RippleTask
from app.ripples.queries import Filters

group = click.Group("ripples", help="波及清单：列出、查看、处理波及事项")
STATES = {"待处理": True, "已处理": False, "全部": None}


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "sample": row.sample_number, "org": row.org_name, "cause": row.cause.value, "before": row.before,
        "after": row.after, "why": row.why, "created_at": row.created_at,
    }  # fmt: skip


@command(group, "list", permission=Permission.RIPPLE_LIST)
@click.option("--state", type=click.Choice(list(STATES)), default="待处理", show_default=True, help="有无待处理的事项")
@click.option("--cause", type=click.Choice([one.value for one in RippleCause]), help="起因")
@click.option("--kind", type=click.Choice([one.value for one in RippleTaskKind]), help="含该类事项的")
@click.option("--number", metavar="NUMBER", help="抽样编号，可只写一部分")
@click.option("--size", type=click.IntRange(1, 1000), default=50, show_default=True, help="最多列出多少份")
def list_(actor: Actor, state: str, cause: str | None, kind: str | None, number: str | None, size: int) -> Answer:
    """列出波及清单，有待处理事项的在前。"""
    filters = Filters(
        STATES[state], RippleCause(cause) if cause else None, RippleTaskKind(kind) if kind else None, (number or "").strip() or None
    )
    page = queries.ripples(actor, filters, size=size)
    progress = queries.progress([row.id for row in page.rows])
    data = [_told(row) | {"open": progress[row.id][0], "tasks": progress[row.id][1]} for row in page.rows]
    lines = [
        f"{one['id']}　{one['sample']}　{one['cause']}　{one['before']} → {one['after']}　待处理 {one['open']}／{one['tasks']}"
        for one in data
    ]
    return Answer(data, [*lines, f"共 {page.total} 份"])


@command(group, "show", permission=Permission.RIPPLE_READ)
@click.argument("ripple_id", type=int)
def show(actor: Actor, ripple_id: int) -> Answer:
    """查看一份波及清单和其中的事项。"""
    ripple = queries.ripple(actor, ripple_id)
    if ripple is None:
        raise NotFound(f"没有第 {ripple_id} 份波及清单，请用 flask ripples list 核对，或不在您的管辖范围内")
    tasks = queries.tasks(actor, ripple_id)
    data = {
        "id": ripple.id, "sample": ripple.sample.number, "cause": ripple.cause.value, "before": ripple.before, "after": ripple.after,
        "why": ripple.why, "created_at": ripple.created_at, "tasks": [_task(one) for one in tasks],
    }  # fmt: skip
    lines = [f"{one.id}　{label(one.state)}　{one.kind.value}　{one.subject_name}　{one.what}" for one in tasks]
    return Answer(data, [f"{ripple.sample.number}　{ripple.cause.value}　{ripple.before} → {ripple.after}", *lines])


def _task(one: Any) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind.value, "subject_kind": one.subject_kind, "subject_id": one.subject_id, "name": one.subject_name,
        "what": one.what, "automatic": one.automatic, "state": label(one.state), "note": one.note, "done_at": one.done_at,
    }  # fmt: skip


def _found(actor: Actor, task_id: int) -> RippleTask:
    found = queries.task(actor, task_id)
    if found is None:
        raise NotFound(f"没有第 {task_id} 号波及事项，请用 flask ripples show 核对，或不在您的管辖范围内")
    return found


@command(group, "finish", permission=Permission.RIPPLE_HANDLE)
@click.argument("task_id", type=int)
@click.option("--note", help="处理情况；程序已自动办理、只需确认的事项可以不填")
def finish(actor: Actor, task_id: int, note: str | None) -> Answer:
    """处理完毕一项波及事项。"""
    task = _found(actor, task_id)
    with transaction():
        operations.finish(task, actor, clock.now(), note)
    return Answer(_task(task), [f"处理完毕：{task.number}"])


@command(group, "waive", permission=Permission.RIPPLE_HANDLE)
@click.argument("task_id", type=int)
@click.option("--reason", required=True, help="无需处理的理由")
def waive(actor: Actor, task_id: int, reason: str) -> Answer:
    """说明理由后不再处理一项波及事项。"""
    task = _found(actor, task_id)
    with transaction():
        operations.waive(task, actor, clock.now(), reason)
    return Answer(_task(task), [f"无需处理：{task.number}"])


@command(group, "reopen", permission=Permission.RIPPLE_HANDLE)
@click.argument("task_id", type=int)
@click.option("--reason", required=True, help="重新处理的理由")
def reopen(actor: Actor, task_id: int, reason: str) -> Answer:
    """已处理或无需处理的事项重新处理。"""
    task = _found(actor, task_id)
    with transaction():
        operations.reopen(task, actor, reason)
    return Answer(_task(task), [f"重新处理：{task.number}"])
