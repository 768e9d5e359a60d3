"""A comparison as a workbook: the very tables of its page, and a sheet that says what they are, who took them out and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from app import clock
from app.comparisons.tables import Column, Table
from app.domain.actors import Actor
from app.spreadsheet_cells import CellValue, Kind
from app.spreadsheet_cells import Column as SheetColumn
from app.spreadsheet_stream import TableSheet

TITLE_ROOM = 20


def sheets(tables: Sequence[Table], about: str, actor: Actor, at: datetime) -> list[TableSheet]:
    found = [TableSheet(_title(table, place), _columns(table), _rows(table)) for place, table in enumerate(tables, 1)]
    said: list[tuple[CellValue, CellValue]] = [
        ("内容", about), ("导出人", actor.name), ("导出时间", f"{clock.office_time(at):%Y-%m-%d %H:%M}"),
        ("统计范围", f"{actor.name}所在单位及下级单位的记录"),
    ]  # fmt: skip
    said += [("表", table.title) for table in tables]
    said += [("说明", note) for table in tables for note in table.notes]
    return [*found, TableSheet("导出说明", (SheetColumn("项目"), SheetColumn("内容")), said)]


def _title(table: Table, place: int) -> str:
    name = "".join("　" if one in "[]:*?/\\：" else one for one in table.title)
    return f"{place}.{name[:TITLE_ROOM]}"


def _columns(table: Table) -> list[SheetColumn]:
    """Headers are unique in a sheet; a value in per cent says so in its header and stays a number."""
    seen: dict[str, int] = {}
    found = []
    for at, one in enumerate(table.columns):
        percent = any(row.cells[at].shown.endswith("%") for row in table.rows) and one.kind == "number"
        title = f"{one.title}（%）" if percent else one.title
        seen[title] = seen.get(title, 0) + 1
        header = title if seen[title] == 1 else f"{title}{seen[title]}"
        found.append(SheetColumn(header, _kind(one), number_format=_format(table, at) if one.kind == "number" else ""))
    return found


def _kind(column: Column) -> Kind:
    return {"integer": "integer", "number": "decimal", "text": "text"}[column.kind]  # type: ignore[return-value]


def _format(table: Table, at: int) -> str:
    """As many places as the values were rounded to."""
    exponents = [value.as_tuple().exponent for row in table.rows if isinstance(value := row.cells[at].value, Decimal)]
    places = max((-one for one in exponents if isinstance(one, int)), default=0)
    return f"0.{'0' * places}" if places > 0 else "0"


def _rows(table: Table) -> list[tuple[CellValue, ...]]:
    """Counts and values as numbers, as they were rounded for the page; whatever else in the page's own words."""
    return [
        tuple(
            cell.value if cell.value is None or isinstance(cell.value, (int, Decimal)) else cell.shown
            for cell in row.cells
        )
        for row in table.rows
    ]
