"""What a sheet of a kept form looks like (模板预览): its first rows and columns with merged cells, as a page can show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.cell_addresses import Area, Cell, letters
from app.spreadsheet_cells import EPOCH
from app.spreadsheet_packages import CellPlace, Package, SheetXml, is_date_format, is_percent_format

ROWS: Final = 200
COLUMNS: Final = 60
STRINGS: Final = "xl/sharedStrings.xml"
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell shown: its address, its text, and over how many rows and columns it reaches."""

    address: str
    text: str
    rows: int = 1
    columns: int = 1
    formula: bool = False
    numeric: bool = False
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """The part of a sheet that is shown; ``cut`` says whether there is more."""

    name: str
    letters: Sequence[str]
    rows: Sequence[tuple[int, Sequence[GridCell]]]
    cut: bool


def grid(package: Package, name: str) -> Grid | None:
    """A sheet's first rows and columns, as far as it has any. None where there is no such sheet."""
    xml = package.sheet(name)
    if xml is None:
        return None
    last = _extent(xml)
    width, height = min(last.column, COLUMNS), min(last.row, ROWS)
    texts, merged = strings(package), {area.first: area for area in xml.merged}
    covered = {cell for area in xml.merged for cell in _inside(area, height, width) if cell != area.first}
    rows = []
    for number in range(1, height + 1):
        there = {one.column: one for one in xml.numbered[number].cells} if number in xml.numbered else {}
        cells = [Cell(number, column) for column in range(1, width + 1)]
        shown = [_cell(package, at, there.get(at.column), texts, merged.get(at), width, height) for at in cells if at not in covered]
        rows.append((number, shown))
    return Grid(name, [letters(column) for column in range(1, width + 1)], rows, last.column > COLUMNS or last.row > ROWS)


def _extent(xml: SheetXml) -> Cell:
    """The last row and column that hold anything, a border included."""
    row = max((one.number for one in xml.rows if one.cells), default=1)
    column = max((one.column for found in xml.rows for one in found.cells), default=1)
    return Cell(max([row, *(area.last.row for area in xml.merged)]), max([column, *(area.last.column for area in xml.merged)]))


def _inside(area: Area, height: int, width: int) -> Sequence[Cell]:
    rows = range(area.first.row, min(area.last.row, height) + 1)
    columns = range(area.first.column, min(area.last.column, width) + 1)
    return [Cell(row, column) for row in rows for column in columns]


def _cell(
    package: Package, at: Cell, place: CellPlace | None, texts: Sequence[str], area: Area | None, width: int, height: int
) -> GridCell:  # fmt: skip
    rows, columns = (area.last.row - at.row + 1, area.last.column - at.column + 1) if area else (1, 1)
    rows, columns = min(rows, height - at.row + 1), min(columns, width - at.column + 1)
    if place is None:
        return GridCell(str(at), "", rows, columns)
    code = package.format_of(place.style)
    formula = place.formula is not None
    text = "＝" + (place.formula or "公式") if formula else value_text(place, texts, code)
    return GridCell(str(at), text[:LONGEST], rows, columns, formula, place.type in ("", "n") and bool(place.value), is_percent_format(code))


def value_text(place: CellPlace, texts: Sequence[str], code: str) -> str:
    """What stands in a cell, as text."""
    if place.type == "s":
        return texts[int(place.value)] if place.value.isdecimal() and int(place.value) < len(texts) else ""
    if place.type == "b":
        return "是" if place.value == "1" else "否"
    if place.value and place.type in ("", "n") and is_date_format(code):
        return _day(place.value)
    return place.value


def _day(value: str) -> str:
    whole = value.partition(".")[0]
    if not whole.isdecimal() or not 0 < int(whole) < 2_958_466:
        return value
    return str(date.fromordinal(EPOCH) + timedelta(days=int(whole)))


def strings(package: Package) -> Sequence[str]:
    """The shared texts, without the readings above Chinese characters."""
    if STRINGS not in package.parts:
        return ()
    found = []
    for item in package.tree(STRINGS):
        runs = [node for node in item if node.tag.endswith(("}t", "}r"))]
        found.append("".join(text.text or "" for run in runs for text in run.iter() if text.tag.endswith("}t")))
    return found


def values(package: Package, name: str) -> Mapping[str, str]:
    """Every cell of a sheet that holds something other than a formula, as text by address."""
    xml = package.sheet(name)
    if xml is None:
        return {}
    texts = strings(package)
    return {
        f"{letters(one.column)}{row.number}": text
        for row in xml.rows
        for one in row.cells
        if one.formula is None and (text := value_text(one, texts, package.format_of(one.style)))
    }
