"""What the parts of a dossier are made of (案卷排版块): tables, texts, papers and files, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from app import files
from app.attachments.models import Attachment
from app.attachments.operations import safe_name
from app.document_preview import Cell, Grid, Paragraph, pages
from app.dossier_pdf import Part
from app.filters import ABSENT, format_date, format_datetime
from app.labels import label
from app.pictures import JPEG, PNG, PictureLimits, UnreadablePicture, examine

Block = dict[str, Any]
PDF = "application/pdf"
DOCX_SUFFIX = ".docx"
YUAN = "（元）"  # what is named so is printed to the fen
SMALLEST = Decimal("0.000001")
LONGEST_CELL = 24  # longer texts take the whole width
PICTURE = PictureLimits(side=1400)
MISSING = "文件缺失或已损坏"
IN_ZIP = "原件见 ZIP 包"


def said(value: Any) -> str:
    """A recorded value as the paper prints it."""
    if value is None or value == "":
        return ABSENT
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Enum):
        return label(value)
    return _figure(value) if isinstance(value, Decimal) else str(value)


def _figure(value: Decimal) -> str:
    """The same on every database: SQLite gives ten decimals back, whatever was written."""
    return f"{value.quantize(SMALLEST).normalize():,f}"


def facts(rows: Iterable[tuple[str, Any]], *, blanks: bool = True) -> Block:
    """Names and values side by side; without ``blanks`` only what is known."""
    told = [(name, f"{value:,.2f}" if name.endswith(YUAN) and isinstance(value, Decimal) else said(value)) for name, value in rows]
    known = [(name, text) for name, text in told if blanks or text != ABSENT]
    return {"kind": "facts", "rows": _paired(known)}


def _paired(rows: Sequence[tuple[str, str]]) -> list[Block]:
    """Two to a line; a long one, and one that is left over, takes the line."""
    made: list[Block] = []
    waiting: Block | None = None
    for name, text in rows:
        row = {"label": name, "text": text, "wide": len(text) > LONGEST_CELL or "\n" in text}
        if row["wide"]:
            if waiting is not None:
                waiting["wide"] = True
            waiting = None
        else:
            waiting = row if waiting is None else None
        made.append(row)
    if waiting is not None:
        waiting["wide"] = True
    return made


def table(head: Sequence[str], widths: Sequence[float], rows: Iterable[Sequence[Any]], empty: str | None = None) -> Block:
    told = [[said(cell) for cell in row] for row in rows]
    return {"kind": "table", "head": list(head), "widths": list(widths), "rows": told} if told or empty is None else note(empty)


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def note(text: str) -> Block:
    return {"kind": "note", "text": text}


def paragraph(text: str) -> Block:
    return {"kind": "text", "text": text}


# ---------------------------------------------------------------- a Word document of ours

def paper(content: bytes) -> Block:
    """The text of an issued document, set anew: the bytes that were issued go into the archive."""
    told: list[Block] = []
    for page in pages(content):
        for block in page.blocks:
            told.append(_grid(block) if isinstance(block, Grid) else _paragraph(block))
    return {"kind": "paper", "paragraphs": told}


def _paragraph(given: Paragraph) -> Block:
    runs = [{"text": run.text, "size": _size(run.look), "bold": "bold" in run.look.split()} for run in given.runs if run.text]
    return {"runs": runs, "side": given.side, "indented": given.indented}


def _size(look: str) -> float:
    """hp21: half points."""
    digits = look.partition(" ")[0].removeprefix("hp")
    return int(digits) * 0.5 if digits.isdecimal() else 10.5


def _grid(given: Grid) -> Block:
    cells = [_cell(cell) for line in given.lines for cell in line.cells]
    return {"widths": [max(width, 1) for width in given.widths], "cells": cells}


def _cell(given: Cell) -> Block:
    return {"columns": given.columns, "rows": given.rows, "paragraphs": [_paragraph(one) for one in given.paragraphs]}


# ---------------------------------------------------------------- files

@dataclass(frozen=True, slots=True)
class Filed:
    """One file as it lies in the archive: under which name, whose bytes."""

    part: str
    name: str
    sha256: str
    size: int
    content: bytes | None = None  # of what is made here; everything else is read from the store
    missing: bool = False


@dataclass(slots=True)
class Shelf:
    """The files of a dossier in the order in which it names them; each is kept once in a part."""

    filed: list[Filed] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)  # the attachments that have their place

    def put(self, folder: str, part: str, name: str, sha256: str, size: int) -> Filed:
        found = next((one for one in self.filed if one.sha256 == sha256 and one.part == part), None)
        if found is None:
            missing = not files.intact(files.place(sha256), sha256)
            found = Filed(part, self._free(folder, name), sha256, size, missing=missing)
            self.filed.append(found)
        return found

    def _free(self, folder: str, written: str) -> str:
        """Two files of one name are told apart by their number."""
        name = safe_name(written) or "未命名"
        stem, dot, ending = name.rpartition(".")
        tried, number = f"{folder}/{name}", 1
        while tried in self.names:
            number += 1
            tried = f"{folder}/{stem}（{number}）.{ending}" if dot else f"{folder}/{name}（{number}）"
        self.names.add(tried)
        return tried


def attached(shelf: Shelf, part: str, file: Attachment, what: str | None = None) -> Block:
    """A picture is shown, a PDF joined, everything else named; the original goes into the archive in any case."""
    shelf.used.add(file.id)
    kept = shelf.put("附件", part, file.filename, file.sha256, file.size)
    told = f"{what}：{file.filename}" if what else f"附件：{file.filename}"
    if kept.missing:
        return named(told, MISSING)
    path = files.place(file.sha256)
    if file.mime == PDF:
        return {"kind": "pages", "source": path, "key": file.sha256, "caption": told, "listed": told}
    if file.mime in (JPEG, PNG):
        return picture(told, file.sha256)
    return named(told, IN_ZIP)


def picture(told: str, sha256: str, height: int = 112) -> Block:
    size = {"width": 100, "height": height}
    return {"kind": "picture", "source": files.place(sha256), "key": sha256, "caption": told, "listed": told, **size}


def opened(block: Block) -> Block:
    """A picture as it is printed: upright, without what its camera wrote into it. One that cannot be opened is named."""
    if block["kind"] != "picture":
        return block
    try:
        return {**block, "source": examine(block["source"], PICTURE).thumbnail}
    except UnreadablePicture:
        return named(block["listed"], "无法并入：图片无法打开，原件见 ZIP 包")


def named(told: str, why: str) -> Block:
    return {"kind": "note", "text": f"{told}　（{why}）", "listed": told, "note": why}


def part(title: str, *blocks: Block | None) -> Part:
    return Part(title, [block for block in blocks if block is not None])
