"""Printed reports (报表): a heading, a line of particulars, one table with repeated header row, notes beneath.

For sheets of some thousand rows that people print and sign; big tables are streamed by ``spreadsheet_stream``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from app.spreadsheet_cells import CellValue, Column, check_headers, fitting_widths, safe_cell, sheet_name
from app.spreadsheet_stream import A4, HEADER_STYLE, workbook_options

HEADING = {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": "宋体"}
PARTICULARS = {"align": "left", "valign": "vcenter", "font_size": 10}
NOTE = {"font_size": 10, "text_wrap": True, "valign": "top"}
FIRST_ROW = 3  # heading, particulars, header
WIDEST = 46.0
ROW_PIXELS = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A number with the decimals it is displayed with on every page: 98.00, not 98."""

    value: Decimal
    places: int

    def __str__(self) -> str:
        return f"{self.value:.{self.places}f}"

    @property
    def number_format(self) -> str:
        return f"0.{'0' * self.places}" if self.places else "0"


ReportValue = CellValue | Shown
HATCHED = ("wide_upward_diagonal", "percent_10", "dark_horizontal", "percent_75")  # told apart in black and white


@dataclass(frozen=True, slots=True)
class BarChart:
    """横条图 of some columns of the sheet's first rows, drawn by Excel itself; numbers stand at the bars."""

    title: str
    label: int  # column of the names
    values: Sequence[int]  # columns of the numbers
    rows: int
    unit: str = ""


@dataclass(frozen=True)
class ReportSheet:
    """报表的一张工作表."""

    title: str
    heading: str
    particulars: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[ReportValue]]
    notes: Sequence[str] = field(default_factory=tuple)
    totals: int = 0  # how many of the last rows are totals, set in bold
    chart: BarChart | None = None
    compact: bool = False  # heading and particulars share the first row, as public lists have it

    @property
    def first(self) -> int:
        """Where the rows begin; the header stands above."""
        return FIRST_ROW - 1 if self.compact else FIRST_ROW


def write_report(path: Path, sheets: Sequence[ReportSheet], *, author: str, made_at: datetime) -> None:
    """Write the report. The same content at the same ``made_at`` gives the same bytes."""
    from xlsxwriter import Workbook

    book = Workbook(str(path), workbook_options(in_memory=False))
    book.set_properties({"author": author, "created": made_at, "title": sheets[0].heading})
    used: set[str] = set()
    for sheet in sheets:
        _write(book, book.add_worksheet(sheet_name(sheet.title, used)), sheet)
    book.close()


def _write(book: Any, page: Any, sheet: ReportSheet) -> None:
    check_headers(sheet.columns)
    last = len(sheet.columns) - 1
    _above(book, page, sheet, last)
    header = book.add_format(HEADER_STYLE)
    widths = fitting_widths(sheet.columns, [[_text(value) for value in row] for row in sheet.rows])
    for index, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        page.set_column(index, index, min(width, WIDEST))
        safe_cell(page, sheet.first - 1, index, column.header, header)
    _rows(book, page, sheet)
    below = sheet.first + len(sheet.rows) + 1
    note = book.add_format(NOTE)
    for number, words in enumerate(sheet.notes):
        _across(page, below + number, last, words, note)
    tall = -(-_chart_height(sheet.chart) // ROW_PIXELS) + 1 if sheet.chart else 0
    _page_setup(page, sheet.first, last, below + len(sheet.notes) + tall)
    if sheet.chart is not None and sheet.chart.rows:
        page.insert_chart(below + len(sheet.notes) + 1, 0, _chart(book, page.get_name(), sheet))


def _above(book: Any, page: Any, sheet: ReportSheet, last: int) -> None:
    if sheet.compact:
        _across(page, 0, last, f"{sheet.heading}　{sheet.particulars}", book.add_format({**PARTICULARS, "text_wrap": True}))
    else:
        _across(page, 0, last, sheet.heading, book.add_format(HEADING))
        _across(page, 1, last, sheet.particulars, book.add_format(PARTICULARS))
    page.set_row(0, 30)


def _chart(book: Any, name: str, sheet: ReportSheet) -> Any:
    chart, columns = sheet.chart, sheet.columns
    assert chart is not None
    drawn = book.add_chart({"type": "bar"})
    first, last = sheet.first, sheet.first + chart.rows - 1
    for place, column in enumerate(chart.values):
        drawn.add_series({
            "name": columns[column].header, "categories": [name, first, chart.label, last, chart.label],
            "values": [name, first, column, last, column], "data_labels": {"value": True},
            "pattern": {"pattern": HATCHED[place % len(HATCHED)], "fg_color": "#1F4E79", "bg_color": "#FFFFFF"}, "gap": 60,
        })  # fmt: skip
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
    drawn.set_y_axis({"reverse": True})
    drawn.set_x_axis({"num_format": f'0"{chart.unit}"' if chart.unit else "0", "min": 0})
    drawn.set_legend({"position": "bottom"} if len(chart.values) > 1 else {"none": True})
    drawn.set_size({"width": 760, "height": _chart_height(chart)})
    return drawn


def _chart_height(chart: BarChart) -> int:
    return 90 + 34 * chart.rows * len(chart.values)


def chart_of(workbook: bytes) -> bytes | None:
    """The first chart of a workbook as Word takes it: the same drawing, with the numbers it shows inside."""
    with ZipFile(BytesIO(workbook)) as package:
        names = sorted(name for name in package.namelist() if name.startswith("xl/charts/chart"))
        return package.read(names[0]) if names else None


def _rows(book: Any, page: Any, sheet: ReportSheet) -> None:
    plain = [_style(book, column, bold=False) for column in sheet.columns]
    bold = [_style(book, column, bold=True) for column in sheet.columns]
    totals_from = len(sheet.rows) - sheet.totals
    for number, row in enumerate(sheet.rows):
        styles = bold if number >= totals_from else plain
        for index, value in enumerate(row):
            if isinstance(value, Shown):
                column = Column(sheet.columns[index].header, "decimal", number_format=value.number_format)
                safe_cell(
                    page, sheet.first + number, index, value.value, _style(book, column, bold=number >= totals_from)
                )
            else:
                safe_cell(page, sheet.first + number, index, value, styles[index])


def _text(value: ReportValue) -> CellValue:
    return str(value) if isinstance(value, Shown) else value


def _style(book: Any, column: Column, *, bold: bool) -> Any:
    align = "left" if column.kind == "text" else "center" if column.kind == "date" else "right"
    return book.add_format(
        {"num_format": column.format, "border": 1, "valign": "vcenter", "text_wrap": True, "align": align, "bold": bold}
    )


def _across(page: Any, row: int, last: int, words: str, style: Any) -> None:
    """Text over the whole width of the table."""
    if last > 0:
        page.merge_range(row, 0, row, last, "", style)
    safe_cell(page, row, 0, words, style)


def _page_setup(page: Any, first_row: int, last_column: int, last_row: int) -> None:
    page.freeze_panes(first_row, 0)
    page.repeat_rows(0, first_row - 1)
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.print_area(0, 0, last_row, last_column)
    page.set_footer("&L&A&C第 &P 页，共 &N 页&R食安抽检")
