"""``flask layouts …``: the same operations as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock, files
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.result_columns import RESULT_COLUMNS
from app.errors import NotAllowed
from app.layouts import naming, operations, queries
from app.layouts.operations import Asked
from app.results import staging

group = click.Group("layouts", help="导入格式对照：列出、查看、新增、作废")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _told(row: Any) -> dict[str, Any]:
    columns = {RESULT_COLUMNS[field][0]: row.headers[place] for field, place in row.columns.items() if field in RESULT_COLUMNS}
    return {
        "id": row.id, "name": row.name, "owner": row.owner, "laboratory": row.laboratory, "header_rows": row.header_rows,
        "headers": row.headers, "columns": columns, "used": row.used, "created_at": row.created_at, "by": row.maker,
        "voided_at": row.voided_at, "void_reason": row.void_reason,
    }  # fmt: skip


def _line(row: Any) -> str:
    state = f"已作废：{row.void_reason}" if row.voided_at else f"已用 {row.used} 次"
    return f"{row.id}　{row.name}　{row.laboratory or '本单位收到的文件'}　{len(row.columns)} 列　{state}"


@command(group, "list", permission=Permission.LAYOUT_READ)
@click.option("--voided", is_flag=True, help="列出已作废的")
def list_(actor: Actor, voided: bool) -> Answer:
    """列出导入格式对照。"""
    rows: list[Any] = []
    before = None
    while True:
        page = queries.mappings(actor, voided=voided, before=before)
        rows += page.rows
        if page.older is None:
            break
        before = page.older
    return Answer([_told(row) for row in rows], [*map(_line, rows), f"共 {len(rows)} 个"])


@command(group, "show", permission=Permission.LAYOUT_READ)
@click.argument("number", type=int, metavar="ID")
def show(actor: Actor, number: int) -> Answer:
    """查看一个对照的各列。"""
    row = queries.described(actor, naming.mapping(actor, number).id)
    told = _told(row)
    return Answer(told, [_line(row), *(f"{ours} ← {theirs}" for ours, theirs in told["columns"].items())])


@command(group, "add", permission=Permission.LAYOUT_EDIT)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "pairs", multiple=True, required=True, metavar="我们的列名=文件的列名", help="可重复")
@click.option("--name", help="对照名称；不填为文件名")
@click.option("--laboratory", help="只用于该检验机构的文件")
def add(actor: Actor, file: Path, pairs: tuple[str, ...], name: str | None, laboratory: str | None) -> Answer:
    """按样例文件 FILE 的表头新增对照。"""
    sha256 = files.store(file.read_bytes()).sha256
    own = staging.reports_for_itself(actor) or staging.laboratory_named(laboratory)
    asked = naming.asked_by(pairs, sha256, file.name, own)
    assert asked is not None
    with transaction():
        made = operations.save(Asked(name or asked.name, asked.header, asked.columns, own), actor, clock.now())
    row = queries.described(actor, made.id)
    return Answer(_told(row), [f"已保存对照：{_line(row)}"])


@command(group, "void", permission=Permission.LAYOUT_EDIT)
@click.argument("number", type=int, metavar="ID")
@click.option("--reason", required=True, help="作废原因")
def void(actor: Actor, number: int, reason: str) -> Answer:
    """作废一个对照；已导入的结果不受影响。"""
    mapping = naming.mapping(actor, number)
    if not permits(actor, Permission.LAYOUT_EDIT, mapping):
        raise NotAllowed("该对照属于其他单位，不能作废")
    with transaction():
        operations.void(mapping, actor, reason, clock.now())
    return Answer(_told(queries.described(actor, number)), [f"已作废对照 {number}"])
