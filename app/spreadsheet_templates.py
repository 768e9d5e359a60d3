"""Workbooks that come back to us: import templates (导入模板) and error workbooks (错误反馈表)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.domain.headers import HELP_SHEET, OPTIONS_SHEET, normalise_header
from app.spreadsheet_cells import Column, Kind, fitting_widths, safe_cell, sheet_name
from app.spreadsheet_scan import TEMPLATE_PROPERTY, column_letters
from app.spreadsheet_stream import HEADER_STYLE, page_setup, workbook_options
from app.spreadsheets import Row

FILLED_ROWS = 5_000  # how far down a template offers its lists
INLINE_LIST = 255  # Excel's limit for a list written into the rule itself
SHOWN_CHOICES = 40  # a reader of the help sheet looks for the way of writing, not for all provinces
REASON = "错误原因"


@dataclass(frozen=True)
class TemplateColumn:
    """导入模板的一列."""

    header: str
    required: bool = False
    help: str = ""
    choices: Sequence[str] = ()
    example: str = ""
    kind: Kind = "text"
    width: float | None = None


class HasFault(Protocol):
    """What the error workbook needs of a fault."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def message(self) -> str: ...


@dataclass(frozen=True)
class FaultySheet:
    """The user's own rows with their faults; the row numbered `header_line` is the header, rows before it its group headings.

    `titles` are the columns as the faults name them, where a header of two rows or a mapping makes them other than the header.
    """

    name: str
    header_line: int
    rows: Sequence[Row]
    faults: Sequence[HasFault]
    titles: Sequence[str] = ()


def write_template(path: Path, title: str, columns: Sequence[TemplateColumn], version: str) -> None:
    """数据 sheet with marked headers and drop-downs, 填写说明 sheet, hidden 选项 sheet, hidden version."""
    from xlsxwriter import Workbook

    book = Workbook(str(path), workbook_options())
    book.set_custom_property(TEMPLATE_PROPERTY, version)
    used = {HELP_SHEET, OPTIONS_SHEET}
    data = book.add_worksheet(sheet_name(title, used))
    _write_help(book, book.add_worksheet(HELP_SHEET), columns)
    sources = _write_options(book, columns)
    _write_headers(book, data, columns)
    for index, column in enumerate(columns):
        _add_rule(data, index, column, sources.get(index))
    page_setup(data, landscape=True)
    book.close()


def _write_headers(book: Any, sheet: Any, columns: Sequence[TemplateColumn]) -> None:
    header = book.add_format(HEADER_STYLE)
    black, red = book.add_format({"bold": True}), book.add_format({"bold": True, "font_color": "#C00000"})
    shown = [Column(column.header, column.kind, column.width) for column in columns]
    widths = fitting_widths(shown, [[column.example for column in columns]])
    for index, (column, width) in enumerate(zip(columns, widths, strict=True)):
        body = book.add_format({"num_format": shown[index].format})
        sheet.set_column(index, index, width, body)
        if column.required:
            sheet.write_rich_string(0, index, black, column.header, red, "*", header)
        else:
            safe_cell(sheet, 0, index, column.header, header)


def _write_help(book: Any, sheet: Any, columns: Sequence[TemplateColumn]) -> None:
    header, wrapped = book.add_format(HEADER_STYLE), book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    red = book.add_format({"font_color": "#C00000", "border": 1, "valign": "top"})
    for index, (text, width) in enumerate([("列名", 24), ("必填", 8), ("怎么填", 50), ("可选值", 50), ("示例", 30)]):
        safe_cell(sheet, 0, index, text, header)
        sheet.set_column(index, index, width)
    for row, column in enumerate(columns, 1):
        safe_cell(sheet, row, 0, column.header, wrapped)
        safe_cell(sheet, row, 1, "必填" if column.required else "选填", red if column.required else wrapped)
        safe_cell(sheet, row, 2, column.help, wrapped)
        safe_cell(sheet, row, 3, _listed(column.choices), wrapped)
        safe_cell(sheet, row, 4, column.example, wrapped)
    page_setup(sheet, landscape=True)


def _listed(choices: Sequence[str]) -> str:
    """Hundreds of food categories in one cell cannot be read: the first ones, and where all of them are."""
    shown = "、".join(choices[:SHOWN_CHOICES])
    return shown if len(choices) <= SHOWN_CHOICES else f"{shown}……共 {len(choices)} 项，请从单元格的下拉列表中选择"


def _write_options(book: Any, columns: Sequence[TemplateColumn]) -> dict[int, str]:
    """Long lists on a hidden sheet; the range of each, by column."""
    long = {index: column for index, column in enumerate(columns) if len(",".join(column.choices)) > INLINE_LIST}
    if not long:
        return {}
    sheet = book.add_worksheet(OPTIONS_SHEET)
    sheet.hide()
    ranges = {}
    for place, (index, column) in enumerate(long.items()):
        for row, choice in enumerate(column.choices):
            safe_cell(sheet, row, place, choice)
        letters = column_letters(place + 1)
        ranges[index] = f"={OPTIONS_SHEET}!${letters}$1:${letters}${len(column.choices)}"
    return ranges


def _add_rule(sheet: Any, index: int, column: TemplateColumn, source: str | None) -> None:
    if not column.choices and not column.help:
        return
    # "warning", not "stop": unknown words are kept and mapped later, not refused at the keyboard
    rule: dict[str, Any] = {"validate": "any"}
    if column.choices:
        rule = {"validate": "list", "source": source or list(column.choices), "error_type": "warning"}
        rule |= {
            "error_title": "不在可选值之内",
            "error_message": f"“{column.header}”一般从下拉列表中选择，确定按此填写吗？",
        }
    if column.help:
        rule |= {"input_title": column.header[:32], "input_message": column.help[:255]}
    sheet.data_validation(1, index, FILLED_ROWS, index, rule)


def errors_workbook(path: Path, sheets: Sequence[FaultySheet]) -> None:
    """The rows as uploaded, faulty cells red, reasons in a last column; can be corrected and uploaded again."""
    from xlsxwriter import Workbook

    # a row is written as soon as the next one begins, so that 200,000 refused rows need no more memory than 20
    book = Workbook(str(path), workbook_options(in_memory=False, constant_memory=True))
    used: set[str] = set()
    for sheet in sheets:
        _write_faulty(book, book.add_worksheet(sheet_name(sheet.name, used)), sheet)
    book.close()


def _write_faulty(book: Any, sheet: Any, faulty: FaultySheet) -> None:
    header = next((cells for line, cells in faulty.rows if line == faulty.header_line), ())
    # an error workbook that comes back has the column already
    kept = [index for index, text in enumerate(header) if normalise_header(text) != REASON]
    reasons = _by_line(faulty.faults)
    titles = faulty.titles or header
    above = [cells for line, cells in faulty.rows if line < faulty.header_line]
    body = [(line, cells) for line, cells in faulty.rows if line > faulty.header_line]
    styles = {
        "header": book.add_format(HEADER_STYLE),
        "plain": book.add_format({"num_format": "@"}),
        "faulty": book.add_format({"num_format": "@", "bg_color": "#FFC7CE", "font_color": "#9C0006"}),
    }
    shown = [Column(f"{index}") for index in kept]
    widths = fitting_widths(shown, ([_at(cells, index) for index in kept] for _, cells in [(0, header), *body[:300]]))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.set_column(len(kept), len(kept), 60)
    for row, cells in enumerate(above):
        _write_line(sheet, row, [_at(cells, index) for index in kept], "", styles["header"], set(), styles)
    first = len(above)
    _write_line(sheet, first, [header[index] for index in kept], REASON, styles["header"], set(), styles, styles["header"])
    for row, (line, cells) in enumerate(body, first + 1):
        wrong = {normalise_header(fault.column) for fault in reasons[line]}
        marked = {place for place, index in enumerate(kept) if normalise_header(_at(titles, index)) in wrong}
        reason = "；".join(
            f"{fault.column}：{fault.message}" if fault.column else fault.message for fault in reasons[line]
        )
        _write_line(sheet, row, [_at(cells, index) for index in kept], reason, styles["plain"], marked, styles)
    page_setup(sheet, landscape=True)


def _write_line(
    sheet: Any, row: int, cells: Sequence[str], reason: str, style: Any, marked: set[int], styles: dict[str, Any],
    reason_style: Any = None,
) -> None:  # fmt: skip
    for place, text in enumerate(cells):
        safe_cell(sheet, row, place, text, styles["faulty"] if place in marked else style)
    safe_cell(sheet, row, len(cells), reason, reason_style or (styles["faulty"] if reason else style))


def _at(cells: Sequence[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""


def _by_line(faults: Iterable[HasFault]) -> defaultdict[int, list[HasFault]]:
    lines: defaultdict[int, list[HasFault]] = defaultdict(list)
    for fault in faults:
        lines[fault.line].append(fault)
    return lines
