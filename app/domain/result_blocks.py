"""Plain rows of a result file, many at once (整块读取): column by column, each distinct text looked at once.

A block in which anything is unusual is not read here but row by row, where it is explained to the user.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from app.domain.headers import Row
from app.domain.result_columns import KIND_WORDS, RESULT_COLUMNS, VERDICT_WORDS
from app.domain.written import FORMULA_ERRORS, item_name, number_complaint, present, sample_number, word

LOD_PREFIX = re.compile(r"(检出限|定量限|测定低限|检测低限)\s*[:：]?\s*(.*)", re.S)
MAX_TEXT = 2_000
# what Excel makes of 3-5 or 1:10; a value that looks so was not typed so
DATE_CELL = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2})?|\d{2,3}:\d{2}:\d{2}")
VALUES = ("result", "min_limit", "max_limit", "lod")
BLOCK = 250  # rows; one that is unusual makes so many go the long way


class WrittenRow(NamedTuple):
    """结果行: one item of one report, tidied; `as_written` keeps what the file says.

    A named tuple, because files of 200,000 rows are read while somebody waits and a frozen dataclass of this width takes
    four times as long to make.
    """

    line: int
    sheet: str
    number: str
    report_no: str
    item: str
    result: str
    unit: str
    verdict: str  # one of the five official words, or "" where the laboratory gave none
    method: str
    basis: str
    min_limit: str
    min_unit: str
    max_limit: str
    max_unit: str
    lod: str
    lod_unit: str
    lod_kind: str
    kind: str
    note: str
    product_name: str
    client: str
    supervision_note: str
    monitoring_note: str
    headers: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def as_written(self) -> dict[str, str]:
        return dict(zip(self.headers, self.cells, strict=False))


class _Read(dict[str, str]):
    """Cell -> what it reads as, for the cells of one kind of column; ``odd`` tells that one of them needs a closer look."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        super().__init__()
        self._read = read
        self.odd = False

    def __missing__(self, cell: str) -> str:
        text = None if len(cell) > MAX_TEXT or cell in FORMULA_ERRORS else self._read(cell)
        if text is None:
            self.odd = True  # not kept, so that the next such cell is noticed as well
            return ""
        self[cell] = text
        return text


def _number(cell: str) -> str | None:
    number = sample_number(present(cell))
    return None if not number or number_complaint(number) else number


def _report(cell: str) -> str | None:
    return sample_number(present(cell)) or None


def _item(cell: str) -> str | None:
    shown = present(cell)
    return item_name(shown) if shown else None


def _value(cell: str) -> str | None:
    return None if DATE_CELL.fullmatch(cell.strip()) else present(cell)


def _detection_limit(cell: str) -> str | None:
    text = _value(cell)
    return None if text and LOD_PREFIX.fullmatch(text) else text


def _listed(words: Mapping[str, str], other: str | None = None) -> Callable[[str], str | None]:
    def read(cell: str) -> str | None:
        text = present(cell)
        found = words.get(text)
        return words.get(word(text), other) if found is None else found

    return read


class BlockReader:
    """Reads blocks of one sheet whose rows all have a number, a report and an item of their own, and nothing odd."""

    def __init__(self, name: str, headers: tuple[str, ...], columns: Mapping[str, int], other_kinds: bool = False) -> None:
        """``other_kinds`` says that words that are no 检验类型 stand in its column and mean nothing there."""
        self._name, self._headers = name, headers
        self._places = [columns.get(column, len(headers)) for column in RESULT_COLUMNS]
        plain, value = _Read(present), _Read(_value)
        own = {
            "number": _Read(_number), "report_no": _Read(_report), "item": _Read(_item), "lod": _Read(_detection_limit),
            "verdict": _Read(_listed(VERDICT_WORDS)), "kind": _Read(_listed(KIND_WORDS, "" if other_kinds else None)),
        }  # fmt: skip
        self._kinds = [own.get(column, value if column in VALUES else plain) for column in RESULT_COLUMNS]

    def read(self, block: Sequence[Row]) -> list[WrittenRow] | None:
        """The rows; None where one of them needs a look of its own."""
        lines, cells = zip(*block, strict=True)
        if set(map(len, cells)) != {len(self._headers)}:
            return None
        raw: list[tuple[str, ...]] = [*zip(*cells, strict=True), ("",) * len(block)]  # the last stands for absent columns
        read = [list(map(kind.__getitem__, raw[place])) for kind, place in zip(self._kinds, self._places, strict=True)]
        odd = False
        for kind in self._kinds:
            odd, kind.odd = odd or kind.odd, False
        return None if odd else self._made(lines, read, cells)

    def _made(self, lines: Sequence[int], read: Sequence[list[str]], cells: Iterable[tuple[str, ...]]) -> list[WrittenRow]:
        (number, report, item, result, unit, verdict, method, basis, low, low_unit, high, high_unit, both, lod, lod_unit,
         lod_kind, kind, note, product, client, supervision, monitoring) = read  # fmt: skip
        of_low = [(own or shared) if limit else "" for limit, own, shared in zip(low, low_unit, both, strict=True)]
        of_high = [(own or shared) if limit else "" for limit, own, shared in zip(high, high_unit, both, strict=True)]
        columns = zip(
            lines, repeat(self._name), number, report, item, result, unit, verdict, method, basis, low, of_low, high, of_high,
            lod, lod_unit, lod_kind, kind, note, product, client, supervision, monitoring, repeat(self._headers),
            map(tuple, cells), strict=False,
        )  # fmt: skip
        return list(map(WrittenRow._make, columns))
