"""允许限 as one cell states it: ≤0.2, 21～39, 不得检出, n=5,c=2,m=10⁴,M=10⁵. What is not understood is TEXT."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from app.domain.numerals import MAX_LENGTH, QUANTITY, is_blank, quantity
from app.domain.units import canonical, is_known, normalise, without_basis


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
    maximum: Decimal | None = None  # of 不得检出(<0.3): the detection limit that the standard names
    unit: str = ""
    n: int | None = None
    c: int | None = None
    m: Decimal | None = None
    big_m: Decimal | None = None
    text: str = ""


_PLAN = re.compile(
    rf"[nN][=:](\d{{1,3}})[,;、]?c[=:](\d{{1,3}})[,;、]?(?:m[=:])?({QUANTITY})([^,;、M=:()]*)"
    rf"(?:[,;、]?M[=:]({QUANTITY})([^,;、M=:()]*))?(?:\(单位:([^()]*)\))?"
)
_LOST_POWER = re.compile(r"[mM][=:]10[2-9](?!\d)")  # 10⁴ that has lost its superscript: no standard sets 102 to 109
_WORDS = {
    "不大于": "≤", "不超过": "≤", "不高于": "≤", "不得超过": "≤", "不应超过": "≤", "不得大于": "≤", "不应大于": "≤", "不得高于": "≤",
    "不应高于": "≤", "小于等于": "≤", "小于或等于": "≤", "<=": "≤", "不小于": "≥", "不低于": "≥", "不少于": "≥", "不得低于": "≥",
    "不应低于": "≥", "不得少于": "≥", "不应少于": "≥", "不得小于": "≥", "大于等于": "≥", "大于或等于": "≥", ">=": "≥", "小于": "<",
    "低于": "<", "大于": ">", "高于": ">",
}  # fmt: skip
_SIGN = "|".join((*sorted(_WORDS, key=len, reverse=True), "[≤≥<>=]"))
_COMPARED = re.compile(rf"({_SIGN})?({QUANTITY})(.*?)(以下|以上)?")
_RANGE = re.compile(rf"({QUANTITY})([^\d~]*?)(?:~|-+|—+|至)({QUANTITY})([^\d]*(?:/\d*[a-zA-Z]+)?)")
_BOTH = re.compile(rf"({_SIGN})({QUANTITY})([^\d,;~]*?)(?:[,;~、]|且|并且|和)*({_SIGN})({QUANTITY})(.*)")
_FORBIDDEN = re.compile(r"(?:不得使用|不得添加|不得加入|禁止使用|禁止添加|禁用|不允许使用|不可使用)(.*)")
_UNDETECTABLE = re.compile(
    rf"(?:不得检出|不应检出|不可检出|未检出|不得检测出|阴性|ND)(?:\((?:[<≤]|检出限|定量限|LOD|LOQ|[为:=])*({QUANTITY})([^()]*)\)|(.*))",
    re.IGNORECASE,
)
_OPS = {"≤": Op.AT_MOST, "≥": Op.AT_LEAST, "<": Op.BELOW, ">": Op.ABOVE, "=": Op.EQUAL}
_PARTS = re.compile(r"[,;、]")


@lru_cache(maxsize=16384)
def parse_limit_text(text: str | None) -> LimitText | None:
    """允许限 of one cell; None where there is none. A bare number is a maximum, the usual case of the field."""
    written = text or ""
    if is_blank(written):
        return None
    if len(written) > MAX_LENGTH:
        return LimitText(Op.TEXT, text=written)
    plain = without_basis(re.sub(r"\s+", "", canonical(written))).rstrip("。;,")
    return _read(plain, written) or _repeated(plain, written) or LimitText(Op.TEXT, text=written)


def _read(plain: str, written: str) -> LimitText | None:
    return (
        _plan(plain, written)
        or _prohibition(plain, written)
        or _both(plain, written)
        or _range(plain, written)
        or _compared(plain, written)
    )


def _repeated(plain: str, written: str) -> LimitText | None:
    """0.1,0.1,0.1: one limit, once for each method of the row. Different ones are a choice that nobody has made."""
    parts = [_read(part, written) for part in _PARTS.split(plain)]
    first = parts[0]
    return first if len(parts) > 1 and first is not None and all(part == first for part in parts) else None


def _prohibition(plain: str, written: str) -> LimitText | None:
    found = _FORBIDDEN.fullmatch(plain)
    if found:
        unit = _unit(found[1])
        return None if unit is None else LimitText(Op.NOT_ALLOWED, unit=unit, text=written)
    found = _UNDETECTABLE.fullmatch(plain)
    if not found:
        return None
    named = quantity(found[1]) if found[1] else None
    unit = _unit(found[2] if found[1] else found[3])
    if unit is None or (found[1] and named is None):
        return None
    return LimitText(Op.NOT_DETECTABLE, maximum=named, unit=unit, text=written)


def _plan(plain: str, written: str) -> LimitText | None:
    """采样方案 n/c/m/M of GB 29921 and the product standards. M not above m means that an exponent was lost."""
    found = _PLAN.fullmatch(plain)
    if not found or _LOST_POWER.search(plain):
        return None
    n, c = int(found[1]), int(found[2])
    m, big_m = quantity(found[3]), quantity(found[5]) if found[5] else None
    units = {normalise(unit): unit for unit in (found[4], found[6], found[7]) if unit}
    unit = next(iter(units.values()), "")
    if m is None or not c < n or (big_m is not None and big_m <= m) or len(units) > 1 or _unit(unit) is None:
        return None
    return LimitText(Op.PLAN, unit=unit, n=n, c=c, m=m, big_m=big_m, text=written)


def _both(plain: str, written: str) -> LimitText | None:
    """≥4.0且≤6.0. With a strict sign it stays TEXT: a range includes both of its ends."""
    found = _BOTH.fullmatch(plain)
    if not found:
        return None
    one, other = (replace(part, text="") if part else None for part in (
        _compared(f"{found[1]}{found[2]}{found[3]}", ""), _compared(f"{found[4]}{found[5]}{found[6]}", ""),
    ))  # fmt: skip
    low, high = (one, other) if one and one.op is Op.AT_LEAST else (other, one)
    if not low or not high or (low.op, high.op) != (Op.AT_LEAST, Op.AT_MOST):
        return None
    return _ordered(low.minimum, high.maximum, low.unit, high.unit, written)


def _range(plain: str, written: str) -> LimitText | None:
    found = _RANGE.fullmatch(plain)
    return _ordered(quantity(found[1]), quantity(found[3]), found[2], found[4], written) if found else None


def _ordered(low: Decimal | None, high: Decimal | None, low_unit: str, high_unit: str, written: str) -> LimitText | None:
    unit = high_unit or low_unit
    consistent = not low_unit or normalise(low_unit) == normalise(unit)
    if low is None or high is None or low > high or not consistent or _unit(unit) is None:
        return None
    return LimitText(Op.RANGE, low, high, unit, text=written)


def _compared(plain: str, written: str) -> LimitText | None:
    found = _COMPARED.fullmatch(plain)
    value = quantity(found[2]) if found else None
    unit = _unit(found[3]) if found else None
    if found is None or value is None or unit is None or (found[1] and found[4]):
        return None
    sign = "≥" if found[4] == "以上" else found[1] or "≤"  # 以上 and 以下 include the number itself
    op = _OPS[_WORDS.get(sign, sign)]
    if op is Op.AT_MOST and value == 0 and unit.startswith("/"):
        return LimitText(Op.NOT_DETECTABLE, unit=unit, text=written)  # 0/25g
    minimum = value if op in (Op.AT_LEAST, Op.ABOVE, Op.EQUAL) else None
    maximum = value if op in (Op.AT_MOST, Op.BELOW, Op.EQUAL) else None
    return LimitText(op, minimum, maximum, unit, text=written)


def _unit(tail: str | None) -> str | None:
    """The unit behind a number, with or without brackets; None where the rest of the cell is no unit."""
    unit = tail or ""
    if unit[:1] == "(" and unit[-1:] == ")":
        unit = unit[1:-1]
    return unit if not unit or is_known(unit) else None
