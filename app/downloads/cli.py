"""``flask downloads …``: the same operations as the pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
from flask import Flask
from werkzeug.datastructures import MultiDict

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from app.downloads import forms, operations, queries, showing
from app.downloads.lists import ListSource, every
from app.errors import NotFound, NotLikeThis

group = click.Group("downloads", help="导出和下载中心")
SHOWN = 50


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(group, "lists", permission=Permission.DOWNLOAD_LIST)
@click.option("--columns", is_flag=True, help="同时列出每张清单的列")
def lists(actor: Actor, columns: bool) -> Answer:
    """可以导出的清单（本人有权查看的）。"""
    found = [source for code, source in sorted(every().items()) if may_ever(actor, source.permission)]
    data = [{"code": one.code, "title": one.title, "columns": [field.title for field in one.fields]} for one in found]
    lines = [f"{one.code}　{one.title}" + (f"：{'、'.join(field.title for field in one.fields)}" if columns else "") for one in found]
    return Answer(data, lines)


def _pairs(filters: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for written in filters:
        name, equals, value = written.partition("=")
        if not equals or not name.strip():
            raise NotLikeThis(f"查询条件“{written}”应写成 名称=值，名称与列表页地址中的相同，如 --filter state=reported")
        found[name.strip()] = value.strip()
    return queries.query_of(found)


@command(group, "export", permission=Permission.DOWNLOAD_LIST)
@click.argument("code")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="输出文件（.xlsx）")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="查询条件，可重复；名称与列表页地址中的相同")
@click.option("--ids", help="只导出这些记录（勾选）：记录号，用逗号或顿号分隔；仍须在查询条件和本人范围内")
@click.option("--columns", help="要导出的列及其顺序，用顿号或逗号分隔；默认为记住的列")
@click.option("--remember", is_flag=True, help="记住这些列")
@click.option("--unmask", "reason", metavar="REASON", help="不遮蔽个人信息，并写明理由")
def export(
    actor: Actor, code: str, output: Path, filters: tuple[str, ...], ids: str | None, columns: str | None, remember: bool,
    reason: str | None,
) -> Answer:
    """把一张清单写入文件；导出记入办理记录."""
    if not output.parent.is_dir():
        raise NotLikeThis(f"没有文件夹“{output.parent}”，请先建立或改用其他位置")
    at, query, source = clock.now(), {**_pairs(filters), **_ticks(ids)}, operations.source_for(actor, code)
    known = queries.remembered(actor, code)
    titles = _titles(columns) or (known.columns if known else None)
    if columns is None:
        titles = _known(source, query, titles)
    asked = operations.wanted(source, query, titles, reason, actor)
    written, content = operations.made(asked, actor, at)
    with transaction():
        if remember:
            operations.remember(asked, actor, at)
        begun = operations.note(asked, query, actor, at)
        operations.keep(begun, asked, written, None, actor, at)
    output.write_bytes(content)
    data = {"id": begun.id, "list": code, "rows": written.rows, "sha256": written.sha256, "output": str(output), "filter": asked.words}
    said = f"{source.title}：{written.rows} {source.unit}已写入 {output}（条件：{asked.words}；SHA-256 {written.sha256}）"
    missing = operations.left_out(asked, begun)
    return Answer(data, [said, *([missing] if missing else [])])


def _ticks(ids: str | None) -> dict[str, str]:
    return {} if ids is None else {queries.TICKED: forms.ticked_ids(re.split(r"[,，、\s]+", ids.strip()))}


def _known(source: ListSource, query: dict[str, Any], titles: list[str] | None) -> list[str]:
    """Of the columns remembered, those that the list has under this filter."""
    return [one.title for one in source.chosen(source.asked(MultiDict(query)), titles)]


def _titles(columns: str | None) -> list[str] | None:
    written = (columns or "").replace("，", "、").replace(",", "、").split("、")
    return [one.strip() for one in written if one.strip()] or None


@command(group, "list", permission=Permission.DOWNLOAD_LIST)
def listed(actor: Actor) -> Answer:
    """最近的导出：本人的；在命令行上直接执行时为本机构的。"""
    rows = queries.exports(actor, size=SHOWN).rows if actor.user_id is not None else queries.exports_of_organisations(actor, SHOWN)
    return Answer([_told(row) for row in rows], [_line(row) for row in rows] or ["没有导出记录"])


@command(group, "show", permission=Permission.DOWNLOAD_LIST)
@click.argument("number", type=int)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="把文件写到这里")
def show(actor: Actor, number: int, output: Path | None) -> Answer:
    """一次导出：条件、列、行数、校验值；--output 取出文件。"""
    found = queries.export(actor, number) if actor.user_id is not None else queries.made_by_command(actor, number)
    if found is None:
        raise NotFound(f"没有编号为 {number} 的导出，或不是您导出的，请用 flask downloads list 查看")
    if output is not None:
        _take_out(actor, found, output)
    data = {
        "id": found.id, "list": found.list_code, "title": found.title, "filter": found.conditions, "columns": found.columns,
        "rows": found.rows, "sha256": found.sha256, "created_at": found.created_at, "output": str(output) if output else None,
    }  # fmt: skip
    lines = [f"{found.id}　{found.title}　条件：{found.conditions}", f"列：{'、'.join(found.columns)}"]
    return Answer(data, [*lines, f"行数：{found.rows if found.rows is not None else '尚未生成'}　SHA-256：{found.sha256 or '—'}"])


def _take_out(actor: Actor, found: Any, output: Path) -> None:
    content = operations.content_of(found)
    with transaction():
        operations.take_out(found, actor)
    output.write_bytes(content)


@command(group, "clean", permission=Permission.DOWNLOAD_LIST)
def clean(actor: Actor) -> Answer:
    """清除保存期满的导出文件（登记保留）；后台任务进程在办理导出时也会清除。"""
    with transaction():
        old = operations.withdraw_old(actor, clock.now())
    gone = operations.forget(old)
    return Answer({"withdrawn": len(old), "removed": gone}, [f"已清除 {gone} 个保存期满的导出文件"])


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "list": row.list_code, "title": row.title, "filter": row.conditions, "rows": row.rows, "sha256": row.sha256,
        "created_at": row.created_at, "state": showing.standing(row).word, "error": row.error,
    }  # fmt: skip


def _line(row: Any) -> str:
    count, at = row.rows if row.rows is not None else "—", clock.office_time(row.created_at)
    return f"{row.id}　{at:%Y-%m-%d %H:%M}　{row.title}　{row.conditions}　{count} 行　{showing.standing(row).word}"
