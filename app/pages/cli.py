"""``flask digest``: the desk of one person as text, for whatever sends it outside this system."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from app import clock
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.pages import morning, queries
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
    cards = [card for card in queries.cards(actor, today, clock.now()) if not card.empty]
    soon = morning.coming_due(actor, today, calendar()) if morning.supervises(actor) else None
    standing = [sentence for _, sentence in morning.standing(actor, today)]
    data = {
        "user": actor.name, "day": today, "delegations": standing,
        "waiting": [{"title": card.title, "count": card.count, "overdue": card.overdue} for card in cards],
        "due": [_due(row) for row in soon.rows] if soon else [], "due_total": soon.total if soon else 0,
    }  # fmt: skip
    if not (cards or standing or data["due"] or nothing):
        return Answer(data, [])
    return Answer(data, [f"{actor.name}　{today} 提要", *standing, *_waiting(cards), *_late(soon)])


def _due(row: morning.Due) -> dict[str, Any]:
    return {"duty": row.duty, "name": row.name, "due_on": row.due_on, "remaining": row.left, "light": row.light.value}


def _waiting(cards: list[queries.Card]) -> list[str]:
    return [f"{card.title}：{card.count}{f'，其中超期 {card.overdue}' if card.overdue else ''}" for card in cards] or ["没有待办事项"]


def _late(soon: morning.Soon | None) -> list[str]:
    if soon is None:
        return []
    lines = [f"　{row.words}　{row.due_on}　{row.duty}　{row.name}" for row in soon.rows]
    more = [f"　（只列最紧急的 {len(soon.rows)} 项）"] if soon.total > len(soon.rows) else []
    return [f"已超期和三个工作日内到期：{soon.total} 项", *lines, *more]
