"""The list of 异议 as a workbook."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import clock
from app.domain.working_days import WorkingDays
from app.labels import label
from app.legal_clocks.queries import standing
from app.objections.queries import Filters
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("异议编号"), Column("异议类别"), Column("申请人"), Column("申请人身份"), Column("抽样编号"), Column("样品名称"),
    Column("受理部门"), Column("状态"), Column("提出日期", "date"), Column("收到日期", "date"), Column("受理日期", "date"),
    Column("审核结论"), Column("处理"), Column("处理日期", "date"), Column("通知日期", "date"), Column("当前期限"),
    Column("到期日", "date"), Column("期限灯"), Column("剩余工作日", "integer"), Column("异议内容"),
    Column("不予受理理由"), Column("结论和理由"),
)  # fmt: skip


def cells(row: Any, at: datetime, days: WorkingDays) -> tuple[CellValue, ...]:
    now = standing(row, clock.office_time(at).date(), days) if row.clock_id is not None else None
    return (
        row.number, row.kind.value, row.applicant, row.side.value, row.sample_number, row.product_name, row.org, label(row.state),
        row.applied_on, row.received_on, row.accepted_on, row.outcome.value if row.outcome else None,
        row.effect.value if row.effect else None, row.decided_on, row.told_on, row.clock_name, row.due_on,
        now.light.value if now and now.light else None, now.left if now else None, row.content, row.refusal, row.decision,
    )  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    dated = filters.received_from or filters.received_to
    state = "正在办理" if filters.running else "待我审核" if filters.mine else label(filters.state) if filters.state else ""
    said = [
        f"关键词：{filters.q}" if filters.q else "",
        f"异议类别：{filters.kind.value}" if filters.kind else "",
        f"状态：{state}" if state else "",
        f"审核结论：{filters.outcome.value}" if filters.outcome else "",
        "只看超期" if filters.overdue else "",
        f"收到日期：{filters.received_from or '不限'} 至 {filters.received_to or '不限'}" if dated else "",
    ]
    return "，".join(part for part in said if part) or "全部"
