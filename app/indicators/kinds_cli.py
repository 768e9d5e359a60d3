"""``flask indicators kinds``: 品种清单, the batches of one 品种, and the workbook of the list."""

from __future__ import annotations

from pathlib import Path

import click

from app import clock, taken_out
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.indicators import kinds, kinds_export, queries, table_export, tables
from app.indicators.cli_group import AREA, MONTH, NUMBER, PLAN, QUARTER, YEAR, frame_of, indicators
from app.indicators.figures import Asked

MANY = 1_000_000_000


@command(indicators, "kinds", permission=Permission.INDICATOR_READ)
@PLAN
@NUMBER
@AREA
@YEAR
@MONTH
@QUARTER
@click.option("--as-of", "as_of", metavar="TS", help="截至时点")
@click.option("--kind", help="只列这一品种的批次：大类/亚类/品种；- 为未归到计划品种的批次，* 为全部批次")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="另存为工作簿（.xlsx），内容与页面“导出”相同")
def list_kinds(
    actor: Actor, code: str, number: str, area_code: str, year: int, month: int | None, quarter: int | None, as_of: str | None,
    kind: str | None, output: Path | None,
) -> Answer:  # fmt: skip
    """品种抽检覆盖率的品种清单：各品种的完成批次，或一个品种的批次."""
    if output is not None and (kind or output.suffix != ".xlsx" or not output.parent.is_dir()):
        raise NotLikeThis("输出文件应为已有文件夹中的 .xlsx 文件；工作簿是整份品种清单，请不要同时用 --kind")
    frame = frame_of(actor, area_code, year, month, as_of, quarter)
    planned = queries.indicator_by_number(queries.plan_by_code(actor, code), number, frame.as_of)
    asked = Asked(planned.formula, planned.conditions)
    if not asked.by_kind:
        raise NotLikeThis(f"“{planned.row.name}”不按品种计数，请改用 indicators records")
    if kind is not None:
        found = kinds.page(frame, asked, kind, 0, MANY)
        return Answer([row.number for row in found.rows], [*(row.number for row in found.rows), f"共 {found.count} 批"])
    listed = kinds.kinds(frame, asked)
    lines = [f"{one.path}　{one.batches} 批" for one in (*listed.missing, *listed.covered)]
    lines.append(f"未抽到 {len(listed.missing)} 个，已抽到 {len(listed.covered)} 个")
    lines.append(f"完成 {listed.batches} 批，其中{kinds.OTHER_WORDS} {listed.other} 批")
    if output is not None:
        sheets = kinds_export.sheets(planned, frame, listed, tables.line(planned, frame).figure, clock.now())
        content, rows = taken_out.made(sheets)
        with transaction():
            taken_out.note("plan_indicator", planned.row.id, planned.row.name, table_export.asked_words(frame), actor, content, rows)
        output.write_bytes(content)
        lines.append(f"已保存：{output}")
    data = {
        "missing": [one.path for one in listed.missing], "covered": {one.path: one.batches for one in listed.covered},
        "batches": listed.batches, "other": listed.other,
    }  # fmt: skip
    return Answer(data, lines)
