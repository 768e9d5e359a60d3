"""计量单位 of results and limits: how they are spelled, and exact conversion between those that measure the same.

Mass per mass, mass per volume and counts are different things: mg/L is never turned into mg/kg, nor MPN into CFU.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from app.domain.rounding import EXACT

MAX_POWER = 15  # no reading in a food needs more; an unbounded exponent would exhaust the memory

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUPERSCRIPT_POWER = re.compile(r"(?<=10)[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_TAGGED_POWER = re.compile(r"<sup>\s*([+-]?\d{1,3})\s*</sup>", re.IGNORECASE)
_CARET_POWER = re.compile(r"\s*\^\s*[({]?\s*([+-]?\d{1,3})\s*[)}]?")
_SIGNS = str.maketrans({
    "✕": "×", "✖": "×", "⨯": "×", "∗": "×", "−": "-", "‐": "-", "‑": "-", "–": "-", "µ": "μ", "〈": "<", "〉": ">", "≦": "≤",
    "≧": "≥", "⩽": "≤", "⩾": "≥", "≮": "≥", "≯": "≤",
})  # fmt: skip
_BASIS = re.compile(r"\(以[^()]*计\)")
_OTHER_BASIS = re.compile("干|脂|油|水|折|鲜|固|乳(?!酸)")  # 以干基计, 以脂肪计: the same sample has another number then

_CHINESE = (("毫克", "mg"), ("微克", "ug"), ("千克", "kg"), ("公斤", "kg"), ("克", "g"), ("毫升", "ml"), ("升", "l"))
_NUMERATORS: dict[str, tuple[str, Fraction]] = {
    "kg": ("mass", Fraction(10**6)),
    "g": ("mass", Fraction(1000)),
    "mg": ("mass", Fraction(1)),
    "ug": ("mass", Fraction(1, 10**3)),
    "ng": ("mass", Fraction(1, 10**6)),
    "pg": ("mass", Fraction(1, 10**9)),
    "mol": ("amount", Fraction(1000)),
    "mmol": ("amount", Fraction(1)),
    "umol": ("amount", Fraction(1, 1000)),
} | {name: (name, Fraction(1)) for name in ("cfu", "mpn", "个", "meq", "u", "iu", "bq")}
_DENOMINATORS: dict[str, tuple[str, Fraction]] = {
    "kg": ("mass", Fraction(1)),
    "g": ("mass", Fraction(1, 1000)),
    "mg": ("mass", Fraction(1, 10**6)),
    "l": ("volume", Fraction(1)),
    "ml": ("volume", Fraction(1, 1000)),
    "cm2": ("area", Fraction(1, 10**4)),
    "dm2": ("area", Fraction(1, 100)),
    "m2": ("area", Fraction(1)),
    "kj": ("kj", Fraction(1)),  # energy limits come in pairs (kJ; kcal), each with its own number
    "kcal": ("kcal", Fraction(1)),
}
_SINGLE = {"%": "g/100g", "‰": "g/kg", "ppm": "mg/kg", "ppb": "ug/kg"}
_OTHERS = frozenset({"", "%vol", "°t", "°c", "ntu", "度", "个", "mg", "g", "ug"})
_RATIO = re.compile(r"([a-z个]{1,4})/(\d{1,6}(?:\.\d{1,3})?)?([a-z]{1,4}2?)")
_MULTIPLIED = re.compile(r"[×x*]?10\^([+-]?\d{1,2})(?!\d)[×·]?(.*)")
_AMOUNT = re.compile(r"/(\d{1,6}(?:\.\d{1,3})?)?(g|kg|ml|l|cm2|份)")
_ALTERNATIVES = (("g", "ml"), ("ml", "g"), ("kg", "l"), ("l", "kg"))  # solids and liquids: CFU/g(mL), mg/kg(L)
_EITHER = tuple(
    (re.compile(rf"([^/]*/)(\d*){one}(?:或|/|(?P<open>\())(?:\1)?(?:\2)?{other}(?(open)\))"), one, other)
    for one, other in _ALTERNATIVES
)
_LISTED = re.compile(r"[,;、]")


class Measure(NamedTuple):
    """What a unit measures, and how many base units one of it is."""

    kind: str
    size: Fraction


def canonical(text: str) -> str:
    """One spelling for every keyboard: NFKC, powers as 10^n. Powers first, because NFKC turns 10⁴ into 104."""
    if text.isascii() and "^" not in text and "<" not in text and "**" not in text:
        return text.strip()
    text = text.replace("**", "^")
    text = _SUPERSCRIPT_POWER.sub(lambda found: "^" + found.group().translate(_SUPERSCRIPTS), text)
    text = _TAGGED_POWER.sub(r"^\1", text)
    return _CARET_POWER.sub(r"^\1", unicodedata.normalize("NFKC", text).translate(_SIGNS)).strip()


@lru_cache(maxsize=4096)
def normalise(unit: str) -> str:
    """The unit in small letters without blanks; `/`, `-` and nothing at all mean: no unit."""
    text = without_basis(re.sub(r"\s+", "", canonical(unit))).lower().replace("μ", "u")
    if not text.strip("/-—_,;、"):
        return ""
    for chinese, symbol in _CHINESE:
        text = text.replace(chinese, symbol)
    for spelled in ("w/%", "%(质量分数)", "%(m/m)", "%(w/w)"):
        text = text.replace(spelled, "%")
    listed = _LISTED.split(text)
    return (text if len(set(listed)) > 1 else listed[0]).replace("%(v/v)", "%vol")


def without_basis(plain: str) -> str:
    """`mg/kg(以Pb计)` is mg/kg, the item says so too; (以干基计) stays, because only part of all results are so."""
    return plain if "计" not in plain else _BASIS.sub(_element_dropped, plain)


def _element_dropped(found: re.Match[str]) -> str:
    return found.group() if _OTHER_BASIS.search(found.group()) else ""


@lru_cache(maxsize=4096)
def split_multiplier(unit: str) -> tuple[Fraction, str] | None:
    """`×10³ μg/kg` is 1000 and μg/kg. None where the exponent is missing: `×10` has lost it on the way."""
    text = normalise(unit)
    found = _MULTIPLIED.fullmatch(text)
    if found:
        power = int(found[1])
        return (Fraction(10) ** power, found[2]) if abs(power) <= MAX_POWER else None
    return None if re.match(r"[×x*]|10(?!\d)", text) else (Fraction(1), text)


def _measures(unit: str) -> tuple[Measure, ...]:
    """Everything the unit may stand for: CFU/g(mL) is CFU/g for solids and CFU/mL for liquids."""
    split = split_multiplier(unit)
    if split is None:
        return ()
    multiplier, rest = split
    names = _names(rest)
    return tuple(Measure(kind, multiplier * size) for kind, size in map(_measure, names))


def _names(rest: str) -> tuple[str, ...]:
    for pattern, one, other in _EITHER:
        if found := pattern.fullmatch(rest):
            return f"{found[1]}{found[2]}{one}", f"{found[1]}{found[2]}{other}"
    return (rest,)


def _measure(name: str) -> Measure:
    found = _RATIO.fullmatch(_SINGLE.get(name, name))
    if found and found[1] in _NUMERATORS and found[3] in _DENOMINATORS:
        above, size = _NUMERATORS[found[1]]
        below, part = _DENOMINATORS[found[3]]
        amount = Fraction(found[2] or 1) * part
        if amount:
            return Measure(f"{above}/{below}", size / amount)
    return Measure(f"={name}", Fraction(1))


@lru_cache(maxsize=4096)
def factor(from_unit: str, to_unit: str) -> Fraction | None:
    """How many of one unit make one of the other; None where they measure different things."""
    for source in _measures(from_unit):
        for target in _measures(to_unit):
            if source.kind == target.kind:
                return source.size / target.size
    return None


@lru_cache(maxsize=4096)
def is_known(unit: str) -> bool:
    """True for a unit this module can name; a tail of letters that it cannot name is no unit."""
    name = normalise(unit)
    measures = _measures(unit)
    return name in _OTHERS or any(_AMOUNT.fullmatch(m.kind[1:]) or m.kind[0] != "=" for m in measures)


def is_amount(unit: str) -> bool:
    """取样量 such as /25g: the result is 检出 or 未检出 in that much of the sample."""
    return bool(_AMOUNT.match(normalise(unit)))


def is_same(one: str, other: str) -> bool:
    """True where the two spellings are the same unit in the same size."""
    return factor(one, other) == 1


def convert(value: Decimal, from_unit: str, to_unit: str) -> Decimal | None:
    """The same quantity in another unit, exactly; None where it cannot be expressed so."""
    if from_unit == to_unit and split_multiplier(from_unit) is not None:
        return value
    ratio = factor(from_unit, to_unit)
    return None if ratio is None else scale(value, ratio)


def scale(value: Decimal, ratio: Fraction) -> Decimal | None:
    """The value times the ratio, exactly; None for a ratio such as 1/3 that no decimal can hold."""
    if ratio == 1:
        return value
    power = _decimal_power(ratio.denominator)
    if power is None:
        return None
    whole = ratio.numerator * 10**power // ratio.denominator
    return _trim(EXACT.multiply(value, Decimal(whole).scaleb(-power, context=EXACT)))


def _decimal_power(denominator: int) -> int | None:
    return next((power for power in range(41) if 10**power % denominator == 0), None)


def _trim(value: Decimal) -> Decimal:
    """Without the zeros that the conversion itself has added, and without an exponent."""
    short = value.normalize(EXACT)
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1), context=EXACT) if isinstance(exponent, int) and exponent > 0 else short
