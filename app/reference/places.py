"""Reader of the administrative regions and their resident population (regions, population).

A region as written on a sheet is resolved to the nearest region we know: names are short, doubled, run together or
older than the code, and none of that is a reason to refuse a sample.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from app.reference.problems import CONFIDENCES, CellFault, Row, read_rows, refuse

HERE: Final = Path(__file__).parent
REGION_COLUMNS: Final = (
    *("code", "name", "level", "parent_code", "short_name"),
    *("aliases", "source", "confidence", "valid_from", "valid_to"),
)
POPULATION_COLUMNS: Final = ("code", "year", "residents", "source", "confidence")
SEPARATORS: Final = re.compile(r"[/\\|>→\-—、，,·\s]+")
# levels without a people's government of their own, written between a city and its districts
FILLERS: Final = ("省直辖县级行政区划", "自治区直辖县级行政区划", "市辖区", "市县")


class RegionLevel(StrEnum):
    """行政级别."""

    NATION = "国家"
    PROVINCE = "省级"
    CITY = "市级"
    COUNTY = "县级"
    TOWNSHIP = "乡级"

    @property
    def depth(self) -> int:
        return list(RegionLevel).index(self)


@dataclass(frozen=True, slots=True)
class Region:
    """One administrative region (行政区划)."""

    code: str
    name: str
    level: RegionLevel
    parent_code: str | None
    short_name: str
    aliases: tuple[str, ...]
    source: str
    confidence: str
    valid_from: date | None
    valid_to: date | None

    @property
    def full_names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases, self.short_name)


@dataclass(frozen=True, slots=True)
class PopulationFigure:
    """常住人口 of one region and year."""

    code: str
    year: int
    residents: int
    source: str
    confidence: str


class Resolution(NamedTuple):
    """The nearest region known, and whether all that was written has been understood."""

    code: str | None
    exact: bool


class RegionBook:
    """The region tree."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._regions = {region.code: region for region in regions}
        self._children: dict[str, list[Region]] = defaultdict(list)
        for region in self._regions.values():
            if region.parent_code is not None:
                self._children[region.parent_code].append(region)

    def __iter__(self) -> Iterator[Region]:
        return iter(self._regions.values())

    def __len__(self) -> int:
        return len(self._regions)

    def get(self, code: str) -> Region | None:
        return self._regions.get(code)

    def children(self, code: str) -> tuple[Region, ...]:
        return tuple(self._children.get(code, ()))

    def ancestors(self, code: str) -> tuple[Region, ...]:
        """From the nation down to the region itself."""
        chain = []
        region = self._regions.get(code)
        while region is not None:
            chain.append(region)
            region = self._regions.get(region.parent_code or "")
        return tuple(reversed(chain))

    def path(self, code: str) -> str:
        """«贵州省/六盘水市/钟山区»."""
        return "/".join(region.name for region in self.ancestors(code) if region.level is not RegionLevel.NATION)

    def resolve(self, written: str) -> Resolution:
        """The region meant by «河北/衡水/桃城区», «天津/天津/蓟州区» or «贵州省六盘水市钟山区»."""
        text = unicodedata.normalize("NFKC", written).strip()
        if text in self._regions:
            return Resolution(text, True)
        found: Region | None = None
        for piece in filter(None, SEPARATORS.split(text)):
            found, understood = self._follow(found, piece)
            if not understood:
                return Resolution(found.code if found else None, False)
        return Resolution(found.code, True) if found else Resolution(None, False)

    def _follow(self, found: Region | None, piece: str) -> tuple[Region | None, bool]:
        """Go down the tree as far as one written piece leads."""
        while piece:
            name, region = self._step(found, piece)
            if not name:
                return found, False
            found, piece = region or found, piece.removeprefix(name)
        return found, True

    def _step(self, found: Region | None, piece: str) -> tuple[str, Region | None]:
        """The name the piece begins with and its region; the longest name wins, one that two share means nothing."""
        meant: dict[str, set[str]] = defaultdict(set)
        for name, region in self._candidates(found):
            if piece.startswith(name):
                meant[name].add(region.code)
        for name in sorted(meant, key=len, reverse=True):
            if len(meant[name]) == 1:
                return name, self._regions[min(meant[name])]
            return "", None
        filler = next((word for word in FILLERS if piece.startswith(word)), "")
        return filler, None

    def _candidates(self, found: Region | None) -> Iterator[tuple[str, Region]]:
        """Every name that may follow: the region itself again, its children, cities and counties further down."""
        start = [found] if found else [region for region in self if region.parent_code is None]
        for region in start:
            yield from ((name, region) for name in region.names)
            for child in self.children(region.code):
                yield from ((name, child) for name in child.names)
                yield from ((name, lower) for lower in self._further(child) for name in lower.full_names)

    def _further(self, region: Region) -> Iterator[Region]:
        for child in self.children(region.code):
            if child.level is not RegionLevel.TOWNSHIP:  # town names repeat all over the country
                yield child
                yield from self._further(child)


def read_regions(folder: Path = HERE) -> RegionBook:
    """The shipped region tree, checked: parents exist and stand higher, codes are unique and of the right length."""
    rows = read_rows(folder / "regions.csv", REGION_COLUMNS, _region)
    known: dict[str, Region] = {}
    problems = []
    for row, region in rows:
        if region.code in known:
            problems.append(f"{row.place} 区划代码 {region.code} 重复")
        known[region.code] = region
    problems += [f"{row.place} {fault}" for row, region in rows if (fault := _misplaced(region, known))]
    refuse(problems)
    return RegionBook(known.values())


def read_population(folder: Path = HERE) -> tuple[PopulationFigure, ...]:
    """Resident population by region and year; a further year is a further row."""
    book = read_regions(folder)
    rows = read_rows(folder / "population.csv", POPULATION_COLUMNS, _population)
    problems, seen = [], set()
    for row, figure in rows:
        if book.get(figure.code) is None:
            problems.append(f"{row.place} 区划代码 {figure.code} 不在 regions.csv 中")
        if (figure.code, figure.year) in seen:
            problems.append(f"{row.place} {figure.code} 的 {figure.year} 年人口重复")
        seen.add((figure.code, figure.year))
    refuse(problems)
    return tuple(figure for _, figure in rows)


def _misplaced(region: Region, known: dict[str, Region]) -> str:
    if region.parent_code is None:
        return "" if region.level is RegionLevel.NATION else f"{region.name} 缺少上级区划代码，请补填"
    parent = known.get(region.parent_code)
    if parent is None:
        return f"{region.name} 的上级区划 {region.parent_code} 不存在"
    if parent.level.depth >= region.level.depth:
        return f"{region.name}（{region.level}）不能隶属于 {parent.name}（{parent.level}）"
    if region.level is RegionLevel.TOWNSHIP and not region.code.startswith(parent.code):
        return f"{region.name} 的代码 {region.code} 不以上级代码 {parent.code} 开头"
    return ""


def _region(row: Row) -> Region:
    code, level = row.text("code"), row.word("level", RegionLevel)
    digits = 9 if level is RegionLevel.TOWNSHIP else 6
    if not re.fullmatch(rf"[0-9]{{{digits}}}", code):
        raise CellFault(f"区划代码“{code}”应为 {digits} 位数字")
    return Region(
        code=code,
        name=row.text("name"),
        level=level,
        parent_code=row.optional("parent_code") or None,
        short_name=row.text("short_name"),
        aliases=_aliases(row.optional("aliases")),
        source=row.text("source"),
        confidence=row.choice("confidence", CONFIDENCES),
        valid_from=row.optional_day("valid_from"),
        valid_to=row.optional_day("valid_to"),
    )


def _aliases(written: str) -> tuple[str, ...]:
    parts: Sequence[str] = [part.strip() for part in written.split(";")]
    return tuple(part for part in parts if part)


def _population(row: Row) -> PopulationFigure:
    residents = row.whole("residents")
    if not residents:
        raise CellFault("“residents”应大于 0")
    source, confidence = row.text("source"), row.choice("confidence", CONFIDENCES)
    return PopulationFigure(row.text("code"), row.year("year"), residents, source, confidence)
