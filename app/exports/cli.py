"""``flask exports monthly``: the monthly return from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import click
from flask import Flask

from app import clock, files
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.exports import operations, queries
from app.exports.sheets import SHEETS
from app.indicators import frames
from app.indicators import queries as indicator_queries
from app.reference_data.books import region_book

exports = click.Group("exports", help="报表")
MONTH = re.compile(r"(\d{4})-(\d{1,2})")


@command(exports, "monthly", permission=Permission.RETURN_MAKE)
@click.option("--area", "area_code", required=True, help="区划代码")
@click.option("--month", "written", required=True, metavar="YYYY-MM", help="月份")
@click.option("--output", "output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="输出文件")
@click.option("--plan", "plan_code", help="规划编号（默认取该区域的规划）")
@click.option("--seal", is_flag=True, help="编号并封存")
def monthly(actor: Actor, area_code: str, written: str, output: Path, plan_code: str | None, seal: bool) -> Answer:
    """生成抽检月报."""
    year, month = _month(written)
    place = frames.area_by_code(region_book(), area_code)
    plan = indicator_queries.plan_by_code(actor, plan_code) if plan_code else queries.plan_of(place.id)
    if plan is None:
        raise NotLikeThis("尚未装载规划，请先运行 flask reference load")
    if not output.parent.is_dir():
        raise NotLikeThis(f"没有文件夹“{output.parent}”，请先建立或改用其他位置")
    with transaction():
        made = operations.make(actor, place, plan, year, month, clock.now())
        if seal:
            operations.seal(made, actor, None, clock.now())
    output.write_bytes(files.read(made.sha256))
    said = f"已封存为 {made.number}" if made.number else "草稿，未封存"
    return Answer(
        {"sha256": made.sha256, "sheets": SHEETS, "sealed": seal, "number": made.number},
        [f"{plan.name} {place.name} {year}年{month}月月报已写入 {output}（{said}）"],
    )


def _month(written: str) -> tuple[int, int]:
    found = MONTH.fullmatch(written.strip())
    if found is None or not 1 <= int(found[2]) <= 12 or not 2000 <= int(found[1]) <= 2100:
        raise NotLikeThis(f"“{written}”不是月份，请写成 2026-11 的形式")
    return int(found[1]), int(found[2])


def register(app: Flask) -> None:
    app.cli.add_command(exports)
