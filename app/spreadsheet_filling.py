"""Filling a kept form (填报): the mapped cells are replaced in the sheets' XML, everything else stays byte for byte.

The single other change: a workbook with formulas is marked to be calculated when it is opened, and those formulas that may
depend on a filled cell lose the result kept from the empty form, so that nobody reads an old total beside new figures.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from app.domain.cell_addresses import Cell, cell, holding, letters
from app.spreadsheet_cells import CellValue, plain, serial
from app.spreadsheet_columns import ESCAPES, SPECIAL
from app.spreadsheet_dependence import dependent
from app.spreadsheet_packages import TAG, Package, RowPlace, SheetXml, is_date_format

Values = Mapping[Cell, CellValue]
Edit = tuple[int, int, bytes]
WORKBOOK = "xl/workbook.xml"
CALCULATION = re.compile(rb"<((?:\w+:)?)calcPr\b([^>]*?)(/?)>")
TYPE = re.compile(rb"\s+t\s*=\s*(?:\"[^\"]*\"|'[^']*')")
ON_LOAD = re.compile(rb"\s+fullCalcOnLoad\s*=\s*(?:\"[^\"]*\"|'[^']*')")
BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")


class UnfitCell(ValueError):
    """A cell that cannot be filled; the message says why."""


def check_cell(package: Package, sheet: str, found: Cell) -> None:
    """Refuse what is no cell of its own: a formula, or a part of a merged cell other than its first. Raises UnfitCell."""
    xml = package.sheet(sheet)
    if xml is None:
        raise UnfitCell(f"模板中没有工作表“{sheet}”，请核对名称")
    merged = holding(xml.merged, found)
    if merged is not None and merged.first != found:
        raise UnfitCell(f"{found} 属于合并单元格 {merged}，请填在左上角的 {merged.first}")
    place = xml.place(found)
    if place is not None and place.formula is not None:
        raise UnfitCell(f"{found} 是公式单元格，由 Excel 计算，不能填写；请改填公式引用的单元格")


def filled(content: bytes, values: Mapping[tuple[str, str], CellValue]) -> bytes:
    """The workbook with these cells, by sheet and address. The same values give the same bytes. Raises UnfitCell."""
    package = Package(content)
    by_sheet: dict[str, dict[Cell, CellValue]] = {}
    for (sheet, address), value in values.items():
        found = cell(address)
        check_cell(package, sheet, found)
        by_sheet.setdefault(sheet, {})[found] = value
    stale = dependent(package, {sheet: set(cells) for sheet, cells in by_sheet.items()})
    parts = dict(package.parts)
    for one in package.sheets:
        cells, outdated = by_sheet.get(one.name, {}), stale.get(one.name, ())
        if cells or outdated:
            xml = package.sheet(one.name)
            assert xml is not None
            parts[one.part] = _edited(xml, [*_edits(package, xml, cells), *_forgotten(xml, outdated)])
    if stale:
        parts[WORKBOOK] = calculated_on_load(parts[WORKBOOK])
    return _packed(package, parts)


# ---------------------------------------------------------------- one sheet

def _edited(xml: SheetXml, edits: Iterable[Edit]) -> bytes:
    pieces, at = [], 0
    for start, end, written in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [xml.xml[at:start], written]
        at = end
    return b"".join([*pieces, xml.xml[at:]])


def _forgotten(xml: SheetXml, outdated: Iterable[Cell]) -> Iterable[Edit]:
    for found in outdated:
        place = xml.place(found)
        if place is None or place.result is None:
            continue
        yield (*place.result, b"")
        if place.type in ("e", "b"):  # an error or a truth without its value is no cell
            head = TAG.match(xml.xml, place.start)
            assert head is not None
            yield head.start(), head.end(), TYPE.sub(b"", head[0])


def _edits(package: Package, xml: SheetXml, values: Values) -> Iterable[Edit]:
    by_row: dict[int, list[Cell]] = {}
    for found in sorted(values):
        by_row.setdefault(found.row, []).append(found)
    new_rows: dict[int, list[bytes]] = {}  # where they go, in order
    for number, cells in by_row.items():
        row = xml.numbered.get(number)
        if row is not None:
            yield from _row_edits(package, xml, row, cells, values)
            continue
        written = [_written(package, xml, one, values[one]) for one in cells if not _nothing(values[one])]
        if written:
            at = next((one.start for one in xml.rows if one.number > number), xml.inner_end)
            tag = f"{xml.prefix}row"
            new_rows.setdefault(at, []).append(f'<{tag} r="{number}">{"".join(written)}</{tag}>'.encode())
    yield from _new_rows(xml, new_rows)


def _new_rows(xml: SheetXml, new_rows: Mapping[int, list[bytes]]) -> Iterable[Edit]:
    for at, rows in new_rows.items():
        if xml.inner_end == xml.end == at:  # <sheetData/>: the tag itself has to open
            start = xml.xml.rindex(b"<", 0, xml.head_end)
            opened = xml.xml[start : xml.head_end].removesuffix(b"/>").rstrip() + b">"
            yield start, xml.head_end, opened + b"".join(rows) + f"</{xml.prefix}sheetData>".encode()
        else:
            yield at, at, b"".join(rows)


def _row_edits(package: Package, xml: SheetXml, row: RowPlace, cells: Iterable[Cell], values: Values) -> Iterable[Edit]:
    there = {one.column: one for one in row.cells}
    added: list[tuple[int, bytes]] = []
    for found in cells:
        value = values[found]
        if found.column in there:
            yield there[found.column].start, there[found.column].end, _written(package, xml, found, value).encode()
        elif not _nothing(value):
            at = next((one.start for one in row.cells if one.column > found.column), row.inner_end)
            added.append((at, _written(package, xml, found, value).encode()))
    if added and row.inner_end == row.end:  # <row r="5"/>: the tag itself has to open
        opened = xml.xml[row.start : row.end].removesuffix(b"/>").rstrip() + b">"
        yield row.start, row.end, opened + b"".join(written for _, written in added) + f"</{xml.prefix}row>".encode()
    else:
        yield from ((at, at, written) for at, written in added)


def _nothing(value: CellValue) -> bool:
    return value is None or value == ""


def _written(package: Package, xml: SheetXml, found: Cell, value: CellValue) -> str:
    """One cell with the style the form gives it. A text is a text, whatever it begins with."""
    style, tag = xml.style_of(found), xml.prefix
    head = f'<{tag}c r="{letters(found.column)}{found.row}"' + (f' s="{style}"' if style else "")
    content = plain(value)
    if _nothing(content):
        return f"{head}/>"
    if isinstance(content, date):
        content = Decimal(serial(content)) if is_date_format(package.format_of(style)) else content.isoformat()
    if isinstance(content, str):
        text = SPECIAL.sub(lambda match: _escaped(match[0]), content)
        return f'{head} t="inlineStr"><{tag}is><{tag}t xml:space="preserve">{text}</{tag}t></{tag}is></{tag}c>'
    number = format(content, "f") if isinstance(content, Decimal) else str(content)
    return f"{head}><{tag}v>{number}</{tag}v></{tag}c>"


def _escaped(found: str) -> str:
    return "_x005F" + found if found.startswith("_x") else ESCAPES.get(found, "")


# ---------------------------------------------------------------- the workbook

def calculated_on_load(workbook: bytes) -> bytes:
    """The workbook's part, told to calculate every formula when it is opened."""
    found = CALCULATION.search(workbook)
    if found is not None:
        attributes = ON_LOAD.sub(b"", found[2]).rstrip() + b' fullCalcOnLoad="1"'
        return workbook[: found.start()] + b"<" + found[1] + b"calcPr" + attributes + found[3] + b">" + workbook[found.end() :]
    for name in BEFORE_CALCULATION:  # the schema wants it behind these
        behind = re.search(rb"</((?:\w+:)?)%s\s*>" % name.encode(), workbook)
        if behind is not None:
            return workbook[: behind.end()] + b"<" + behind[1] + b'calcPr fullCalcOnLoad="1"/>' + workbook[behind.end() :]
    return workbook


def _packed(package: Package, parts: Mapping[str, bytes]) -> bytes:
    """The parts in their order, under their names and in their way of compression; nothing of the moment goes in."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for info in package.infos:
            kept = zipfile.ZipInfo(info.filename, info.date_time)
            kept.compress_type, kept.external_attr, kept.create_system = info.compress_type, info.external_attr, info.create_system
            kept.comment = info.comment
            made.writestr(kept, parts[info.filename])
    return target.getvalue()
