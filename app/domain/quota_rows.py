"""Importing quotas (计划批次导入): one row per cell of the grid, an empty coordinate is not divided."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.plan_tables import HasRows, ReadTable, TableLine, read_tables
from app.domain.quotas import Cell, NotANumber, written_batches
from app.domain.samples import AreaType, Link
from app.domain.written import Fault, word

# Field -> headers; the first is the one in our own template and in the export of a plan.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "category": ("食品分类", "食品类别", "食品分类路径", "分类"),
    "category_1": ("食品大类", "大类", "一级分类"),
    "category_2": ("食品亚类", "亚类", "二级分类"),
    "category_3": ("食品次亚类", "次亚类", "品种", "三级分类"),
    "category_4": ("食品细类", "细类", "四级分类"),
    "region": ("区域", "抽样区域", "乡镇", "乡镇街道", "行政区划", "行政区域", "县区"),
    "link": ("抽样环节", "环节"),
    "month": ("月份", "月", "计划月份"),
    "area_type": ("区域类型", "城乡", "城乡类型"),
    "batches": ("计划批次", "批次", "批次数", "抽检批次", "任务批次"),
}
OWN = ("category", "region", "link", "month", "area_type", "batches")
TITLES = {name: titles[0] for name, titles in ALIASES.items()}
NO_HEADER = "没有找到表头：至少要有“计划批次”和“食品分类”（或“食品大类”）、“区域”、“抽样环节”、“月份”中的一列，可下载导入模板对照"
UNDIVIDED = frozenset({"", "全部", "不分", "合计", "全计划", "全部食品", "全年", "全县", "全区", "全市"})
CLEARED = "取消"
LEVELS = ("category_1", "category_2", "category_3", "category_4")
MONTH = re.compile(r"(?:\d{4}年)?(\d{1,2})月?份?")
Resolve = Callable[[str], tuple[int | None, str | None]]  # what is written -> (id, complaint)


@dataclass(slots=True)
class QuotaRow:
    """One row: the cell it means and its number (None clears the cell), or why it means none."""

    read: TableLine
    cell: Cell | None = None
    batches: int | None = None
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, name: str, message: str) -> None:
        self.faults.append(self.read.fault(name, message))


@dataclass(frozen=True, slots=True)
class QuotaTable:
    """What a file of quotas says."""

    rows: list[QuotaRow]
    read: ReadTable


def parse_quotas(sheets: Iterable[HasRows], category: Resolve, region: Resolve) -> QuotaTable:
    """Every row with every fault in its cell."""
    read = read_tables(sheets, ALIASES, ("batches",), NO_HEADER)
    rows = [_row(line, category, region) for line in read.lines]
    first: dict[Cell, QuotaRow] = {}
    for row in rows:
        if row.cell is None:
            continue
        earlier = first.setdefault(row.cell, row)
        if earlier is not row:
            row.refuse("batches", f"与{earlier.read.whereabouts(row.read)}是同一格：请只保留一行")
    return QuotaTable(rows, read)


def _row(line: TableLine, category: Resolve, region: Resolve) -> QuotaRow:
    row = QuotaRow(line, faults=line.formula_faults())
    if row.faults:
        return row
    found: dict[str, Any] = {
        "category_id": _resolved(row, *_category_written(line.fields), category),
        "region_id": _resolved(row, "region", line.fields.get("region", ""), region),
        "link": _choice(row, "link", Link),
        "month": _month(row),
        "area_type": _choice(row, "area_type", AreaType),
    }
    row.batches = _batches(row)
    if not row.faults:
        row.cell = Cell(**found)
    return row


def _category_written(fields: Mapping[str, str]) -> tuple[str, str]:
    """The path in one cell, or the four levels in cells of their own; and the column to blame."""
    if "category" in fields:
        return "category", fields["category"]
    parts = [(name, fields[name]) for name in LEVELS if word(fields.get(name, "")) not in UNDIVIDED]
    return (parts[-1][0], "/".join(text for _, text in parts)) if parts else ("category", "")


def _resolved(row: QuotaRow, name: str, written: str, resolve: Resolve) -> int | None:
    if word(written) in UNDIVIDED:
        return None
    found, complaint = resolve(written)
    if complaint:
        row.refuse(name, complaint)
    return found


def _choice(row: QuotaRow, name: str, kind: type[Link] | type[AreaType]) -> Link | AreaType | None:
    written = word(row.read.fields.get(name, ""))
    if written in UNDIVIDED:
        return None
    if written not in list(kind):
        row.refuse(name, f"没有“{written[:20]}”：请填写{'、'.join(kind)}，不分的留空")
        return None
    return kind(written)


def _month(row: QuotaRow) -> int | None:
    written = word(row.read.fields.get("month", ""))
    if written in UNDIVIDED:
        return None
    read = MONTH.fullmatch(written.removesuffix(".0"))
    month = int(read[1]) if read else 0
    if not 1 <= month <= 12:
        row.refuse("month", f"没有“{written[:20]}”这个月份：请填写 1 至 12，不分月的留空")
        return None
    return month


def _batches(row: QuotaRow) -> int | None:
    written = row.read.fields.get("batches", "")
    if word(written) == CLEARED:
        return None
    try:
        batches = written_batches(written)
    except NotANumber as fault:
        row.refuse("batches", str(fault))
        return None
    if batches is None:
        row.refuse("batches", f"计划批次为空：请填写整数；要取消该格的批次请填写“{CLEARED}”")
    return batches
