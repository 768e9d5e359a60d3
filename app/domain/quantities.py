"""检验结果 and 允许限 as people write them: one parser for readings, one for the cells of a limit.

Nothing is guessed. What is not understood is TEXT, and TEXT is never judged 合格. In particular `4.8×10` and `4.8×104`
have lost their exponent on the way through some other program, `1,200` may be one number or two, and 不得检出 in a
result cell is a copy of the limit, not a result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from app.domain.rounding import EXACT
from app.domain.units import MAX_POWER, canonical, is_known, normalise


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
    """检验结果. `value` is the number or the bound; for 未检出（<0.01） it is the detection limit named there."""

    kind: ReadingKind
    value: Decimal | None = None
    series: tuple[Reading, ...] = ()
    as_written: str = ""
    unit: str = ""  # only where the cell itself names one, as in 70CFU/g
    inclusive: bool = False  # ≤ and ≥ include their bound, < and > do not


class Op(StrEnum):
    """How a limit binds."""

    AT_MOST = "≤"
    AT_LEAST = "≥"
    BELOW = "<"
    ABOVE = ">"
    EQUAL = "="
    RANGE = "范围"
    NOT_DETECTABLE = "不得检出"
    NOT_ALLOWED = "不得使用"
    PLAN = "n/c/m/M"
    TEXT = "文字"


@dataclass(frozen=True, slots=True)
class LimitText:
    """限量 as one cell states it, before anybody says for which food."""

    op: Op
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str = ""
    n: int | None = None
    c: int | None = None
    m: Decimal | None = None
    big_m: Decimal | None = None
    text: str = ""


MAX_LENGTH = 300
_NUMBER = r"[+-]?(?:\d{1,20}(?:\.\d{1,20})?|\.\d{1,20})"
_QUANTITY = (
    rf"(?:10\^[+-]?\d{{1,2}}(?!\d)|{_NUMBER}(?:\s*[×xX*·]\s*10\^[+-]?\d{{1,2}}(?!\d)|[eE][+-]?\d{{1,2}}(?!\d))?)"
)
_DECIMAL = re.compile(_NUMBER)
_POWER = re.compile(rf"({_NUMBER})\s*(?:[×xX*·]\s*10\^|[eE])([+-]?\d{{1,2}})|10\^([+-]?\d{{1,2}})")
_READING = re.compile(rf"(<=|>=|[<>≤≥≦≧]|小于等于|大于等于|不大于|不小于|小于|大于|低于)?\s*({_QUANTITY})\s*(.*)")
_BELOW = {"<", "小于", "低于"}
_AT_MOST = {"<=", "≤", "≦", "小于等于", "不大于"}
_AT_LEAST = {">=", "≥", "≧", "大于等于", "不小于"}
_BLANKS = frozenset({"", "未检验", "未检测", "未做", "N/A", "NA", "NULL", "NONE"})
_ABSENT = re.compile(
    r"(?:均?未检出|不检出|未测出|N\.?D\.?|NOT DETECTED|阴性(?:\(-\))?|<\s*(?:LOD|检出限)|(?:低于|小于)(?:方法)?检出限)"
    rf"(?:\(?(?:检出限|LOD)?[:=<]*\s*({_QUANTITY})\s*([^()]*)\))?(/.*)?",
    re.IGNORECASE,
)
_PRESENT = re.compile(r"(?:检出|阳性(?:\(\+\))?|DETECTED|POSITIVE)(/.*)?", re.IGNORECASE)
_MARKS = re.compile(r"(?:^\s*|[；;，,、]\s*|\s+|(?=[①-⑳⑴-⒇]))(?:[①-⑳⑴-⒇]|[nN]\s*(?:[₁-₉]|\d{1,2})\s*[:：=])")
_SEPARATORS = re.compile(r"\s*[;、,]\s*|¦|[\n\r]+|\s*/\s*(?=\d+\.?\d*\s*(?:×|x|/|$)|[<>≤≥未检阴阳])")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LOD_LABEL = re.compile(r"(?:方法|仪器)?(?:检出限|定量限|测定低限|检测低限|LOD|LOQ)\s*[:=]?\s*", re.IGNORECASE)
_PLAN = re.compile(
    rf"[nN][=:](\d{{1,3}})[,;、]?c[=:](\d{{1,3}})[,;、]?(?:m[=:])?({_QUANTITY})([^,;、M=:()]*)"
    rf"(?:[,;、]?M[=:]({_QUANTITY})([^,;、M=:()]*))?(?:\(单位:([^()]*)\))?"
)
_COMPARED = re.compile(
    r"(<=|>=|[<>≤≥≦≧⩽⩾=]|小于等于|大于等于|不大于|不超过|不高于|不得超过|不小于|不低于|不少于|小于|低于|大于|高于)?"
    rf"({_QUANTITY})(.*)"
)
_RANGE = re.compile(rf"({_QUANTITY})([^\d~]*?)(?:~|-+|—+|至)({_QUANTITY})([^\d]*(?:/\d*[a-zA-Z]+)?)")
_FORBIDDEN = re.compile(r"(?:不得使用|不得添加|不得加入|禁止使用|禁止添加|禁用|不允许使用|不可使用)(.*)")
_UNDETECTABLE = re.compile(r"(?:不得检出|不应检出|不可检出|未检出|不得检测出|阴性|ND)(.*)", re.IGNORECASE)
_OPS = (
    ({"", "<=", "≤", "≦", "⩽", "小于等于", "不大于", "不超过", "不高于", "不得超过"}, Op.AT_MOST),
    ({">=", "≥", "≧", "⩾", "大于等于", "不小于", "不低于", "不少于"}, Op.AT_LEAST),
    ({"<", "小于", "低于"}, Op.BELOW),
    ({">", "大于", "高于"}, Op.ABOVE),
    ({"="}, Op.EQUAL),
)


@lru_cache(maxsize=65536)
def parse_reading(text: str | None) -> Reading:
    """检验结果 of one cell. What is not understood comes back as TEXT with the words as written."""
    written = text or ""
    if len(written) > MAX_LENGTH:
        return Reading(ReadingKind.TEXT, as_written=written)
    if _DECIMAL.fullmatch(written):  # nine rows in ten; everything below is for the tenth
        return Reading(ReadingKind.NUMBER, Decimal(written), as_written=written)
    unmarked = _MARKS.sub("¦", written)
    plain = canonical(unmarked)
    parts = [part.strip() for part in _SEPARATORS.split(plain)]
    if unmarked != written and not parts[0]:
        del parts[0]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    words = plain.split()
    if len(parts) == 1 and len(words) > 2 and all(_is_reading(word) for word in words):
        parts = words
    if len(parts) == 1 or _is_blank(plain):
        return _single(plain if _is_blank(plain) else parts[0], written)
    return _series(parts, plain, written)


def parse_lod(text: str | None) -> Reading:
    """检出限 of one cell, with or without its label: 定量限：0.030."""
    return parse_reading(_LOD_LABEL.sub("", canonical(text or "")) if text else text)


def parse_decimal(text: str | None) -> Decimal | None:
    """A number in a cell, None for `/`, `-`, nothing and for everything that is no single number."""
    return _quantity(canonical(text or "")) if text and len(text) <= MAX_LENGTH else None


def is_blank(text: str | None) -> bool:
    """`/`, `-`, nothing: the form says that there is nothing to say."""
    return not text or _is_blank(canonical(text))


def _is_blank(plain: str) -> bool:
    return not plain.strip("/-—_\\ ") or plain.upper() in _BLANKS


def _is_reading(plain: str) -> bool:
    return _single(plain, plain).kind is not ReadingKind.TEXT


def _single(plain: str, written: str) -> Reading:
    if _is_blank(plain):
        return Reading(ReadingKind.BLANK, as_written=written)
    absent = _ABSENT.fullmatch(plain)
    if absent:
        bound = _quantity(absent[1]) if absent[1] else None
        return Reading(ReadingKind.NOT_DETECTED, bound, (), written, _unit(absent[3]) or "")
    present = _PRESENT.fullmatch(plain)
    if present:
        return Reading(ReadingKind.DETECTED, None, (), written, _unit(present[1]) or "")
    return _numeric(plain, written) or Reading(ReadingKind.TEXT, as_written=written)


def _numeric(plain: str, written: str) -> Reading | None:
    found = _READING.fullmatch(plain)
    value = _quantity(found[2]) if found else None
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
        or (len(readings) < 5 and _THOUSANDS.fullmatch(plain))
    )
    if unclear:
        return Reading(ReadingKind.TEXT, as_written=written)
    return Reading(ReadingKind.SERIES, None, readings, written, next(iter(units.values()), ""))


def _unit(tail: str | None) -> str | None:
    """The unit behind a number; None where the rest of the cell is no unit."""
    unit = (tail or "").strip()
    return unit if not unit or is_known(unit) else None


def _quantity(plain: str) -> Decimal | None:
    """The regular expression decides first: Decimal itself would take NaN, Infinity and 1e99999999."""
    if _DECIMAL.fullmatch(plain):
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


@lru_cache(maxsize=16384)
def parse_limit_text(text: str | None) -> LimitText | None:
    """允许限 of one cell; None where there is none. A bare number is a maximum, the usual case of the field."""
    written = text or ""
    if is_blank(written):
        return None
    unread = LimitText(Op.TEXT, text=written)
    if len(written) > MAX_LENGTH:
        return unread
    plain = re.sub(r"\s+", "", canonical(written))
    return (
        _plan(plain, written)
        or _prohibition(plain, written)
        or _range(plain, written)
        or _compared(plain, written)
        or unread
    )


def _prohibition(plain: str, written: str) -> LimitText | None:
    for pattern, op in ((_FORBIDDEN, Op.NOT_ALLOWED), (_UNDETECTABLE, Op.NOT_DETECTABLE)):
        found = pattern.fullmatch(plain)
        unit = _unit(found[1]) if found else None
        if unit is not None:
            return LimitText(op, unit=unit, text=written)
    return None


def _plan(plain: str, written: str) -> LimitText | None:
    """采样方案 n/c/m/M of GB 29921 and the product standards. M not above m means that an exponent was lost."""
    found = _PLAN.fullmatch(plain)
    if not found:
        return None
    n, c = int(found[1]), int(found[2])
    m, big_m = _quantity(found[3]), _quantity(found[5]) if found[5] else None
    units = {normalise(unit): unit for unit in (found[4], found[6], found[7]) if unit}
    unit = next(iter(units.values()), "")
    # m=104 is 10⁴ that has lost its superscript: no standard sets 102 to 109
    lost = re.search(r"[mM][=:]10[2-9](?!\d)", plain)
    if m is None or not c < n or (big_m is not None and big_m <= m) or lost or len(units) > 1 or _unit(unit) is None:
        return None
    return LimitText(Op.PLAN, unit=unit, n=n, c=c, m=m, big_m=big_m, text=written)


def _range(plain: str, written: str) -> LimitText | None:
    found = _RANGE.fullmatch(plain)
    if not found:
        return None
    low, high, unit = _quantity(found[1]), _quantity(found[3]), found[4] or found[2]
    consistent = not found[2] or normalise(found[2]) == normalise(unit)
    if low is None or high is None or low > high or not consistent or _unit(unit) is None:
        return None
    return LimitText(Op.RANGE, low, high, unit, text=written)


def _compared(plain: str, written: str) -> LimitText | None:
    found = _COMPARED.fullmatch(plain)
    value = _quantity(found[2]) if found else None
    unit = _unit(found[3]) if found else None
    if found is None or value is None or unit is None:
        return None
    op = next(op for words, op in _OPS if (found[1] or "") in words)
    if op is Op.AT_MOST and value == 0 and unit.startswith("/"):
        return LimitText(Op.NOT_DETECTABLE, unit=unit, text=written)  # 0/25g
    minimum = value if op in (Op.AT_LEAST, Op.ABOVE, Op.EQUAL) else None
    maximum = value if op in (Op.AT_MOST, Op.BELOW, Op.EQUAL) else None
    return LimitText(op, minimum, maximum, unit, text=written)
