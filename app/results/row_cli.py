"""``flask results rows``: result rows one by one, newest first (检验结果明细)."""

from __future__ import annotations

from typing import Any

import click

from app.blinding import shown
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.samples import Verdict
from app.results import row_queries

LARGEST = 1000
OPTIONS = (
    click.option("--item", help="检验项目（标准名称或别名）"), click.option("--verdict", type=click.Choice([one.value for one in Verdict])),
    click.option("--failed", is_flag=True, help="只列不合格项"), click.option("--number", "q", help="抽样编号（开头一段即可）或关键词"),
    click.option("--laboratory", help="检验机构名称的一部分"), click.option("--from", "reported_from", help="报告日期起，如 2026-11-01"),
    click.option("--to", "reported_to", help="报告日期止"), click.option("--before", type=int, help="从该行号继续往前列"),
    click.option("--limit", type=click.IntRange(1, LARGEST), default=row_queries.SIZE, show_default=True, help="最多列几行"),
)  # fmt: skip


def add_to(group: click.Group) -> None:
    """Put the command into ``flask results``."""
    asked = rows
    for option in reversed(OPTIONS):
        asked = option(asked)
    command(group, "rows", permission=Permission.SAMPLE_LIST)(asked)


def rows(actor: Actor, before: int | None, limit: int, **asked: Any) -> Answer:
    """列出检验结果明细（现行报告的每一个项目），最新在前；导出全部用 flask downloads."""
    filters = row_queries.asked({name: value for name, value in asked.items() if value})
    found = row_queries.rows(actor, filters, before=before, size=limit)
    told = [_told(shown(row, actor)) for row in found.rows]
    lines = [
        f"{one['id']}\t{one['number']}\t{one['product']}\t{one['item']}\t{one['result'] or ''} {one['unit'] or ''}\t{one['verdict']}"
        for one in told
    ]
    more = [f"还有更早的，用 --before {found.older} 继续"] if found.older else []
    return Answer(told, [*lines, f"{row_queries.words(filters)}：{len(told)} 行", *more])


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "number": row.number, "product": row.product_name, "report": row.report_no, "reported_on": row.reported_on,
        "laboratory": row.laboratory, "item": row.item, "result": row.result_written, "unit": row.unit, "limit": row.limit_text,
        "verdict": row.verdict.value, "laboratory_verdict": row.lab_verdict.value if row.lab_verdict else None, "pending": row.pending,
    }  # fmt: skip
