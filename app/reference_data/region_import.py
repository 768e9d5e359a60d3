"""A file of regions (行政区划导入): read, checked against the tree, and counted before anything is written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.errors import NotLikeThis
from app.reference_data.models import RegionLevel
from app.reference_data.region_names import RegionBook
from app.text_files import decoded

COLUMNS: Final = ("code", "name", "level", "parent_code")
LEVELS: Final = [level.value for level in RegionLevel]
ENDINGS: Final = re.compile(r"(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|自治州|自治县|地区|新区|街道|省|市|区|县|镇|乡)$")
YEARS: Final = range(1949, 2200)
MOST_LINES: Final = 60_000


@dataclass(frozen=True, slots=True)
class RegionLine:
    """One line of the file."""

    line: int
    code: str
    name: str
    level: str
    parent_code: str | None
    year: int | None = None
    residents: int | None = None

    @property
    def short_name(self) -> str:
        """天津 of 天津市; a name that would be left with one character is kept whole (蓟县)."""
        short = ENDINGS.sub("", self.name)
        return short if len(short) > 1 else self.name


@dataclass(slots=True)
class RegionImport:
    """What confirming would do. Errors name line, column and value."""

    rows: int = 0
    new: list[RegionLine] = field(default_factory=list)
    unchanged: int = 0
    populations: list[RegionLine] = field(default_factory=list)
    errors: list[dict[str, object]] = field(default_factory=list)

    def refuse(self, line: int, column: str, value: str, message: str) -> None:
        self.errors.append({"line": line, "column": column, "value": value, "message": message})


def plan(content: bytes, book: RegionBook, populations: Mapping[int, Mapping[int, int]]) -> RegionImport:
    """Read the file and hold it against the tree; parents may stand anywhere in it."""
    found = RegionImport()
    lines: dict[str, RegionLine] = {}
    for number, cells in _cells(content):
        found.rows += 1
        line = _read(number, cells, found)
        if line is None:
            continue
        first = lines.setdefault(line.code, line)
        if (first.name, first.level, first.parent_code) != (line.name, line.level, line.parent_code):
            found.refuse(number, "code", line.code, f"与第 {first.line} 行代码相同而内容不同，请删除其一")
        if line.residents is not None:
            found.populations.append(line)
    for line in lines.values():
        _place(line, lines, book, found)
    found.new.sort(key=lambda line: LEVELS.index(line.level))
    found.populations = [line for line in found.populations if not _known(line, book, populations)]
    _refuse_repeated(found)
    return found


def _cells(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(decoded(content)), restkey="", restval="")
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise NotLikeThis(f"文件缺少列：{'、'.join(missing)}；表头应为 code,name,level,parent_code[,year,residents]")
    try:
        for row in reader:
            if reader.line_num > MOST_LINES:
                raise NotLikeThis(f"文件超过 {MOST_LINES} 行，请拆分后再导入")
            yield reader.line_num, {name: (cell or "").strip() for name, cell in row.items() if name}
    except csv.Error as fault:
        raise NotLikeThis("文件不是规范的 CSV，请用电子表格另存为 CSV 后再导入") from fault


def _read(number: int, cells: Mapping[str, str], found: RegionImport) -> RegionLine | None:
    before = len(found.errors)
    code, name, level = cells["code"], cells["name"], cells["level"]
    if not re.fullmatch(r"[0-9]{6}|[0-9]{9}|[0-9]{12}", code):
        found.refuse(number, "code", code, "区划代码应为 6、9 或 12 位数字")
    if not 1 < len(name) <= 60:
        found.refuse(number, "name", name[:60], "名称应为 2 至 60 个字")
    if level not in LEVELS:
        found.refuse(number, "level", level, f"级别应为{'、'.join(LEVELS)}之一")
    year, residents = _figure(number, cells, "year", found), _figure(number, cells, "residents", found)
    if bool(cells.get("year")) != bool(cells.get("residents")):
        found.refuse(number, "year", cells.get("year", ""), "年份与常住人口须同时填写或同时留空")
    elif year is not None and year not in YEARS:
        found.refuse(number, "year", str(year), "年份不合理")
    if len(found.errors) > before:
        return None
    return RegionLine(number, code, name, level, cells["parent_code"] or None, year, residents)


def _figure(number: int, cells: Mapping[str, str], column: str, found: RegionImport) -> int | None:
    written = cells.get(column, "")
    if not written:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", written) or not int(written):
        found.refuse(number, column, written, "应为大于 0 的整数，不带千位分隔符")
        return None
    return int(written)


def _place(line: RegionLine, lines: Mapping[str, RegionLine], book: RegionBook, found: RegionImport) -> None:
    known = book.id(line.code)
    if known is not None:
        if book.name(known) != line.name:
            told = f"代码 {line.code} 已登记为“{book.name(known)}”，与文件不同，请核对"
            found.refuse(line.line, "name", line.name, told)
        else:
            found.unchanged += 1
        return
    above = _level_of(line.parent_code, lines, book)
    if above is None:
        found.refuse(line.line, "parent_code", line.parent_code or "", "上级区划不存在，请补填或先导入上级")
    elif LEVELS.index(above) >= LEVELS.index(line.level):
        found.refuse(line.line, "parent_code", line.parent_code or "", f"{line.level}区划不能隶属于{above}区划")
    else:
        found.new.append(line)


def _level_of(code: str | None, lines: Mapping[str, RegionLine], book: RegionBook) -> str | None:
    if code is None:
        return None
    known = book.id(code)
    if known is not None:
        return book.level(known).value
    return lines[code].level if code in lines else None


def _known(line: RegionLine, book: RegionBook, populations: Mapping[int, Mapping[int, int]]) -> bool:
    region_id = book.id(line.code)
    return region_id is not None and populations.get(region_id, {}).get(line.year or 0) == line.residents


def _refuse_repeated(found: RegionImport) -> None:
    seen: dict[tuple[str, int | None], int] = {}
    repeated: Sequence[RegionLine] = [
        line for line in found.populations if seen.setdefault((line.code, line.year), line.line) != line.line
    ]
    for line in repeated:
        found.refuse(line.line, "year", str(line.year), f"与第 {seen[line.code, line.year]} 行年份重复")
