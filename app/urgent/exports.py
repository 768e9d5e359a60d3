"""The list of urgent reports as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from app.blinding import shown
from app.domain import urgent as rules
from app.domain.actors import Actor
from app.domain.workflow import UrgentState
from app.filters import format_datetime
from app.labels import label
from app.spreadsheet_cells import CellValue, Column
from app.urgent.queries import ALL_STATES, LIVE_STATES, Filters

COLUMNS = (
    Column("限时报告编号"), Column("抽样编号"), Column("样品名称"), Column("被抽样单位"), Column("标称生产企业"), Column("检验机构"),
    Column("项目"), Column("触发原因"), Column("状态"), Column("管辖单位"), Column("确认时间"), Column("报告时限"), Column("报告时间"),
    Column("签收时间"), Column("时限情况"), Column("时限灯"),
)  # fmt: skip


def cells(rows: Sequence[Any], actor: Actor, at: datetime) -> Iterator[Sequence[CellValue]]:
    for one in rows:
        row = shown(one, actor)
        live = row.state is not UrgentState.CANCELLED
        light = rules.light(row.due_at, at, row.reported_at) if live else None
        yield (
            row.number, row.sample_number, row.product_name, row.sampled_name, row.producer_name, row.laboratory, row.items,
            row.trigger, label(row.state), row.org_name, format_datetime(row.confirmed_at), format_datetime(row.due_at),
            format_datetime(row.reported_at) if row.reported_at else None,
            format_datetime(row.acknowledged_at) if row.acknowledged_at else None,
            rules.remaining(row.due_at, at, row.reported_at) if live else "不再计时", light.value if light else None,
        )  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words."""
    state = {ALL_STATES: "全部", LIVE_STATES: "未签收"}.get(filters.state) or label(UrgentState(filters.state))
    said = [
        f"状态：{state}", f"时限：{filters.light.value}" if filters.light else "", f"关键词：{filters.word}" if filters.word else "",
    ]  # fmt: skip
    return "，".join(part for part in said if part)
