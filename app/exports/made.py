"""One return as it was made: what stands in its cells, the figures behind them, and how it is kept so that it can be printed again.

``Made`` is the same for our own workbook and for a template of the authority above. What was approved is what is sealed: the sealed
workbook is printed from what was kept, with its number; counting again is a matter of verifying.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import zip_longest
from typing import Any, Protocol

from app.domain.return_rules import Cell, Unreadable
from app.exports.figures import Source
from app.exports.printing import address, printed, rows_from_json, rows_to_json
from app.spreadsheet_cells import Column
from app.spreadsheet_reports import FIRST_ROW, ReportSheet, Shown

RECORDS = ("不合格明细", "核查处置")  # sheets whose rows are records, in words that may be corrected later without moving a figure


@dataclass(frozen=True, slots=True)
class Counted:
    """One figure: where it stands, what it says, how it is counted and which records it counted."""

    sheet: str
    cell: str | None
    name: str
    definition: str
    version: int
    filter: str
    period: str
    side: str
    value: str | None
    numbers: Sequence[str] | None
    sha256: str | None
    source: Any = None  # how to count it again; unknown of a return that was kept

    @property
    def count(self) -> int | None:
        return None if self.numbers is None else len(self.numbers)

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.cell}" if self.cell else f"{self.sheet}（{self.name}）"


class Made(Protocol):
    """What a return is made of."""

    @property
    def figures(self) -> Sequence[Counted]: ...

    def value(self, sheet: str | None, cell: str) -> Cell:
        """What stands in a cell, as the rules (审核公式) read it."""

    def cells_by_address(self) -> Mapping[tuple[str, str], Any]:
        """Every cell that was filled."""

    def content(self, stamp: Stamp) -> bytes:
        """The workbook, with its number where it has one."""

    def kept(self) -> Mapping[str, Any]:
        """What has to be kept to print it again."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is only known when the return is sealed; ``texts`` is the same in the words of a form of the authority above."""

    number: str | None
    corrects: str | None
    texts: Mapping[str, str]
    early: bool = False  # a draft of a period that still ran


@dataclass(frozen=True)
class OwnWorkbook:
    """抽检月报 as we lay it out ourselves."""

    sheets: Sequence[ReportSheet]
    head: str  # the particulars of every sheet, without the number
    author: str
    made_at: datetime
    figures: Sequence[Counted]

    def value(self, sheet: str | None, cell: str) -> Cell:
        found = self.cells.get((sheet or self.sheets[0].title, cell), Unreadable("没有这个单元格"))
        if isinstance(found, Shown):
            return found.value
        if isinstance(found, str):
            return None if found in ("—", "/", "") else Unreadable(f"填的是文字“{found[:20]}”")
        return found if found is None or isinstance(found, (int, Unreadable)) else Unreadable("不是数值")

    @cached_property
    def cells(self) -> Mapping[tuple[str, str], Any]:
        """Every cell of the tables by its address."""
        return {
            (sheet.title, address(column, FIRST_ROW + number)): value
            for sheet in self.sheets
            for number, row in enumerate(sheet.rows)
            for column, value in enumerate(row)
        }

    def cells_by_address(self) -> Mapping[tuple[str, str], Any]:
        around: dict[tuple[str, str], Any] = {}
        for sheet in self.sheets:
            below = FIRST_ROW + len(sheet.rows) + 1
            around[sheet.title, "A1"] = sheet.heading
            around |= {(sheet.title, address(0, below + number)): note for number, note in enumerate(sheet.notes)}
        return {**self.cells, **around}

    def content(self, stamp: Stamp) -> bytes:
        number = f"　编号：{stamp.number}" if stamp.number else f"　（草稿，未封存{'；本期未结束' if stamp.early else ''}）"
        corrects = f"　更正报，更正 {stamp.corrects}" if stamp.corrects else ""
        line = f"{self.head}{number}{corrects}"
        return printed([replace(sheet, particulars=line) for sheet in self.sheets], self.author, self.made_at)

    def kept(self) -> Mapping[str, Any]:
        return {
            "head": self.head, "author": self.author, "made_at": self.made_at.isoformat(),
            "sheets": [
                {
                    "title": one.title, "heading": one.heading, "notes": list(one.notes), "totals": one.totals,
                    "columns": [[each.header, each.kind, each.width, each.number_format] for each in one.columns],
                    "rows": rows_to_json(one.rows),
                }
                for one in self.sheets
            ],
        }  # fmt: skip

    def with_records(self, other: OwnWorkbook) -> OwnWorkbook:
        """This workbook with the record rows of another one in their words, where both list the very same records."""
        theirs = {one.title: one for one in other.sheets}
        return replace(self, sheets=[_in_words_of(one, theirs.get(one.title)) for one in self.sheets])


def _in_words_of(sheet: ReportSheet, other: ReportSheet | None) -> ReportSheet:
    if sheet.title not in RECORDS or other is None or _listed(sheet) != _listed(other):
        return sheet
    return replace(sheet, rows=other.rows)


def _listed(sheet: ReportSheet) -> list[Any]:
    """Which records a sheet lists: by 抽样编号, or by 案件编号 and 抽样编号."""
    names = [column.header for column in sheet.columns]
    keys = [names.index(name) for name in ("案件编号", "抽样编号") if name in names]
    return sorted(tuple(str(row[key]) for key in keys) for row in sheet.rows)


def own_from(kept: Mapping[str, Any], figures: Sequence[Counted]) -> OwnWorkbook:
    """The workbook that was kept."""
    sheets = [
        ReportSheet(
            one["title"], one["heading"], "", [Column(*each) for each in one["columns"]], rows_from_json(one["rows"]),
            tuple(one["notes"]), one["totals"],
        )
        for one in kept["sheets"]
    ]  # fmt: skip
    return OwnWorkbook(sheets, kept["head"], kept["author"], datetime.fromisoformat(kept["made_at"]), figures)


def figure_of(source: Source, value: str | None) -> Counted:
    """A figure of our own workbook."""
    return Counted(
        source.sheet, source.cell, source.name, source.asked.formula.code, source.version, source.filter[:300], source.period.label,
        source.side, value, tuple(source.numbers), source.sha256, source,
    )  # fmt: skip


def figures_apart(kept: Sequence[Counted], again: Sequence[Counted]) -> str | None:
    """Where two makings of the same return part."""
    for one, other in zip_longest(kept, again):
        if one is None or other is None:
            lone = one or other
            return f"{lone.place} {lone.name}只在{'封存时' if one else '现在'}有"
        if (one.place, one.name) != (other.place, other.name):
            return f"封存时为 {one.place} {one.name}，现为 {other.place} {other.name}"
        if one.sha256 != other.sha256:
            return f"{one.place} {one.name}（{one.period}{one.side}）的编号清单"
        if one.value != other.value:
            return f"{one.place} {one.name} 封存为 {one.value}，现为 {other.value}"
    return None
