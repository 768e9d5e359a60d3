"""Tables about a plan, as uploaded: rows under a recognised header, every cell as written, in the user's own column names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.domain.headers import OF_TEMPLATE, Aliases, Header, Row, find_header, normalise_header
from app.domain.one_line import one_line
from app.domain.written import FORMULA_ERRORS, Fault, present

IN_LINES = frozenset({"note"})  # what is said in sentences
REASON_COLUMN = "错误原因"  # of an error workbook that comes back


@dataclass(frozen=True, slots=True)
class TableLine:
    """One row of somebody's table; absent values have no entry in ``fields``."""

    line: int
    sheet: str
    fields: Mapping[str, str]
    titles: Mapping[str, str]

    def fault(self, name: str, message: str) -> Fault:
        return Fault(self.line, self.titles.get(name, name), self.fields.get(name, ""), message, self.sheet)

    def formula_faults(self) -> list[Fault]:
        return [
            self.fault(name, f"单元格是公式错误 {text}：请改成文字") for name, text in self.fields.items() if text in FORMULA_ERRORS
        ]

    def whereabouts(self, other: TableLine) -> str:
        """This row as seen from the other."""
        return f"第 {self.line} 行" if self.sheet == other.sheet else f"工作表“{self.sheet}”第 {self.line} 行"


@dataclass(slots=True)
class ReadTable:
    """Every sheet with the wanted header."""

    lines: list[TableLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    header_lines: dict[str, int] = field(default_factory=dict)


class HasRows(Protocol):
    """A sheet of a workbook."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Row]: ...


def read_tables(sheets: Iterable[HasRows], aliases: Aliases, needed: Sequence[str], complaint: str) -> ReadTable:
    """Sheets whose header names all ``needed`` fields; ``complaint`` is the fault where there is none."""
    table = ReadTable()
    for sheet in sheets:
        header = find_header(sheet.rows, aliases, least=len(needed))
        if header is None or not set(needed) <= _named(header):
            if sheet.name not in OF_TEMPLATE:
                table.remarks.append(f"工作表“{sheet.name}”没有需要的表头，未读取")
            continue
        table.header_lines[sheet.name] = header.line
        repeated = [_repeated(header, sheet.name, places) for _, places in header.match.duplicates]
        table.faults += repeated
        table.remarks += _ignored(header)
        if not repeated:
            table.lines += _lines(sheet, header, aliases)
    if not table.header_lines:
        table.faults.append(Fault(0, "", "", complaint))
    return table


def _named(header: Header) -> set[str]:
    return {*header.match.columns, *(name for name, _ in header.match.duplicates)}


def _repeated(header: Header, sheet: str, places: Sequence[int]) -> Fault:
    title = " ".join(header.cells[places[0]].split())
    columns = "、".join(f"第 {place + 1} 列" for place in places)
    return Fault(header.line, title, title, f"列名“{title}”重复（{columns}），无法判断以哪一列为准：请只保留一列", sheet)


def _ignored(header: Header) -> list[str]:
    unknown = [" ".join(text.split())[:40] for _, text in header.match.unknown if normalise_header(text) != REASON_COLUMN]
    return [f"以下列没有对应栏目，未读取：{'、'.join(unknown)}"] if unknown else []


def _lines(sheet: HasRows, header: Header, aliases: Aliases) -> Iterable[TableLine]:
    columns = header.match.columns
    titles = {name: header.title(name) if name in columns else aliases[name][0] for name in aliases}
    for line, cells in sheet.rows:
        if line <= header.line:
            continue
        written = {name: cells[place] for name, place in columns.items() if place < len(cells)}
        fields = {name: text for name, cell in written.items() if (text := present(cell if name in IN_LINES else one_line(cell)))}
        if fields:
            yield TableLine(line, sheet.name, fields, titles)
