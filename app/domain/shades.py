"""Shades of a heat map (热力图): five steps of equal width over the values shown, so that equal values look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.domain.figures import half_up, with_unit

SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """From the least to the greatest value; where all are alike there is one step."""

    low: Fraction
    high: Fraction
    taken: frozenset[int]

    def of(self, value: Fraction) -> int:
        """1 (lightest) to 5 (darkest)."""
        return _step(self.low, self.high, value)

    def used(self, shade: int) -> bool:
        return shade in self.taken

    def words(self, shade: int, places: int, unit: str) -> str:
        """The values of a step, for the legend."""
        if self.low == self.high:
            return with_unit(half_up(self.low, places), unit)
        ends = [self.low + (self.high - self.low) * at / SHADES for at in (shade - 1, shade)]
        return f"{half_up(ends[0], places)}～{with_unit(half_up(ends[1], places), unit)}"


def shades(values: Sequence[Fraction]) -> Scale:
    low, high = (min(values), max(values)) if values else (Fraction(), Fraction())
    return Scale(low, high, frozenset(_step(low, high, value) for value in values))


def _step(low: Fraction, high: Fraction, value: Fraction) -> int:
    if low == high:
        return 1
    return min(int((value - low) * SHADES / (high - low)) + 1, SHADES)
