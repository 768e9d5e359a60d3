"""Which formulas may show something else once cells are filled (公式依赖): read generously, a formula not understood depends.

A reference is taken by its text; a name, a table, INDIRECT or a shared formula counts as depending on everything, because
what it reads cannot be told from its text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.domain.cell_addresses import LAST_COLUMN, LAST_ROW, Cell, column_of
from app.spreadsheet_packages import CellPlace, Package

QUOTED = re.compile(r'"(?:[^"]|"")*"')
REFERENCE = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'!|(?P<plain>[\w.]+)!)?"
    r"(?:\$?(?P<c1>[A-Z]{1,3})\$?(?P<r1>[0-9]{1,7})(?::\$?(?P<c2>[A-Z]{1,3})\$?(?P<r2>[0-9]{1,7}))?"
    r"|\$?(?P<from>[A-Z]{1,3}):\$?(?P<to>[A-Z]{1,3})|\$?(?P<top>[0-9]{1,7}):\$?(?P<bottom>[0-9]{1,7}))(?![\w(.!])",
    re.I,
)
FUNCTION = re.compile(r"[A-Z][A-Z0-9.]*\s*\(", re.I)
WORD = re.compile(r"[^\W\d]\w*|\[")
FORMULA_TAG = re.compile(rb"<(?:\w+:)?f[\s>/]")
FREE = frozenset({"TRUE", "FALSE"})
VOLATILE = re.compile(r"\b(?:INDIRECT|OFFSET|NOW|TODAY|RAND|RANDBETWEEN|CELL|INFO)\s*\(", re.I)


@dataclass(frozen=True, slots=True)
class Span:
    """A rectangle of one sheet."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    def meets(self, sheet: str, cells: Collection[Cell]) -> bool:
        return sheet.casefold() == self.sheet.casefold() and any(
            self.top <= one.row <= self.bottom and self.left <= one.column <= self.right for one in cells
        )


def dependent(package: Package, changed: Mapping[str, Collection[Cell]]) -> dict[str, list[Cell]]:
    """By sheet, the formula cells whose kept result may no longer be true, whatever way they lead to a filled cell."""
    if not any(changed.values()) or not any(FORMULA_TAG.search(package.parts[one.part]) for one in package.sheets):
        return {}
    waiting: list[tuple[str, Cell, Sequence[Span] | None]] = []
    for one in package.sheets:
        xml = package.sheet(one.name)
        assert xml is not None
        waiting += [(one.name, found, spans(place, one.name)) for found, place in xml.formulas]
    touched: dict[str, set[Cell]] = {sheet: set(cells) for sheet, cells in changed.items()}
    found: dict[str, list[Cell]] = {}
    while hit := [one for one in waiting if one[2] is None or _meets(one[2], touched)]:
        hits = set(map(id, hit))
        waiting = [one for one in waiting if id(one) not in hits]
        for sheet, at, _ in hit:
            found.setdefault(sheet, []).append(at)
            touched.setdefault(sheet, set()).add(at)
    return found


def _meets(read: Sequence[Span], touched: Mapping[str, set[Cell]]) -> bool:
    return any(span.meets(sheet, cells) for span in read for sheet, cells in touched.items())


def spans(place: CellPlace, sheet: str) -> Sequence[Span] | None:
    """What a formula reads; None where its text does not tell."""
    text = QUOTED.sub("", place.formula or "")
    if place.shared or not text or VOLATILE.search(text) or ":" in REFERENCE.sub("", text):
        return None
    named = FUNCTION.sub("(", REFERENCE.sub(" ", text))
    if any(word.upper() not in FREE for word in WORD.findall(named)):
        return None
    return [_span(match, sheet) for match in REFERENCE.finditer(text)]


def _span(match: re.Match[str], sheet: str) -> Span:
    named = match["quoted"].replace("''", "'") if match["quoted"] else match["plain"]
    where = named or sheet
    if match["c1"]:
        row, column = int(match["r1"]), column_of(match["c1"])
        last_row, last_column = (int(match["r2"]), column_of(match["c2"])) if match["c2"] else (row, column)
    elif match["from"]:
        row, last_row, column, last_column = 1, LAST_ROW, column_of(match["from"]), column_of(match["to"])
    else:
        row, last_row, column, last_column = int(match["top"]), int(match["bottom"]), 1, LAST_COLUMN
    return Span(where, min(row, last_row), min(column, last_column), max(row, last_row), max(column, last_column))
