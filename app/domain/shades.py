"""Shades of a heat map (热力图): five steps of equal width over the values shown, so that equal values look alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.domain.figures import half_up, with_unit

SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """From the least to the greatest value; where all are alike there is one step. ``steps`` has one of every value."""

    low: Fraction
    high: Fraction
    steps: Mapping[Fraction, int]

    def of(self, value: Fraction) -> int:
        """1 (lightest) to 5 (darkest), of a value that the scale was made from."""
        return self.steps[value]

    def used(self, shade: int) -> bool:
        return shade in self.steps.values()

    def words(self, shade: int, places: int, unit: str) -> str:
        """The values of a step, for the legend."""
        if self.low == self.high:
            return with_unit(half_up(self.low, places), unit)
        ends = [self.low + (self.high - self.low) * at / SHADES for at in (shade - 1, shade)]
        return f"{half_up(ends[0], places)}～{with_unit(half_up(ends[1], places), unit)}"


def shades(values: Iterable[Fraction]) -> Scale:
    distinct = set(values)
    low, high = (min(distinct), max(distinct)) if distinct else (Fraction(), Fraction())
    widths = SHADES / (high - low) if high > low else Fraction()
    return Scale(low, high, {value: min(int((value - low) * widths) + 1, SHADES) for value in distinct})
