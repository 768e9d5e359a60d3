"""检验结果 as people write it.

Nothing is guessed. What is not understood is TEXT, and TEXT is never judged 合格. In particular `4.8×10` and `4.8×104`
have lost their exponent on the way through some other program, `1,200` may be one number or two, and 不得检出 in a
result cell is a copy of the limit, not a result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from app.domain.numerals import DECIMAL, MAX_LENGTH, QUANTITY, quantity, says_nothing
from app.domain.units import canonical, is_known, normalise


class ReadingKind(StrEnum):
    """What sort of result was written."""

    NUMBER = "数值"
    BELOW = "小于"
    ABOVE = "大于"
    NOT_DETECTED = "未检出"
    DETECTED = "检出"
    BLANK = "空白"
    TEXT = "文字"
    SERIES = "多个结果"


@dataclass(frozen=True, slots=True)
class Reading:
    """检验结果. `value` is the number or the bound; for 未检出（<0.01） it is the detection limit named there.

    低于定量限 is BELOW without a value: its bound is 定量限 of the method, and it may well be detected.
    """

    kind: ReadingKind
    value: Decimal | None = None
    series: tuple[Reading, ...] = ()
    as_written: str = ""
    unit: str = ""  # only where the cell itself names one, as in 70CFU/g
    inclusive: bool = False  # ≤ and ≥ include their bound, < and > do not


_BELOW = {"<", "小于", "低于"}
_AT_MOST = {"<=", "≤", "小于等于", "不大于"}
_AT_LEAST = {">=", "≥", "大于等于", "不小于"}
_SIGN = r"<=|>=|[<>≤≥]|小于等于|大于等于|不大于|不小于|小于|大于|低于"
_READING = re.compile(rf"({_SIGN})?\s*({QUANTITY})\s*(.*)")
_LOD = r"(?:方法|仪器)?最?低?(?:检出限|检测限|LOD)"
_LOQ = r"(?:方法|仪器)?最?低?(?:定量限|测定低限|检测低限|LOQ)"
_ABSENT_WORD = r"(?:均?未检出|不检出|未测出|N\.?D\.?|NOT\s*DETECTED|阴性)(?:\(-\))?"
_ABSENT = re.compile(
    rf"(?:{_ABSENT_WORD}|<\s*{_LOD}|(?:低于|小于){_LOD})\s*(/\w+(?:\(\w+\))?)?"
    rf"(?:[(,:]?\s*(?:(?:{_LOD}|{_LOQ})[为是]?\s*[:=<≤]*|[<≤]|(?<=\())\s*({QUANTITY})\s*([^()]*)\)?)?",
    re.IGNORECASE,
)
_SAID_ABSENT = re.compile(rf"[<≤]\s*({QUANTITY})\s*([^()]*)\((?:{_LOD}|{_ABSENT_WORD})\)", re.IGNORECASE)
_UNQUANTIFIED = re.compile(
    rf"(?:检出,?但?)?(?:<|低于|小于|未达到?)\s*{_LOQ}(?:[(:=<]*\s*({QUANTITY})\s*([^()]*?)\)?)?"
    rf"|<\s*({QUANTITY})\s*([^()]*)\({_LOQ}\)",
    re.IGNORECASE,
)
_PRESENT = re.compile(r"(?:检出|阳性|DETECTED|POSITIVE)(?:\(\+\))?(/\w+(?:\(\w+\))?)?", re.IGNORECASE)
_AMOUNT_FOUND = re.compile(rf"(?:检出|阳性)\s*[,:(]?\s*({QUANTITY})\s*([^()]*?)\)?")
_MARKS = re.compile(
    r"(?:^\s*|[；;，,、]\s*|\s+|(?=[①-⑳⑴-⒇]))"
    r"(?:[①-⑳⑴-⒇]|[nN]\s*(?:[₁-₉]|\d{1,2})\s*[:：=]|(?:第|样品?|平行样?|检样)\s*\d{1,2}\s*[#号份个]?\s*[:：]"
    r"|\d{1,2}#\s*[:：]?|[(（]\d[)）](?=\s*[<＜≤\d未检阴阳]))"
)
_SEPARATORS = re.compile(r"\s*[;、,|]\s*|¦|[\n\r\t]+|\s*/\s*(?=\d+\.?\d*\s*(?:×|x|/|$)|[<>≤≥未检阴阳])")
_SLASHED = re.compile(rf"((?:[<>≤≥]?\s*{QUANTITY}\s*/\s*){{2,}}[<>≤≥]?\s*{QUANTITY})(\s*[^\d\s/][^/]*/\w+)")
_DATED = re.compile(r"\d{4}/\d{1,2}/\d{1,2}")
_GROUPED = re.compile(r"[+-]?\d+,\d+(?:,\d{3})*(?:\.\d+)?(?:\s*[^\d,;\s][^,;]*)?")  # 1,200: one number, or two results?
_EVERY = re.compile(r"(?:n=)?(\d{1,2}|[三五])\s*[个份件次]?(?:样品|检样|平行样?|结果|样)?\s*(?:均|全部|都)[为是]?\s*(.+)")
_TIMES = re.compile(rf"(.+?)\s*\(\s*n\s*=\s*(\d{{1,2}})\s*\)|({_ABSENT_WORD}(?:/\w+)?)\s*[×xX*]\s*(\d{{1,2}})")
_LEADS = tuple("0123456789<>¦")
_DIGITS = {"三": 3, "五": 5}
MOST_RESULTS = 30
_LABEL = re.compile(rf"(?:{_LOD}|{_LOQ})\s*[:=]?\s*", re.IGNORECASE)
_TORN = re.compile(r"(?![\d.])\S")  # what follows a torn-off number is not more of its digits


@lru_cache(maxsize=65536)
def parse_reading(text: str | None) -> Reading:
    """检验结果 of one cell. What is not understood comes back as TEXT with the words as written."""
    written = text or ""
    if DECIMAL.fullmatch(written):  # nine rows in ten; everything below is for the tenth
        return Reading(ReadingKind.NUMBER, Decimal(written), as_written=written)
    if len(written) > MAX_LENGTH:
        return Reading(ReadingKind.TEXT, as_written=written)
    unmarked = _MARKS.sub("¦", written)
    plain = canonical(unmarked).rstrip("。")
    parts = _parts(plain, marked=unmarked != written)
    if len(parts) == 1 or says_nothing(plain):
        one = _single(plain if len(parts) > 1 else parts[0], written)
        several = _repeated(parts[0]) if one.kind is ReadingKind.TEXT else []
        return _series(several, plain, written) if several else one
    if plain[:1] not in _LEADS and (whole := _worded(plain, written)).kind is not ReadingKind.TEXT:
        return whole  # 检出,0.003 is one result
    return _series(parts, plain, written)


def _parts(plain: str, marked: bool) -> list[str]:
    if plain.count("/") > 2 and (slashed := _SLASHED.fullmatch(plain)):
        plain = slashed[1].replace("/", ";") + slashed[2]
    parts = [part.strip() for part in _SEPARATORS.split(plain)]
    if marked and not parts[0]:
        del parts[0]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    words = plain.split()
    if len(parts) == 1 and len(words) > 2 and all(_is_reading(word) for word in words):
        return words
    return parts


def _repeated(plain: str) -> list[str]:
    """5个均未检出, <10(n=5), 未检出×5: one result said of several."""
    if found := _EVERY.fullmatch(plain):
        number, part = _DIGITS.get(found[1]) or int(found[1]), found[2]
    elif found := _TIMES.fullmatch(plain):
        number, part = int(found[2] or found[4]), found[1] or found[3]
    else:
        return []
    return [part] * number if 1 < number <= MOST_RESULTS and _is_reading(part) else []


@lru_cache(maxsize=65536)
def read_result(result: str | None, unit: str | None) -> tuple[Reading, str]:
    """检验结果 with its unit.

    Some sites put the first number of a cell into one column and all that follows into the column of units: `7.6` and
    `×10⁴,6.2×10⁴CFU/g`, or `3` and `＞mg/kg`. Only where the two together are a reading are they taken together.
    """
    reading, unit = parse_reading(result), unit or ""
    if reading.kind is not ReadingKind.NUMBER or reading.unit or not unit or is_known(unit):
        return reading, unit
    tail = canonical(unit)
    if tail[:1] in tuple("<>≤≥") and is_known(tail[1:]):
        return parse_reading(f"{tail[0]}{result}"), tail[1:]
    joined = parse_reading(f"{result}{unit}") if _TORN.match(unit) else reading
    return (joined, "") if joined.kind is ReadingKind.SERIES else (reading, unit)


@lru_cache(maxsize=16384)
def parse_lod(text: str | None) -> Reading:
    """检出限 of one cell, with or without its label: 定量限：0.030."""
    return parse_reading(_LABEL.sub("", canonical(text or "")) if text else text)


def _is_reading(plain: str) -> bool:
    return _single(plain, plain).kind not in (ReadingKind.TEXT, ReadingKind.BLANK)


def _single(plain: str, written: str) -> Reading:
    if says_nothing(plain):
        return Reading(ReadingKind.BLANK, as_written=written)
    return _numeric(plain, written) or _worded(plain, written)


def _worded(plain: str, written: str) -> Reading:
    if found := _ABSENT.fullmatch(plain):
        return _bounded(ReadingKind.NOT_DETECTED, found[2], found[3], written, found[1])
    if found := _SAID_ABSENT.fullmatch(plain):
        return _bounded(ReadingKind.NOT_DETECTED, found[1], found[2], written)
    if found := _UNQUANTIFIED.fullmatch(plain):
        read = _bounded(ReadingKind.BELOW, found[1] or found[3], found[2] or found[4], written)
        return replace(read, inclusive=True)
    if found := _PRESENT.fullmatch(plain):
        return Reading(ReadingKind.DETECTED, None, (), written, _unit(found[1]) or "")
    if found := _AMOUNT_FOUND.fullmatch(plain):
        return _bounded(ReadingKind.NUMBER, found[1], found[2], written)
    return Reading(ReadingKind.TEXT, as_written=written)


def _bounded(kind: ReadingKind, bound: str | None, unit: str | None, written: str, amount: str | None = "") -> Reading:
    """A reading with the number that stands beside its words; TEXT where that number is not understood."""
    value, named = quantity(bound) if bound else None, _unit(unit)
    if (bound and value is None) or named is None:
        return Reading(ReadingKind.TEXT, as_written=written)
    return Reading(kind, value, (), written, named or _unit(amount) or "")


def _numeric(plain: str, written: str) -> Reading | None:
    found = _READING.fullmatch(plain)
    value = quantity(found[2]) if found else None
    unit = _unit(found[3]) if found else None
    if found is None or value is None or unit is None:
        return None
    sign = found[1]
    if not sign:
        return Reading(ReadingKind.NUMBER, value, (), written, unit)
    below = sign in _BELOW or sign in _AT_MOST
    included = sign in _AT_MOST or sign in _AT_LEAST
    return Reading(ReadingKind.BELOW if below else ReadingKind.ABOVE, value, (), written, unit, included)


def _series(parts: list[str], plain: str, written: str) -> Reading:
    """Several results of one item. One part that is not understood makes the whole of it TEXT."""
    readings = tuple(_single(part, part) for part in parts)
    units = {normalise(reading.unit): reading.unit for reading in readings if reading.unit}
    numbers = sum(reading.kind is ReadingKind.NUMBER for reading in readings)
    unclear = (
        any(reading.kind is ReadingKind.TEXT for reading in readings)
        or len(units) > 1
        or ("/" in plain and len(readings) == numbers == 2 and not units)  # 1/2: a fraction, a count of five, or two?
        or (len(readings) < 5 and _GROUPED.fullmatch(plain))
        or _DATED.fullmatch(plain)
    )
    if unclear:
        return Reading(ReadingKind.TEXT, as_written=written)
    return Reading(ReadingKind.SERIES, None, readings, written, next(iter(units.values()), ""))


def _unit(tail: str | None) -> str | None:
    """The unit behind a number; None where the rest of the cell is no unit."""
    unit = (tail or "").strip()
    if unit[:1] == "(" and unit[-1:] == ")":
        unit = unit[1:-1]
    return unit if not unit or is_known(unit) else None
