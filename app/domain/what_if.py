"""What a rate may still become before its period closes (合格率推演)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.domain.comparison import Comparator, attained
from app.domain.figures import Figure, Formula, compute, half_up


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


def retests_to_meet(formula: Formula, passed: int, judged: int, comparator: Comparator, target: Decimal) -> int | None:
    """How many failures would have to be overturned before the rate meets its target; 0 where it does, None where none suffices."""
    if not attained(overturned(formula, passed, judged, judged - passed).value, comparator, target):
        return None
    low, high = 0, judged - passed  # the more are overturned, the higher the rate
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if attained(overturned(formula, passed, judged, middle).value, comparator, target) else (middle + 1, high)
    return low
