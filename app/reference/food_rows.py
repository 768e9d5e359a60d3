"""Rows of the food reference files: 食品分类, 别名, 检验项目, 限量, 代码表.

An empty valid_from or valid_to means: not limited on that side; both days are included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.quantities import Op
from app.domain.rounding import Basis
from app.domain.samples import Confidence, Domain, ItemClass
from app.reference.food_files import Rows

RESIDUES = frozenset({ItemClass.PESTICIDE, ItemClass.VETERINARY})


@dataclass(frozen=True)
class CategoryRow:
    """食品分类: one node of the tree 大类/亚类/次亚类/细类."""

    line: int
    level1: str
    level2: str
    level3: str
    level4: str
    domain: Domain
    source: str
    confidence: Confidence
    valid_from: date | None
    valid_to: date | None

    @property
    def path(self) -> str:
        return "/".join(name for name in (self.level1, self.level2, self.level3, self.level4) if name)


@dataclass(frozen=True)
class AliasRow:
    """别名: a name as written in real files, and the category path or the item that it means."""

    line: int
    written: str
    target: str
    source: str
    confidence: Confidence


@dataclass(frozen=True)
class ItemRow:
    """检验项目. `microbial` is apart from the class: 乳酸菌数 is a 质量指标, yet counted alive and never retested."""

    line: int
    name: str
    item_class: ItemClass
    unit: str
    microbial: bool
    source: str
    confidence: Confidence

    @property
    def residue(self) -> bool:
        """农药残留 or 兽药残留."""
        return self.item_class in RESIDUES


@dataclass(frozen=True)
class LimitRow:
    """限量: what one edition of a standard demands of one item in one category (empty: any food)."""

    line: int
    item: str
    category: str
    region: str
    op: Op
    minimum: Decimal | None
    maximum: Decimal | None
    unit: str
    n: int | None
    c: int | None
    m: Decimal | None
    big_m: Decimal | None
    standard: str
    valid_from: date | None
    valid_to: date | None
    source: str
    confidence: Confidence
    text: str
    note: str
    comparison: Basis | None  # None: the standard says nothing, and 全数值比较法 holds


@dataclass(frozen=True)
class CodeRow:
    """代码表: one word of an official list."""

    line: int
    list: str
    value: str
    ordinal: int
    valid_from: date | None
    valid_to: date | None
    source: str
    confidence: Confidence


@dataclass(frozen=True)
class Foods:
    """The six files together; each list also carries the faults of the rows that were left out."""

    categories: Rows[CategoryRow]
    category_aliases: Rows[AliasRow]
    items: Rows[ItemRow]
    item_aliases: Rows[AliasRow]
    limits: Rows[LimitRow]
    codes: Rows[CodeRow]
