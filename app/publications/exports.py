"""The list of publications as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from app import clock
from app.domain.actors import Actor
from app.labels import label
from app.publications.queries import Filters
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

TITLE = "抽检结果公示清单"
COLUMNS = (
    Column("编号"), Column("种类"), Column("性质"), Column("标题", width=40), Column("公告号"), Column("批次", "integer"),
    Column("报告日期自", "date"), Column("报告日期至", "date"), Column("公布期限", "date"), Column("状态"), Column("公布日期", "date"),
    Column("公布渠道"), Column("网址"), Column("撤回日期", "date"), Column("单位"),
)  # fmt: skip


def line(row: Any) -> tuple[CellValue, ...]:
    """The cells of one publication, as ``queries.columns()`` gives it."""
    return (
        row.number, row.kind.value, row.nature.value, row.title, row.announcement_no, row.items, row.from_on, row.to_on, row.due_on,
        label(row.state), row.published_on, row.channel, row.url, row.withdrawn_on, row.org_name,
    )  # fmt: skip


def sheets(rows: Iterable[Any], filters: Filters, actor: Actor, at: datetime) -> list[TableSheet]:
    """The publications, streamed, and a sheet that says who took them out, when and by which conditions."""
    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"), ("查询条件", conditions(filters)),
    ]  # fmt: skip
    lines: Iterator[tuple[CellValue, ...]] = (line(row) for row in rows)
    return [TableSheet(TITLE, COLUMNS, lines), TableSheet("导出说明", (Column("项目"), Column("内容")), about)]


def conditions(filters: Filters) -> str:
    """The query in words."""
    said = [
        f"关键词：{filters.q}" if filters.q else "", f"状态：{label(filters.state)}" if filters.state else "",
        f"种类：{filters.kind.value}" if filters.kind else "", f"性质：{filters.nature.value}" if filters.nature else "",
        f"公布日期：{filters.from_on or ''} 至 {filters.to_on or ''}" if filters.from_on or filters.to_on else "",
    ]  # fmt: skip
    return "，".join(part for part in said if part) or "全部"


COUNTED = "按期公示率清单"
COUNTED_COLUMNS = (
    Column("抽样编号"), Column("食品名称"), Column("被抽样单位"), Column("标称生产企业"), Column("结论"), Column("报告日期", "date"),
    Column("公示期限", "date"), Column("公布日期", "date"), Column("情况"), Column("所在公示"), Column("公示状态"),
)  # fmt: skip


def counted_sheets(rows: Iterable[tuple[Any, Any, Any]], said: str, actor: Actor, at: datetime) -> list[TableSheet]:
    """The batches behind 按期公示率."""
    cells: list[tuple[CellValue, ...]] = [
        (
            sample.number, sample.product_name, sample.sampled_name, sample.producer_name, sample.supervision.value, sample.reported_on,
            one.due_on, one.published_on, one.kept.value, listed.number if listed else None, label(listed.state) if listed else None,
        )
        for one, sample, listed in rows
    ]  # fmt: skip
    about: list[tuple[CellValue, CellValue]] = [
        ("内容", said), ("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"), ("批次", len(cells)),
    ]  # fmt: skip
    return [TableSheet(COUNTED, COUNTED_COLUMNS, cells), TableSheet("导出说明", (Column("项目"), Column("内容")), about)]
