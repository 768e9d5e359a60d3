"""企业自查报告 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app import clock
from app.domain.self_reports import period_words, standing
from app.domain.supervision_states import SelfReportState
from app.labels import label
from app.reference_data.books import region_book
from app.self_reports.queries import Filters
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("企业名称"), Column("统一社会信用代码"), Column("企业类型"), Column("企业状态"), Column("所属区域"), Column("报告期"),
    Column("上报期限", "date"), Column("状态"), Column("情况"), Column("收到日期", "date"), Column("自查发现问题数", "integer"),
    Column("已整改数", "integer"), Column("催报次数", "integer"), Column("最近催报", "date"), Column("管辖单位"),
)  # fmt: skip


def cells(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    """What stands in the columns, row by row."""
    book, today = region_book(), clock.today()
    return [
        (
            row.enterprise_name, row.credit_code, row.kind, row.enterprise_status.value,
            book.full_name(row.region_id) if row.region_id else None, period_words(row.period), row.due_on, label(row.state),
            told(row, today), row.received_on, row.problems, row.rectified, row.urgings, row.urged_on, row.org_name,
        )
        for row in rows
    ]  # fmt: skip


def told(row: Any, today: date) -> str:
    """How a report stands, in words; of a waived one nothing is due."""
    return "免报" if row.state is SelfReportState.WAIVED else standing(row.due_on, row.received_on, today)[1]


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"关键词：{filters.q}" if filters.q else "",
        f"状态：{label(filters.state)}" if filters.state else "",
        "逾期未报" if filters.overdue else "",
        f"企业类型：{filters.kind}" if filters.kind else "",
        f"报告期：{period_words(filters.period)}" if filters.period else "",
        f"区域：{region_book().full_name(filters.region_id)}" if filters.region_id and filters.region_id in region_book() else "",
    ]
    return "，".join(part for part in said if part) or "全部"
