"""Reading uploaded tables (读取上传的表格): the way in for xlsx, xls and CSV.

Parsing runs in `app.spreadsheet_child`; this side checks the outside of the file, watches the child and splits the text
it sends. Writing is in `app.spreadsheet_writing`, `app.spreadsheet_stream` and `app.spreadsheet_templates`; no module
outside this family imports a spreadsheet library.
"""

from __future__ import annotations

import hashlib
import json
import struct
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

from app.child_process import FRAME, child
from app.spreadsheet_gate import SAVE_AS, ReadLimits, UnreadableFile, check_file

__all__ = ["ReadLimits", "Sheet", "UnreadableFile", "Workbook", "read_workbook", "sheets_coming"]

SEPARATOR = "\x1f"
ROWS = struct.Struct(">?III")
MAX_FRAME = 256 << 20

Row = tuple[int, tuple[str, ...]]
Range = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


@dataclass(frozen=True)
class Sheet:
    """工作表: rows that have content, each with its row number in the sheet, every cell as text."""

    name: str
    rows: list[Row]
    hidden: bool = False
    hidden_rows: int = 0
    merged: tuple[Range, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """一个上传的表格文件."""

    sheets: tuple[Sheet, ...]
    format: str
    sha256: str
    template_version: str = ""


def read_workbook(path: Path, filename: str, limits: ReadLimits | None = None) -> Workbook:
    """Read every sheet of an uploaded file; `filename` is the name the user gave it.

    Raises UnreadableFile with one sentence for the user.
    """
    limits = limits or ReadLimits()
    file_format = check_file(path, filename, limits)
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    with _child(path, file_format, limits) as stream:
        received = _Received(stream, limits)
        sheets = tuple(sheet.whole() for sheet in received.sheets())
    return Workbook(sheets, file_format, digest, received.template_version)


@contextmanager
def sheets_coming(path: Path, filename: str, limits: ReadLimits | None = None) -> Iterator[Iterator[ComingSheet]]:
    """The sheets of an uploaded file, one after the other, each while its rows are still being read.

    Whoever asks for the next sheet, or for the notes on one, passes over the rows that he has not taken. Any step may raise
    UnreadableFile: nothing of a file is good before the last sheet has been asked for.
    """
    limits = limits or ReadLimits()
    with _child(path, check_file(path, filename, limits), limits) as stream:
        yield _Received(stream, limits).sheets()


def _child(path: Path, file_format: str, limits: ReadLimits) -> AbstractContextManager[IO[bytes]]:
    order = {"path": str(path.resolve()), "format": file_format, "limits": asdict(limits)}
    return child("app.spreadsheet_child", order, limits)


class ComingSheet:
    """工作表 on its way from the child: its rows can be taken once, and what is said about it comes after them."""

    def __init__(self, facts: Mapping[str, Any], received: _Received) -> None:
        self.name, self.hidden = facts["name"], facts["hidden"]
        self.merged: tuple[Range, ...] = tuple((a, b, c, d) for a, b, c, d in facts["merged"])
        self.rows: Iterator[Row] = chain.from_iterable(received.blocks(self))
        self.told: tuple[int, tuple[str, ...]] = 0, ()  # hidden rows, and sentences

    @property
    def notes(self) -> tuple[str, ...]:
        self.pass_over()
        return self.told[1]

    def pass_over(self) -> None:
        deque(self.rows, 0)

    def whole(self) -> Sheet:
        rows = list(self.rows)
        hidden_rows, notes = self.told
        return Sheet(self.name, rows, self.hidden, hidden_rows, self.merged, notes)


class _Received:
    """What comes over the pipe; sizes are checked again because the sender has read a hostile file."""

    def __init__(self, stream: IO[bytes], limits: ReadLimits) -> None:
        self._stream, self._limits = stream, limits
        self._texts: list[str] = []  # by number; equal cells share one string object
        self._rows = 0
        self._ended = False
        self.template_version = ""

    def sheets(self) -> Iterator[ComingSheet]:
        """Every sheet; the rows of one are passed over when the next is asked for."""
        while (sheet := self._sheet()) is not None:
            yield sheet
            sheet.pass_over()
        if not self._rows:
            raise UnreadableFile("文件里没有内容：请填写后重新上传")

    def _sheet(self) -> ComingSheet | None:
        with _understood():
            while not self._ended:
                kind, content = self._frame()
                if kind == b"S":
                    return ComingSheet(content, self)
                if kind == b"N":
                    self.template_version = content["template_version"]
                elif kind == b"R":
                    raise LookupError("rows without a sheet")
        return None

    def blocks(self, sheet: ComingSheet) -> Iterator[Iterable[Row]]:
        """The rows of a sheet, until the child has told what it found in it, or the file ends."""
        while (rows := self._rows_of(sheet)) is not None:
            yield rows

    def _rows_of(self, sheet: ComingSheet) -> list[Row] | None:
        with _understood():
            kind, content = self._frame()
            if kind == b"R":
                return self._block(content)
            if kind == b"N":
                sheet.told = content["hidden_rows"], tuple(content["notes"])
            elif kind != b"Z":
                raise LookupError("a sheet within a sheet")
        return None

    def _frame(self) -> tuple[bytes, Any]:
        """The next frame; what is no block of rows is made out already."""
        kind, length = FRAME.unpack(self._stream.read(FRAME.size))
        payload = self._stream.read(length) if length <= MAX_FRAME else b""
        if len(payload) < length:
            raise LookupError("cut off")
        if kind == b"E":
            raise UnreadableFile(payload.decode()[:300])
        self._ended = kind == b"Z"
        return kind, payload if kind in (b"R", b"Z") else json.loads(payload)

    def _block(self, payload: bytes) -> list[Row]:
        anew, count, width, length = ROWS.unpack_from(payload)
        if anew:
            self._texts = [""]
        if length:
            self._texts.extend(payload[ROWS.size : ROWS.size + length].decode().split(SEPARATOR))
        numbers, codes = array("I"), array("I")
        middle = ROWS.size + length + count * numbers.itemsize
        numbers.frombytes(payload[ROWS.size + length : middle])
        codes.frombytes(payload[middle:])
        self._rows += count
        if self._rows > self._limits.rows:
            raise UnreadableFile(f"表格超过 {self._limits.rows} 行：请拆分成几个文件分别上传")
        cells = map(self._texts.__getitem__, codes)
        return list(zip(numbers, zip(*[cells] * width, strict=True), strict=True))


@contextmanager
def _understood() -> Iterator[None]:
    """What our own child would not send is a file that has made it do so."""
    try:
        yield
    except UnreadableFile:
        raise
    except (ValueError, LookupError, TypeError, struct.error):
        raise _unreadable() from None


def _unreadable() -> UnreadableFile:
    return UnreadableFile(
        f"文件无法解析（内容过大、某个单元格远离数据区，或文件已损坏）：请删除数据区以外的内容，{SAVE_AS.removeprefix('请')}"
    )
