"""一户一档 as a workbook: an enterprise a line, an element a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app import clock
from app.archives import queries
from app.archives.queries import Filters
from app.archives.showing import shown
from app.domain.archives import completeness
from app.enterprises import stations
from app.reference import archive_elements
from app.reference_data.books import region_book
from app.spreadsheet_cells import CellValue, Column

TITLE = "一户一档"


COLUMNS = (
    Column("企业名称", width=30), Column("统一社会信用代码"), Column("所属区域", width=26), Column("地址", width=34), Column("状态"),
    Column("责任监管所"), Column("管辖单位"), Column("完整度"), Column("缺少的要素", width=40),
)  # fmt: skip


def cells(rows: Sequence[Any]) -> list[tuple[tuple[CellValue, ...], dict[str, str]]]:
    """The columns of each archive, and what is on file of each element by its code, people masked."""
    kind = rows[0].archive_kind if rows else None
    elements, book = archive_elements.in_force(kind, clock.today()) if kind else (), region_book()
    ids = [row.id for row in rows]
    values, filled = queries.values(ids), queries.filled(ids)
    found: list[tuple[tuple[CellValue, ...], dict[str, str]]] = []
    for row in rows:
        told = completeness(elements, filled.get(row.id, set()))
        place = book.full_name(row.region_id) if row.region_id else None
        firm = (row.name, row.credit_code, place, row.address, row.status.value, row.station_name, row.org_name)
        held = {one.code: values[row.id, one.code] for one in elements if (row.id, one.code) in values}
        on_file = {one.code: _on_file(one, held[one.code]) for one in elements if one.code in held}
        found.append(((*firm, told.words, "、".join(told.missing)), on_file))
    return found


def _on_file(element: Any, held: Any) -> str:
    return f"{shown(element, held.value) or ''}{'（有文件）' if held.attachment_id else ''}"


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
