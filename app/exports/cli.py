"""``flask exports …``: making returns and looking at them; ``life_cli`` has the steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock, files
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.indicators import Period
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.exports import ending, forms, life_cli, making, operations, queries, showing, storing
from app.exports.cli_group import exports, month, name, one, period, told
from app.exports.models import MonthlyReturn
from app.exports.sheets import SHEETS
from app.indicators import frames
from app.indicators import queries as indicator_queries
from app.labels import label
from app.reference_data.books import region_book

__all__ = ["exports", "life_cli", "register"]

OUTPUT = click.Path(path_type=Path, dir_okay=False)
NUMBER = click.argument("number")


@command(exports, "monthly", permission=Permission.RETURN_MAKE)
@click.option("--area", "area_code", required=True, help="区划代码")
@click.option("--month", "written", required=True, metavar="YYYY-MM", help="月份")
@click.option("--output", "output", required=True, type=OUTPUT, help="输出文件")
@click.option("--plan", "plan_code", help="规划编号（默认取该区域的规划）")
@click.option("--seal", is_flag=True, help="编号并封存（仅限本机操作员；以用户身份执行的须经审核、审批）")
def monthly(actor: Actor, area_code: str, written: str, output: Path, plan_code: str | None, seal: bool) -> Answer:
    """生成抽检月报."""
    year, number = month(written)
    wish = _wish(actor, area_code, Period(year, month=number), plan_code)
    _refuse_folder(output)
    at = clock.now()
    if seal:
        operations.refuse_unbegun(wish.period, at)
        ending.refuse_early(wish.period, at)
    prepared = operations.prepare(wish, actor, at)
    with transaction():
        made = operations.keep(prepared, actor, at)
        if seal:
            operations.seal(made, actor, at)
    output.write_bytes(files.read(made.sha256))
    said = f"已封存为 {made.number}，未经他人审批" if made.number else f"草稿，未封存{'；本期未结束' if ending.counted_early(made) else ''}"
    return Answer(
        {"sha256": made.sha256, "sheets": SHEETS, "sealed": seal, "number": made.number},
        [f"{wish.plan.name} {wish.place.name} {year}年{number}月月报已写入 {output}（{said}）", *_failing(made)],
    )


def _wish(actor: Actor, area_code: str, over: Period, plan_code: str | None, template: int | None = None) -> operations.Wish:
    place = frames.area_by_code(region_book(), area_code)
    plan = indicator_queries.plan_by_code(actor, plan_code) if plan_code else queries.plan_of(place.id)
    if plan is None:
        raise NotLikeThis("尚未装载规划，请先运行 flask reference load")
    return operations.Wish(place, plan, over, template)


def _refuse_folder(output: Path) -> None:
    if not output.parent.is_dir():
        raise NotLikeThis(f"没有文件夹“{output.parent}”，请先建立或改用其他位置")


def _failing(found: MonthlyReturn) -> list[str]:
    return [f"审核规则 {row.code} {_came_to(row)}：{row.message}" for row in storing.rows(found.id) if not row.passed]


def _early(found: MonthlyReturn) -> list[str]:
    said = ending.notice(found)
    return [said] if said else []


def _came_to(row: Any) -> str:
    return "通过" if row.passed else "不通过" if row.blocking else "已说明" if row.explanation else "需说明"


@command(exports, "make", permission=Permission.RETURN_MAKE)
@click.option("--area", "area_code", required=True, help="区划代码")
@click.option("--period", "written", required=True, help="统计期：2026-11、2026Q4 或 2026")
@click.option("--template", "template", help="报表模板的代码（默认本系统抽检报表）")
@click.option("--plan", "plan_code", help="规划编号（默认取该区域的规划）")
@click.option("--output", "output", type=OUTPUT, help="同时写入文件")
def make(actor: Actor, area_code: str, written: str, template: str | None, plan_code: str | None, output: Path | None) -> Answer:
    """生成月报、季报或年报草稿并审核."""
    over = period(written)
    if output is not None:
        _refuse_folder(output)
    wish = _wish(actor, area_code, over, plan_code)
    chosen = making.template_coded(actor, template, wish.kind.value) if template else None
    wish = operations.Wish(wish.place, wish.plan, over, chosen)
    at = clock.now()
    prepared = operations.prepare(wish, actor, at)
    with transaction():
        made = operations.keep(prepared, actor, at)
    if output is not None:
        output.write_bytes(files.read(made.sha256))
    return Answer({**told(made), "sha256": made.sha256}, [f"已生成{showing.heading(made)}草稿 #{made.id}", *_early(made), *_failing(made)])


@command(exports, "list", permission=Permission.RETURN_READ)
@click.option("--state", help="状态：草稿、待审批、待封存、已封存、已报送、已放弃")
@click.option("--kind", help="周期：月报、季报、年报")
@click.option("--year", help="年份")
@click.option("--area", "area_code", help="区划代码")
def list_(actor: Actor, state: str | None, kind: str | None, year: str | None, area_code: str | None) -> Answer:
    """列出报表，新的在前."""
    area = str(frames.area_by_code(region_book(), area_code).id) if area_code else ""
    words = {label(one): one.value for one in forms.ReturnState}
    if state is not None and state not in words:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(words)}")
    filters = forms.filters_asked({"state": words.get(state or "", ""), "kind": kind or "", "year": year or "", "area": area})
    rows = queries.returns(actor, filters, limit=1000)
    data = [{**told(row), "area": row.region_name, "template": row.template_title, "corrects": row.corrects_number} for row in rows]
    lines = [
        f"{row['number'] or '#' + str(row['id'])}　{row['period']}{row['kind']}　{row['area']}　{row['state']}"
        f"{'（本期未结束）' if row['early'] else ''}"
        for row in data
    ]
    return Answer(data, [*lines, f"共 {len(data)} 份"])


@command(exports, "show", permission=Permission.RETURN_READ)
@NUMBER
def show(actor: Actor, number: str) -> Answer:
    """一份报表：状态、数值、审核结果、校验值."""
    found = one(actor, number)
    rows: list[dict[str, Any]] = [
        {
            "sheet": row.sheet, "cell": row.cell, "name": row.name, "definition": row.definition, "version": row.definition_version,
            "filter": row.filter, "period": row.period, "side": row.side, "value": row.value, "count": row.count, "sha256": row.sha256,
        }
        for row in queries.figures(found)
    ]  # fmt: skip
    data = {
        **told(found), "sha256": found.sha256, "chain_head": found.chain_head, "sent_on": found.sent_on, "sent_to": found.sent_to,
        "sent_document": found.sent_document, "figures": rows, "checks": _checks(found),
    }  # fmt: skip
    head = f"{showing.heading(found)}　{name(found)}　{label(found.state)}"
    return Answer(data, [head, *_early(found), f"数值 {len(rows)} 项", *_failing(found)])


@command(exports, "check", permission=Permission.RETURN_READ)
@NUMBER
def check(actor: Actor, number: str) -> Answer:
    """审核结果：每条规则的两边数值和说明；有强制规则未通过或提示性规则未说明的，退出码为 1."""
    found = one(actor, number)
    rows = storing.rows(found.id)
    lines = [f"{row.code} {_came_to(row)}　{row.expression}：{row.message}" for row in rows]
    return Answer(_checks(found), lines, refused=any(not row.passed and (row.blocking or not row.explanation) for row in rows))


def _checks(found: MonthlyReturn) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code, "expression": row.expression, "blocking": row.blocking, "passed": row.passed, "message": row.message,
            "explanation": row.explanation,
        }
        for row in storing.rows(found.id)
    ]  # fmt: skip


@command(exports, "file", permission=Permission.RETURN_READ)
@NUMBER
@click.option("--output", "output", required=True, type=OUTPUT, help="输出文件")
def file(actor: Actor, number: str, output: Path) -> Answer:
    """取出一份报表的工作簿."""
    found = one(actor, number)
    _refuse_folder(output)
    content = files.read(found.sha256)
    with transaction():
        operations.take_out(found, actor)
    output.write_bytes(content)
    return Answer({"sha256": found.sha256, "number": found.number}, [f"{name(found)} 已写入 {output}"])


def register(app: Flask) -> None:
    app.cli.add_command(exports)
