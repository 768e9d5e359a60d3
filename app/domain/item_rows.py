"""检验项目组 of a plan: items as typed in a form or read from a table, each with every fault at its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.plan_tables import HasRows, ReadTable, TableLine, read_tables
from app.domain.samples import ItemKind
from app.domain.written import Fault, item_name, word

ALIASES: Mapping[str, tuple[str, ...]] = {
    "category": ("食品分类", "食品细类", "食品类别", "食品分类路径"),
    "item": ("检验项目", "项目名称", "项目"),
    "item_kind": ("检验类型", "项目类型"),
    "required": ("是否必检", "必检"),
    "method": ("检验依据", "检验方法", "方法标准"),
    "basis": ("判定依据", "依据标准", "判定标准"),
    "min_text": ("最小允许限", "标准最小允许限", "下限"),
    "max_text": ("最大允许限", "标准最大允许限", "限量", "上限"),
    "unit": ("单位", "结果单位", "限量单位"),
    "note": ("备注", "说明"),
}
TITLES = {name: titles[0] for name, titles in ALIASES.items()}
FIELDS = tuple(name for name in ALIASES if name != "category")
LENGTHS = {"item": 200, "method": 400, "basis": 400, "min_text": 100, "max_text": 100, "unit": 40, "note": 300}
NO_HEADER = "没有找到表头：至少要有“食品分类”和“检验项目”两列，可下载导入模板对照"
YES, NO = frozenset({"是", "必检", "1", "√", "Y", "y"}), frozenset({"否", "选检", "0", "N", "n"})
Resolve = Callable[[str], tuple[int | None, str | None]]


@dataclass(frozen=True, slots=True)
class Item:
    """计划检验项目."""

    item: str
    item_kind: ItemKind = ItemKind.SUPERVISION
    required: bool = True
    method: str | None = None
    basis: str | None = None
    min_text: str | None = None
    max_text: str | None = None
    unit: str | None = None
    note: str | None = None


def read_item(written: Mapping[str, str]) -> tuple[Item | None, list[tuple[str, str]]]:
    """The item of one line, or its faults as (field, sentence). Absent values have no entry."""
    faults = [
        (name, f"超过 {most} 个字：请核对是否粘贴错了内容") for name, most in LENGTHS.items() if len(written.get(name, "")) > most
    ]
    if not item_name(written.get("item", "")):
        faults.append(("item", "检验项目为空：请填写"))
    kind, required = word(written.get("item_kind", "")), word(written.get("required", ""))
    if kind and kind not in list(ItemKind):
        faults.append(("item_kind", f"没有“{kind[:20]}”：请填写{'或'.join(ItemKind)}"))
    if required and required not in YES | NO:
        faults.append(("required", f"“{required[:20]}”不能识别：请填写是或否"))
    if faults:
        return None, faults
    rest = {name: written.get(name) for name in ("method", "basis", "min_text", "max_text", "unit", "note")}
    name = " ".join(written["item"].split())
    return Item(name, ItemKind(kind) if kind else ItemKind.SUPERVISION, required not in NO, **rest), []


def repeated(items: Sequence[Item]) -> list[int]:
    """Places of items that stand earlier in the list already, under the same kind."""
    seen: set[tuple[str, ItemKind]] = set()
    found = []
    for place, one in enumerate(items):
        key = (item_name(one.item).casefold(), one.item_kind)
        if key in seen:
            found.append(place)
        seen.add(key)
    return found


@dataclass(slots=True)
class ItemRow:
    """One row of a table of item sets."""

    read: TableLine
    category_id: int | None = None
    item: Item | None = None
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, name: str, message: str) -> None:
        self.faults.append(self.read.fault(name, message))


@dataclass(frozen=True, slots=True)
class ItemTable:
    """What a file of item sets says."""

    rows: list[ItemRow]
    read: ReadTable


def parse_items(sheets: Iterable[HasRows], category: Resolve) -> ItemTable:
    """Every row with every fault in its cell."""
    read = read_tables(sheets, ALIASES, ("category", "item"), NO_HEADER)
    rows = [_row(line, category) for line in read.lines]
    first: dict[tuple[int | None, str, ItemKind], ItemRow] = {}
    for row in rows:
        if row.item is None or row.faults:
            continue
        key = (row.category_id, item_name(row.item.item).casefold(), row.item.item_kind)
        earlier = first.setdefault(key, row)
        if earlier is not row:
            row.refuse("item", f"与{earlier.read.whereabouts(row.read)}是同一分类的同一项目：请只保留一行")
    return ItemTable(rows, read)


def _row(line: TableLine, category: Resolve) -> ItemRow:
    row = ItemRow(line, faults=line.formula_faults())
    if row.faults:
        return row
    row.item, complaints = read_item(line.fields)
    for name, sentence in complaints:
        row.refuse(name, sentence)
    written = line.fields.get("category", "")
    if not written:
        row.refuse("category", "食品分类为空：请填写")
        return row
    row.category_id, complaint = category(written)
    if complaint:
        row.refuse("category", complaint)
    return row
