"""使用手册: the Markdown file as blocks of plain text, so that the template alone writes HTML and escapes all of it.

Only what the manual uses is understood: headings, paragraphs, lists, tables, fenced blocks and pictures that stand on a line of
their own. Anything else stays text. Headings of the first level are the manual's chapters, those of the second its sections, each
shown as a page of its own (``Page``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from app.config import ROOT

MANUAL = Path(ROOT, "docs", "manual.md")
PICTURES = MANUAL.with_name("pictures")
HEADING = re.compile(r"(#{1,6})\s+(.*)")
ITEM = re.compile(r"\s*(?:[-*+]|\d+[.、)])\s+(.*)")
RULE = re.compile(r"\s*\|?[\s:|-]+\|?\s*")
MARKS = re.compile(r"\*\*|`|!?\[([^\]]*)\]\([^)]*\)")
PICTURE = re.compile(r"!\[([^\]]+)\]\(pictures/([a-z0-9-]+\.png)\)")
NOT_IN_ADDRESSES = re.compile(r"[\W_]+")
FENCE = "```"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a section. kind: text, list, steps (all of its items are numbered), table, code or picture; a table's rows are lists
    of cells; the lines of a picture are its words and its file's name."""

    kind: str
    lines: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(slots=True)
class Section:
    """A heading with what follows it."""

    level: int
    title: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Of the title alone, so that it outlives sections added before it."""
        return slug(self.title)

    @property
    def lines(self) -> list[str]:
        """Every line of its text, a row of a table as one; of a picture its words."""
        found: list[str] = []
        for block in self.blocks:
            found += [" ".join(row) for row in block.rows] or (block.lines[:1] if block.kind == "picture" else block.lines)
        return found


@dataclass(frozen=True, slots=True)
class Page:
    """A section of the second level with those below it."""

    number: int
    chapter: str
    sections: Sequence[Section]

    @property
    def title(self) -> str:
        return self.sections[0].title

    @property
    def slug(self) -> str:
        return self.sections[0].anchor

    @property
    def parts(self) -> Sequence[Section]:
        return self.sections[1:]


def slug(title: str) -> str:
    """A title as part of an address: letters, digits and characters, one dash for whatever stands between them."""
    return NOT_IN_ADDRESSES.sub("-", title).strip("-")


def sections() -> Sequence[Section]:
    """The manual, read again when its file has changed; nothing when this installation has none."""
    return _read(MANUAL, MANUAL.stat().st_mtime_ns) if MANUAL.is_file() else ()


@lru_cache(maxsize=1)
def _read(path: Path, changed: int) -> Sequence[Section]:
    return tuple(parse(path.read_text(encoding="utf-8")))


def introduction() -> Sequence[Block]:
    """What stands before the first section."""
    first = next(iter(sections()), None)
    return first.blocks if first and first.level <= 1 else ()


def pages() -> Sequence[Page]:
    """The manual as the pages under 帮助, in its order."""
    found: list[tuple[str, list[Section]]] = []
    chapter = ""
    for section in sections():
        if section.level <= 1:
            chapter = section.title
        elif section.level == 2 or not found:
            found.append((chapter, [section]))
        else:
            found[-1][1].append(section)
    return [Page(number, at, held) for number, (at, held) in enumerate(found, 1)]


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
        if held and (now != kind or now in ("heading", "picture")):
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
    if PICTURE.fullmatch(line.strip()):
        return "picture"
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
        numbered = all(line.lstrip()[0].isdigit() for line in lines if ITEM.fullmatch(line))
        return Block("steps" if numbered else "list", _items(lines))
    if kind == "picture":
        return Block("picture", PICTURE.fullmatch(lines[0].strip()).groups())  # type: ignore[union-attr]
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
