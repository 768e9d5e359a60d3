"""Cells of large tables as sheet XML, column by column (大表的单元格).

A row begins and goes on alike in every line, and the values of a column repeat. So each different value is written once,
together with what stands between it and the next cell of its row; a row is then those pieces joined by its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice, repeat
from typing import Any

from app.spreadsheet_cells import MAX_DIGITS, MAX_TEXT, CellValue, plain, serial
from app.spreadsheet_scan import column_letters

# what XML cannot hold, what it would change, and what Excel would take for an escape of its own
SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
ROW = '<row r="'
WHOLE = 10**MAX_DIGITS
REMEMBERED = 4_000  # different values of one column
ROWS_TO_TELL = 2_000  # whether the values of a column repeat
ALIKE = frozenset({str, date, type(None)})  # equal ones are written alike; 1, True and 1.00 are equal as well

Turn = Callable[[Any], CellValue]
Block = Sequence[Sequence[Any]]  # columns of some rows


class Cells(dict[Any, str]):
    """Value -> the rest of its cell, and the beginning of the next one. ``turn`` makes a cell of a value that is no text, and
    is asked once for equal ones."""

    def __init__(self, style: str, after: str, turn: Turn | None) -> None:
        super().__init__()
        self._turn = turn
        self._blank = f'" s="{style}"/>{after}'
        self._text = f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">', f"</t></is></c>{after}"
        self._number = f'" s="{style}"><v>', f"</v></c>{after}"
        self._seen, self._repeats = 0, True

    def of(self, column: Sequence[Any]) -> Iterable[str]:
        """The cells of so many rows. What hardly repeats is not kept, and of anything else only so much."""
        if self._repeats and self._seen > ROWS_TO_TELL and len(self) * 2 > self._seen:
            self._repeats = False
        if not self._repeats or len(self) > REMEMBERED:
            self.clear()
        self._seen += len(column)
        if self._repeats:
            return map(self.__getitem__, column)
        head, tail = self._text
        return [
            head + value + tail if type(value) is str and value.isalnum() and len(value) <= MAX_TEXT else self.written(value)
            for value in column
        ]

    def __missing__(self, value: Any) -> str:
        xml = self.written(value)
        if self._turn is not None or type(value) in ALIKE:
            self[value] = xml
        return xml

    def written(self, value: Any) -> str:
        if type(value) is str:
            return self._written_text(value)
        if value is None:
            return self._blank
        return self._typed(value if self._turn is None else self._turn(value))

    def _written_text(self, value: str) -> str:
        if not value.isalnum() or len(value) > MAX_TEXT:
            value = SPECIAL.sub(_escaped, str(plain(value)))
        return value.join(self._text) if value else self._blank

    def _typed(self, value: CellValue) -> str:
        if type(value) is int and -WHOLE < value < WHOLE:
            return str(value).join(self._number)
        content = plain(value)
        if content is None:
            return self._blank
        if isinstance(content, str):
            return self._written_text(content)
        if isinstance(content, date):
            return serial(content).join(self._number)
        return (format(content, "f") if isinstance(content, Decimal) else str(content)).join(self._number)


def turned(turn: Turn) -> Turn:
    """What a value is as a cell."""
    return lambda value: value if type(value) is str or value is None else turn(value)


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    return "_x005F" + found if found.startswith("_x") else ESCAPES.get(found, "")


class Rows:
    """Blocks of columns as the rows of one sheet."""

    def __init__(self, styles: Sequence[str], turns: Sequence[Turn | None]) -> None:
        letters = [f'<c r="{column_letters(place)}' for place in range(1, len(styles) + 1)]
        after = [*letters[1:], "</row>"]
        self._first = f'">{letters[0]}'
        self._cells = [Cells(*each) for each in zip(styles, after, turns, strict=True)]

    def written(self, block: Block, number: int) -> str:
        """The rows from this number on."""
        columns = [cells.of(column) for cells, column in zip(self._cells, block, strict=True)]
        rows = zip(repeat(ROW), repeat(self._first), *columns)
        return "".join([str(place).join(row) for place, row in enumerate(rows, number)])


def in_columns(rows: Iterable[Sequence[CellValue]], at_once: int) -> Iterator[Block]:
    """Rows as blocks. A row longer or shorter than the others is a ValueError."""
    source = iter(rows)
    while some := list(islice(source, at_once)):
        yield list(zip(*some, strict=True))
