"""The list of clocks as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from app import clock as time
from app.domain.working_days import WorkingDays
from app.legal_clocks.queries import SOON, STATES, Filters, standing
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("期限"), Column("事项"), Column("抽样编号"), Column("责任主体"), Column("承办单位"), Column("办理人"), Column("起算事由"),
    Column("起算日", "date"), Column("到期日", "date"), Column("暂定"), Column("办结日期", "date"), Column("期限灯"),
    Column("剩余工作日", "integer"), Column("情况"), Column("为什么是这一天"), Column("依据"),
)  # fmt: skip


def cells(rows: Sequence[Any], at: datetime, days: WorkingDays) -> Iterator[Sequence[CellValue]]:
    today = time.office_time(at).date()
    for row in rows:
        now = standing(row, today, days)
        yield (
            row.name, row.subject_name, row.sample, row.duty_of, row.org, row.handler, row.start_event, row.started_on, row.due_on,
            "暂定" if row.provisional else None, row.done_on, now.light.value if now.light else None, now.left, now.words, row.why,
            row.article,
        )  # fmt: skip


def conditions(filters: Filters) -> str:
    said = [
        f"状态：{STATES[filters.state]}" + (f"（{filters.days} 个工作日内）" if filters.state == SOON else ""),
        f"期限：{filters.code}" if filters.code else "", f"办理人编号：{filters.handler_id}" if filters.handler_id else "",
        f"关键词：{filters.word}" if filters.word else "",
    ]  # fmt: skip
    return "，".join(part for part in said if part)
