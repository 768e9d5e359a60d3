"""消费提示、风险预警 as rows of a workbook: the list, or one with the batches behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.labels import label
from app.risk_warnings import queries
from app.risk_warnings.models import PublicWarning
from app.risk_warnings.queries import Filters
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

COLUMNS = (
    Column("编号"), Column("种类"), Column("标题"), Column("状态"), Column("发送对象"), Column("依据"), Column("依据批次", "integer"),
    Column("发布日期", "date"), Column("发布渠道"), Column("网址"), Column("有效期至", "date"), Column("是否过期"),
    Column("撤回日期", "date"), Column("撤回或作废理由"), Column("起草人"), Column("审批人"), Column("起草单位"),
)  # fmt: skip
SOURCES = (
    Column("抽样编号"), Column("样品名称"), Column("被抽样单位"), Column("标称生产企业"), Column("环节"), Column("报告日期", "date"),
    Column("现在的结论"), Column("现在的不合格项目"), Column("变化"),
)  # fmt: skip


def cells(row: Any, today: date) -> tuple[CellValue, ...]:
    return (
        row.number, row.kind.value, row.title, label(row.state), row.audience, row.basis, row.findings.get("failed"), row.published_on,
        row.channel, row.url, row.expires_on, "已过期" if queries.expired(row, today) else None, row.withdrawn_on, row.reason, row.drafter,
        row.approver, row.org_name,
    )  # fmt: skip


def source_sheets(warning: PublicWarning, rows: Sequence[Any], items: Any, actor: Actor, at: datetime) -> list[TableSheet]:
    """依据批次 of one, as they stand now."""
    cells: list[tuple[CellValue, ...]] = [
        (
            row.number, row.product_name, row.sampled_name, row.producer_name, row.link.value if row.link else None, row.reported_on,
            row.supervision.value if row.supervision and not row.voided else "已作废", items.get(row.sample_id), queries.why_changed(row),
        )
        for row in rows
    ]  # fmt: skip
    return [TableSheet("依据批次", SOURCES, cells), _about(actor, at, f"{warning.number} {warning.title}", len(rows))]


def _about(actor: Actor, at: datetime, said: str, count: int) -> TableSheet:
    rows: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"), ("查询条件", said), ("条数", count),
    ]  # fmt: skip
    return TableSheet("导出说明", (Column("项目"), Column("内容")), rows)


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"关键词：{filters.q}" if filters.q else "", f"状态：{label(filters.state)}" if filters.state else "",
        f"种类：{filters.kind.value}" if filters.kind else "", "依据已变化" if filters.changed else "",
    ]  # fmt: skip
    return "，".join(part for part in said if part) or "全部"
