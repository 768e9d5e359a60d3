"""检查要点表 as an office writes it in a workbook: its columns, and every faulty cell with its line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

NUMBER, GROUP, TEXT, WEIGHT, BASIS = "序号", "检查内容", "检查项目", "重点项", "依据"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    NUMBER: ("序号", "编号", "项目序号"), GROUP: ("检查内容", "检查项目类别", "要素"), TEXT: ("检查项目", "检查要点", "检查内容及要求"),
    WEIGHT: ("重点项", "项目类别", "重点项/一般项", "是否重点项"), BASIS: ("依据", "检查依据", "法律依据"),
}  # fmt: skip
REQUIRED = (NUMBER, TEXT, WEIGHT)
KEY_WORDS = frozenset({"重点项", "重点", "*", "★", "是", "关键项"})
ORDINARY_WORDS = frozenset({"一般项", "一般", "", "否", "-", "/"})
LONGEST: Mapping[str, int] = {NUMBER: 20, GROUP: 100, TEXT: 500, BASIS: 300}
MOST_ITEMS = 300
HEADER_WITHIN = 10  # lines above the header may hold a title
CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")

Lines = Sequence[tuple[int, Sequence[str]]]  # row number in the sheet and its cells


@dataclass(frozen=True, slots=True)
class Item:
    """One item as read."""

    line: int
    number: str
    group: str
    text: str
    key: bool
    basis: str | None


@dataclass(slots=True)
class Read:
    """What a sheet says. Each fault is (line, column, sentence)."""

    items: list[Item] = field(default_factory=list)
    faults: list[tuple[int, str, str]] = field(default_factory=list)


def read(lines: Lines) -> Read:
    """The items of a sheet; a group that is written once holds for the lines below it, as merged cells are read."""
    found = Read()
    place, columns = _header(lines)
    if columns is None:
        names = "、".join(REQUIRED)
        found.faults.append((0, "", f"没有找到表头：前 {HEADER_WITHIN} 行中须有“{names}”等列名，请按模板填写"))
        return found
    seen: dict[str, int] = {}
    group = ""
    for line, cells in lines[place + 1 :]:
        values = {name: _cell(cells, at) for name, at in columns.items()}
        if not any(values.values()):
            continue
        group = values.get(GROUP) or group
        item = _item(line, values, group, found)
        if item is not None and item.number in seen:
            found.faults.append((line, NUMBER, f"序号“{item.number}”与第 {seen[item.number]} 行重复，请改正"))
        elif item is not None:
            seen[item.number] = line
            found.items.append(item)
    if not found.items and not found.faults:
        found.faults.append((0, "", "表头下面没有检查项目，请填写后重新上传"))
    if len(found.items) > MOST_ITEMS:
        found.faults.append((0, "", f"检查项目超过 {MOST_ITEMS} 项，请核对是否粘贴错了内容"))
    return found


def _header(lines: Lines) -> tuple[int, dict[str, int] | None]:
    for place, (_, cells) in enumerate(lines[:HEADER_WITHIN]):
        titles = [_folded(cell).rstrip("*") for cell in cells]
        columns = {
            name: next(titles.index(word) for word in words if word in titles)
            for name, words in COLUMNS.items()
            if any(word in titles for word in words)
        }
        if all(name in columns for name in REQUIRED):
            return place, columns
    return 0, None


def _item(line: int, values: Mapping[str, str], group: str, found: Read) -> Item | None:
    faults = [(line, name, f"“{name}”不能为空，请补填") for name in (NUMBER, TEXT) if not values.get(name)]
    faults += [
        (line, name, f"“{name}”不得超过 {most} 个字，请精简") for name, most in LONGEST.items() if len(values.get(name, "")) > most
    ]
    weight = _folded(values.get(WEIGHT, ""))
    if weight not in KEY_WORDS | ORDINARY_WORDS:
        faults.append((line, WEIGHT, f"“{weight[:20]}”不是重点项的写法，请填写“重点项”或“一般项”"))
    found.faults += faults
    if faults:
        return None
    return Item(line, values[NUMBER], group or "检查项目", values[TEXT], weight in KEY_WORDS, values.get(BASIS) or None)


def _cell(cells: Sequence[str], at: int) -> str:
    return " ".join(cells[at].split()) if at < len(cells) else ""


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
