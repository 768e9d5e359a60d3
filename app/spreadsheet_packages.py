"""An .xlsx as it is (工作簿的部件): its parts byte for byte, its sheets, and where in a sheet's XML each cell stands.

Only files that ``spreadsheets.read_workbook`` has let through come here: no DTD, no macros, no bomb. Positions are those of the
bytes, so that a cell can be replaced and everything around it stay as the authority wrote it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element
from xml.parsers import expat

from app.domain.cell_addresses import Area, BadAddress, Cell, area, cell
from app.spreadsheet_gate import SAVE_AS, UnreadableFile

LARGEST_SHEET = 16 << 20  # bytes of XML; a form has a hundredth of that
TAG = re.compile(rb"<[^\"'>]*(?:\"[^\"]*\"[^\"'>]*|'[^']*'[^\"'>]*)*>")
RELATIONS = "xl/_rels/workbook.xml.rels"
BROKEN = f"文件内部结构不完整，无法作为报表模板：{SAVE_AS}"
TRUE = ("1", "true")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One worksheet: its name on the tab, its part, whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(slots=True)
class CellPlace:
    """A cell of the XML: from ``start`` to ``end``; of a formula also its text and where its kept result stands."""

    column: int
    start: int
    end: int = 0
    style: str = ""
    type: str = ""
    formula: str | None = None
    shared: bool = False
    result: tuple[int, int] | None = None
    value: str = ""


@dataclass(slots=True)
class RowPlace:
    """A row of the XML. ``inner_end`` is where its closing tag begins; equal to ``end`` where it is one tag alone."""

    number: int
    start: int
    head_end: int
    inner_end: int = 0
    end: int = 0
    style: str = ""
    cells: list[CellPlace] = field(default_factory=list)


class SheetXml:
    """What stands where in the XML of one worksheet."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.rows: list[RowPlace] = []
        self.column_styles: list[tuple[int, int, str]] = []
        self.merged: list[Area] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.prefix = ""
        self.head_end = self.inner_end = self.end = 0
        self._path: list[str] = []
        self._starts: list[int] = []
        self._text: list[str] = []
        self._row: RowPlace | None = None
        self._cell: CellPlace | None = None
        self._parse()

    def _parse(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._words
        self._parser.EntityDeclHandler = _no_entities
        try:
            self._parser.Parse(self.xml, True)
        except (expat.ExpatError, BadAddress, ValueError):
            raise UnreadableFile(BROKEN) from None
        if not self.end:
            raise UnreadableFile(BROKEN)

    def _open(self, written: str, attributes: dict[str, str]) -> None:
        prefix, _, name = written.rpartition(":")
        at, depth = self._parser.CurrentByteIndex, len(self._path)
        above = self._path[-1] if self._path else ""
        self._path.append(name)
        self._starts.append(at)
        if depth == 1 and name == "sheetData":
            self.prefix, self.head_end = f"{prefix}:" if prefix else "", self._tag_end(at)
        elif depth == 2 and name == "row" and above == "sheetData":
            number = int(attributes.get("r") or (self.rows[-1].number + 1 if self.rows else 1))
            style = attributes.get("s", "") if attributes.get("customFormat") in TRUE else ""
            self._row = RowPlace(number, at, self._tag_end(at), style=style)
            self.rows.append(self._row)
        elif depth == 3 and name == "c" and self._row is not None:
            self._open_cell(at, attributes)
        elif depth == 4 and self._cell is not None:
            self._text = []
            if name == "f":
                self._cell.shared = attributes.get("t") in ("shared", "dataTable") or "ref" in attributes
        elif depth == 2 and name in ("col", "mergeCell"):
            self._note(name, attributes)

    def _open_cell(self, at: int, attributes: dict[str, str]) -> None:
        assert self._row is not None
        cells = self._row.cells
        column = cell(attributes["r"]).column if "r" in attributes else cells[-1].column + 1 if cells else 1
        self._cell = CellPlace(column, at, style=attributes.get("s", ""), type=attributes.get("t", ""))
        cells.append(self._cell)

    def _note(self, name: str, attributes: dict[str, str]) -> None:
        if name == "mergeCell":
            self.merged.append(area(attributes["ref"]))
            return
        span = int(attributes["min"]), int(attributes["max"])
        if attributes.get("style"):
            self.column_styles.append((*span, attributes["style"]))
        if attributes.get("hidden") in TRUE:
            self.hidden_columns.append(span)

    def _words(self, text: str) -> None:
        if self._cell is not None:
            self._text.append(text)

    def _close(self, _written: str) -> None:
        name, start, depth = self._path.pop(), self._starts.pop(), len(self._path)
        if self._cell is not None:
            self._close_in_cell(name, start, depth)
        elif depth == 2 and self._row is not None and name == "row":
            self._row.inner_end, self._row.end = self._ends(start)
            self._row = None
        elif depth == 1 and name == "sheetData":
            self.inner_end, self.end = self._ends(start)

    def _close_in_cell(self, name: str, start: int, depth: int) -> None:
        assert self._cell is not None
        if depth == 3:
            self._cell.end = self._ends(start)[1]
            self._cell = None
        elif depth == 4 and name == "f":
            self._cell.formula = "".join(self._text)
        elif depth == 4 and name == "v":
            self._cell.value, self._cell.result = "".join(self._text), (start, self._ends(start)[1])
        elif depth == 4 and name == "is":
            self._cell.value = "".join(self._text)

    def _tag_end(self, start: int) -> int:
        found = TAG.match(self.xml, start)
        if found is None:
            raise ValueError("no tag")
        return found.end()

    def _ends(self, start: int) -> tuple[int, int]:
        """Where the closing tag begins and ends; an empty element has none: both are then the end of its own tag."""
        at, head_end = self._parser.CurrentByteIndex, self._tag_end(start)
        if self.xml[head_end - 2 : head_end] == b"/>":
            return head_end, head_end
        return at, self._tag_end(at)

    @cached_property
    def numbered(self) -> Mapping[int, RowPlace]:
        return {row.number: row for row in self.rows}

    def place(self, found: Cell) -> CellPlace | None:
        row = self.numbered.get(found.row)
        return next((one for one in row.cells if one.column == found.column), None) if row else None

    def style_of(self, found: Cell) -> str:
        """The style a cell has, or would have when it is first written: of its row, else of its column."""
        there = self.place(found)
        if there is not None:
            return there.style
        row = self.numbered.get(found.row)
        if row is not None and row.style:
            return row.style
        return next((style for first, last, style in self.column_styles if first <= found.column <= last), "")

    @property
    def formulas(self) -> list[tuple[Cell, CellPlace]]:
        return [(Cell(row.number, one.column), one) for row in self.rows for one in row.cells if one.formula is not None]


def _no_entities(*_declared: Any) -> None:
    raise ValueError("entity")


class Package:
    """The parts of a workbook, opened once."""

    def __init__(self, content: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                self.infos: Sequence[zipfile.ZipInfo] = package.infolist()
                self.parts: dict[str, bytes] = {info.filename: package.read(info) for info in self.infos}
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
            raise UnreadableFile(BROKEN) from None
        self._sheets: dict[str, SheetXml] = {}

    @cached_property
    def sheets(self) -> Sequence[SheetPart]:
        """The worksheets in the order of their tabs; chart sheets hold no cells."""
        targets = {node.get("Id"): (node.get("Type", ""), node.get("Target", "")) for node in self.tree(RELATIONS)}
        found = []
        for node in self.tree("xl/workbook.xml").iter():
            if not node.tag.endswith("}sheet"):
                continue
            key = next((value for name, value in node.attrib.items() if name.endswith("}id")), "")
            kind, target = targets.get(key, ("", ""))
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"
            if kind.endswith("/worksheet") and part in self.parts:
                found.append(SheetPart(node.get("name", ""), part, node.get("state", "visible") != "visible"))
        if not found:
            raise UnreadableFile(BROKEN)
        return found

    def sheet(self, name: str) -> SheetXml | None:
        """The worksheet of this name; None where there is none."""
        part = next((one.part for one in self.sheets if one.name == name), None)
        if part is None:
            return None
        if part not in self._sheets:
            if len(self.parts[part]) > LARGEST_SHEET:
                raise UnreadableFile(f"工作表“{name}”过大，不能作为报表模板：请删除数据区以外的格式后另存为 .xlsx 再上传")
            self._sheets[part] = SheetXml(self.parts[part])
        return self._sheets[part]

    def part_of(self, name: str) -> str:
        return next(one.part for one in self.sheets if one.name == name)

    def tree(self, part: str) -> Element:
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring

        try:
            return fromstring(self.parts[part])  # type: ignore[no-any-return]
        except (KeyError, ParseError, DefusedXmlException):
            raise UnreadableFile(BROKEN) from None

    @cached_property
    def formats(self) -> Sequence[str]:
        """The number format of each cell style, in words of the format (0.00%, yyyy-mm-dd)."""
        part = "xl/styles.xml"
        if part not in self.parts:
            return ()
        tree = self.tree(part)
        own = {node.get("numFmtId"): node.get("formatCode", "") for node in tree.iter() if node.tag.endswith("}numFmt")}
        styles = next((node for node in tree if node.tag.endswith("}cellXfs")), None)
        ids = [node.get("numFmtId", "0") for node in styles] if styles is not None else []
        return [own.get(one) or BUILT_IN.get(one, "General") for one in ids]

    def format_of(self, style: str) -> str:
        place = int(style) if style.isdecimal() else 0
        return self.formats[place] if place < len(self.formats) else "General"


# Formats that a workbook names by number alone; 27 to 36 and 50 to 58 are the dates of Chinese Excel.
_DATES = {str(number): "yyyy-mm-dd" for number in (*range(14, 18), 22, *range(27, 37), *range(50, 59))}
BUILT_IN: Mapping[str, str] = {"0": "General", "1": "0", "2": "0.00", "9": "0%", "10": "0.00%", **_DATES}
_WORDS = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]|_.|\*.")


def is_date_format(code: str) -> bool:
    """Whether a number of this format is shown as a day."""
    return bool(re.search(r"[yd]", _WORDS.sub("", code), re.I))


def is_percent_format(code: str) -> bool:
    return "%" in _WORDS.sub("", code)
