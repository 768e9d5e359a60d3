"""考核得分 of a plan's indicators: points by weight, as a higher authority adds them up; what is unmet or unknown is never hidden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from app.domain.comparison import Comparator
from app.domain.figures import half_up

PLACES: Final = 2


class Method(StrEnum):
    """计分方法; the value is the word of the file."""

    SHARE = "按比例"  # below the target in proportion
    ALL = "达标得分"  # full points or none


class Outcome(StrEnum):
    """How the points came about."""

    FULL = "达标，得满分"
    PART = "未达标，按比例得分"
    NONE = "未达标，不得分"
    UNKNOWN = "没有数值，未计分"
    UNWEIGHTED = "没有分值"


@dataclass(frozen=True, slots=True)
class Points:
    """Of one indicator: ``earned`` None where it could not be scored."""

    weight: Decimal | None
    earned: Fraction | None
    outcome: Outcome

    @property
    def shown(self) -> str:
        return "—" if self.earned is None else half_up(self.earned, PLACES)


def points(weight: Decimal | None, method: Method, value: Fraction | None, comparator: Comparator, target: Decimal) -> Points:
    """Full points when the target is met on the exact value. Below a floor the share of the target reached, never below none and,
    for a strict >, never full; above a ceiling none, as what happened cannot be half forgiven."""
    if weight is None:
        return Points(None, None, Outcome.UNWEIGHTED)
    if value is None:
        return Points(weight, None, Outcome.UNKNOWN)
    if comparator.holds(value, Fraction(target)):
        return Points(weight, Fraction(weight), Outcome.FULL)
    if method is Method.ALL or comparator.ceiling or target <= 0 or value <= 0 or value >= Fraction(target):
        return Points(weight, Fraction(0), Outcome.NONE)
    return Points(weight, Fraction(weight) * value / Fraction(target), Outcome.PART)


@dataclass(frozen=True, slots=True)
class Total:
    """合计: points earned of those that could be scored, and the weight that could not be."""

    earned: Fraction
    scored: Decimal
    unscored: Decimal
    unmet: int
    unknown: int

    @property
    def weight(self) -> Decimal:
        return self.scored + self.unscored

    @property
    def earned_text(self) -> str:
        return half_up(self.earned, PLACES)

    @property
    def share_text(self) -> str:
        """得分率 of what could be scored."""
        return f"{half_up(self.earned / Fraction(self.scored) * 100, PLACES)}%" if self.scored else "—"

    @property
    def words(self) -> str:
        said = f"得分 {self.earned_text}，满分 {self.weight:f}"
        if self.unscored:
            said += f"，其中 {self.unknown} 项（{self.unscored:f} 分）没有数值，未计分"
        return f"{said}；未达标 {self.unmet} 项"


def total(found: Iterable[Points]) -> Total:
    """The sum over the indicators that have a weight."""
    weighted = [(one.weight, one) for one in found if one.weight is not None]
    known = [(weight, one) for weight, one in weighted if one.earned is not None]
    return Total(
        earned=sum((one.earned for _, one in known if one.earned is not None), Fraction()),
        scored=sum((weight for weight, _ in known), Decimal()),
        unscored=sum((weight for weight, one in weighted if one.earned is None), Decimal()),
        unmet=sum(one.outcome in (Outcome.PART, Outcome.NONE) for _, one in known),
        unknown=len(weighted) - len(known),
    )
