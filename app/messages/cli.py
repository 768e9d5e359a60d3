"""``flask messages …``: the same operations as the pages."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.reporting_kinds import MessageKind
from app.errors import NotLikeThis
from app.messages import daily, jobs, operations, queries

group = click.Group("messages", help="站内消息：列出、标为已读、设置、生成")
MUTABLE = [kind.value for kind in operations.MUTABLE]


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _person(actor: Actor) -> Actor:
    if actor.user_id is None:
        raise NotLikeThis("消息是给个人的，请用 --as 指明用户名")
    return actor


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.kind.value, "title": row.title, "body": row.body, "link": row.link, "shown_at": row.show_at,
        "read_at": row.read_at,
    }  # fmt: skip


@command(group, "list", permission=Permission.MESSAGE_LIST)
@click.option("--unread", is_flag=True, help="只列未读")
@click.option("--kind", type=click.Choice([kind.value for kind in MessageKind]), help="种类")
@click.option("--q", help="标题或内容中的文字")
def list_(actor: Actor, unread: bool, kind: str | None, q: str | None) -> Answer:
    """列出一个人的消息，新的在前，最多 1000 条。"""
    filters = queries.Filters(unread or None, MessageKind(kind) if kind else None, q)
    page = queries.messages(_person(actor), filters, clock.now(), size=queries.MOST)
    lines = [f"{row.id}　{'已读' if row.read_at else '未读'}　{row.kind.value}　{row.title}" for row in page.rows]
    return Answer([_told(row) for row in page.rows], [*lines, f"共 {page.total} 条"])


@command(group, "read", permission=Permission.MESSAGE_LIST)
@click.argument("message_ids", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="全部未读")
def read(actor: Actor, message_ids: tuple[int, ...], every: bool) -> Answer:
    """标为已读。"""
    if every == bool(message_ids):
        raise click.UsageError("请给出消息的序号，或用 --all 标记全部")
    with transaction():
        changed = _marked(_person(actor), message_ids)
    return Answer({"read": changed}, [f"已将 {changed} 条消息标为已读"])


def _marked(actor: Actor, message_ids: tuple[int, ...]) -> int:
    at = clock.now()
    return operations.mark_read(actor, message_ids, at) if message_ids else operations.mark_all_read(actor, at)


@command(group, "settings", permission=Permission.MESSAGE_LIST)
@click.option("--mute", multiple=True, type=click.Choice(MUTABLE), help="不接收的种类，可多次；不写为全部接收")
@click.option("--digest/--no-digest", default=True, help="是否接收每日提要")
def settings(actor: Actor, mute: tuple[str, ...], digest: bool) -> Answer:
    """设置一个人接收的消息。"""
    with transaction():
        operations.set_up(_person(actor), mute, digest, clock.now())
    return Answer({"muted": sorted(mute), "digest": digest}, ["已保存消息设置"])


@command(group, "collect", permission=Permission.HOME)
def collect(actor: Actor) -> Answer:
    """把新的办理记录告知有关人员（后台任务进程会自动进行；没有运行该进程时用本命令）。"""
    with transaction():
        made = operations.collect(clock.now())
    return Answer({"made": made}, [f"新增 {made} 条消息"])


@command(group, "digests", permission=Permission.HOME)
@click.option("--now", "at_once", is_flag=True, help="不论是否工作日早晨都生成")
def digests(actor: Actor, at_once: bool) -> Answer:
    """生成每日提要（工作日早晨一次；已生成的不再生成）。"""
    at = clock.now()
    made = jobs.make_digests(at) if at_once or daily.due_now(at) else 0
    return Answer({"made": made}, [f"新增 {made} 份每日提要"])
