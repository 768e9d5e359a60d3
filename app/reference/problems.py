"""Reading a shipped CSV file so that every faulty row is named by file and line, and none is half believed."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

Parsed = TypeVar("Parsed")
Word = TypeVar("Word", bound=StrEnum)

CONFIDENCES: Final = ("已核", "待核")
WHOLE: Final = re.compile(r"[0-9]{1,12}")
NUMBER: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
YEARS: Final = range(1949, 2200)


class BrokenReference(ValueError):
    """Reference files that contradict themselves or each other; one sentence per fault."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class CellFault(ValueError):
    """One cell that cannot be read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a reference file; each accessor reads one cell or raises a CellFault naming it."""

    file: str
    line: int
    cells: Mapping[str, str]

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    def optional(self, column: str) -> str:
        return self.cells[column].strip()

    def text(self, column: str) -> str:
        written = self.optional(column)
        if not written:
            raise CellFault(f"“{column}”不能为空，请补填")
        return written

    def day(self, column: str) -> date:
        written = self.text(column)
        try:
            return date.fromisoformat(written)
        except ValueError:
            raise CellFault(f"“{column}”的值“{written}”不是日期，请写成 2025-10-01 的形式") from None

    def optional_day(self, column: str) -> date | None:
        return self.day(column) if self.optional(column) else None

    def whole(self, column: str) -> int:
        written = self.text(column)
        if not WHOLE.fullmatch(written):
            raise CellFault(f"“{column}”的值“{written}”不是整数")
        return int(written)

    def optional_whole(self, column: str) -> int | None:
        return self.whole(column) if self.optional(column) else None

    def year(self, column: str) -> int:
        year = self.whole(column)
        if year not in YEARS:
            raise CellFault(f"“{column}”的值“{year}”不是合理的年份")
        return year

    def optional_number(self, column: str) -> Decimal | None:
        written = self.optional(column)
        if not written:
            return None
        if not NUMBER.fullmatch(written):
            raise CellFault(f"“{column}”的值“{written}”不是数值")
        return Decimal(written)

    def number(self, column: str) -> Decimal:
        self.text(column)
        value = self.optional_number(column)
        assert value is not None  # text() has refused the empty cell
        return value

    def word(self, column: str, vocabulary: type[Word]) -> Word:
        """A term of an official vocabulary."""
        return vocabulary(self.choice(column, [term.value for term in vocabulary]))

    def choice(self, column: str, allowed: Iterable[str]) -> str:
        written, terms = self.text(column), list(allowed)
        if written not in terms:
            raise CellFault(f"“{column}”的值“{written}”不在允许的范围内（{'、'.join(terms)}）")
        return written


def read_rows(path: Path, columns: Sequence[str], parse: Callable[[Row], Parsed]) -> list[tuple[Row, Parsed]]:
    """Every row of the file, parsed; all faulty rows are reported at once."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, restkey="…")
            missing = [column for column in columns if column not in (lines.fieldnames or ())]
            if missing:
                raise BrokenReference([f"{path.name}:1 缺少列：{'、'.join(missing)}"])
            rows = [_row(path, lines.line_num, cells) for cells in lines]
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenReference([f"{path.name} 无法读取：{error}；请确认文件存在且为 UTF-8 编码"]) from error
    return _parsed(rows, parse)


def _row(path: Path, line: int, cells: Mapping[str | None, str | None]) -> Row:
    return Row(path.name, line, {str(column): cell or "" for column, cell in cells.items() if column != "…"})


def _parsed(rows: Iterable[Row], parse: Callable[[Row], Parsed]) -> list[tuple[Row, Parsed]]:
    parsed, problems = [], []
    for row in rows:
        try:
            parsed.append((row, parse(row)))
        except CellFault as fault:
            problems.append(f"{row.place} {fault}")
    if problems:
        raise BrokenReference(problems)
    return parsed


def refuse(problems: Sequence[str]) -> None:
    """Raise when there is anything to report."""
    if problems:
        raise BrokenReference(problems)
