"""The list of 执法文书 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.labels import label
from app.official_documents.queries import Filters
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("文书种类"), Column("文号"), Column("受送达人"), Column("受送达人身份"), Column("状态"), Column("制发日期", "date"),
    Column("送达日期", "date"), Column("抽样编号"), Column("案件编号"), Column("作废原因"),
)  # fmt: skip


def cells(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    """What stands in the columns, row by row."""
    return [
        (
            row.kind, row.number, row.recipient, row.side.value, label(row.state), row.issued_on, row.delivered_on,
            row.sample_number, row.case_number, row.void_reason,
        )
        for row in rows
    ]  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    dated = filters.issued_from or filters.issued_to
    said = [
        f"关键词：{filters.q}" if filters.q else "",
        f"文书种类：{filters.kind}" if filters.kind else "",
        f"状态：{label(filters.state)}" if filters.state else "",
        f"受送达人身份：{filters.side.value}" if filters.side else "",
        f"制发日期：{filters.issued_from or '不限'} 至 {filters.issued_to or '不限'}" if dated else "",
    ]
    return "，".join(part for part in said if part) or "全部"
