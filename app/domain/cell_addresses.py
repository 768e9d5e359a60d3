"""Addresses of cells (单元格地址): B5 is row 5, column 2; XFD1048576 is the last one a workbook has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
WRITTEN: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
LETTERS: Final = re.compile(r"[A-Za-z]{1,3}")


class BadAddress(ValueError):
    """No cell of a sheet; the message says how one is written."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Row and column, from 1."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both corners included (合并单元格)."""

    first: Cell
    last: Cell

    def __contains__(self, cell: Cell) -> bool:
        return self.first.row <= cell.row <= self.last.row and self.first.column <= cell.column <= self.last.column

    def __str__(self) -> str:
        return f"{self.first}:{self.last}" if self.first != self.last else str(self.first)


def letters(column: int) -> str:
    """1 is A, 16384 is XFD."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_of(written: str) -> int:
    """A is 1, AA is 27. Raises BadAddress."""
    found = 0
    if LETTERS.fullmatch(written.strip()):
        for letter in written.strip().upper():
            found = found * 26 + ord(letter) - 64
    if not 1 <= found <= LAST_COLUMN:
        raise BadAddress(f"“{written[:12]}”不是列号，请写成 A 至 XFD")
    return found


def cell(written: str) -> Cell:
    """The cell of a written address. Raises BadAddress."""
    match = WRITTEN.fullmatch(written.strip())
    if match is None or not 1 <= int(match[2]) <= LAST_ROW:
        raise BadAddress(f"“{written[:12]}”不是单元格地址，请写成 B5 的形式")
    return Cell(int(match[2]), column_of(match[1]))


def area(written: str) -> Area:
    """The rectangle of A1:C3, or of one cell. Raises BadAddress."""
    first, _, last = written.partition(":")
    a, b = cell(first), cell(last or first)
    return Area(Cell(min(a.row, b.row), min(a.column, b.column)), Cell(max(a.row, b.row), max(a.column, b.column)))


def holding(areas: Iterable[Area], found: Cell) -> Area | None:
    """The merged cell that this one is part of."""
    return next((one for one in areas if found in one), None)
