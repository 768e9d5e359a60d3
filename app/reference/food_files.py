"""Reading one food reference file row by row: a bad row is left out and its fault noted, never raised."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from app.domain.samples import Confidence
from app.reference.problems import BrokenReference, CellFault, Row

T = TypeVar("T")


class Rows(list[T]):
    """The readable rows of one file, and the faults of the others."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.problems: list[str] = []

    def at(self, line: int, sentence: str) -> str:
        return f"{self.file}:{line} {sentence}"


class Origin(NamedTuple):
    """来源 and 核实状态 of a row."""

    source: str
    confidence: Confidence

    @classmethod
    def of(cls, row: Row) -> Origin:
        return cls(row.text("source"), row.word("confidence", Confidence))


def folded(name: str) -> str:
    """A name without the accidents of keyboards: full-width brackets, blanks, line breaks, Ⅱ for II."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).replace("−", "-")


def read_file(folder: Path, file: str, columns: str, build: Callable[[Row], T]) -> Rows[T]:
    """Every row that can be built; only a file that is no such table at all raises BrokenReference."""
    rows: Rows[T] = Rows(file)
    try:
        for row in _rows(folder / file, columns.split()):
            try:
                rows.append(build(_complete(row)))
            except CellFault as fault:
                rows.problems.append(rows.at(row.line, str(fault)))
    except FileNotFoundError:
        raise BrokenReference([f"{file} 找不到，请把文件恢复到 {folder}"]) from None
    except (UnicodeDecodeError, csv.Error):
        raise BrokenReference([f"{file} 不是 UTF-8 编码的 CSV 文件，请另存后重试"]) from None
    return rows


def _rows(path: Path, columns: list[str]) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, restkey="…", strict=True)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise BrokenReference([f"{path.name}:1 缺少列：{'、'.join(missing)}，请按原表头补齐"])
        for cells in reader:
            yield Row(path.name, reader.line_num, cells)


def _complete(row: Row) -> Row:
    """A missing or surplus comma shifts every cell after it; such a row must not be half believed."""
    if "…" in row.cells or None in row.cells.values():
        raise CellFault("列数与表头不符，请检查逗号和引号")
    return row
