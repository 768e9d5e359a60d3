"""``flask return-templates …``: the same operations as the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.cell_addresses import BadAddress, cell
from app.domain.permissions import Permission
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.reporting_states import TemplateState
from app.domain.return_mapping import read_spec, write_spec
from app.domain.return_specs import BadSpec
from app.domain.return_words import told
from app.errors import NotFound, NotLikeThis
from app.labels import label
from app.return_templates import mapping_files, operations, previews, queries, shipped, showing, step_cli, taking
from app.return_templates.cli_group import ORG, done, group, one_named
from app.return_templates.filling import MappedCell, mapping, written
from app.return_templates.mapping_files import RuleText

__all__ = ["register", "step_cli"]
P = Permission
PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0?[1-9]|1[0-2])))?")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise NotFound(f"没有文件 {path}，请核对路径")
    return path.read_bytes()


def _place(at: str) -> tuple[str, str]:
    sheet, mark, address = at.rpartition("!")
    if not mark or not sheet.strip("'"):
        raise NotLikeThis(f"“{at[:40]}”请写成 工作表!单元格，如 表一!B5")
    try:
        return sheet.strip("'"), str(cell(address))
    except BadAddress as fault:
        raise NotLikeThis(str(fault)) from None


@command(group, "list", permission=P.RETURN_TEMPLATE_LIST)
@click.option("--state", help="状态：草稿、待审核、已启用、已停用、已作废")
def list_(actor: Actor, state: str | None) -> Answer:
    """列出报表模板."""
    states = {label(one): one for one in TemplateState}
    if state is not None and state not in states:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(states)}")
    rows = [
        {
            "name": f"{row.code}#{row.edition}", "title": row.title, "period": row.period_kind.value, "org": row.org_code,
            "issuer": row.issuer, "document_no": row.document_no, "state": label(row.state),
        }
        for row in queries.every_template(actor, states[state] if state else None)
    ]  # fmt: skip
    lines = [f"{row['name']}　{row['title']}　{row['period']}　{row['org']}　{row['state']}" for row in rows]
    return Answer(rows, [*lines, f"共 {len(rows)} 个"])


@command(group, "upload", permission=P.RETURN_TEMPLATE_EDIT)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--code", required=True, help="模板编号；相同的为同一张表的下一版")
@click.option("--title", required=True, help="名称")
@click.option("--period", default=ReturnPeriod.MONTH.value, help="报送周期：月报、季报、年报")
@click.option("--issuer", default="", help="制发机关")
@click.option("--document-no", default="", help="制发文号")
@click.option("--from", "valid_from", metavar="DATE", help="启用日期")
@click.option("--no-carry", is_flag=True, help="不沿用上一版的对应关系")
def upload(
    actor: Actor, file: Path, code: str, title: str, period: str, issuer: str, document_no: str, valid_from: str | None, no_carry: bool
) -> Answer:  # fmt: skip
    """上传上级下发的 .xlsx 表样."""
    if period not in tuple(ReturnPeriod):
        raise NotLikeThis(f"没有“{period[:20]}”这种报送周期，可用：{'、'.join(ReturnPeriod)}")
    wish = operations.Wish(code, title, ReturnPeriod(period), issuer, document_no, _day(valid_from), carry=not no_carry)
    content = _content(file)
    with transaction():
        made = operations.upload(wish, file.name, content, actor, clock.now())
    said = "已上传" + showing.carried(made)
    return done(made.template, said, carried=made.carried, lost=list(made.lost), sha256=made.template.sha256)


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise NotLikeThis(f"日期“{written}”无效，请写成 2026-11-20 的形式") from None


@command(group, "load-shipped", permission=P.RETURN_TEMPLATE_EDIT)
def load_shipped(actor: Actor) -> Answer:
    """装载随程序提供的默认模板（草稿）；重复装载不产生变化."""
    with transaction():
        made = shipped.load(actor, clock.now())
    names = [f"{one.template.code}#{one.template.edition}" for one in made]
    return Answer({"loaded": names}, [*names, f"已装载 {len(names)} 个默认模板" if names else "默认模板都已装载，没有变化"])


@command(group, "map", permission=P.RETURN_TEMPLATE_EDIT)
@click.argument("name")
@click.argument("at", metavar="SHEET!CELL")
@click.option("--name", "title", default="", help="这一格的名称")
@click.option("--spec", help='填什么（JSON），如 {"kind":"figure","formula":"batch_count","period":"本期"}')
@click.option("--remove", is_flag=True, help="取消对应")
@ORG
def map_(actor: Actor, name: str, at: str, title: str, spec: str | None, remove: bool, org: str | None) -> Answer:
    """指定一个单元格填什么，或取消."""
    row, (sheet, address) = one_named(actor, name, org), _place(at)
    if bool(spec) is remove:
        raise NotLikeThis("请用 --spec 指定填什么，或用 --remove 取消对应，二者选其一")
    with transaction():
        if remove:
            operations.unmap_cell(row, sheet, address, actor, seen=row.version)
        else:
            operations.map_cell(row, _spec(sheet, address, title, spec or ""), actor, seen=row.version)
    return done(row, f"{sheet}!{address} {'已取消对应' if remove else '已对应'}")


def _spec(sheet: str, address: str, title: str, written_spec: str) -> MappedCell:
    try:
        return MappedCell(sheet, address, title.strip() or f"{sheet}!{address}", read_spec(json.loads(written_spec)))
    except json.JSONDecodeError:
        raise NotLikeThis('--spec 不是 JSON，请写成 {"kind":"figure","formula":"batch_count","period":"本期"} 的形式') from None
    except BadSpec as fault:
        raise NotLikeThis(str(fault)) from None


@command(group, "rule", permission=P.RETURN_TEMPLATE_EDIT)
@click.argument("name")
@click.argument("code")
@click.option("--expression", help="公式，如 C5 = SUM(C6:C9)")
@click.option("--message", default="", help="不符时的提示")
@click.option("--warn", is_flag=True, help="不阻断，只提示")
@click.option("--remove", is_flag=True, help="删除该条")
@ORG
def rule(
    actor: Actor, name: str, code: str, expression: str | None, message: str, warn: bool, remove: bool, org: str | None
) -> Answer:  # fmt: skip
    """保存或删除一条审核公式."""
    row = one_named(actor, name, org)
    if bool(expression) is remove:
        raise NotLikeThis("请用 --expression 写明公式，或用 --remove 删除，二者选其一")
    if expression and not message.strip():
        raise NotLikeThis("请用 --message 写明不符时的提示")
    with transaction():
        if remove:
            operations.drop_rule(row, code, actor, seen=row.version)
        else:
            operations.set_rule(row, RuleText(code[:40], expression or "", message, not warn), actor, seen=row.version)
    return done(row, f"审核公式 {code} {'已删除' if remove else '已保存'}")


@command(group, "cells", permission=P.RETURN_TEMPLATE_READ)
@click.argument("name")
@ORG
def cells(actor: Actor, name: str, org: str | None) -> Answer:
    """列出对应的单元格和审核公式."""
    row = one_named(actor, name, org)
    found = [
        {"sheet": one.sheet, "cell": one.cell, "name": one.name, "spec": write_spec(one.spec), "told": told(one.spec)}
        for one in mapping(row)
    ]
    rules = [
        {"code": one.code, "expression": one.expression, "message": one.message, "blocking": one.blocking}
        for one in queries.rules(row.id)
    ]
    lines = [f"{one['sheet']}!{one['cell']}　{one['name']}　{one['told']}" for one in found]
    lines += [f"审核公式 {one['code']}　{one['expression']}　{one['message']}" for one in rules]
    return Answer({"cells": found, "rules": rules}, [*lines, f"共 {len(found)} 个单元格、{len(rules)} 条审核公式"])


@command(group, "preview", permission=P.RETURN_TEMPLATE_READ)
@click.argument("name")
@click.option("--area", required=True, help="区划代码")
@click.option("--period", required=True, metavar="PERIOD", help="期间：2026-11、2026-Q3 或 2026")
@click.option("--out", type=click.Path(path_type=Path), help="写成 .xlsx 文件")
@ORG
def preview(actor: Actor, name: str, area: str, period: str, out: Path | None, org: str | None) -> Answer:
    """用现在的记录试填，不保存."""
    row = one_named(actor, name, org)
    frame = previews.frame(actor, area, _period(row.period_kind, period))
    filled = previews.filled_in(row, actor, frame)
    if out is not None:
        if not out.parent.is_dir():
            raise NotLikeThis(f"没有文件夹“{out.parent}”，请先建立或改用其他位置")
        out.write_bytes(written(row, filled))
    data = [{"sheet": one.sheet, "cell": one.cell, "name": one.name, "value": showing.shown_value(one)} for one in filled.cells]
    lines = [f"{one['sheet']}!{one['cell']}　{one['name']}　{one['value']}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 格" + (f"，已写入 {out}" if out else "")])


def _period(kind: ReturnPeriod, text: str) -> Any:
    match = PERIOD.fullmatch(text.strip())
    part = match and {ReturnPeriod.MONTH: match["month"], ReturnPeriod.QUARTER: match["quarter"], ReturnPeriod.YEAR: "1"}[kind]
    if match is None or part is None:
        shown = {ReturnPeriod.MONTH: "2026-11", ReturnPeriod.QUARTER: "2026-Q3", ReturnPeriod.YEAR: "2026"}[kind]
        raise NotLikeThis(f"“{text[:20]}”不是{kind}的期间，请写成 {shown} 的形式")
    return previews.period_of(kind, int(match["year"]), int(part))


@command(group, "export", permission=P.RETURN_TEMPLATE_READ)
@click.argument("name")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="对应关系写成 .json 或 .xlsx")
@click.option("--original", is_flag=True, help="写出模板原件（.xlsx）")
@ORG
def export(actor: Actor, name: str, out: Path, original: bool, org: str | None) -> Answer:
    """导出对应关系和审核公式，或模板原件."""
    row = one_named(actor, name, org)
    if out.suffix not in ((".xlsx",) if original else (".json", ".xlsx")):
        raise NotLikeThis("--out 的文件名请以 .xlsx 结尾" if original else "--out 的文件名请以 .json 或 .xlsx 结尾")
    with transaction():
        content = taking.took(row, out.suffix[1:], actor, original=original)
    out.write_bytes(content)
    return done(row, f"已写入 {out}", sha256=row.sha256)


@command(group, "import", permission=P.RETURN_TEMPLATE_EDIT)
@click.argument("name")
@click.option("--file", required=True, type=click.Path(path_type=Path), help="本系统导出的 .json 或 .xlsx")
@ORG
def import_(actor: Actor, name: str, file: Path, org: str | None) -> Answer:
    """以文件取代一版草稿的对应关系和审核公式."""
    row, given = one_named(actor, name, org), mapping_files.read_file(file.name, _content(file))
    with transaction():
        lost: Sequence[str] = operations.replace_mapping(row, given, actor, seen=row.version)
    kept = len(given.cells) - len(lost)
    return done(row, f"已导入 {kept} 个单元格" + (f"，{len(lost)} 个不适合：{'；'.join(lost[:5])}" if lost else ""), lost=list(lost))

