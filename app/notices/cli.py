"""``flask notices …``: the same operations as the pages."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotFound
from app.notices import operations, queries

group = click.Group("notices", help="变动告知：列出、标记已读")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "org": row.told, "from": row.sender, "kind": row.kind, "title": row.title, "text": row.text,
        "sample": row.sample_number, "created_at": row.created_at, "read_at": row.read_at, "read_by": row.reader,
    }  # fmt: skip


@command(group, "list", permission=Permission.NOTICE_LIST)
@click.option("--unread", is_flag=True, help="只列未读")
@click.option("--kind", help="告知事项，如 抽样单更正")
@click.option("--number", metavar="NUMBER", help="抽样编号，可只写一部分")
@click.option("--own", is_flag=True, help="只列发给本单位的，不含下级单位")
def list_(actor: Actor, unread: bool, kind: str | None, number: str | None, own: bool) -> Answer:
    """列出变动告知，未读在前。"""
    filters, place = queries.Filters(unread or None, kind, number, not own), 1
    rows: list[Any] = []
    while True:
        page = queries.notices(actor, filters, place)
        rows += page.rows
        if not page.more:
            break
        place += 1
    lines = [f"{row.id}　{'已读' if row.read_at else '未读'}　{row.told}　{row.title}" for row in rows]
    return Answer([_told(row) for row in rows], [*lines, f"共 {len(rows)} 条"])


@command(group, "read", permission=Permission.NOTICE_LIST)
@click.argument("notice_ids", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="本单位全部未读")
def read(actor: Actor, notice_ids: tuple[int, ...], every: bool) -> Answer:
    """标记已读（用 --as 指明收到告知的单位的人员）。"""
    if every == bool(notice_ids):
        raise click.UsageError("请给出告知的序号，或用 --all 标记全部")
    found = [(notice_id, queries.notice(actor, notice_id)) for notice_id in notice_ids]
    for notice_id, notice in found:
        if notice is None:
            raise NotFound(f"没有第 {notice_id} 条变动告知，或不在您的管辖范围内")
    with transaction():
        if every:
            changed = operations.mark_all_read(actor, clock.now())
        else:
            changed = sum(operations.mark_read(notice, actor, clock.now()) for _, notice in found if notice)
    return Answer({"read": changed}, [f"已将 {changed} 条告知标记为已读"])
