"""The list of 行政处罚 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.labels import label
from app.penalties.queries import REMOVALS, TO_PUBLISH, Filters
from app.penalties.recording import cents
from app.spreadsheet_cells import CellValue, Column

COLUMNS = (
    Column("立案号"), Column("当事人"), Column("统一社会信用代码"), Column("承办单位"), Column("办案人"), Column("状态"),
    Column("立案日期", "date"), Column("决定"), Column("决定书文号"), Column("决定日期", "date"), Column("没收违法所得（元）", "decimal"),
    Column("没收物品货值（元）", "decimal"), Column("罚款（元）", "decimal"), Column("罚没款合计（元）", "decimal"),
    Column("实缴（元）", "decimal"), Column("结案日期", "date"), Column("核查处置案件"), Column("抽样编号"),
)  # fmt: skip
DUE = {TO_PUBLISH: "待公示", REMOVALS: "应停止公示"}


def cells(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    """What stands in the columns, row by row."""
    return [
        (
            row.number, row.party_name, row.party_code, row.org_name, row.handler, label(row.state), row.filed_on,
            row.outcome.value if row.outcome else None, row.decision_no, row.decided_on, cents(row.income), cents(row.goods_value),
            cents(row.fine), cents(row.total), cents(row.paid), row.closed_on, row.case_number, row.sample_number,
        )
        for row in rows
    ]  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    spans = (("立案日期", filters.filed_from, filters.filed_to), ("决定日期", filters.decided_from, filters.decided_to))
    said = [
        f"关键词：{filters.q}" if filters.q else "",
        f"状态：{label(filters.state)}" if filters.state else "",
        f"决定：{filters.outcome.value}" if filters.outcome else "",
        *(f"{name}：{first or '不限'} 至 {last or '不限'}" for name, first, last in spans if first or last),
        DUE.get(filters.due or "", ""),
    ]
    return "，".join(part for part in said if part) or "全部"
