"""What a rate may still become (合格率推演), and how far a rate from few batches can be trusted (置信区间)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from app.domain.figures import Figure, Formula, compute, half_up

Z_95 = Decimal("1.959963984540054")
"""Standard normal quantile of a two-sided 95 % interval."""

SMALL = 30
"""Shipped threshold: a rate over fewer batches is marked 样本量小."""


@dataclass(frozen=True)
class WhatIf:
    """Bounds of a rate before the month closes: every pending batch fails, or every one passes."""

    lower: Figure
    upper: Figure
    now: Figure
    pending: int
    expected_passes: Fraction | None

    @property
    def sentence(self) -> str:
        """The bounds in words."""
        if not self.pending:
            return f"没有待定批次，{self.now.shown}即为最终值"
        bounds = f"尚有 {self.pending} 批待定：全部不合格为 {self.lower.shown}，全部合格为 {self.upper.shown}"
        if self.expected_passes is None:
            return bounds
        return f"{bounds}；按目前水平预计再有 {half_up(self.expected_passes, 1)} 批合格"


def what_if(formula: Formula, passed: int, judged: int, pending: int) -> WhatIf:
    """Bounds of `formula` (合格率) when the pending batches are judged too; expected = pending × rate so far."""
    return WhatIf(
        lower=compute(formula, passed, judged + pending),
        upper=compute(formula, passed + pending, judged + pending),
        now=compute(formula, passed, judged),
        pending=pending,
        expected_passes=Fraction(pending * passed, judged) if judged else None,
    )


def overturned(formula: Formula, passed: int, judged: int, retests: int = 1) -> Figure:
    """The rate when so many retests (复检) replace 不合格 by 合格; never more than there are failures."""
    return compute(formula, passed + min(retests, judged - passed), judged)


@dataclass(frozen=True)
class Interval:
    """Lower and upper end in per cent, two decimals."""

    low: Decimal
    high: Decimal

    @property
    def display(self) -> str:
        return f"{self.low}%～{self.high}%"


def wilson(passed: int, judged: int, z: Decimal = Z_95) -> Interval | None:
    """Wilson score interval of a rate; None for 0 ÷ 0. It stays within 0–100 % where the usual ± does not."""
    if not judged:
        return None
    with localcontext() as context:
        context.prec = 40
        n, share, square = Decimal(judged), Decimal(passed) / Decimal(judged), z * z
        centre = share + square / (2 * n)
        spread = z * (share * (1 - share) / n + square / (4 * n * n)).sqrt()
        scale = 1 + square / n
        return Interval(_percent((centre - spread) / scale), _percent((centre + spread) / scale))


def _percent(share: Decimal) -> Decimal:
    clamped = min(max(share, Decimal(0)), Decimal(1)) * 100
    return clamped.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def is_small(judged: int, threshold: int = SMALL) -> bool:
    """Whether a rate rests on so few batches that the page must say so."""
    return 0 < judged < threshold
