"""A Word document as a page of the browser (打印预览): its paragraphs and tables as plain rows for a template to write.

Only what our documents are made of: text with size and weight, alignment, tables with merged cells, page breaks. Pictures are
left out. Sizes become class names and whole pixels, because the page may carry no style of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PIXEL = 15  # twentieths of a point
MILLIMETRE = 57
NORMAL = "21"  # half points
FACES = {"黑体": "hei", "仿宋": "fang"}
SIDES = {"center": "centre", "right": "right", "end": "right", "both": "left", "left": "left", "start": "left"}


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look."""

    text: str
    look: str  # class names


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``table`` is False for every one of these, so that a template can tell."""

    runs: Sequence[Run]
    side: str
    indented: bool = False
    table: bool = False


@dataclass(slots=True)
class Cell:
    """One cell with the columns and rows it takes."""

    paragraphs: Sequence[Paragraph]
    columns: int
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; its least height in pixels, 0 for none."""

    height: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    """One table."""

    widths: Sequence[int]
    lines: Sequence[Line]
    table: bool = True

    @property
    def width(self) -> int:
        return sum(self.widths)


@dataclass(slots=True)
class Page:
    """What begins on a new page, with the margins of the paper in millimetres."""

    across: int
    above: int
    blocks: list[Paragraph | Grid] = field(default_factory=list)


def pages(document: bytes) -> list[Page]:
    """The pages as far as the document itself breaks them; where a long one flows over is the printer's to say."""
    with ZipFile(BytesIO(document)) as archive:
        body = fromstring(archive.read("word/document.xml")).find(f"{W}body")
    assert body is not None
    margin = body.find(f"{W}sectPr/{W}pgMar")
    across, above = (_number(margin, side) // MILLIMETRE for side in ("left", "top"))
    found = [Page(across, above)]
    for node in body:
        if node.tag == f"{W}p":
            if node.find(f"{W}pPr/{W}pageBreakBefore") is not None:
                found.append(Page(across, above))
            elif node.find(f"{W}pPr/{W}sectPr") is None:
                found[-1].blocks.append(_paragraph(node))
        elif node.tag == f"{W}tbl":
            found[-1].blocks.append(_grid(node))
    return found


def _number(node: Element | None, name: str) -> int:
    text = node.get(f"{W}{name}", "0") if node is not None else "0"
    return int(text) if text.lstrip("-").isdigit() else 0


def _value(node: Element, path: str) -> str | None:
    found = node.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}val", "")


def _paragraph(node: Element) -> Paragraph:
    side = SIDES.get(_value(node, "pPr/jc") or "left", "left")
    indented = _number(node.find(f"{W}pPr/{W}ind"), "firstLine") > 0
    return Paragraph([_run(run) for run in node.iter(f"{W}r")], side, indented)


def _run(node: Element) -> Run:
    text = "".join(_text(child) for child in node)
    size = _value(node, "rPr/sz") or NORMAL
    fonts = node.find(f"{W}rPr/{W}rFonts")
    face = FACES.get(fonts.get(f"{W}eastAsia", "") if fonts is not None else "", "song")
    bold = node.find(f"{W}rPr/{W}b") is not None and _value(node, "rPr/b") not in ("0", "false")
    return Run(text, f"hp{size} {face}{' bold' if bold else ''}")


def _text(node: Element) -> str:
    tag = node.tag.removeprefix(W)
    return (node.text or "") if tag == "t" else {"br": "\n", "tab": "\t"}.get(tag, "")


def _grid(node: Element) -> Grid:
    widths = [_number(column, "w") // PIXEL for column in node.iterfind(f"{W}tblGrid/{W}gridCol")]
    lines: list[Line] = []
    open_cells: dict[int, Cell] = {}  # column -> the cell that a merged one below belongs to
    for row in node.iterfind(f"{W}tr"):
        height = _number(row.find(f"{W}trPr/{W}trHeight"), "val") // PIXEL
        lines.append(Line(height, list(_cells(row, open_cells))))
    return Grid(widths, lines)


def _cells(row: Element, open_cells: dict[int, Cell]) -> Iterator[Cell]:
    column = 0
    for node in row.iterfind(f"{W}tc"):
        span = int(_value(node, "tcPr/gridSpan") or 1)
        merged = node.find(f"{W}tcPr/{W}vMerge")
        if merged is not None and merged.get(f"{W}val", "continue") == "continue" and column in open_cells:
            open_cells[column].rows += 1
        else:
            cell = Cell([_paragraph(one) for one in node.iterfind(f"{W}p")], span)
            open_cells.pop(column, None)
            if merged is not None:
                open_cells[column] = cell
            yield cell
        column += span


def plain_text(document: bytes) -> str:
    """Every word of the document, a line to a paragraph: for comparing and searching."""
    return "\n".join(_lines(pages(document)))


def _lines(found: Sequence[Page]) -> Iterator[str]:
    for page in found:
        for block in page.blocks:
            paragraphs: Any = (
                [one for line in block.lines for cell in line.cells for one in cell.paragraphs] if isinstance(block, Grid) else [block]
            )
            for paragraph in paragraphs:
                yield "".join(run.text for run in paragraph.runs)
