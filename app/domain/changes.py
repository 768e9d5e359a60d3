"""One figure against another (同比, 环比), and figures against each other (位次): on exact values, rounded once for display."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.domain.figures import ABSENT, Figure, half_up

POINTS: Final = "个百分点"
GROWTH_PLACES: Final = 2


@dataclass(frozen=True, slots=True)
class Change:
    """``now`` against ``before``: the difference in the figure's own unit (percentage points of a rate) and the growth in per cent."""

    now: Figure
    before: Figure
    difference: Fraction | None
    growth: Fraction | None

    @property
    def difference_text(self) -> str:
        """Signed; what is not nought never reads 0.00."""
        return ABSENT if self.difference is None else signed(self.difference, self.now.places)

    @property
    def growth_text(self) -> str:
        return ABSENT if self.growth is None else f"{signed(self.growth, GROWTH_PLACES)}%"

    @property
    def unit(self) -> str:
        return POINTS if self.now.unit == "%" else self.now.unit

    @property
    def words(self) -> str:
        """上升 1.25 个百分点, 下降 30 批次（-12.50%）, 持平; why there is nothing to say, where there is not."""
        if self.difference is None:
            return "本期没有数值" if self.now.value is None else "上期没有数值，不能比较"
        if not self.difference:
            return "持平"
        moved = f"{'上升' if self.difference > 0 else '下降'} {self.difference_text.lstrip('+-')} {self.unit}".rstrip()
        if self.now.unit == "%":
            return moved
        return f"{moved}（{self.growth_text}）" if self.growth is not None else f"{moved}（上期为0）"


def change(now: Figure, before: Figure) -> Change:
    """Nothing is said where either has no value. A rate grows in points only; of nought nothing grows by a percentage."""
    if now.value is None or before.value is None:
        return Change(now, before, None, None)
    difference = now.value - before.value
    growth = difference / before.value * 100 if before.value and now.unit != "%" else None
    return Change(now, before, difference, growth)


def signed(value: Fraction, places: int) -> str:
    """+1.20, -0.35, 0; rounded half up away from nought, with as many more places as a small difference needs to be seen."""
    if not value:
        return half_up(value, places)
    while not half_up(value, places).strip("-0."):
        places += 1
    return f"{'+' if value > 0 else ''}{half_up(value, places)}"


def ranks(values: Sequence[Fraction | None], best_first: bool = True) -> list[int | None]:
    """位次 by exact value: equals share a rank and the next is skipped (1, 2, 2, 4); what has no value has no rank."""
    first: dict[Fraction, int] = {}
    for place, value in enumerate(sorted((value for value in values if value is not None), reverse=best_first), 1):
        first.setdefault(value, place)
    return [None if value is None else first[value] for value in values]
