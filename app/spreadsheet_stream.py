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
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from app.spreadsheet_cells import (
    CellValue,
    Column,
    check_headers,
    fitting_widths,
    plain,
    safe_cell,
    serial,
    sheet_name,
)
from app.spreadsheet_scan import column_letters

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
# what XML cannot hold, what it would change, and what Excel would take for an escape of its own
SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


@dataclass(frozen=True)
class TableSheet:
    """导出的一张工作表; `rows` may be a generator."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[CellValue]]
    landscape: bool = True


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
        rows = iter(sheet.rows)
        first = list(islice(rows, MEASURED_ROWS))
        self.sheet = sheet
        self.widths = fitting_widths(sheet.columns, first)
        self.rows = chain(first, rows)


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
    count = 0
    rows = _rows_xml(sheet.rows, styles)
    while lines := list(islice(rows, ROWS_PER_WRITE)):
        output.write("".join(lines).encode("utf-8"))
        count += len(lines)
        progress(count)
    last = str(count + 1).encode()
    output.write(re.sub(rb'(<autoFilter ref="A1:[A-Z]+)%d"' % LAST_ROW, rb"\g<1>" + last + b'"', frame[blank.end() :]))
    return count


def _rows_xml(rows: Iterable[Sequence[CellValue]], styles: Sequence[str]) -> Iterator[str]:
    texts = _Texts()
    known = _Kinds(lambda value: _typed(value, texts))
    letters = [f'<c r="{column_letters(index)}' for index in range(1, len(styles) + 1)]
    tails = [f'" s="{style}"' for style in styles]
    for number, row in enumerate(rows, 2):
        place = str(number)
        if number > LAST_ROW:
            raise ValueError(f"超过 {LAST_ROW - 1} 行，一张工作表放不下：请缩小范围后再导出")
        cells = "".join(
            [
                letter + place + tail + (texts[value] if type(value) is str else "/>" if value is None else known[type(value)](value))
                for letter, tail, value in zip(letters, tails, row, strict=True)
            ]
        )
        yield f'<row r="{number}">{cells}</row>'


def _typed(value: CellValue, texts: _Texts) -> str:
    content = plain(value)
    if content is None:
        return "/>"
    if isinstance(content, str):
        return texts[content]
    if isinstance(content, date):
        return f"><v>{serial(content)}</v></c>"
    return f"><v>{format(content, 'f') if isinstance(content, Decimal) else content}</v></c>"


class _Kinds(dict[type[Any], Callable[[Any], str]]):
    """By the kind of a value, what writes it: the usual ones at once, dates once each, others by looking closer."""

    def __init__(self, others: Callable[[Any], str]) -> None:
        super().__init__({date: _Days().__getitem__})
        self.others = others

    def __missing__(self, kind: type[Any]) -> Callable[[Any], str]:
        return self.others


class _Days(dict[date, str]):
    """Days as cell XML; those of a table repeat."""

    def __missing__(self, value: date) -> str:
        xml = f"><v>{serial(value)}</v></c>"
        self[value] = xml
        return xml


class _Texts(dict[str, str]):
    """Strings as cell XML; the names, units and verdicts of a table repeat, so each is escaped once."""

    def __missing__(self, value: str) -> str:
        content = SPECIAL.sub(_escaped, str(plain(value)))
        xml = f' t="inlineStr"><is><t xml:space="preserve">{content}</t></is></c>' if content else "/>"
        if len(self) < 50_000:
            self[value] = xml
        return xml


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    return "_x005F" + found if found.startswith("_x") else ESCAPES.get(found, "")


def _with_filters(part: bytes, counts: Sequence[int]) -> bytes:
    """The workbook's hidden filter names, with the rows there really are."""
    return FILTER_NAME.sub(lambda name: name[1] + str(counts[int(name[2])] + 1).encode() + b"<", part)
