"""The header of a result file: in one row or two, anywhere near the top, known by its names or because somebody said so.

A header that somebody mapped (导入格式对照) is recognised by its fingerprint: the titles in their order, whatever their
blanks, widths and asterisks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.domain.headers import SEARCHED_ROWS, Header, Row, Titles, match_headers, normalise_header
from app.domain.result_columns import NATIONAL_COLUMNS, RESULT_COLUMNS

REASON = "错误原因"  # what our own error workbook adds at the right
KNOWN = {normalise_header(alias) for aliases in (*RESULT_COLUMNS.values(), *NATIONAL_COLUMNS.values()) for alias in aliases}
MEANS_ITS_GROUP = frozenset({"", "数值", "值", "结果", "名称", "内容", "限值", "限量", "编号"})
LEAST = 3
LONGEST = 100  # of a title, as far as recognising it goes


@dataclass(frozen=True)
class Mapped:
    """对照: which column of one header holds which of our columns."""

    key: int
    fingerprint: str
    header_rows: int
    columns: Mapping[str, int]


@dataclass(frozen=True)
class ResultHeader(Header):
    """The header of one sheet; ``line`` is its last row, ``top`` its first."""

    top: int = 0
    mapped: Mapped | None = None


@dataclass(frozen=True)
class Candidate:
    """One or two rows that could be a header."""

    top: int
    line: int
    rows: tuple[tuple[str, ...], ...]

    @property
    def titles(self) -> tuple[str, ...]:
        return self.rows[0] if len(self.rows) == 1 else _joined(*self.rows)


def candidates(rows: Sequence[Row]) -> Iterator[Candidate]:
    """Each of the first rows alone, and together with the row of group headings above it."""
    before: Row | None = None
    for line, cells in rows[:SEARCHED_ROWS]:
        yield Candidate(line, line, (tuple(cells),))
        if before is not None and before[0] == line - 1:
            yield Candidate(line - 1, line, (tuple(before[1]), tuple(cells)))
        before = line, cells


def fingerprint(candidate: Candidate) -> str:
    """What a header is recognised by; our own column of reasons at its end does not count."""
    lines = []
    for row in candidate.rows:
        names = [normalise_header(text)[:LONGEST] for text in row]
        while names and names[-1] in ("", REASON):
            names.pop()
        lines.append(names)
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


def find_result_header(rows: Sequence[Row], mapped: Mapping[str, Mapped]) -> ResultHeader | None:
    """A header that somebody mapped, else the row or pair of rows that names most of the columns of results."""
    found = list(candidates(rows))
    for candidate in found if mapped else ():
        if given := mapped.get(fingerprint(candidate)):
            return mapped_header(candidate, given)
    best: tuple[int, Candidate, Titles | tuple[str, ...]] | None = None
    for candidate in found:
        cells = candidate.titles
        match = match_headers(cells, RESULT_COLUMNS)
        named = len(match.columns) + len(match.duplicates)
        if named >= max(LEAST, best[0] + 1 if best else 0):
            best = named, candidate, cells
    if best is None:
        return None
    _, candidate, cells = best
    return ResultHeader(candidate.line, cells, match_headers(cells, RESULT_COLUMNS), candidate.top)


def mapped_header(candidate: Candidate, given: Mapped) -> ResultHeader:
    """The header as somebody mapped it: columns that were not named stay unread, whatever they are called."""
    shown = distinct(candidate.titles)
    field_at = {place: field for field, place in given.columns.items()}
    names = [RESULT_COLUMNS[field_at[place]][0] if place in field_at else "" for place in range(len(shown))]
    cells = Titles(shown, names)
    return ResultHeader(candidate.line, cells, match_headers(cells, RESULT_COLUMNS), candidate.top, given)


def distinct(titles: Sequence[str]) -> tuple[str, ...]:
    """Titles of which no two are alike and none is empty, so that a message names one column."""
    seen: dict[str, int] = {}
    shown = []
    for place, text in enumerate(titles, 1):
        title = " ".join(text.split())
        seen[title] = seen.get(title, 0) + 1
        shown.append(f"{title}（第 {place} 列）" if seen[title] > 1 and title else title)
    return tuple(shown)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> Titles:
    """Two rows of a header: the lower names the column, alone or together with its group above."""
    shown, names, group = [], [], ""
    for place in range(max(len(upper), len(lower))):
        above, below = _at(upper, place), _at(lower, place)
        group = above or group
        heading = group if below else above
        name = _name(heading, below)
        names.append(name)
        shown.append(below if name == below else " ".join(dict.fromkeys(filter(None, (heading, below)))))
    return Titles(distinct(shown), names)


def _name(group: str, below: str) -> str:
    for text in (below, group + below):
        if normalise_header(text) in KNOWN:
            return text
    return group if normalise_header(below) in MEANS_ITS_GROUP else below


def _at(cells: Sequence[str], place: int) -> str:
    return " ".join(cells[place].split()) if place < len(cells) else ""


@lru_cache(maxsize=512)
def title_of(headers: tuple[str, ...], field: str) -> str:
    """The user's own name of a column."""
    place = match_headers(headers, RESULT_COLUMNS).columns.get(field)
    return RESULT_COLUMNS[field][0] if place is None else " ".join(headers[place].split())
