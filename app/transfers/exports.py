"""The list of 移送、协查、通报 as a workbook."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.domain.transfers import filing, is_overdue
from app.domain.workflow import TransferState
from app.labels import label
from app.spreadsheet_cells import CellValue, Column
from app.transfers.queries import ALL_STATES, DIRECTIONS, OPEN_STATES, Filters

COLUMNS = (
    Column("编号"), Column("类别"), Column("发出单位"), Column("接收单位"), Column("接收单位类别"), Column("发送渠道"),
    Column("文号"), Column("事由和请求事项"), Column("案件编号"), Column("抽样编号"), Column("样品名称"), Column("状态"),
    Column("发出日期", "date"), Column("签收日期", "date"), Column("回复期限", "date"), Column("是否逾期"), Column("催办次数", "integer"),
    Column("回复日期", "date"), Column("回复结果"), Column("是否接收立案"),
)  # fmt: skip


def cells(row: Any, today: date) -> tuple[CellValue, ...]:
    return (
        row.number, row.kind.value, row.from_name, row.to_name, row.body.value, row.channel.value, row.document_no, row.subject,
        row.case_number, row.sample_number, row.product_name, label(row.state), row.sent_on, row.receipt_on, row.reply_due_on,
        "逾期" if is_overdue(row.state, row.reply_due_on, today) else None, row.urged, row.replied_on,
        row.reply.value if row.reply else None, filing(row.body, row.reply),
    )  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    state = {ALL_STATES: "全部", OPEN_STATES: "未答复"}.get(filters.state) or label(TransferState(filters.state))
    dated = filters.sent_from or filters.sent_to
    said = [
        DIRECTIONS[filters.direction],
        f"状态：{state}",
        f"类别：{filters.kind.value}" if filters.kind else "",
        f"接收单位类别：{filters.body.value}" if filters.body else "",
        "只列逾期未回复" if filters.overdue else "",
        f"关键词：{filters.q}" if filters.q else "",
        f"发出日期：{filters.sent_from or '不限'} 至 {filters.sent_to or '不限'}" if dated else "",
    ]
    return "，".join(part for part in said if part)
