"""The user's own workbook with the refused rows alone (错误反馈, 保留原格式): widths, formats and headings stay, reasons are added.

openpyxl holds a whole workbook in memory, so this runs in a child process, for files of moderate size; the others are
written anew by ``spreadsheet_templates.errors_workbook``.

    python -m app.spreadsheet_rewriting '{"path": …, "plan": …, "limits": …}'
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from copy import copy
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.child_process import FRAME, child, limit_resources
from app.domain.headers import normalise_header
from app.domain.result_headers import REASON
from app.spreadsheet_gate import MEGABYTE, ReadLimits

MOST_BYTES = 2 * MEGABYTE
CHUNK = 1 << 20
REASON_WIDTH = 60
RED, DARK_RED = "FFFFC7CE", "FF9C0006"


def rewritten(path: Path, plan: Mapping[str, Any], limits: ReadLimits | None = None) -> bytes | None:
    """The workbook with these rows alone; None where it is too large or cannot be kept as it is.

    ``plan`` says for each sheet its ``header`` line, and for each line kept its reason and its faulty places.
    """
    if path.stat().st_size > MOST_BYTES:
        return None
    limits = limits or ReadLimits()
    with TemporaryDirectory() as folder:
        order = Path(folder) / "plan.json"
        order.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
        asked = {"path": str(path.resolve()), "plan": str(order), "limits": asdict(limits)}
        with child("app.spreadsheet_rewriting", asked, limits) as stream:
            content = bytearray()
            while len(head := stream.read(FRAME.size)) == FRAME.size:
                kind, length = FRAME.unpack(head)
                if kind == b"Z":
                    return bytes(content)
                content += stream.read(min(length, CHUNK))
    return None


def main(argument: str) -> None:
    order = json.loads(argument)
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it, and its threads alone exceed the memory limit
    limit_resources(ReadLimits(**order["limits"]))
    plan = json.loads(Path(order["plan"]).read_text(encoding="utf-8"))
    content = _workbook(order["path"], plan)
    output = sys.stdout.buffer
    for start in range(0, len(content), CHUNK):
        part = content[start : start + CHUNK]
        output.write(FRAME.pack(b"W", len(part)) + part)
    output.write(FRAME.pack(b"Z", 0))
    output.flush()


def _workbook(path: str, plan: Mapping[str, Any]) -> bytes:
    from openpyxl import load_workbook

    with open(path, "rb") as handle:  # a stored file has no extension, and openpyxl goes by it
        book = load_workbook(handle, data_only=True)  # results instead of formulas, whose rows have moved
    for name in book.sheetnames:
        if name not in plan:
            del book[name]
    for name in list(book.defined_names):
        del book.defined_names[name]
    for sheet in book.worksheets:
        _keep(sheet, plan[sheet.title])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _keep(sheet: Any, asked: Mapping[str, Any]) -> None:
    header, rows = asked["header"], {int(line): found for line, found in asked["rows"].items()}
    _unmerge(sheet, header)
    lines = [*range(1, header + 1), *sorted(rows)]
    place = {line: number for number, line in enumerate(lines, 1)}
    heights = {place[line]: sheet.row_dimensions[line].height for line in lines if line in sheet.row_dimensions}
    cells = {}
    for (line, column), cell in sheet._cells.items():
        if line in place:
            cell.row = place[line]
            cells[cell.row, column] = cell
    sheet._cells = cells
    sheet.row_dimensions.clear()
    for number, height in heights.items():
        sheet.row_dimensions[number].height = height
    _forget(sheet)
    _explain(sheet, header, {place[line]: found for line, found in rows.items()})


def _unmerge(sheet: Any, header: int) -> None:
    """Below the header every row stands for itself, whichever of its neighbours are left out."""
    for span in list(sheet.merged_cells.ranges):
        if span.max_row > header:
            first = sheet.cell(span.min_row, span.min_col)
            sheet.unmerge_cells(str(span))
            for line in range(max(span.min_row, header) + 1, span.max_row + 1):
                cell = sheet.cell(line, span.min_col)
                cell._value, cell.data_type, cell._style = first._value, first.data_type, copy(first._style)


def _forget(sheet: Any) -> None:
    """What points at rows by their number, hides something, or is no row."""
    sheet.sheet_state = "visible"
    sheet.auto_filter.ref = None
    sheet.tables.clear()
    sheet.conditional_formatting = type(sheet.conditional_formatting)()
    sheet._images, sheet._charts = [], []
    sheet.print_area = None
    for column in sheet.column_dimensions.values():
        column.hidden = False


def _explain(sheet: Any, header: int, rows: Mapping[int, Any]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    filled = {place: cell for place, cell in sheet._cells.items() if cell.value not in (None, "")}
    titles = {column: cell for (line, column), cell in filled.items() if line == header}
    beside = max((column for _, column in filled), default=0) + 1  # nothing of the user's is written over
    column = next((place for place, cell in titles.items() if normalise_header(str(cell.value)) == REASON), beside)
    title = sheet.cell(header, column)
    _write(title, REASON)
    if titles:
        title._style = copy(titles[max(titles)]._style)
    red, alarm = PatternFill("solid", fgColor=RED), Font(color=DARK_RED)
    for line, (reason, places) in rows.items():
        cell = sheet.cell(line, column)
        _write(cell, reason)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        for faulty in [cell, *(sheet.cell(line, place + 1) for place in places)] if reason else []:
            faulty.fill, faulty.font = red, alarm
    sheet.column_dimensions[get_column_letter(column)].width = REASON_WIDTH


def _write(cell: Any, text: str) -> None:
    """Text stays text, whatever it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32_000]
    cell.data_type = "s"


if __name__ == "__main__":
    main(sys.argv[1])
