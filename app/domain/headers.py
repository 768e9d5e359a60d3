"""Matching the header row of somebody else's table (表头匹配).

Columns are found by name, never by position: files of one origin differ in order, blanks, brackets and trailing `*`.
A header that occurs twice is reported, because taking the first would be a silent guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SEARCHED_ROWS = 30  # titles, notices and group headings stand above a header
BRACKETS = str.maketrans("【〔〖［｛{[】〕〗］｝}]", "(((((((" + ")))))))")
MARKS = "*★☆:："
HELP_SHEET, OPTIONS_SHEET = "填写说明", "选项"
OF_TEMPLATE = (HELP_SHEET, OPTIONS_SHEET)  # sheets that our own templates bring: nothing has to be said about them

Aliases = Mapping[str, Sequence[str]]
Row = tuple[int, Sequence[str]]


def normalise_header(text: str) -> str:
    """Full-width forms, blanks, line breaks, bracket kinds and the star of required columns do not count."""
    folded = unicodedata.normalize("NFKC", text).translate(BRACKETS)
    return re.sub(r"\s+", "", folded).strip(MARKS)


class Titles(tuple[str, ...]):
    """A header as its writer has it, with the names that its columns are matched by.

    The two differ where a header has two rows, and where somebody said which column is which.
    """

    names: tuple[str, ...]

    def __new__(cls, shown: Sequence[str], names: Sequence[str]) -> Titles:
        made = super().__new__(cls, shown)
        made.names = tuple(names)
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Titles) and tuple(self) == tuple(other) and self.names == other.names

    def __hash__(self) -> int:
        return hash((tuple(self), self.names))


@dataclass(frozen=True)
class HeaderMatch:
    """Which column holds which field."""

    columns: dict[str, int]
    unknown: tuple[tuple[int, str], ...]  # kept as extra, never dropped
    missing: tuple[str, ...]
    duplicates: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Header:
    """The header row of a sheet, with its sheet row number."""

    line: int
    cells: tuple[str, ...]
    match: HeaderMatch

    def title(self, field: str) -> str:
        """The user's own wording of a field's column, for messages."""
        index = self.match.columns.get(field)
        return field if index is None else " ".join(self.cells[index].split())


def match_headers(row: Sequence[str], wanted: Aliases) -> HeaderMatch:
    """Match by name; of two different aliases of one field the one listed first wins, the other stays unknown."""
    row = row.names if isinstance(row, Titles) else row
    places: dict[str, list[int]] = {}
    for index, text in enumerate(row):
        if name := normalise_header(text):
            places.setdefault(name, []).append(index)
    columns: dict[str, int] = {}
    duplicates: list[tuple[str, tuple[int, ...]]] = []
    for field, aliases in wanted.items():
        found = next((places[name] for name in map(normalise_header, aliases) if name in places), [])
        if len(found) == 1:
            columns[field] = found[0]
        elif found:
            duplicates.append((field, tuple(found)))
    used = {*columns.values(), *(index for _, indexes in duplicates for index in indexes)}
    unknown = tuple((index, text) for index, text in enumerate(row) if text.strip() and index not in used)
    absent = wanted.keys() - columns.keys() - {field for field, _ in duplicates}
    return HeaderMatch(columns, unknown, tuple(field for field in wanted if field in absent), tuple(duplicates))


def find_header(rows: Iterable[Row], wanted: Aliases, least: int = 2) -> Header | None:
    """The row among the first thirty that names most of the wanted fields, if it names at least `least`."""
    best: Header | None = None
    for count, (line, cells) in enumerate(rows):
        if count == SEARCHED_ROWS:
            break
        match = match_headers(cells, wanted)
        if _named(match) >= max(least, 1 if best is None else _named(best.match) + 1):
            best = Header(line, tuple(cells), match)
    return best


def _named(match: HeaderMatch) -> int:
    return len(match.columns) + len(match.duplicates)
