"""``flask retests laboratories …``: 复检机构名录."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis
from app.reference_data.books import laboratory_id
from app.retests import laboratories, queries
from app.retests.cli_group import DAY, day, group
from app.retests.laboratories import COLUMNS, Entry
from app.retests.models import RetestLaboratory

lists = click.Group("laboratories", help="复检机构名录：列出、登记、修改、退出、导入")
group.add_command(lists)
LARGEST_FILE = 5_000_000


def _told(row: RetestLaboratory, kept_by: str | None = None) -> dict[str, Any]:
    return {"id": row.id, "kept_by": kept_by, "laboratory_org_id": row.laboratory_org_id, **{name: getattr(row, name) for name in COLUMNS}}


@command(lists, "list", permission=Permission.REFERENCE_READ)
@click.option("--all", "whole", is_flag=True, help="包括已退出名录的")
@click.option("--word", help="名称、编号、能力范围、地址")
def list_(actor: Actor, whole: bool, word: str | None) -> Answer:
    """列出名录."""
    rows = queries.laboratories(actor, None if whole else clock.today(), word)
    data = [_told(row.RetestLaboratory, row.kept_by) for row in rows]
    lines = [f"{each['code']}　{each['name']}　{each['valid_from']} 至 {each['valid_to'] or '今'}　{each['source']}" for each in data]
    return Answer(data, [*lines, f"共 {len(data)} 个"])


def _one(actor: Actor, code: str) -> RetestLaboratory:
    found = queries.laboratory_coded(actor, code)
    if found is None:
        raise NotFound(f"名录中没有编号为“{code}”的复检机构，或不由本单位维护")
    return found


def _linked(written: str | None) -> int | None:
    if not written:
        return None
    found = laboratory_id(written)
    if found is None:
        raise NotLikeThis(f"系统中没有承检机构“{written[:40]}”，请核对名称")
    return found


@command(lists, "add", permission=Permission.REFERENCE_EDIT)
@click.argument("code")
@click.argument("name")
@click.option("--source", required=True, help="公布依据，如公告文号")
@click.option("--from", "valid_from", type=DAY, help="列入日期；默认今天")
@click.option("--address", help="地址")
@click.option("--contact", help="联系人")
@click.option("--phone", help="联系电话")
@click.option("--fields", help="复检能力范围")
@click.option("--laboratory", help="系统中对应的承检机构名称；不填按名称自动对应")
def add(
    actor: Actor, code: str, name: str, source: str, valid_from: datetime | None, laboratory: str | None, **texts: str | None
) -> Answer:
    """登记一个复检机构."""
    entry = Entry(
        code.strip(), name.strip(), day(valid_from) or clock.today(), source.strip(), laboratory_org_id=_linked(laboratory),
        **{key: (value or "").strip() or None for key, value in texts.items()},  # type: ignore[arg-type]
    )  # fmt: skip
    with transaction():
        made = laboratories.add(entry, actor, clock.now())
    return Answer(_told(made), [f"已登记：{made.code} {made.name}"])


@command(lists, "edit", permission=Permission.REFERENCE_EDIT)
@click.argument("code")
@click.option("--name", help="名称")
@click.option("--source", help="公布依据")
@click.option("--address", help="地址")
@click.option("--contact", help="联系人")
@click.option("--phone", help="联系电话")
@click.option("--fields", help="复检能力范围")
@click.option("--laboratory", help="系统中对应的承检机构名称")
def edit(actor: Actor, code: str, laboratory: str | None, **texts: str | None) -> Answer:
    """修改一个复检机构；没有写出的保持不变."""
    row = _one(actor, code)
    entry = Entry(**{name: getattr(row, name) for name in COLUMNS}, laboratory_org_id=_linked(laboratory) or row.laboratory_org_id)
    changes: dict[str, Any] = {name: text.strip() or None for name, text in texts.items() if text is not None}
    with transaction():
        changed = laboratories.edit(row, replace(entry, **changes), actor, clock.now())
    return Answer(_told(row), [f"{row.code} {row.name}：{'已保存' if changed else '内容没有变化'}"])


@command(lists, "close", permission=Permission.REFERENCE_EDIT)
@click.argument("code")
@click.option("--reason", required=True, help="退出理由或文件依据")
@click.option("--on", type=DAY, help="最后一天；默认今天")
def close(actor: Actor, code: str, reason: str, on: datetime | None) -> Answer:
    """登记退出名录."""
    row = _one(actor, code)
    with transaction():
        laboratories.close(row, day(on) or clock.today(), reason, actor, clock.now())
    return Answer(_told(row), [f"{row.code} {row.name}：自 {row.valid_to} 后退出名录"])


@command(lists, "load", permission=Permission.REFERENCE_EDIT)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(actor: Actor, file: Path) -> Answer:
    """从 CSV 导入：表头为 编号、名称、地址、联系人、联系电话、复检能力范围、对应的承检机构、列入日期、退出日期、公布依据."""
    if file.stat().st_size > LARGEST_FILE:
        raise NotLikeThis("文件超过 5 MB，请拆分")
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NotLikeThis("文件不是 UTF-8 编码，请另存为 UTF-8 的 CSV") from fault
    rows = [{key: value for key, value in row.items() if isinstance(key, str)} for row in csv.DictReader(io.StringIO(text))]
    with transaction():
        done = laboratories.load(rows, actor, clock.now())
    said = f"新增 {done.added} 个，修改 {done.changed} 个，未变 {done.same} 个"
    return Answer({"added": done.added, "changed": done.changed, "same": done.same}, [said])
