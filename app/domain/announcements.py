"""Published lists (外部公示): every row of a file is taken in as written, with what can be read of it, or refused with a reason.

A row is an external finding: no batch, in no figure, with no case. It is known by the hash of what it says; 序号 is only its
place in this file. Equal rows of one file are all kept and counted by ``ordinal``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from app.domain.announcement_columns import ALIASES, LEAST, PUBLISHING, TITLES, parts_named, plain_headers
from app.domain.announcement_rows import NOTE, ListedRow, Written, read_row
from app.domain.headers import OF_TEMPLATE, SEARCHED_ROWS, Header, Row, find_header, normalise_header
from app.domain.result_kinds import ListKind
from app.domain.written import Fault

NO_HEADER = "没有找到公示名单的表头：至少要有“食品名称”以及“被抽样单位名称”“标称生产企业名称”“公告日期”等列，表头应在前 10 行内"
OUR_OWN = "这是公布信息的上报模板（抽检编号、公布时间、公布文号、网址），不是公示名单：请上传含“食品名称”的合格或不合格公示名单"
FAILING = re.compile("不合格|不符合")
MADE_ON_NOTICE = "有 {} 行的生产日期与公告日期相同，应是整理名单时填入的公告日期，未作为生产日期登记（原文照存）"


class HasRows(Protocol):
    """A sheet of a workbook."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Row]: ...


@dataclass(slots=True)
class ListTable:
    """What a file of published lists says."""

    rows: list[ListedRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    header_lines: dict[str, int] = field(default_factory=dict)


def parse(sheets: Iterable[HasRows]) -> ListTable:
    """Every sheet with the header of a published list; what stands above a header or below its rows is told, not dropped."""
    table, own = ListTable(), False
    for sheet in sheets:
        header = _header(sheet.rows)
        if header is None:
            own = own or any(set(PUBLISHING) <= {normalise_header(cell) for cell in cells} for _, cells in sheet.rows[:SEARCHED_ROWS])
            if sheet.name not in OF_TEMPLATE:
                table.remarks.append(f"工作表“{sheet.name}”没有公示名单的表头，未读取")
            continue
        table.header_lines[sheet.name] = header.line
        _read_sheet(table, sheet, header)
    if not table.header_lines:
        table.faults.append(Fault(0, "", "", OUR_OWN if own else NO_HEADER))
    _number(table.rows)
    if copied := sum(row.made_is_notice for row in table.rows):
        table.remarks.append(MADE_ON_NOTICE.format(copied))
    return table


def _header(rows: Sequence[Row]) -> Header | None:
    """The header as the user wrote it, matched with its spelling made plain."""
    plain = [(line, plain_headers(cells)) for line, cells in rows[:SEARCHED_ROWS]]
    found = find_header(plain, ALIASES, LEAST)
    if found is None or "product" not in found.match.columns:
        return None
    written = next(cells for line, cells in rows if line == found.line)
    return Header(found.line, tuple(written), found.match)


def _read_sheet(table: ListTable, sheet: HasRows, header: Header) -> None:
    table.faults += [
        Fault(header.line, TITLES[name], "", f"列名“{TITLES[name]}”重复：请只保留一列", sheet.name)
        for name, _ in header.match.duplicates
    ]
    above = [text for line, cells in sheet.rows if line < header.line for text in cells if text.strip()]
    table.remarks += [f"工作表“{sheet.name}”表头上方：{text.strip()[:100]}" for text in above[:3]]
    reader = _Reader(sheet.name, header, _kind(header, above))
    for line, cells in sheet.rows:
        if line <= header.line or not any(cell.strip() for cell in cells):
            continue
        if note := reader.note(cells):
            table.remarks.append(f"第 {line} 行{note}")
        else:
            table.rows.append(read_row(reader.written(line, cells)))


def _kind(header: Header, above: Sequence[str]) -> ListKind:
    """Which list it is, where its rows do not say so themselves."""
    failing = {"items", "item"} & header.match.columns.keys() or any(FAILING.search(text) for text in above)
    return ListKind.FAIL if failing else ListKind.PASS


class _Reader:
    """Takes the cells of one sheet's rows by the names of their columns."""

    def __init__(self, sheet: str, header: Header, kind: ListKind) -> None:
        self._sheet, self._header, self._kind = sheet, header, kind
        self._columns = header.match.columns
        self._titles = {name: header.title(name) for name in self._columns}
        self._names = list(_distinct(header.cells))
        place = self._columns.get("items")
        self._size = parts_named(header.cells[place]) if place is not None else None

    def note(self, cells: Sequence[str]) -> str:
        """Why this line is no row of the list; "" where it is one."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) == 1 and NOTE.match(filled[0]):
            return f"是说明文字，未作为名单读取：{filled[0][:60]}"
        if [normalise_header(cell) for cell in filled] == [normalise_header(cell) for cell in self._header.cells if cell.strip()]:
            return "是重复的表头，未读取"
        return ""

    def written(self, line: int, cells: Sequence[str]) -> Written:
        texts = {name: cells[place] for name, place in self._columns.items() if place < len(cells) and cells[place].strip()}
        whole = {self._names[place]: cell for place, cell in enumerate(cells) if cell.strip()}
        return Written(line, self._sheet, texts, whole, self._titles, self._kind, self._size)


def _distinct(cells: Sequence[str]) -> Iterator[str]:
    """Titles as keys: a column without one, or with another's, is told by its place."""
    seen: Counter[str] = Counter()
    for place, cell in enumerate(cells, 1):
        title = " ".join(cell.split()) or f"第 {place} 列"
        seen[title] += 1
        yield title if seen[title] == 1 else f"{title}（第 {place} 列）"


# ---------------------------------------------------------------- what a row is known by

def row_hash(cells: Mapping[str, str]) -> str:
    """SHA-256 of what the row says, whatever the order of columns, their stars and the blanks in cells."""
    said = {normalise_header(title): " ".join(text.split()) for title, text in cells.items()}
    told = sorted((title, text) for title, text in said.items() if title not in {"序号", "编号"} and text)
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _number(rows: Sequence[ListedRow]) -> None:
    seen: Counter[str] = Counter()
    for row in rows:
        row.sha256 = row_hash(row.cells)
        seen[row.sha256] += 1
        row.ordinal = seen[row.sha256]


def period(rows: Sequence[ListedRow]) -> tuple[date, date] | None:
    """From the first to the last 公告日期 of the rows."""
    days = [row.noticed_on for row in rows if row.noticed_on is not None]
    return (min(days), max(days)) if days else None
