"""``flask digest``: the desk of one person as text, for whatever sends it outside this system."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from app import clock
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotLikeThis
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
