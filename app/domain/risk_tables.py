"""分值表 of a rule set: bands, choices, classes of licence, checklists and records, and how a fact is looked up in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, Final, TypeAlias

VERIFIED: Final = "已核"
UNVERIFIED: Final = "待核"
TIERS: Final = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")


class Missing(StrEnum):
    """缺项: what an absent fact means."""

    ZERO = "缺项计0分"
    NEEDED = "必须填报"


@dataclass(frozen=True)
class Band:
    """一档: up to and including ``upto`` (None: whatever is above the band before)."""

    upto: Decimal | None
    points: Decimal
    confidence: str = VERIFIED


@dataclass(frozen=True)
class BandTable:
    """按数值分档计分: 面积、单品数、供餐人数. A fact is a number; with ``whole`` it is first rounded half up (四舍五入取整).

    Nought is 缺项: who sells no frozen food has no frozen items, whatever the lowest band gives.
    """

    KIND: ClassVar[str] = "bands"
    code: str
    title: str
    unit: str
    most: Decimal
    bands: tuple[Band, ...]
    missing: Missing = Missing.ZERO
    whole: bool = True
    group: str = ""  # tables of one group count once, the highest
    remark: str = ""

    def band(self, value: Decimal) -> Band:
        """The band of a value above nought; the bands are gapless and the last is open (checked on reading)."""
        return next(band for band in self.bands if band.upto is None or value <= band.upto)


@dataclass(frozen=True)
class Choice:
    """一个选项的分值."""

    word: str
    points: Decimal
    confidence: str = VERIFIED


@dataclass(frozen=True)
class ChoiceTable:
    """按选项计分; where several hold the highest counts."""

    KIND: ClassVar[str] = "choices"
    code: str
    title: str
    most: Decimal
    choices: tuple[Choice, ...]
    several: bool = False
    missing: Missing = Missing.NEEDED
    group: str = ""
    remark: str = ""

    @cached_property
    def by_word(self) -> Mapping[str, Choice]:
        return {choice.word: choice for choice in self.choices}


@dataclass(frozen=True)
class Tier:
    """食品风险等级 Ⅰ 低、Ⅱ 较低、Ⅲ 中等、Ⅳ 高 with the points of a class that has none of its own."""

    word: str
    points: Decimal
    confidence: str = VERIFIED


@dataclass(frozen=True)
class ClassRow:
    """一个许可类别: ``code`` 01 is the whole 大类, 0101 one class of it; ``points`` None takes those of the tier."""

    code: str
    name: str
    tier: str
    points: Decimal | None = None
    confidence: str = VERIFIED


@dataclass(frozen=True)
class ClassTable:
    """按许可类别计分, 就高不就低: the highest of all the classes of a producer."""

    KIND: ClassVar[str] = "classes"
    code: str
    title: str
    most: Decimal
    tiers: tuple[Tier, ...]
    rows: tuple[ClassRow, ...]
    missing: Missing = Missing.NEEDED
    group: str = ""
    remark: str = ""

    @cached_property
    def by_code(self) -> Mapping[str, ClassRow]:
        return {row.code: row for row in self.rows}

    @cached_property
    def by_tier(self) -> Mapping[str, Tier]:
        return {tier.word: tier for tier in self.tiers}

    def row(self, code: str) -> ClassRow | None:
        """The row of a class, else that of the nearest wider one: 010199, 0101, 01."""
        return next((self.by_code[code[:end]] for end in range(len(code), 0, -1) if code[:end] in self.by_code), None)

    def points(self, row: ClassRow) -> Decimal:
        return self.by_tier[row.tier].points if row.points is None else row.points


@dataclass(frozen=True)
class ChecklistTable:
    """按检查要点表计分: ``most`` × Σ weights of non-conforming items ÷ Σ weights of the applicable ones."""

    KIND: ClassVar[str] = "checklist"
    code: str
    title: str
    most: Decimal
    key_weight: Decimal
    plain_weight: Decimal
    confidence: str = UNVERIFIED
    group: str = ""
    remark: str = ""

    def weight(self, key: bool) -> Decimal:
        return self.key_weight if key else self.plain_weight


@dataclass(frozen=True)
class RecordRow:
    """一类不良信息: points of each record, ``most`` of all of this kind together (None: no ceiling of its own)."""

    word: str
    points: Decimal
    most: Decimal | None = None
    confidence: str = VERIFIED


@dataclass(frozen=True)
class RecordTable:
    """按不良信息条数计分: 失信名单、行政处罚、投诉举报; together at most ``most``."""

    KIND: ClassVar[str] = "records"
    code: str
    title: str
    most: Decimal
    rows: tuple[RecordRow, ...]
    group: str = ""
    remark: str = ""

    @cached_property
    def by_word(self) -> Mapping[str, RecordRow]:
        return {row.word: row for row in self.rows}


Table: TypeAlias = BandTable | ChoiceTable | ClassTable | ChecklistTable | RecordTable
FactTable: TypeAlias = BandTable | ChoiceTable | ClassTable
TABLES: Final[Mapping[str, type[Table]]] = {
    kind.KIND: kind for kind in (BandTable, ChoiceTable, ClassTable, ChecklistTable, RecordTable)
}
