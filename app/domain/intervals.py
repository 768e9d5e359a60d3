"""How far a rate from few batches can be trusted: Wilson's score interval (置信区间) and the mark 样本量小.

In whole numbers throughout: with z = 49/25 both ends are (2k + z² ± z·√(z² + 4k(n−k)/n)) ÷ 2(n + z²) for k of n. The usual ± leaves
0–100 % and says ±0 at 0 of n; Wilson's does neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isqrt
from typing import Final

from app.domain.figures import Figure

Z: Final = Fraction(196, 100)
"""Quantile of a two-sided 95 % interval as the textbooks print it (1.96, exactly 1.959964)."""

SMALL: Final = 30
"""Shipped threshold (comparison_rules.csv may say otherwise): a rate over fewer is marked 样本量小."""

METHOD: Final = "95%置信区间按威尔逊（Wilson）得分法计算，z＝1.96"


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper end in per cent, two decimals."""

    low: Decimal
    high: Decimal

    @property
    def display(self) -> str:
        return f"{self.low}%～{self.high}%"


def wilson(counted: int, of: int, z: Fraction = Z) -> Interval | None:
    """The interval of a rate; None for 0 ÷ 0. At 0 of n it begins at exactly 0 %, at n of n it ends at exactly 100 %."""
    if not 0 <= counted <= of:
        raise ValueError(f"分子 {counted} 不在 0 与分母 {of} 之间，不能计算置信区间")
    if not of:
        return None
    low = Decimal("0.00") if counted == 0 else _end(counted, of, z, -1)
    high = Decimal("100.00") if counted == of else _end(counted, of, z, 1)
    return Interval(low, high)


def _end(counted: int, of: int, z: Fraction, sign: int) -> Decimal:
    """The end rounded 四舍五入 to 0.01 %: the greatest hundredth h for which h − ½ is not above the exact end."""
    square = z * z
    under = 2 * (of + square)
    root = square + Fraction(4 * counted * (of - counted), of)

    def reaches(hundredths: int) -> bool:
        """h − ½ hundredths ≤ end, asked without taking the root: compare what it would have to be with its square."""
        needed = (Fraction(2 * hundredths - 1, 20_000) * under - 2 * counted - square) / z
        if sign > 0:
            return needed <= 0 or needed * needed <= root
        return needed <= 0 and needed * needed >= root

    nearly = Fraction(isqrt(root.numerator * root.denominator * 10**16), root.denominator * 10**8)
    hundredths = max(int((2 * counted + square + sign * z * nearly) * 10_000 / under) - 1, 0)
    while hundredths < 10_000 and reaches(hundredths + 1):
        hundredths += 1
    return Decimal(hundredths).scaleb(-2)


def is_small(of: int | None, threshold: int = SMALL) -> bool:
    """Whether a rate rests on so few that the page must say so."""
    return of is not None and 0 < of < threshold


@dataclass(frozen=True, slots=True)
class Trust:
    """What stands beside a rate: its interval, and the mark where it rests on few."""

    interval: Interval | None
    small: bool
    of: int
    threshold: int

    @property
    def mark(self) -> str:
        return f"样本量小（{self.of} ＜ {self.threshold}）" if self.small else ""

    @property
    def words(self) -> str:
        """The interval and the mark in one sentence; — where there is no rate."""
        if self.interval is None:
            return "—"
        return f"{self.interval.display}{'，' + self.mark + '，仅供参考' if self.small else ''}"


def trust(figure: Figure, threshold: int = SMALL) -> Trust | None:
    """Of a rate in per cent whose numerator is part of its denominator; of anything else there is none."""
    top, under = figure.numerator, figure.denominator
    if figure.unit != "%" or top is None or under is None or top > under:
        return None
    return Trust(wilson(top, under), is_small(under, threshold), under, threshold)
