"""严重违法失信名单 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.labels import label
from app.listings.queries import Filters
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("编号"), Column("企业名称"), Column("列入事由"), Column("状态"), Column("提出人"), Column("审批人"), Column("列入决定文号"),
    Column("列入日期", "date"), Column("期满日期", "date"), Column("移出日期", "date"), Column("移出理由"), Column("移出说明"),
    Column("处罚案件"), Column("承办单位"),
)  # fmt: skip


def cells(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    """What stands in the columns, row by row."""
    return [
        (
            row.number, row.enterprise_name, row.ground, label(row.state), row.proposer, row.decider, row.document_no, row.listed_on,
            row.remove_due_on, row.removed_on, row.removal.value if row.removal else None, row.removal_note, row.penalty_number,
            row.org_name,
        )
        for row in rows
    ]  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"关键词：{filters.q}" if filters.q else "",
        f"状态：{label(filters.state)}" if filters.state else "",
        "期满应移出" if filters.due else "",
    ]
    return "，".join(part for part in said if part) or "全部"
