"""数值修约 (GB/T 8170) for comparing, and 四舍五入 for showing. Nothing else in the program rounds.

Both work on exact decimals or fractions and round once: rounding twice, or through a binary float, changes verdicts.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from fractions import Fraction

# Wide enough for every number that quantities.py accepts; the global context would round at 28 digits.
EXACT = Context(prec=120, rounding=ROUND_HALF_EVEN)


class Basis(StrEnum):
    """极限数值的比较方法 of GB/T 8170. Without a word in the standard, 全数值比较法 holds."""

    FULL = "全数值"
    ROUNDED = "修约值"


def round_to_places(value: Decimal, places: int) -> Decimal:
    """修约 to so many decimal places: 四舍六入五成双, on the number as written, once."""
    return value.quantize(Decimal(1).scaleb(-places), context=EXACT)


def round_like(value: Decimal, limit: Decimal) -> Decimal:
    """修约值比较法: the value with as many places as the limit is written with; a limit 0.20 has two."""
    return round_to_places(value, decimal_places(limit))


def decimal_places(number: Decimal) -> int:
    """Places after the point as written; none for whole numbers and powers of ten."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def half_up(fraction: Fraction, places: int) -> Decimal:
    """四舍五入 for figures on display, away from zero at the half; attainment is decided on the fraction itself."""
    scaled = abs(fraction) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if fraction < 0 and units else ""
    return Decimal(f"{sign}{units}E-{places}")  # built from its digits: arithmetic would round at 28 of them


def plain(number: Decimal) -> str:
    """Written out without an exponent, as a person would: 10000, not 1E+4."""
    return format(number, "f")
