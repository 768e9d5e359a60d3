"""The list of retests as a workbook, and how its running clocks stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.workflow import RetestState
from app.domain.working_days import WorkingDays
from app.labels import label
from app.legal_clocks.queries import Standing, standing
from app.retests.queries import ALL, OVERDUE, RUNNING, Filters
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("复检编号"), Column("抽样编号"), Column("样品名称"), Column("申请人身份"), Column("申请人"), Column("受理部门"),
    Column("申请日期", "date"), Column("收到申请材料日期", "date"), Column("作出决定日期", "date"), Column("状态"), Column("复检机构"),
    Column("复检结论"), Column("复检结论日期", "date"), Column("通知日期", "date"), Column("计时中的期限"), Column("到期日", "date"),
    Column("期限灯"), Column("剩余工作日", "integer"),
)  # fmt: skip
WORDS = {RUNNING: "办理中", OVERDUE: "超期", ALL: "全部"}


@dataclass(frozen=True, slots=True)
class _Read:
    started_on: date
    due_on: date
    done_on: date | None = None
    cancelled_at: datetime | None = None
    paused_from: date | None = None


def standings(rows: Sequence[Any], today: date, days: WorkingDays) -> list[Standing | None]:
    """Of each row the clock that runs out first; None where none runs."""
    return [standing(_Read(row.clock_from, row.due_on), today, days) if row.due_on else None for row in rows]


def cells(rows: Sequence[Any], today: date, days: WorkingDays) -> Iterator[Sequence[CellValue]]:
    for row, now in zip(rows, standings(rows, today, days), strict=True):
        yield (
            row.number, row.sample_number, row.product_name, row.side.value, row.applicant, row.org_name, row.applied_on, row.received_on,
            row.decided_on, label(row.state), row.laboratory, row.conclusion.value if row.conclusion else None, row.concluded_on,
            row.told_on, row.clock, row.due_on, now.light.value if now and now.light else None, now.left if now else None,
        )  # fmt: skip


def conditions(filters: Filters) -> str:
    state = WORDS.get(filters.state) or next((label(each) for each in RetestState if each.value == filters.state), filters.state)
    said = [
        f"状态：{state}", f"申请人身份：{filters.side.value}" if filters.side else "",
        f"复检结论：{filters.conclusion.value}" if filters.conclusion else "", f"关键词：{filters.word}" if filters.word else "",
    ]  # fmt: skip
    return "，".join(part for part in said if part)

