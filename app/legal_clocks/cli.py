"""``flask clocks …``: the same operations as the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock as time
from app import history
from app.commands import Answer, command
from app.db import transaction
from app.disposal import operations as cases
from app.domain.actors import Actor
from app.domain.case_kinds import ClockChangeKind
from app.domain.permissions import Permission
from app.errors import NotFound
from app.labels import label, step_label
from app.legal_clocks import changes, forecasting, operations, queries
from app.legal_clocks.models import ClockChange, LegalClock
from app.reference_data.books import calendar

group = click.Group("clocks", help="法定期限：列出、延长、中止、重算")
DAY = click.DateTime(formats=["%Y-%m-%d"])
PAPER = click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="文书扫描件")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _told(row: Any, now: queries.Standing) -> dict[str, Any]:
    return {
        "id": row.id, "code": row.code, "name": row.name, "subject": row.subject_name, "started_on": row.started_on,
        "event": row.start_event, "due_on": row.due_on, "due_at": row.due_at, "provisional": row.provisional, "done_on": row.done_on,
        "extended": row.extended, "remaining": now.left, "light": now.light.value if now.light else None, "standing": now.words,
        "article": row.article, "why": row.why.splitlines(),
    }  # fmt: skip


@command(group, "list", permission=Permission.CLOCK_LIST)
@click.option("--state", type=click.Choice(list(queries.STATES)), default=queries.RUNNING, show_default=True, help="计时状态")
@click.option("--days", type=click.IntRange(1, 60), default=queries.SOON_DAYS, show_default=True, help="临近到期按几个工作日算")
@click.option("--code", metavar="CODE", help="期限代码，如 DISP_DONE")
def list_(actor: Actor, state: str, days: int, code: str | None) -> Answer:
    """列出期限，到期近的在前."""
    today, working = time.today(), calendar()
    rows = queries.every_clock(actor, queries.Filters(state, days, code), today, working)
    data = [_told(row, queries.standing(row, today, working)) for row in rows]
    lines = [f"{each['id']}　{each['name']}　{each['subject']}　{each['due_on']}　{each['standing']}" for each in data]
    return Answer(data, [*lines, f"共 {len(data)} 项"])


@command(group, "show", permission=Permission.CLOCK_READ)
@click.argument("clock_id", type=int)
def show(actor: Actor, clock_id: int) -> Answer:
    """一项期限：为什么是这一天、延长和中止、办理记录."""
    return _answer(_clock(actor, clock_id))


def _clock(actor: Actor, clock_id: int) -> LegalClock:
    found = queries.clock(actor, clock_id)
    if found is None:
        raise NotFound(f"没有找到编号为 {clock_id} 的期限，请用 flask clocks list 查看，或该期限不在您的管辖范围内")
    return found


def _change(actor: Actor, change_id: int) -> ClockChange:
    found = queries.change(actor, change_id)
    if found is None:
        raise NotFound(f"没有找到编号为 {change_id} 的延长或中止，请用 flask clocks show 查看，或不在您的管辖范围内")
    return found


def _answer(clock: LegalClock, said: str | None = None) -> Answer:
    listed, unit = queries.changes_of(clock.id), operations.rule_of(clock).unit
    now = queries.standing_of(clock, queries.paused_from(listed), time.today(), calendar())
    data = _told(clock, now) | {
        "changes": [
            {"id": each.id, "kind": each.kind.value, "said": changes.words(each, unit), "document_no": each.document_no,
             "state": label(each.state), "attachment": each.attachment_id,
             "due_before": each.due_before, "due_after": each.due_after, "decision": each.decision}
            for each in listed
        ],
        "history": [
            {"at": time.office_time(entry.at).isoformat(timespec="seconds"), "step": step_label(LegalClock.__tablename__, entry.step),
             "who": entry.actor_name, "comment": entry.comment}
            for entry in history.entries_of(LegalClock.__tablename__, clock.id)
        ],
    }  # fmt: skip
    lines = [*([said] if said else []), f"{clock.number}　{clock.due_on}　{now.words}", *clock.why.splitlines()]
    return Answer(data, [*lines, *(f"{each['id']}　{each['said']}　{each['state']}" for each in data["changes"])])


def _ask(actor: Actor, clock_id: int, request: changes.Request, file: Path | None) -> Answer:
    clock = _clock(actor, clock_id)
    paper = (file.name, file.read_bytes()) if file is not None else None
    with transaction():
        changes.ask(clock, request, actor, time.now(), paper=paper)
    return _answer(clock, "已提交申请，等待另一人审批")


@command(group, "extend", permission=Permission.CLOCK_ASK)
@click.argument("clock_id", type=int)
@click.argument("amount", type=int)
@click.option("--document", required=True, help="批准文书文号")
@click.option("--reason", required=True, help="申请理由")
@PAPER
def extend(actor: Actor, clock_id: int, amount: int, document: str, reason: str, file: Path | None) -> Answer:
    """申请延长 AMOUNT（按该期限的单位）."""
    return _ask(actor, clock_id, changes.Request(ClockChangeKind.EXTENSION, document, reason, amount), file)


@command(group, "pause", permission=Permission.CLOCK_ASK)
@click.argument("clock_id", type=int)
@click.option("--from", "first", type=DAY, required=True, help="中止开始日")
@click.option("--to", "last", type=DAY, help="中止结束日；不填则至恢复时止")
@click.option("--document", required=True, help="文书文号")
@click.option("--reason", required=True, help="申请理由")
@PAPER
def pause(
    actor: Actor, clock_id: int, first: datetime, last: datetime | None, document: str, reason: str, file: Path | None
) -> Answer:
    """申请中止计时."""
    asked = changes.Request(
        ClockChangeKind.PAUSE, document, reason, None, first.date(), last.date() if last is not None else None
    )
    return _ask(actor, clock_id, asked, file)


@command(group, "decide", permission=Permission.CLOCK_DECIDE)
@click.argument("change_id", type=int)
@click.option("--approve/--decline", "approved", required=True, help="批准或不予批准")
@click.option("--comment", required=True, help="意见")
def decide(actor: Actor, change_id: int, approved: bool, comment: str) -> Answer:
    """审批延长或中止（须用 --as 指明审批人，不得为申请人）."""
    change = _change(actor, change_id)
    operation: Callable[..., None] = changes.approve if approved else changes.decline
    with transaction():
        operation(change, actor, comment, time.now())
    return _answer(_clock(actor, change.clock_id), "已批准" if approved else "已作不予批准")


@command(group, "resume", permission=Permission.CLOCK_ASK)
@click.argument("change_id", type=int)
@click.option("--on", "day", type=DAY, required=True, help="恢复计时的日期")
@click.option("--comment", required=True, help="说明")
def resume(actor: Actor, change_id: int, day: datetime, comment: str) -> Answer:
    """恢复未定结束日期的中止."""
    change = _change(actor, change_id)
    with transaction():
        changes.resume(change, day.date(), actor, comment, time.now())
    return _answer(_clock(actor, change.clock_id), "已恢复计时")


@command(group, "void", permission=Permission.CLOCK_READ)
@click.argument("change_id", type=int)
@click.option("--comment", required=True, help="理由")
def void(actor: Actor, change_id: int, comment: str) -> Answer:
    """作废一件申请或已批准的延长、中止."""
    change = _change(actor, change_id)
    with transaction():
        changes.void(change, actor, comment)
    return _answer(_clock(actor, change.clock_id), "已作废")


@command(group, "recount", permission=Permission.REFERENCE_EDIT)
def recount(actor: Actor) -> Answer:
    """工作日历或时限规则更新后，重新计算所有未办结的期限."""
    with transaction():
        moved = [*cases.complete_clocks(actor), *operations.recount(actor)]
    data = [{"id": each.id, "name": each.name, "subject": each.subject_name, "due_on": each.due_on} for each in moved]
    return Answer(data, [*(f"{each['name']}　{each['subject']}　{each['due_on']}" for each in data), f"有变动的期限共 {len(data)} 项"])


@command(group, "forecast", permission=Permission.FORECAST_READ)
def forecast(actor: Actor) -> Answer:
    """按本局以往办案用时，预测未办结案件会不会超期."""
    today, days = time.today(), calendar()
    rows = forecasting.forecast(actor, today, days, forecasting.durations(actor, today, days))
    data = [
        {"case": row.case.number, "due_on": row.case.due_on, "step": row.step, "outlook": row.outlook.value, "likely": row.likely,
         "latest": row.latest, "based_on": row.past.cases if row.past else None}
        for row in rows
    ]  # fmt: skip
    lines = [
        f"{each['case']}　期限 {each['due_on']}　{each['outlook']}　预计 {each['likely'] or '—'}（至迟 {each['latest'] or '—'}）"
        for each in data
    ]
    return Answer(data, [*lines, f"共 {len(data)} 件"])
