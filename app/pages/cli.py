"""``flask digest`` and ``flask morning``: the desk of one person and a supervisor's morning page as text."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from app import clock
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.indicators.tables import written
from app.pages import briefing
from app.pages import digest as digests
from app.reference_data.books import calendar

plain = AppGroup("plain")  # collects the command that stands alone


def register(app: Flask) -> None:
    for found in plain.commands.values():
        app.cli.add_command(found)


@command(plain, "digest", permission=Permission.HOME)
@click.option("--nothing", is_flag=True, help="没有待办时也输出")
def digest(actor: Actor, nothing: bool) -> Answer:
    """一个人的每日提要：待办、超期和将到期的事项、委托（须用 --as 指明用户），可由定时任务取用后另行发送。"""
    if actor.user_id is None:
        raise NotLikeThis("每日提要是给个人的，请用 --as 指明用户名")
    today = clock.today()
    made = digests.digest(actor, today, clock.now(), calendar())
    data = {"user": actor.name, "day": today, **made.told}
    return Answer(data, [f"{actor.name}　{today} 提要", *made.lines] if not made.empty or nothing else [])


@command(plain, "morning", permission=Permission.CASE_URGE)
def morning(actor: Actor) -> Answer:
    """晨间一页：等我办理、超期和将到期、按人超期、落后的指标、上一工作日以来的变动（须用 --as 指明用户）。"""
    if actor.user_id is None:
        raise NotLikeThis("晨间一页是给个人的，请用 --as 指明用户名")
    page = briefing.briefing(actor, clock.today(), clock.now(), calendar())
    behind = page.gaps.lines if page.gaps else []
    data = {
        "day": page.day, "waiting": [{"title": card.title, "count": card.count, "overdue": card.overdue} for card in page.cards],
        "due_total": page.soon.total, "people": [{"name": one.name, "late": one.late, "near": one.near} for one in page.people],
        "behind": [{"no": line.planned.row.no, "name": line.planned.row.name, "value": written(line.figure), "due": line.due}
                   for line in behind],
        "changes": [{"kind": one.kind, "step": one.step, "count": one.count} for one in page.changes],
    }  # fmt: skip
    lines = [
        f"晨间一页　{page.day}", *(f"待办　{card.title}：{card.count}" for card in page.cards),
        f"已超期和三个工作日内到期：{page.soon.total} 项", *(f"　{one.name}：超期 {one.late}，将到期 {one.near}" for one in page.people),
        *(f"落后　{line.planned.row.name}：{written(line.figure)}，时序应达 {line.due or '—'}" for line in behind),
        *(f"变动　{one.words}：{one.count}" for one in page.changes),
    ]  # fmt: skip
    return Answer(data, lines)
