"""风险分级规则: a rule set as dated data: components, boundaries of the grades, adjustments and frequencies.

Source: 《食品生产经营风险分级管理办法（试行）》(食药监食监一〔2016〕115号). Points are risk: more points, more risk. A rule set is
only data; ``risk_rule_data`` reads and checks it, ``risk_scoring`` counts with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from app.domain.risk_tables import VERIFIED, BandTable, ChoiceTable, ClassTable, FactTable, Table
from app.domain.supervision_kinds import Grade, RiskComponent, RiskEventKind

GRADES: Final = tuple(Grade)


@dataclass(frozen=True)
class Component:
    """评分部分: 静态 40, 动态 60 …; the maxima of its tables (a group counts once) add up to ``maximum``."""

    name: RiskComponent
    maximum: Decimal
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Boundary:
    """等级分界: this grade up to ``upto``, the limit itself included or not; None for the last grade."""

    grade: Grade
    upto: Decimal | None
    inclusive: bool = True


@dataclass(frozen=True)
class Adjustment:
    """调整情形: ``steps`` (+ up, − down) as a rule and ``furthest`` at the most.

    An event counts for the rest of its year and for the ``years`` after it; where it ``needs_decision`` only when a person
    has decided that it does.
    """

    kind: RiskEventKind
    steps: int
    furthest: int
    article: str
    needs_decision: bool = False
    years: int = 1
    confidence: str = VERIFIED

    def counted_until(self, occurred_on: date) -> date:
        """The last day on which an event of that day still counts."""
        return date(occurred_on.year + self.years, 12, 31)

    def held(self, steps: int | None) -> int:
        """The steps of one event, kept between the usual and the furthest."""
        if steps is None:
            return self.steps
        low, high = sorted((self.steps, self.furthest))
        return min(max(steps, low), high)


@dataclass(frozen=True)
class Frequency:
    """监督检查频次: at least ``least`` times (``most``: the upper figure of 每年 1–2 次, for planning) in ``years`` years."""

    grade: Grade
    least: int
    most: int | None = None
    years: int = 1

    @property
    def words(self) -> str:
        span = "每年" if self.years == 1 else f"每 {self.years} 年"
        times = f"{self.least}" if self.most in (None, self.least) else f"{self.least}–{self.most}"
        return f"{span}至少 {times} 次"


@dataclass(frozen=True)
class RuleSet:
    """一版分级规则. ``kinds`` are 企业类型, one with a sub-kind written 食品生产企业（保健食品）.

    ``proposal`` marks a 征求意见稿: never in force by itself, for trying out. ``places`` are the decimals of points.
    """

    code: str
    title: str
    kinds: tuple[str, ...]
    source: str
    confidence: str
    valid_from: date
    valid_to: date | None
    components: tuple[Component, ...]
    boundaries: tuple[Boundary, ...]
    adjustments: tuple[Adjustment, ...]
    frequencies: tuple[Frequency, ...]
    most_up: int = 2
    most_down: int = 1
    places: int = 2
    proposal: bool = False
    remark: str = ""

    @cached_property
    def by_event(self) -> Mapping[RiskEventKind, Adjustment]:
        return {rule.kind: rule for rule in self.adjustments}

    @property
    def fact_tables(self) -> Iterator[FactTable]:
        """The tables that are filled in from facts of the enterprise, in order."""
        for component in self.components:
            for table in component.tables:
                if isinstance(table, BandTable | ChoiceTable | ClassTable):
                    yield table

    def component(self, name: RiskComponent) -> Component | None:
        return next((part for part in self.components if part.name is name), None)

    def grade_of(self, total: Decimal) -> Grade:
        """等级 by the points alone: ≤ 30 A, ≤ 45 B, ≤ 60 C, above D as 115号 has it."""
        for bound in self.boundaries:
            if bound.upto is None or total < bound.upto or (bound.inclusive and total == bound.upto):
                return bound.grade
        raise ValueError(f"no grade for {total}")  # the last boundary is open: checked on reading

    def frequency(self, grade: Grade) -> Frequency | None:
        return next((one for one in self.frequencies if one.grade is grade), None)


def moved(grade: Grade, steps: int) -> Grade:
    """The grade so many steps riskier (+) or less risky (−), never beyond A and D."""
    return GRADES[min(max(GRADES.index(grade) + steps, 0), len(GRADES) - 1)]


def in_force(sets: Iterable[RuleSet], kind: str, on: date, subkinds: Sequence[str] = ()) -> RuleSet | None:
    """The set for this kind on a day: that of a sub-kind before the general one, the latest first; 征求意见稿 never."""
    holding = [
        one for one in sets if not one.proposal and one.valid_from <= on and (one.valid_to is None or on <= one.valid_to)
    ]
    for word in (*(f"{kind}（{subkind}）" for subkind in subkinds), kind):
        fitting = [one for one in holding if word in one.kinds]
        if fitting:
            return max(fitting, key=lambda one: one.valid_from)
    return None
