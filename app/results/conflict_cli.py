"""``flask results conflicts``: list and decide what an import and our own corrections disagree about."""

from __future__ import annotations

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.result_kinds import Choice
from app.errors import NotFound
from app.results import conflict_queries, conflicts, intake, operations, queries, staging
from app.results.cli import group as results
from app.results.models import ImportBatch

MOST = 100_000
CHOICES = {"ours": Choice.OURS, "theirs": Choice.THEIRS}
group = click.Group("conflicts", help="导入冲突：列出、裁定")


def register(app: Flask) -> None:
    results.add_command(group)


def _batch(actor: Actor, number: int) -> ImportBatch:
    found = queries.batch(actor, number)
    if found is None:
        raise NotFound(f"没有第 {number} 次导入，或不在您的管辖范围内")
    return found


@command(group, "list", permission=Permission.IMPORT_READ)
@click.argument("batch", type=int)
@click.option("--open", "only_open", is_flag=True, help="只列未裁定的")
def list_(actor: Actor, batch: int, only_open: bool) -> Answer:
    """What the file and we changed differently, and what stayed ours by itself."""
    found = conflict_queries.of_batch(actor, _batch(actor, batch), MOST)
    rows = [row for row in (*found.rows, *found.kept) if not (only_open and row.choice)]
    told = [
        {
            "id": row.id, "number": row.number, "report_no": row.report_no, "item": row.item,
            "field": conflicts.title_of(row.item, row.field), "base": row.base, "ours": row.ours, "theirs": row.theirs,
            "choice": row.choice.value if row.choice else None, "reason": row.reason, "decided_at": row.decided_at,
        }
        for row in rows
    ]  # fmt: skip
    lines = [
        f"{one['id']}：{one['number']} {one['item']} {one['field']}：上次导入“{one['base'] or ''}”，本系统“{one['ours'] or ''}”，"
        f"新文件“{one['theirs'] or ''}”，{one['choice'] or '未裁定'}"
        for one in told
    ]
    return Answer({"open": found.open_count, "conflicts": told}, lines or ["没有冲突"])


@command(group, "decide", permission=Permission.CONFLICT_DECIDE)
@click.argument("batch", type=int)
@click.option("--id", "numbers", type=int, multiple=True, help="冲突编号，可重复；不写则须加 --all")
@click.option("--all", "everything", is_flag=True, help="本文件未裁定的全部冲突")
@click.option("--choice", type=click.Choice(list(CHOICES)), required=True, help="ours 保留本系统，theirs 采用新文件")
@click.option("--reason", required=True, help="裁定理由")
def decide(
    actor: Actor, batch: int, numbers: tuple[int, ...], everything: bool, choice: str, reason: str
) -> Answer:
    """Say whose value stands; the preview follows."""
    found, chosen = _batch(actor, batch), CHOICES[choice]
    decision = conflicts.Decision(dict.fromkeys(numbers, chosen), chosen if everything else None, reason)
    with transaction():
        told = conflicts.decide(found, decision, actor, clock.now())
    prepared = staging.prepare(actor, staging.read_again(found), operations.options_of(found))
    intake.keep_pages(prepared)
    with transaction():
        operations.plan_again(found, prepared, clock.now())
    left = conflict_queries.of_batch(actor, found, 1).open_count
    said = f"已裁定 {len(told)} 处冲突：{chosen.value}；还有 {left} 处未裁定"
    return Answer({"batch": batch, "decided": len(told), "open": left}, [said])
