"""加密频次 (S13): how much more often a food is to be sampled, from what was found, with the reason in words.

The rules are dated data. Of the rules that hold for a food the greatest factor is proposed; every reason is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.domain.figures import ABSENT, half_up
from app.domain.intervals import Interval, wilson


class FrequencyTest(StrEnum):
    """加密条件."""

    SURE = "区间下限高于平均"
    HIGH = "不合格率高于平均"
    CATEGORY = "食品类别"


@dataclass(frozen=True, slots=True)
class FrequencyRule:
    """One dated rule. ``category`` is the 大类 of a rule about foods; ``reason`` may name the {area}."""

    code: str
    name: str
    test: FrequencyTest
    category: str
    factor: Decimal
    reason: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Found:
    """检出情况 of a food or of the whole area: batches judged, and of them those that failed."""

    batches: int
    failures: int

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.failures * 100, self.batches) if self.batches else None

    @property
    def interval(self) -> Interval | None:
        return wilson(self.failures, self.batches) if self.batches else None

    @property
    def shown(self) -> str:
        return ABSENT if self.rate is None else f"{half_up(self.rate, 2)}%"


@dataclass(frozen=True, slots=True)
class Proposal:
    """建议频次 of one food."""

    found: Found
    factor: Decimal
    rules: tuple[FrequencyRule, ...]
    sentence: str

    def batches(self, quota: int) -> int:
        """The quota raised, rounded up: half a batch cannot be sampled."""
        raised = quota * Fraction(self.factor)
        return -(-raised.numerator // raised.denominator)


def propose(category: str, found: Found, overall: Found, rules: Iterable[FrequencyRule], area: str, span: str) -> Proposal:
    """The proposal for a food of this 大类. A failing rate is compared with that of every food of the area together."""
    holding = tuple(rule for rule in rules if _holds(rule, category, found, overall))
    sure = any(rule.test is FrequencyTest.SURE for rule in holding)
    telling = tuple(rule for rule in holding if not (sure and rule.test is FrequencyTest.HIGH))
    factor = max((rule.factor for rule in telling), default=Decimal(1))
    return Proposal(found, factor, telling, _sentence(found, overall, telling, factor, area, span))


def _holds(rule: FrequencyRule, category: str, found: Found, overall: Found) -> bool:
    if rule.test is FrequencyTest.CATEGORY:
        return rule.category == category
    rate, interval, average = found.rate, found.interval, overall.rate
    if rate is None or interval is None or average is None:
        return False
    return Fraction(interval.low) > average if rule.test is FrequencyTest.SURE else rate > average


def _sentence(
    found: Found, overall: Found, rules: tuple[FrequencyRule, ...], factor: Decimal, area: str, span: str
) -> str:
    if not found.batches:
        told = f"{span}没有判定批次"
    else:
        between = found.interval
        assert between is not None
        told = (
            f"{span} {found.batches} 批不合格 {found.failures} 批，不合格率 {found.shown}"
            f"（95% 置信区间 {between.low}%–{between.high}%），{area}平均 {overall.shown}"
        )
    reasons = "；".join(rule.reason.format(area=area) for rule in rules)
    advice = f"建议频次 ×{factor.normalize():f}" if rules else "频次不变"
    return "，".join(part for part in (told, reasons, advice) if part)
