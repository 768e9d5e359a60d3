"""The list of 责令改正 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.domain.rectifications import overdue
from app.labels import label
from app.rectifications.queries import DUE, Filters
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

COLUMNS = (
    Column("文号"), Column("企业名称"), Column("检查编号"), Column("改正方式"), Column("责令日期", "date"), Column("改正期限", "date"),
    Column("状态"), Column("是否逾期"), Column("改正要求"), Column("责令依据"), Column("收到整改报告", "date"), Column("复查日期", "date"),
    Column("复查情况"), Column("回头看"), Column("责令次数", "integer"), Column("立案文号"), Column("办理人"), Column("承办单位"),
)  # fmt: skip


def sheets(rows: Sequence[Any], filters: Filters, actor: Actor, at: datetime) -> list[TableSheet]:
    """The orders, and a sheet that says who took them out, when and by which conditions."""
    today = clock.office_time(at).date()
    cells: list[tuple[CellValue, ...]] = [
        (
            row.number, row.enterprise_name, row.inspection_number, "立即改正" if row.at_once else "限期改正", row.ordered_on, row.term,
            label(row.state), overdue(row.state, row.term, today), row.requirement, row.basis, row.reported_on, row.rechecked_on,
            row.recheck, row.recheck_number, row.rounds, row.filing_no, row.handler, row.org_name,
        )
        for row in rows
    ]  # fmt: skip
    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"), ("查询条件", conditions(filters)),
        ("件数", len(rows)),
    ]  # fmt: skip
    return [TableSheet("责令改正", COLUMNS, cells), TableSheet("导出说明", (Column("项目"), Column("内容")), about)]


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"关键词：{filters.q}" if filters.q else "", f"状态：{label(filters.state)}" if filters.state else "",
        DUE.get(filters.due or "", ""),
        f"责令日期：{filters.since or '不限'} 至 {filters.until or '不限'}" if filters.since or filters.until else "",
    ]  # fmt: skip
    return "，".join(part for part in said if part) or "全部"
