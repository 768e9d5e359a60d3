"""监督检查 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.inspections.queries import LATE, MINE, UNPUBLISHED, Filters
from app.labels import label
from app.spreadsheet_cells import CellValue, Column

TITLE = "监督检查"
COLUMNS = (
    Column("编号"), Column("企业名称"), Column("检查类型"), Column("检查类别"), Column("状态"), Column("计划日期", "date"),
    Column("检查日期", "date"), Column("主办检查人员"), Column("协办检查人员"), Column("检查结果"), Column("处理"), Column("检查意见"),
    Column("结果形成日期", "date"), Column("公开期限", "date"), Column("公示日期", "date"), Column("立案文号"), Column("承办单位"),
)  # fmt: skip
DUE = {MINE: "待我办理", UNPUBLISHED: "已完成未公示", LATE: "过了计划日期"}


def cells(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    """What stands in the columns, row by row."""
    return [
        (
            row.number, row.enterprise_name, row.kind, row.nature.value, label(row.state), row.planned_on, row.inspected_on, row.lead,
            row.second, row.result.value if row.result else None, row.measure.value if row.measure else None, row.opinion,
            row.finished_on, row.publish_due_on, row.published_on, row.filing_no, row.org_name,
        )
        for row in rows
    ]  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"关键词：{filters.q}" if filters.q else "", f"类型：{filters.kind}" if filters.kind else "",
        f"类别：{filters.nature.value}" if filters.nature else "", f"状态：{label(filters.state)}" if filters.state else "",
        f"结果：{filters.result.value}" if filters.result else "", "指定检查人员" if filters.inspector_id else "",
        "指定监管所" if filters.station_id else "", "指定企业" if filters.enterprise_id else "",
        f"自 {filters.since}" if filters.since else "", f"至 {filters.until}" if filters.until else "", DUE.get(filters.due or "", ""),
    ]  # fmt: skip
    return "，".join(part for part in said if part) or "全部"
