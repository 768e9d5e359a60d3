"""Whether a value attains a target (达标): decided on the exact fraction, never on what is displayed."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.domain.figures import Figure, half_up, with_unit


class Comparator(StrEnum):
    """Sign between value and target; > and ≥ differ."""

    AT_LEAST = "≥"
    ABOVE = ">"
    AT_MOST = "≤"
    BELOW = "<"

    @classmethod
    def read(cls, written: str) -> Comparator:
        """Read a sign as plans and keyboards write it (>=, ＞, ≦ …)."""
        try:
            return SIGNS[written.strip()]
        except KeyError:
            raise ValueError(f"“{written}”不是比较符号，请填写 ≥、>、≤ 或 <") from None

    @property
    def ceiling(self) -> bool:
        """Whether the target must not be exceeded (事故数), rather than reached."""
        return self in (Comparator.AT_MOST, Comparator.BELOW)

    @property
    def ascii(self) -> str:
        """The sign as plan templates and the command line write it."""
        return {"≥": ">=", "≤": "<="}.get(self.value, self.value)

    def holds(self, value: Fraction | int, target: Fraction | int) -> bool:
        """Compare exactly."""
        if value == target:
            return self in (Comparator.AT_LEAST, Comparator.AT_MOST)
        return (value < target) == self.ceiling


SIGNS = {
    **dict.fromkeys((">=", "≥", "≧", "＞＝", "不低于", "不少于"), Comparator.AT_LEAST),
    **dict.fromkeys((">", "＞", "高于", "大于"), Comparator.ABOVE),
    **dict.fromkeys(("<=", "≤", "≦", "＜＝", "不高于", "不超过"), Comparator.AT_MOST),
    **dict.fromkeys(("<", "＜", "低于", "小于"), Comparator.BELOW),
}


def attained(value: Fraction | None, comparator: Comparator, target: Decimal) -> bool | None:
    """Met, missed, or neither (—). The value is in the unit of the target: 97.8 for 97.8 %."""
    return None if value is None else comparator.holds(value, Fraction(target))


def rounding_hides(figure: Figure, comparator: Comparator, target: Decimal) -> bool:
    """Whether the displayed number would be judged otherwise than the exact one, so that the page must say so."""
    if figure.value is None:
        return False
    return _rounded(figure.value, figure.places, comparator, target) != attained(figure.value, comparator, target)


def rounding_note(figure: Figure, comparator: Comparator, target: Decimal) -> str:
    """显示为 98.00%，实际 97.996%，未达到 ≥98%; empty where rounding hides nothing."""
    if figure.value is None or not rounding_hides(figure, comparator, target):
        return ""
    met = attained(figure.value, comparator, target)
    places = figure.places + 1
    while _rounded(figure.value, places, comparator, target) != met:
        places += 1  # ends: an exact value apart from the target differs from it at some place
    actual = with_unit(half_up(figure.value, places), figure.unit)
    goal = with_unit(f"{comparator}{target:f}", figure.unit)
    return f"显示为 {figure.shown}，实际 {actual}，{'已达到' if met else '未达到'} {goal}"


def _rounded(value: Fraction, places: int, comparator: Comparator, target: Decimal) -> bool:
    return comparator.holds(Fraction(half_up(value, places)), Fraction(target))
