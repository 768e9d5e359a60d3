"""The child process that parses an uploaded table: `python -m app.spreadsheet_child '{"path": …, "format": …}'`.

calamine may abort its process on a small legal workbook and XML may be made to eat memory, so parsing happens here, under
limits set before the file is touched, with an empty environment. What goes back over the pipe is text and numbers of
texts: each distinct text crosses once, and nothing is ever unpickled from a process that has seen a hostile file.

A frame is one letter, a length and a payload: S sheet begins (JSON), R rows (`_Frame`), N notes (JSON), Z end, E refusal.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import struct
import sys
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from app.child_process import FRAME, limit_resources
from app.spreadsheet_gate import SAVE_AS, ReadLimits, UnreadableFile, check_package
from app.spreadsheet_notes import notes_of
from app.spreadsheet_scan import Scan, SheetMarks, column_letters

SEPARATOR = "\x1f"
ROWS_PER_FRAME = 1_000
MAX_TABLE = 300_000  # distinct texts remembered; then both sides begin anew
MAX_MERGED = 200_000
ROWS = struct.Struct(">?III")  # begin anew, rows, columns, bytes of new texts
LONG_NUMBER = 1e15  # from 16 digits on, Excel has already replaced the last digits of a number by zeros

Send = Callable[[bytes, bytes], None]


def main(argument: str) -> None:
    order = json.loads(argument)
    limits = ReadLimits(**order["limits"])
    gc.disable()  # millions of strings and no cycles in a process that ends with the file
    limit_resources(limits)
    output = sys.stdout.buffer

    def send(kind: bytes, payload: bytes) -> None:
        output.write(FRAME.pack(kind, len(payload)) + payload)

    try:
        read = _read_csv if order["format"] == "csv" else _read_excel
        read(Path(order["path"]), order["format"], limits, send)
        send(b"Z", b"")
    except UnreadableFile as refusal:
        send(b"E", str(refusal).encode())
    except MemoryError:
        send(b"E", "表格过大，超出内存上限：请删除数据区以外的内容，或拆分成几个文件再上传".encode())
    output.flush()


def _read_excel(path: Path, file_format: str, limits: ReadLimits, send: Send) -> None:
    import python_calamine as calamine

    scan: Scan | None = None
    if file_format == "xlsx":
        check_package(path, limits)
        scan = Scan(path)
        scan.start()
    frame = _Frame(limits, send)
    try:
        workbook = calamine.CalamineWorkbook.from_path(str(path))
        for entry in workbook.sheets_metadata:
            if entry.typ == calamine.SheetTypeEnum.WorkSheet:
                sheet = workbook.get_sheet_by_name(entry.name)
                hidden = entry.visible != calamine.SheetVisibleEnum.Visible
                _send_sheet(sheet, hidden, scan.marks(entry.name) if scan else SheetMarks(), frame)
    except calamine.PasswordError:
        raise UnreadableFile("文件设有打开密码：请在 Excel 中取消密码后重新上传") from None
    except calamine.CalamineError:
        raise UnreadableFile(f"文件内容损坏，无法读取：{SAVE_AS}") from None
    if scan and scan.template_version:
        send(b"N", json.dumps({"template_version": scan.template_version}).encode())


class _Texts(dict[object, int]):
    """Cell value -> number of its text, counted from 1 as they come; 0 is the empty text.

    Units, methods and verdicts repeat on every row, so that most cells cost one look-up on either side of the pipe.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fresh: list[str] = []
        self.long = False  # whether there was a code among them that Excel has spoilt
        self.size = 0

    def __missing__(self, value: object) -> int:
        if isinstance(value, str):
            self[value] = number = self._new(value) if value.strip() else 0
            return number
        number = self[cell_text(value)]
        if isinstance(value, float) and abs(value) >= LONG_NUMBER:
            self.long = True  # not kept: every such cell is to be named
        elif value not in (0, 1):  # not kept either: True equals 1 and reads otherwise
            self[value] = number
        return number

    def _new(self, text: str) -> int:
        self.fresh.append(text.replace(SEPARATOR, " ") if SEPARATOR in text else text)
        self.size += 1
        return self.size


class _Frame:
    """Rows on their way to the parent, counted over all sheets of the file."""

    def __init__(self, limits: ReadLimits, send: Send) -> None:
        self.limits, self.send = limits, send
        self.texts = _Texts()
        self.total = 0
        self._numbers = array("I")
        self._cells: list[list[int]] = []
        self._anew = True

    def add(self, line: int, cells: list[int]) -> None:
        if any(cells):
            self._numbers.append(line)
            self._cells.append(cells)
            if len(self._cells) == ROWS_PER_FRAME:
                self.flush()

    def flush(self) -> None:
        if not self._cells:
            return
        width = max(map(len, self._cells))
        codes = array("I")
        for cells in self._cells:
            codes.extend(cells if len(cells) == width else cells + [0] * (width - len(cells)))
        self.block(self._numbers, codes)
        self._numbers, self._cells = array("I"), []

    def block(self, lines: array[int], codes: array[int]) -> None:
        """Rows of one width, one after the other."""
        if not lines:
            return
        self.total += len(lines)
        if self.total > self.limits.rows:
            raise UnreadableFile(f"表格超过 {self.limits.rows} 行：请拆分成几个文件分别上传")
        texts = SEPARATOR.join(self.texts.fresh).encode("utf-8", "replace")
        head = ROWS.pack(self._anew, len(lines), len(codes) // len(lines), len(texts))
        self.send(b"R", b"".join((head, texts, lines.tobytes(), codes.tobytes())))
        self._anew, self.texts.fresh = False, []
        if self.texts.size > MAX_TABLE:
            self.texts = _Texts()
            self._anew = True


def _send_sheet(sheet: Any, hidden: bool, marks: SheetMarks, frame: _Frame) -> None:
    start, end = sheet.start, sheet.end
    if end and end[1] + 1 > frame.limits.columns:
        raise UnreadableFile(
            f"工作表“{sheet.name}”在 {column_letters(end[1] + 1)} 列还有内容，超过 {frame.limits.columns} 列："
            "请删除数据区以外的内容后重新上传"
        )
    ranges = islice(sheet.merged_cell_ranges or (), MAX_MERGED)
    merged = [(top + 1, left + 1, low + 1, right + 1) for (top, left), (low, right) in ranges]
    frame.send(b"S", json.dumps({"name": sheet.name, "hidden": hidden, "merged": merged}).encode())
    # calamine pads missing rows from row 1 but not missing columns
    long_numbers = _send_cells(sheet.iter_rows(), start[1] if start else 0, marks, frame)
    last_row, last_column = (end[0] + 1, end[1] + 1) if end else (0, 0)
    facts = {"notes": notes_of(marks, long_numbers, last_row, last_column), "hidden_rows": len(marks.hidden_rows)}
    frame.send(b"N", json.dumps(facts).encode())


def _send_cells(rows: Iterable[Sequence[Any]], left: int, marks: SheetMarks, frame: _Frame) -> list[str]:
    """Send the rows, which are of one width, ``left`` columns from the margin; returns the addresses of codes that Excel has spoilt."""
    spoilt: list[str] = []
    source, line = iter(rows), 1
    while block := list(islice(source, ROWS_PER_FRAME)):
        texts, width = frame.texts, left + len(block[0])
        codes = array("I", list(map(texts.__getitem__, chain.from_iterable(block))))
        if left:
            codes = _moved(codes, left, len(block))
        if texts.long:
            spoilt.extend(_long_numbers(block, line, left))
            texts.long = False
        for wrong in marks.errors.keys() & range(line, line + len(block)):
            _name_errors(codes, (wrong - line) * width, width, marks.errors[wrong], texts)
        frame.block(*_filled(array("I", range(line, line + len(block))), codes, width))
        line += len(block)
    return spoilt


def _moved(codes: array[int], left: int, rows: int) -> array[int]:
    """The same rows with so many empty columns before them."""
    width, moved = len(codes) // rows, array("I")
    for start in range(0, len(codes), width):
        moved.extend([0] * left)
        moved.extend(codes[start : start + width])
    return moved


def _long_numbers(block: Sequence[Sequence[Any]], line: int, left: int) -> Iterable[str]:
    for number, row in enumerate(block, line):
        for column, value in enumerate(row, left + 1):
            if isinstance(value, float) and abs(value) >= LONG_NUMBER:
                yield f"{column_letters(column)}{number}"


def _name_errors(codes: array[int], start: int, width: int, errors: Mapping[int, str], texts: _Texts) -> None:
    for column, error in errors.items():
        if column <= width and not codes[start + column - 1]:
            codes[start + column - 1] = texts[error]


def _filled(lines: array[int], codes: array[int], width: int) -> tuple[array[int], array[int]]:
    """The rows that have content; mostly all have something in their first column."""
    if 0 not in codes[::width]:
        return lines, codes
    kept = [place for place in range(len(lines)) if any(codes[place * width : (place + 1) * width])]
    if len(kept) == len(lines):
        return lines, codes
    rows = array("I", chain.from_iterable(codes[place * width : (place + 1) * width] for place in kept))
    return array("I", [lines[place] for place in kept]), rows


def cell_text(value: Any) -> str:
    """A typed cell as the text its writer meant; strings never get here."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds() // 3600:.0f}:{value.total_seconds() % 3600 // 60:02.0f}"
    return str(value)


def number_text(value: float) -> str:
    """The number without an exponent and without `.0`.

    A fraction has at most the 15 digits Excel shows: 0.30000000000000004 is what a sheet stores for 0.3, and would fail
    a limit of 0.3.
    """
    if value == 0:
        return "0"
    digits = repr(value) if value.is_integer() else f"{value:.15g}"
    text = format(Decimal(digits), "f") if "e" in digits else digits
    return text.removesuffix(".0")


def _read_csv(path: Path, _format: str, limits: ReadLimits, send: Send) -> None:
    text = _decoded(path.read_bytes())
    csv.field_size_limit(1 << 20)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    send(b"S", json.dumps({"name": "CSV", "hidden": False, "merged": []}).encode())
    frame = _Frame(limits, send)
    try:
        for line, cells in enumerate(reader, 1):
            if len(cells) > limits.columns:
                raise UnreadableFile(f"CSV 第 {line} 行超过 {limits.columns} 列：请检查分隔符后重新上传")
            frame.add(line, [frame.texts[_unguarded(cell)] for cell in cells])
        frame.flush()
    except csv.Error:
        raise UnreadableFile("CSV 文件的引号不成对或单元格过长：请用 Excel 打开检查后另存为 .xlsx 再上传") from None


def _unguarded(cell: str) -> str:
    """Undo what exports do to keep a code as text: `="0012"`, and the apostrophe that our own CSV puts before `=`."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1]
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") and len(cell) > 1 else cell


def _decoded(content: bytes) -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM, else GB18030, as Chinese Excel saves CSV."""
    for start, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(start):
            return content.decode(encoding, "replace")
    if b"\0" in content:
        raise UnreadableFile(f"CSV 文件里有二进制内容：{SAVE_AS}")
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(f"CSV 文件的编码无法识别（只认 UTF-8 和 GB18030）：{SAVE_AS}")


def _delimiter(text: str) -> str:
    """The one of comma, semicolon and tab that is commonest outside quotes in the first lines."""
    bare = "".join(text[:20_000].split('"')[::2]).splitlines()[:20]
    return max(",;\t", key=lambda mark: sum(line.count(mark) for line in bare))


if __name__ == "__main__":
    main(sys.argv[1])
