"""The list of 责令改正 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app import clock
from app.domain.rectifications import overdue
from app.labels import label
from app.rectifications.queries import DUE, Filters
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("文号"), Column("企业名称"), Column("检查编号"), Column("改正方式"), Column("责令日期", "date"), Column("改正期限", "date"),
    Column("状态"), Column("是否逾期"), Column("改正要求"), Column("责令依据"), Column("收到整改报告", "date"), Column("复查日期", "date"),
    Column("复查情况"), Column("回头看"), Column("责令次数", "integer"), Column("立案文号"), Column("办理人"), Column("承办单位"),
)  # fmt: skip


def cells(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    """What stands in the columns, row by row."""
    today = clock.today()
    return [
        (
            row.number, row.enterprise_name, row.inspection_number, "立即改正" if row.at_once else "限期改正", row.ordered_on, row.term,
            label(row.state), overdue(row.state, row.term, today), row.requirement, row.basis, row.reported_on, row.rechecked_on,
            row.recheck, row.recheck_number, row.rounds, row.filing_no, row.handler, row.org_name,
        )
        for row in rows
    ]  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"关键词：{filters.q}" if filters.q else "", f"状态：{label(filters.state)}" if filters.state else "",
        DUE.get(filters.due or "", ""),
        f"责令日期：{filters.since or '不限'} 至 {filters.until or '不限'}" if filters.since or filters.until else "",
    ]  # fmt: skip
    return "，".join(part for part in said if part) or "全部"
