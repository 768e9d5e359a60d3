"""Checked reader of the food reference files: 食品分类, 检验项目, 限量 and 代码表.

A bad row never raises: it is left out and its fault, with file and line, is kept in `.problems` of the list read.
Only `load` refuses, once, with every problem.
"""

from __future__ import annotations

from pathlib import Path

from app.domain.quantities import Op
from app.domain.rounding import Basis
from app.domain.samples import Domain, ItemClass
from app.reference.food_checks import check
from app.reference.food_files import Origin, Rows, folded, read_file
from app.reference.food_rows import AliasRow, CategoryRow, CodeRow, Foods, ItemRow, LimitRow
from app.reference.problems import BrokenReference, Row, refuse

__all__ = [
    "AliasRow", "BrokenReference", "CategoryRow", "CodeRow", "Foods", "ItemRow", "LimitRow", "Rows", "check", "folded",
    "load", "read", "read_categories", "read_category_aliases", "read_codes", "read_item_aliases", "read_items",
    "read_limits",
]  # fmt: skip

FOLDER = Path(__file__).parent


def read_categories(folder: Path = FOLDER) -> Rows[CategoryRow]:
    """食品分类."""

    def build(row: Row) -> CategoryRow:
        names = row.text("level1"), row.optional("level2"), row.optional("level3"), row.optional("level4")
        days = row.optional_day("valid_from"), row.optional_day("valid_to")
        return CategoryRow(row.line, *names, row.word("domain", Domain), *Origin.of(row), *days)

    columns = "level1 level2 level3 level4 domain source confidence valid_from valid_to"
    return read_file(folder, "categories.csv", columns, build)


def _read_aliases(folder: Path, file: str, target: str) -> Rows[AliasRow]:
    def build(row: Row) -> AliasRow:
        return AliasRow(row.line, row.text("written"), row.text(target), *Origin.of(row))

    return read_file(folder, file, f"written {target} source confidence", build)


def read_category_aliases(folder: Path = FOLDER) -> Rows[AliasRow]:
    """分类别名."""
    return _read_aliases(folder, "category_aliases.csv", "category")


def read_item_aliases(folder: Path = FOLDER) -> Rows[AliasRow]:
    """项目别名."""
    return _read_aliases(folder, "item_aliases.csv", "item")


def read_items(folder: Path = FOLDER) -> Rows[ItemRow]:
    """检验项目."""

    def build(row: Row) -> ItemRow:
        microbial = row.choice("microbial", ("是", "否")) == "是"
        item_class = row.word("item_class", ItemClass)
        return ItemRow(row.line, row.text("name"), item_class, row.optional("unit"), microbial, *Origin.of(row))

    return read_file(folder, "items.csv", "name item_class unit microbial source confidence", build)


def _limit(row: Row) -> LimitRow:
    source, confidence = Origin.of(row)
    return LimitRow(
        line=row.line,
        item=row.text("item"),
        category=row.optional("category"),
        region=row.optional("region"),
        op=row.word("op", Op),
        minimum=row.optional_number("minimum"),
        maximum=row.optional_number("maximum"),
        unit=row.optional("unit"),
        n=row.optional_whole("n"),
        c=row.optional_whole("c"),
        m=row.optional_number("m"),
        big_m=row.optional_number("big_m"),
        standard=row.optional("standard"),
        valid_from=row.optional_day("valid_from"),
        valid_to=row.optional_day("valid_to"),
        source=source,
        confidence=confidence,
        text=row.optional("text"),
        note=row.optional("note"),
        comparison=row.word("comparison", Basis) if row.optional("comparison") else None,
    )


def read_limits(folder: Path = FOLDER) -> Rows[LimitRow]:
    """限量."""
    figures = "op minimum maximum unit n c m big_m"
    columns = f"item category region {figures} standard valid_from valid_to source confidence text note comparison"
    return read_file(folder, "limits.csv", columns, _limit)


def read_codes(folder: Path = FOLDER) -> Rows[CodeRow]:
    """代码表."""

    def build(row: Row) -> CodeRow:
        days = row.optional_day("valid_from"), row.optional_day("valid_to")
        return CodeRow(row.line, row.text("list"), row.text("value"), row.whole("ordinal"), *days, *Origin.of(row))

    return read_file(folder, "code_lists.csv", "list value ordinal valid_from valid_to source confidence", build)


def read(folder: Path = FOLDER) -> Foods:
    """Read the six files without judging how they fit together."""
    return Foods(
        categories=read_categories(folder),
        category_aliases=read_category_aliases(folder),
        items=read_items(folder),
        item_aliases=read_item_aliases(folder),
        limits=read_limits(folder),
        codes=read_codes(folder),
    )


def load(folder: Path = FOLDER) -> Foods:
    """Read and check; raise BrokenReference with every problem rather than load half a reference."""
    foods = read(folder)
    refuse(check(foods))
    return foods
