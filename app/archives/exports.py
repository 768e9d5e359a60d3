"""一户一档 as a workbook: an enterprise a line, an element a column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import clock
from app.archives import queries
from app.archives.queries import Filters
from app.archives.showing import shown
from app.domain.actors import Actor
from app.domain.archives import completeness
from app.enterprises import stations
from app.reference import archive_elements
from app.reference_data.books import region_book
from app.spreadsheet_cells import CellValue, Column
from app.spreadsheet_stream import TableSheet

TITLE = "一户一档"


def sheets(rows: Sequence[Any], filters: Filters, actor: Actor, at: datetime) -> list[TableSheet]:
    """The archives, people masked, and a sheet that says who took them out, when and by which conditions."""
    elements, book = archive_elements.in_force(filters.kind, clock.today()), region_book()
    ids = [row.id for row in rows]
    values, filled = queries.values(ids), queries.filled(ids)
    columns = [
        Column("企业名称", width=30), Column("统一社会信用代码"), Column("所属区域", width=26), Column("地址", width=34), Column("状态"),
        Column("责任监管所"), Column("管辖单位"), Column("完整度"), Column("缺少的要素", width=40),
        *(Column(each.name, width=26) for each in elements),
    ]  # fmt: skip

    def cells(row: Any) -> list[CellValue]:
        told = completeness(elements, filled.get(row.id, set()))
        place = book.full_name(row.region_id) if row.region_id else None
        found: list[CellValue] = [
            row.name, row.credit_code, place, row.address, row.status.value, row.station_name, row.org_name, told.words,
            "、".join(told.missing),
        ]  # fmt: skip
        for element in elements:
            held = values.get((row.id, element.code))
            paper = "（有文件）" if held is not None and held.attachment_id else ""
            found.append(None if held is None else f"{shown(element, held.value) or ''}{paper}")
        return found

    about: list[tuple[CellValue, CellValue]] = [
        ("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"), ("查询条件", conditions(filters)),
        ("家数", len(rows)),
    ]  # fmt: skip
    return [
        TableSheet(TITLE, columns, [cells(row) for row in rows]),
        TableSheet("导出说明", (Column("事项"), Column("内容", width=50)), about),
    ]


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        f"企业类型：{filters.kind}",
        f"关键词：{filters.q}" if filters.q else "",
        f"所属区域：{region_book().full_name(filters.region_id)}" if filters.region_id is not None else "",
        f"责任监管所：{stations.name_of(filters.station_id) or '—'}" if filters.station_id is not None else "",
        {True: "已建档", False: "未齐备"}.get(filters.complete, "") if filters.complete is not None else "",
    ]
    return "，".join(part for part in said if part)
