"""年度检查安排 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app import clock
from app.domain.inspection_schedule import is_overdue
from app.schedules.queries import NOBODY, STATES, UNGRADED, Filters
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("企业名称"), Column("统一社会信用代码"), Column("企业类型"), Column("地址"), Column("责任单位"), Column("年度", "integer"),
    Column("第几次", "integer"), Column("风险等级"), Column("检查频次依据"), Column("最早日期", "date"), Column("检查期限", "date"),
    Column("状态"), Column("检查人员"), Column("检查编号"), Column("检查日期", "date"), Column("取消原因"),
)  # fmt: skip


def standing(row: Any, today: date) -> str:
    """状态 in words."""
    if row.cancelled_at is not None:
        return "已取消"
    if row.inspection_id is not None:
        return "已检查（逾期）" if row.inspected_on and row.inspected_on > row.due_on else "已检查"
    if is_overdue(row.due_on, today, done=False):
        return "已逾期"
    return "已安排检查" if row.going else "待检查"


def cells(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    """What stands in the columns, row by row."""
    today = clock.today()
    return [
        (
            row.enterprise_name, row.credit_code, row.kind, row.address, row.station_name, row.year, row.ordinal,
            row.grade.value if row.grade else "未评级", row.why, row.from_on, row.due_on, standing(row, today), row.person,
            row.inspection_number, row.inspected_on, row.cancel_why,
        )
        for row in rows
    ]  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"年度：{filters.year}", f"状态：{STATES[filters.state]}", f"关键词：{filters.q}" if filters.q else "",
        f"企业类型：{filters.kind}" if filters.kind else "",
        f"风险等级：{'未评级' if filters.grade == UNGRADED else filters.grade}" if filters.grade else "",
        f"期限月份：{filters.month} 月" if filters.month else "", "限定责任单位" if filters.station_id is not None else "",
        ("未指定检查人员" if filters.person_id == NOBODY else "限定检查人员") if filters.person_id is not None else "",
    ]  # fmt: skip
    return "，".join(part for part in said if part)
