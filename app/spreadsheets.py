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
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from app.child_process import FRAME, child
from app.spreadsheet_gate import SAVE_AS, ReadLimits, UnreadableFile, check_file

__all__ = ["ReadLimits", "Sheet", "UnreadableFile", "Workbook", "read_workbook"]

SEPARATOR = "\x1f"
ROWS = struct.Struct(">?III")
MAX_FRAME = 256 << 20

Row = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Sheet:
    """工作表: rows that have content, each with its row number in the sheet, every cell as text."""

    name: str
    rows: list[Row]
    hidden: bool = False
    hidden_rows: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row, first column, last row, last column, from 1
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
    received = _Received(limits)
    try:
        with _child(path, file_format, limits) as stream:
            finished = received.take_all(stream)
    except UnreadableFile:
        raise
    except (ValueError, LookupError, TypeError, struct.error):  # not what our own child sends
        finished = False
    if not finished:
        raise UnreadableFile(
            f"文件无法解析（内容过大、某个单元格远离数据区，或文件已损坏）：请删除数据区以外的内容，{SAVE_AS.removeprefix('请')}"
        )
    if not any(sheet.rows for sheet in received.sheets):
        raise UnreadableFile("文件里没有内容：请填写后重新上传")
    return Workbook(tuple(received.sheets), file_format, digest, received.template_version)


def _child(path: Path, file_format: str, limits: ReadLimits) -> AbstractContextManager[IO[bytes]]:
    order = {"path": str(path.resolve()), "format": file_format, "limits": asdict(limits)}
    return child("app.spreadsheet_child", order, limits)


@dataclass
class _Received:
    """Sheets as they come over the pipe; sizes are checked again because the sender has read a hostile file."""

    limits: ReadLimits
    sheets: list[Sheet] = field(default_factory=list)
    template_version: str = ""
    _texts: list[str] = field(default_factory=list)  # by number; equal cells share one string object

    def take_all(self, stream: IO[bytes]) -> bool:
        """Whether the child came to the end of the file."""
        while len(head := stream.read(FRAME.size)) == FRAME.size:
            kind, length = FRAME.unpack(head)
            payload = stream.read(length) if length <= MAX_FRAME else b""
            if len(payload) < length:
                return False
            if kind == b"Z":
                return True
            self._take(kind, payload)
        return False

    def _take(self, kind: bytes, payload: bytes) -> None:
        if kind == b"E":
            raise UnreadableFile(payload.decode()[:300])
        if kind == b"R":
            self._take_rows(payload)
        else:
            self._take_facts(kind, json.loads(payload))

    def _take_rows(self, payload: bytes) -> None:
        anew, count, width, length = ROWS.unpack_from(payload)
        if anew:
            self._texts = [""]
        if length:
            self._texts.extend(payload[ROWS.size : ROWS.size + length].decode().split(SEPARATOR))
        numbers, codes = array("I"), array("I")
        middle = ROWS.size + length + count * numbers.itemsize
        numbers.frombytes(payload[ROWS.size + length : middle])
        codes.frombytes(payload[middle:])
        cells = map(self._texts.__getitem__, codes)
        rows = self.sheets[-1].rows
        rows.extend(zip(numbers, zip(*[cells] * width, strict=True), strict=True))
        if len(rows) > self.limits.rows:
            raise UnreadableFile(f"表格超过 {self.limits.rows} 行：请拆分成几个文件分别上传")

    def _take_facts(self, kind: bytes, facts: dict[str, Any]) -> None:
        if kind == b"S":
            merged = tuple((a, b, c, d) for a, b, c, d in facts["merged"])
            self.sheets.append(Sheet(facts["name"], [], facts["hidden"], merged=merged))
        elif "template_version" in facts:
            self.template_version = facts["template_version"]
        else:
            last = self.sheets.pop()
            notes = tuple(facts["notes"])
            self.sheets.append(Sheet(last.name, last.rows, last.hidden, facts["hidden_rows"], last.merged, notes))
