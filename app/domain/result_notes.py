"""What is said about a sheet that was read (读取提示): what its user may not see in it, or did not write there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from app.domain.merged import Range
from app.domain.result_headers import ResultHeader


class HasName(Protocol):
    """A sheet of a workbook; a reader of files adds whether it is hidden, and notes of its own."""

    @property
    def name(self) -> str: ...


def notes_on(sheet: HasName, header: ResultHeader, merged: Sequence[Range]) -> Iterator[str]:
    """What the user may not see in the file, or did not write there."""
    if getattr(sheet, "hidden", False):
        yield f"工作表“{sheet.name}”是隐藏的，已读取，请核对"
    for note in getattr(sheet, "notes", ()):
        yield f"工作表“{sheet.name}”{note}"
    if header.top < header.line:
        yield f"工作表“{sheet.name}”的表头占第 {header.top}、{header.line} 两行"
    below = [span for span in merged if span[2] > header.line]
    if below:
        first, last = min(span[0] for span in below), max(span[2] for span in below)
        yield f"工作表“{sheet.name}”有 {len(below)} 处纵向合并的单元格（第 {first}–{last} 行），已逐行填入合并的内容，请核对"
