"""年度检查安排 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.domain.inspection_schedule import is_overdue
from app.schedules.queries import NOBODY, STATES, UNGRADED, Filters
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

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


def sheets(rows: Sequence[Any], filters: Filters, actor: Actor, at: datetime) -> list[TableSheet]:
    """The duties, and a sheet that says who took them out, when and by which conditions."""
    today = clock.office_time(at).date()
    cells: list[tuple[CellValue, ...]] = [
        (
            row.enterprise_name, row.credit_code, row.kind, row.address, row.station_name, row.year, row.ordinal,
            row.grade.value if row.grade else "未评级", row.why, row.from_on, row.due_on, standing(row, today), row.person,
            row.inspection_number, row.inspected_on, row.cancel_why,
        )
        for row in rows
    ]  # fmt: skip
    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"), ("查询条件", conditions(filters)),
        ("条数", len(rows)),
    ]  # fmt: skip
    return [TableSheet("年度检查安排", COLUMNS, cells), TableSheet("导出说明", (Column("项目"), Column("内容")), about)]


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
