"""检查结果公示表: the list in the columns in which results are made public, without personal data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app import clock
from app.domain.inspection_publication import standing
from app.domain.masking import mask
from app.inspections.publication_queries import STATES, Filters
from app.spreadsheet_cells import CellValue, Column

TITLE = "检查结果公示"
COLUMNS = (
    Column("企业名称"), Column("统一社会信用代码"), Column("检查类型"), Column("检查类别"),
    Column("检查日期", "date"), Column("检查结果"), Column("检查后的处理"), Column("检查机关"), Column("公示期限", "date"),
    Column("公示日期", "date"), Column("公示载体"),
    Column("公示状况"),
)  # fmt: skip


def cells(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    """What stands in the columns, row by row."""
    today = clock.today()
    return [
        (
            mask(row.enterprise_name), row.credit_code, row.kind, row.nature.value, row.inspected_on,
            row.result.value if row.result else None, row.measure.value if row.measure else None, row.org_name, row.publish_due_on,
            row.published_on, row.published_where,
            standing(row.publish_due_on, row.published_on, row.not_public, today, corrected=row.corrected).value,
        )
        for row in rows
    ]  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"状况：{STATES[filters.state]}", f"企业：{filters.q}" if filters.q else "",
        f"日期：{filters.since or '不限'} 至 {filters.until or '不限'}" if filters.since or filters.until else "",
    ]
    return "，".join(part for part in said if part)
