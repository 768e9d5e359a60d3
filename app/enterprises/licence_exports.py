"""许可到期 as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app import clock
from app.enterprises import stations
from app.enterprises.licence_queries import Due, Filters
from app.reference_data.books import region_book
from app.spreadsheet_cells import CellValue, Column

TITLE = "许可到期"
COLUMNS = (
    Column("企业名称", width=30), Column("统一社会信用代码"), Column("许可证类型"), Column("许可证号"), Column("有效期至", "date"),
    Column("剩余天数"), Column("企业状态"), Column("责任监管所"), Column("所属区域", width=26), Column("地址", width=34),
    Column("管辖单位"),
)  # fmt: skip


def cells(rows: Sequence[Any]) -> list[tuple[CellValue, ...]]:
    """What stands in the columns, row by row."""
    book, today = region_book(), clock.today()
    return [
        (
            row.name, row.credit_code, row.kind, row.number, row.valid_to, (row.valid_to - today).days if row.valid_to else None,
            row.status.value, row.station_name, book.full_name(row.region_id) if row.region_id else None, row.address, row.org_name,
        )
        for row in rows
    ]  # fmt: skip


def conditions(filters: Filters) -> str:
    """The query in words, for the export and its history."""
    said = [
        filters.due.value if filters.due else f"{Due.EXPIRED.value}和{Due.SOON.value}",
        f"关键词：{filters.q}" if filters.q else "",
        f"企业类型：{filters.kind}" if filters.kind else "",
        f"所属区域：{region_book().full_name(filters.region_id)}" if filters.region_id is not None else "",
        f"责任监管所：{stations.name_of(filters.station_id) or '—'}" if filters.station_id is not None else "",
    ]
    return "，".join(part for part in said if part)
