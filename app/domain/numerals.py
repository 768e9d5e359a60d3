"""Numbers as people write them: 0.32, 1.0×10⁴, 1.0E4. One expression for all, asked before Decimal is."""

from __future__ import annotations

import re
from decimal import Decimal

from app.domain.rounding import EXACT
from app.domain.units import MAX_POWER, canonical

MAX_LENGTH = 300
NUMBER = r"[+-]?(?:\d{1,20}(?:\.\d{1,20})?|\.\d{1,20})"
QUANTITY = (
    rf"(?:10\^[+-]?\d{{1,2}}(?!\d)|{NUMBER}(?:\s*[×xX*·]\s*10\^[+-]?\d{{1,2}}(?!\d)|[eE][+-]?\d{{1,2}}(?!\d))?)"
)
DECIMAL = re.compile(NUMBER)
_POWER = re.compile(rf"({NUMBER})\s*(?:[×xX*·]\s*10\^|[eE])([+-]?\d{{1,2}})|10\^([+-]?\d{{1,2}})")
_BLANKS = frozenset({"", "未检验", "未检测", "未做", "N/A", "NA", "NULL", "NONE"})


def quantity(plain: str) -> Decimal | None:
    """The regular expression decides first: Decimal itself would take NaN, Infinity and 1e99999999."""
    if DECIMAL.fullmatch(plain):
        return Decimal(plain)
    found = _POWER.fullmatch(plain)
    if not found:
        return None
    power = int(found[2] or found[3])
    if abs(power) > MAX_POWER:
        return None
    value = Decimal(found[1] or 1).scaleb(power, context=EXACT)
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal(1), context=EXACT) if isinstance(exponent, int) and exponent > 0 else value


def parse_decimal(text: str | None) -> Decimal | None:
    """A number in a cell, None for `/`, `-`, nothing and for everything that is no single number."""
    return quantity(canonical(text or "")) if text and len(text) <= MAX_LENGTH else None


def is_blank(text: str | None) -> bool:
    """`/`, `-`, nothing: the form says that there is nothing to say."""
    return not text or says_nothing(canonical(text))


def says_nothing(plain: str) -> bool:
    """The same of a text in canonical spelling; `-,-,-` says it three times."""
    return not plain.strip("/-—_\\ ,;、") or plain.upper() in _BLANKS
