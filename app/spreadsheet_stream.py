"""Large styled tables (导出大表): XlsxWriter makes the frame, the rows are streamed into it as sheet XML.

XlsxWriter alone takes 6.6 s for 50,000 × 25 cells, of which the rows are nearly everything. So it writes a workbook with
one header row and one blank row per sheet (styles, widths, filter, print settings), and the rows go in place of the blank
row without ever being held in memory.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from app.spreadsheet_cells import (
    CellValue,
    Column,
    check_headers,
    fitting_widths,
    safe_cell,
    sheet_name,
)
from app.spreadsheet_columns import Block, Rows, Turn, in_columns, turned

LAST_ROW = 1_048_576
MEASURED_ROWS = 300
ROWS_PER_WRITE = 500
A4 = 9
WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "宋体", "font_size": 11},
}


def workbook_options(**changed: Any) -> dict[str, Any]:
    """Options of a new workbook, its own: the library writes into them, and the first file of a process would differ from the next."""
    return {**deepcopy(WORKBOOK_OPTIONS), **changed}


HEADER_STYLE = {
    "bold": True,
    "bg_color": "#D9E2F3",
    "border": 1,
    "align": "center",
    "valign": "vcenter",
    "text_wrap": True,
}
BLANK_ROW = re.compile(rb'<row r="2"[^>]*>(.*?)</row>', re.S)
STYLE = re.compile(rb'<c r="[A-Z]+2" s="(\d+)"')
FILTER_NAME = re.compile(rb'(_FilterDatabase" localSheetId="(\d+)"[^>]*>[^<]*\$)%d<' % LAST_ROW)


@dataclass(frozen=True)
class TableSheet:
    """导出的一张工作表; `rows` may be a generator."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[CellValue]] = ()
    landscape: bool = True

    @property
    def blocks(self) -> Iterator[Block]:
        return in_columns(self.rows, ROWS_PER_WRITE)

    @property
    def turns(self) -> Sequence[Turn | None]:
        """By column, what makes a cell of its values."""
        return [None] * len(self.columns)


@dataclass(frozen=True)
class ColumnSheet(TableSheet):
    """The same whose rows come column by column, some hundreds at a time; a value that is no text is what ``each`` makes of it."""

    parts: Iterable[Block] = ()
    each: Sequence[Turn | None] = ()

    @property
    def blocks(self) -> Iterator[Block]:
        return iter(self.parts)

    @property
    def turns(self) -> Sequence[Turn | None]:
        return self.each or super().turns


def write_table(path: Path, sheets: Sequence[TableSheet], progress: Callable[[int], None] | None = None) -> int:
    """Write a workbook of tables and return the number of rows; `progress` is told the rows written so far."""
    measured = [_Measured(sheet) for sheet in sheets]
    counts: list[int] = []
    with (
        zipfile.ZipFile(io.BytesIO(_frame(measured))) as frame,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
    ):
        for number, sheet in enumerate(measured, 1):
            part = f"xl/worksheets/sheet{number}.xml"
            with package.open(part, "w") as output:
                counts.append(_write_sheet(output, frame.read(part), sheet, progress or (lambda _rows: None)))
        for name in frame.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                package.writestr(name, _with_filters(frame.read(name), counts))
    return sum(counts)


class _Measured:
    """A sheet whose first rows have been looked at for the widths."""

    def __init__(self, sheet: TableSheet) -> None:
        check_headers(sheet.columns)
        blocks, first, rows = sheet.blocks, [], 0
        for block in blocks:
            first.append(block)
            rows += len(block[0])
            if rows >= MEASURED_ROWS:
                break
        self.sheet, self.turns = sheet, sheet.turns
        self.widths = fitting_widths(sheet.columns, islice(chain.from_iterable(map(self._shown, first)), MEASURED_ROWS))
        self.blocks = chain(first, blocks)

    def _shown(self, block: Block) -> Iterator[Sequence[CellValue]]:
        columns = zip(block, self.turns, strict=True)
        return zip(*[column if turn is None else map(turned(turn), column) for column, turn in columns], strict=True)


def _frame(sheets: Sequence[_Measured]) -> bytes:
    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, workbook_options())
    used: set[str] = set()
    header = book.add_format(HEADER_STYLE)
    for measured in sheets:
        columns = measured.sheet.columns
        sheet = book.add_worksheet(sheet_name(measured.sheet.title, used))
        for index, (column, width) in enumerate(zip(columns, measured.widths, strict=True)):
            style = book.add_format({"num_format": column.format, "border": 1, "valign": "vcenter"})
            safe_cell(sheet, 0, index, column.header, header)
            safe_cell(sheet, 1, index, None, style)
            sheet.set_column(index, index, width)
        sheet.autofilter(0, 0, LAST_ROW - 1, len(columns) - 1)
        page_setup(sheet, measured.sheet.landscape)
    book.close()
    return target.getvalue()


def page_setup(sheet: Any, landscape: bool) -> None:
    """A4, header row frozen and repeated, one page wide, page numbers (页眉页脚)."""
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    if landscape:
        sheet.set_landscape()


def _write_sheet(output: IO[bytes], frame: bytes, sheet: _Measured, progress: Callable[[int], None]) -> int:
    blank = BLANK_ROW.search(frame)
    assert blank is not None
    styles = [style.decode() for style in STYLE.findall(blank[1])]
    output.write(re.sub(rb"<dimension [^>]*/>", b"", frame[: blank.start()]))
    count, rows = 0, Rows(styles, sheet.turns)
    for block in sheet.blocks:
        begun, count = count, count + len(block[0])
        if count >= LAST_ROW:
            raise ValueError(f"超过 {LAST_ROW - 1} 行，一张工作表放不下：请缩小范围后再导出")
        output.write(rows.written(block, begun + 2).encode("utf-8"))
        progress(count)
    last = str(count + 1).encode()
    output.write(re.sub(rb'(<autoFilter ref="A1:[A-Z]+)%d"' % LAST_ROW, rb"\g<1>" + last + b'"', frame[blank.end() :]))
    return count


def _with_filters(part: bytes, counts: Sequence[int]) -> bytes:
    """The workbook's hidden filter names, with the rows there really are."""
    return FILTER_NAME.sub(lambda name: name[1] + str(counts[int(name[2])] + 1).encode() + b"<", part)
