"""使用手册: the Markdown file as blocks of plain text, so that the template alone writes HTML and escapes all of it.

Only what the manual uses is understood: headings, paragraphs, lists, tables and fenced blocks. Anything else stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.config import ROOT

MANUAL = Path(ROOT, "docs", "manual.md")
HEADING = re.compile(r"(#{1,6})\s+(.*)")
ITEM = re.compile(r"\s*(?:[-*+]|\d+[.、)])\s+(.*)")
RULE = re.compile(r"\s*\|?[\s:|-]+\|?\s*")
MARKS = re.compile(r"\*\*|`|!?\[([^\]]*)\]\([^)]*\)")
FENCE = "```"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a section. kind: text, list, table or code; a table's rows are lists of cells."""

    kind: str
    lines: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(slots=True)
class Section:
    """A heading with what follows it."""

    level: int
    title: str
    blocks: list[Block] = field(default_factory=list)


def sections(path: Path = MANUAL) -> list[Section]:
    """The manual, or nothing when this installation has none."""
    return parse(path.read_text(encoding="utf-8")) if path.is_file() else []


def parse(text: str) -> list[Section]:
    found = [Section(1, "")]
    for kind, lines in _runs(text.splitlines()):
        if kind == "heading":
            marks, title = _heading(lines[0])
            found.append(Section(marks, title))
        else:
            found[-1].blocks.append(_block(kind, lines))
    return [section for section in found if section.title or section.blocks]


def _heading(line: str) -> tuple[int, str]:
    match = HEADING.fullmatch(line)
    assert match is not None
    return len(match[1]), plain(match[2])


def _runs(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Neighbouring lines of one kind together; a blank line ends a run."""
    kind, fenced = "", False
    held: list[str] = []
    for line in lines:
        if line.strip().startswith(FENCE):
            if held or fenced:
                yield ("code" if fenced else kind), held
            fenced, kind, held = not fenced, "", []
            continue
        now = "code" if fenced else _kind(line, kind)
        if held and (now != kind or now == "heading"):
            yield kind, held
            held = []
        kind = now
        if now:
            held.append(line)
    if held:
        yield kind, held


def _kind(line: str, before: str) -> str:
    if not line.strip():
        return ""
    if HEADING.fullmatch(line):
        return "heading"
    if line.lstrip().startswith("|"):
        return "table"
    if ITEM.fullmatch(line) or (before == "list" and line.startswith(" ")):
        return "list"
    return "text"


def _block(kind: str, lines: list[str]) -> Block:
    if kind == "table":
        rows = [line.strip().strip("|").split("|") for line in lines if not RULE.fullmatch(line)]
        return Block("table", rows=[[plain(cell) for cell in row] for row in rows])
    if kind == "list":
        return Block("list", _items(lines))
    return Block(kind, lines if kind == "code" else [plain(" ".join(line.strip() for line in lines))])


def _items(lines: Sequence[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        match = ITEM.fullmatch(line)
        if match:
            found.append(plain(match[1]))
        elif found:
            found[-1] = f"{found[-1]} {plain(line)}"
    return found


def plain(text: str) -> str:
    """Emphasis and links as their words."""
    return MARKS.sub(lambda match: match[1] or "", text).strip()
