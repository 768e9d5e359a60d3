"""录入检验结果: items proposed for a sample, a block pasted from Excel, and reasons for what was not tested."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.headers import match_headers
from app.domain.result_columns import KIND_WORDS, RESULT_COLUMNS, VERDICT_WORDS
from app.domain.samples import ItemKind, Verdict
from app.domain.written import Fault, item_name, present, word

# The cells of the grid from left to right: the order of the laboratory's own result table.
CELLS = (
    "item", "result", "unit", "verdict", "method", "basis", "min_limit", "max_limit", "limit_unit", "lod", "note", "kind",
)  # fmt: skip
SHORTEST_REASON = 4  # 说明 of the national form: more than 3 characters
MOST_ROWS = 100
COLUMNS = {name: RESULT_COLUMNS[name] for name in CELLS} | {
    "unit": ("结果单位", "单位"), "limit_unit": ("允许限单位", "最大允许限单位", "限量单位", "最小允许限单位"),
}  # fmt: skip
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """One item that is to be tested, with what is known of it before anybody has tested it."""

    item: str
    required: bool = False
    unit: str = ""
    method: str = ""
    basis: str = ""
    min_limit: str = ""
    max_limit: str = ""
    kind: ItemKind | None = None

    @property
    def cells(self) -> dict[str, str]:
        limited = self.min_limit or self.max_limit
        return {
            "item": self.item, "unit": self.unit, "method": self.method, "basis": self.basis, "min_limit": self.min_limit,
            "max_limit": self.max_limit, "limit_unit": self.unit if limited else "", "kind": self.kind.value if self.kind else "",
        }  # fmt: skip


# ---------------------------------------------------------------- what was not tested

def is_tested(cells: Cells) -> bool:
    """Is there a reading, or a verdict of the laboratory without one?"""
    verdict = present(cells.get("verdict", ""))
    return bool(present(cells.get("result", ""))) or verdict not in ("", Verdict.UNTESTED.value)


def explains(cells: Cells) -> bool:
    """Does 说明 say why, in more than three characters?"""
    return len("".join(present(cells.get("note", "")).split())) >= SHORTEST_REASON


def kept(rows: Sequence[Cells], proposed: Sequence[Proposed]) -> list[Cells]:
    """The rows that are meant: an optional item that was proposed and left blank is emptied, its line stays a line."""
    optional = {item_name(one.item) for one in proposed if not one.required}
    return [
        {} if item_name(row.get("item", "")) in optional and not is_tested(row) and not present(row.get("note", "")) else row
        for row in rows
    ]


def unexplained(rows: Sequence[Cells], proposed: Sequence[Proposed]) -> list[Fault]:
    """Required items that were neither tested nor explained, each at its line; 0 is the line of an item left out."""
    lines = {item_name(row.get("item", "")): (line, row) for line, row in enumerate(rows, 1)}
    found = []
    for one in proposed:
        line, row = lines.get(item_name(one.item), (0, {}))
        if one.required and not is_tested(row) and not explains(row):
            message = f"必检项目“{one.item}”没有检验结果：请填写结果，或在“说明”中写明未检验的原因（不少于 {SHORTEST_REASON} 个字）"
            found.append(Fault(line, "说明", present(row.get("note", "")), message))
    return found


# ---------------------------------------------------------------- pasted from Excel

def pasted(text: str, delimiter: str = "\t") -> list[dict[str, str]]:
    """The rows of a block copied out of Excel: by its header where it has one, else by the order of the grid's cells."""
    read = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter)
    lines = [line for line in read if any(map(str.strip, line))]
    if not lines:
        return []
    match = match_headers(lines[0], COLUMNS)
    if len(match.columns) >= 2 or ("item" in match.columns and len(lines[0]) == 1):
        places, lines = match.columns, lines[1:]
    else:
        places = {name: place for place, name in enumerate(CELLS)}
    return [
        {name: tidy(name, line[place]) for name, place in places.items() if place < len(line)} for line in lines
    ]


def tidy(name: str, text: str) -> str:
    """A pasted cell as the grid has it: 合格 is 合格项, 抽检 is 抽检项目; what is not known stays to be refused."""
    bare = text.strip()
    words = {"verdict": VERDICT_WORDS, "kind": KIND_WORDS}.get(name)
    return words.get(word(bare), bare) if words else bare


def merged(rows: Sequence[Cells], block: Iterable[Cells]) -> list[dict[str, str]]:
    """The grid with a block in it: an item that is there is filled, another is appended; blank lines give way."""
    found = [dict(row) for row in rows if any(present(text) for text in row.values())]
    places = {item_name(row.get("item", "")): row for row in found}
    for cells in block:
        name = item_name(cells.get("item", ""))
        if name and name in places:
            places[name].update({cell: text for cell, text in cells.items() if text and cell != "item"})
        else:
            found.append(dict(cells))
            places[name] = found[-1]
    return found
