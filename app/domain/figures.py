"""A figure (指标数值): the only place where one count is divided by another, and rounded for display."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from app.domain.case_parts import CasePart
from app.domain.fact_filters import FACT_COLUMNS, LABELS, BadFilter, Condition, Field
from app.domain.fact_parts import Part
from app.domain.tally_parts import TallyPart

K = TypeVar("K", bound=Hashable)

ABSENT = "—"
"""0 ÷ 0 is neither 0 % nor 100 %."""


class Kind(StrEnum):
    """How the value comes out of its two counts."""

    COUNT = "数量"
    RATIO_PERCENT = "比率"
    PER_THOUSAND = "每千人"
    COMPLETION = "完成率"
    AVERAGE = "平均数"
    BALANCE = "均衡度"
    REPORTED = "填报"


class Source(StrEnum):
    """Which records are counted."""

    FACTS = "facts"
    CASES = "cases"
    ENTERPRISES = "enterprises"
    INSPECTIONS = "inspections"
    PENALTIES = "penalties"
    TRANSFERS = "transfers"
    INCIDENTS = "incidents"
    REPORTED = "reported"


class DateBasis(StrEnum):
    """Which date places a record in the period."""

    REPORTED_ON = "报告日期"
    DUE_ON = "处置到期日"
    TERM_END = "期限届满日"
    LAST_DAY = "期末状态"
    FINISHED_ON = "完成日期"
    CLOSED_ON = "结案日期"
    RECEIVED_ON = "收到日期"
    OCCURRED_ON = "发生日期"
    AS_STATED = "填报日期"


ENTERPRISE_FIELDS = frozenset(
    {Field.PRODUCER_TYPE, Field.STATUS, Field.SUBTYPE, Field.AREA_TYPE, Field.CATEGORY, Field.RISK}
)
FIELDS: Mapping[Source, frozenset[Field]] = {
    Source.FACTS: frozenset(FACT_COLUMNS),
    Source.CASES: frozenset(FACT_COLUMNS),  # a case is filtered by its batch
    Source.ENTERPRISES: ENTERPRISE_FIELDS,
    Source.INSPECTIONS: ENTERPRISE_FIELDS | {Field.INSPECTION_TYPE},
    Source.PENALTIES: frozenset({Field.DOMAIN}),
    Source.TRANSFERS: frozenset({Field.DOMAIN}),
    Source.INCIDENTS: frozenset({Field.DOMAIN, Field.SEVERITY}),
    Source.REPORTED: frozenset(),
}


@dataclass(frozen=True)
class Formula:
    """One definition of a figure (口径), with everything that screen, list, chart, workbook and API need to agree."""

    code: str
    name: str
    kind: Kind
    source: Source
    basis: DateBasis
    unit: str
    places: int
    definition: str
    numerator: Part | CasePart | TallyPart | None = None
    denominator: Part | CasePart | TallyPart | None = None
    beside: Part | None = None
    version: int = 1

    def check(self, conditions: Iterable[Condition]) -> None:
        """Refuse a filter on something that the counted records do not have."""
        for condition in conditions:
            if condition.field not in FIELDS[self.source]:
                raise BadFilter(f"“{self.name}”不能按{LABELS[condition.field]}筛选，请删去这一条件")


@dataclass(frozen=True)
class Figure:
    """A value with the counts behind it. `value` is exact and in the unit displayed (97.8 for 97.80 %)."""

    numerator: int | None
    denominator: int | None
    value: Fraction | None
    display: str
    undecided: int = 0
    unit: str = ""
    places: int = 0
    note: str = ""

    @property
    def shown(self) -> str:
        """The display with its unit, as in a sentence: 98.00%, 5.28 批次/千人."""
        return with_unit(self.display, self.unit) if self.value is not None else self.display


def with_unit(number: str, unit: str) -> str:
    """A number and its unit: the percent sign stands close, words stand apart."""
    return f"{number}{unit}" if unit in ("%", "") else f"{number} {unit}"


def half_up(value: Fraction, places: int) -> str:
    """四舍五入 of the exact fraction, once; away from zero at the half."""
    scaled = abs(value) * 10**places
    digits = str((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)).zfill(places + 1)
    sign = "-" if value < 0 and digits.strip("0") else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def compute(
    formula: Formula, numerator: int, denominator: int | None = None, undecided: int = 0, note: str = ""
) -> Figure:
    """Divide, once and exactly. For 每千人 the denominator is the resident population; None means it is not known."""
    if numerator < 0 or (denominator or 0) < 0 or undecided < 0:
        raise ValueError(f"“{formula.name}”的计数不能为负数，请核对记录")
    return _figure(formula, numerator, denominator, _value(formula, numerator, denominator), undecided, note)


PER: Mapping[Kind, int] = {Kind.PER_THOUSAND: 1000, Kind.AVERAGE: 1}
"""How many of the denominator a value is per; a rate is per hundred."""


def _value(formula: Formula, numerator: int, denominator: int | None) -> Fraction | None:
    if formula.kind is Kind.COUNT:
        return Fraction(numerator)
    if formula.kind in (Kind.BALANCE, Kind.REPORTED):
        raise ValueError(f"“{formula.name}”不是两个计数之比，不能这样计算")
    if formula.kind is Kind.RATIO_PERCENT and denominator is not None and numerator > denominator:
        raise ValueError(f"“{formula.name}”的分子 {numerator} 大于分母 {denominator}，请核对口径")
    if not denominator:
        return None
    return Fraction(numerator, denominator) * PER.get(formula.kind, 100)


def _figure(
    formula: Formula,
    numerator: int | None,
    denominator: int | None,
    value: Fraction | None,
    undecided: int = 0,
    note: str = "",
) -> Figure:
    display = ABSENT if value is None else half_up(value, formula.places)
    return Figure(numerator, denominator, value, display, undecided, formula.unit, formula.places, note)


def balance(formula: Formula, batches: Mapping[K, int], plan: Mapping[K, int | Fraction]) -> Figure:
    """均衡度 = 1 − ½ Σ|share of batches − share of plan| over months, townships or categories.

    Both mappings cover the same span: for a year still running, the months that have begun.
    """
    done, planned = sum(batches.values()), sum((Fraction(share) for share in plan.values()), Fraction())
    shown = int(half_up(planned, 0))
    if not done or not planned:
        return _figure(formula, done, shown, None)
    gaps = (abs(Fraction(batches.get(k, 0), done) - plan.get(k, 0) / planned) for k in batches.keys() | plan)
    return _figure(formula, done, shown, 1 - sum(gaps, Fraction()) / 2)


def difference(one: Figure, other: Figure) -> Figure:
    """增减: the exact values subtracted, so that rounding happens once; of two rates it is in percentage points (百分点)."""
    value = None if one.value is None or other.value is None else one.value - other.value
    unit = "百分点" if one.unit == "%" else one.unit
    display = ABSENT if value is None else half_up(value, one.places)
    return Figure(None, None, value, display, unit=unit, places=one.places)


def growth(one: Figure, other: Figure, places: int = 2) -> Figure:
    """增减百分比: by how much the one exceeds the other; against nothing there is no percentage."""
    known = one.value is not None and other.value is not None and other.value != 0
    value = (one.value - other.value) / abs(other.value) * 100 if known else None  # type: ignore[operator, arg-type]
    display = ABSENT if value is None else half_up(value, places)
    return Figure(None, None, value, display, unit="%", places=places)


def reported(value: Decimal, unit: str = "", note: str = "") -> Figure:
    """A value entered with its source document: shown as it was written, never rounded."""
    exponent = value.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return Figure(None, None, Fraction(value), format(value, "f"), unit=unit, places=places, note=note)


def provenance_hash(numbers: Iterable[str]) -> str:
    """SHA-256 (hex) of the 抽样编号 counted: sorted by code point, joined by a line feed, in UTF-8.

    Anybody can repeat it from the exported list; a number counted twice changes it.
    """
    return hashlib.sha256("\n".join(sorted(numbers)).encode()).hexdigest()
