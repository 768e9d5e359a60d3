"""安全事故 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.incidents.queries import Filters
from app.labels import label
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("编号"), Column("领域"), Column("事故名称"), Column("发生日期", "date"), Column("报告日期", "date"), Column("发生地"),
    Column("涉及企业"), Column("地点"), Column("发病人数", "integer"), Column("死亡人数", "integer"), Column("初步级别"),
    Column("核定级别"), Column("认定文件"), Column("核定日期", "date"), Column("状态"), Column("结束日期", "date"),
    Column("登记人"), Column("核定人"),
    Column("登记单位"),
)  # fmt: skip


def cells(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    """What stands in the columns, row by row."""
    return [
        (
            row.number, row.domain.value, row.title, row.occurred_on, row.reported_on, row.region_name, row.enterprise_name, row.place,
            row.ill, row.dead, _word(row.proposed_severity), _word(row.severity), row.rating_document, row.rated_on, label(row.state),
            row.closed_on, row.reporter, row.rater, row.org_name,
        )
        for row in rows
    ]  # fmt: skip


def _word(one: Any) -> str | None:
    return one.value if one is not None else None


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"关键词：{filters.q}" if filters.q else "",
        f"状态：{label(filters.state)}" if filters.state else "",
        f"领域：{filters.domain.value}" if filters.domain else "",
        f"核定级别：{filters.severity.value}" if filters.severity else "",
        f"发生日期：{filters.from_on or ''} 至 {filters.to_on or ''}" if filters.from_on or filters.to_on else "",
    ]
    return "，".join(part for part in said if part) or "全部"
