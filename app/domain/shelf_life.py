"""保质期: what a label says about shelf life, and the last day on which the food is still good.

The day of production is not counted (民法典第二百零一条): made on 2026-01-15 with 12 months, the food is good up to and including
2027-01-15. Whatever cannot be told for certain (见包装, two storage conditions with two lives, a range) stays unknown.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from app.domain.written import NotADate, present, written_date

DIGITS: Final = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
CHINESE: Final = re.compile(r"[零〇一二两三四五六七八九十百]+(?=个?月|年|天|日|周|星期|小时)")
DATE: Final = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|(?<!\d)20\d{6}(?!\d)")
UNIT: Final = "(?:个月|月|年|天|日|周|个?星期|个?小时|[hH])"
LENGTH: Final = re.compile(rf"(\d+(?:\.\d+)?)({UNIT})(半)?")
RANGE: Final = re.compile(rf"\d+{UNIT}?[-~～—–至到]+\d+(?:\.\d+)?{UNIT}")
HALVES: Final = (("个半月", "月半"), ("半个月", "15天"), ("半年", "6个月"))
HOURS_PER_DAY: Final = 24
LONGEST_MONTHS, LONGEST_DAYS = 1200, 36_500


@dataclass(frozen=True, slots=True)
class ShelfLife:
    """保质期 as read: a length in months and days, or a last day."""

    months: int = 0
    days: int = 0
    until: date | None = None


def read_shelf_life(written: str | None) -> ShelfLife | None:
    """What the text says, or None where it says nothing certain."""
    text = _folded(written)
    if not text:
        return None
    if days := DATE.findall(text):
        return _until(days)
    if RANGE.search(text):
        return None
    found = list(LENGTH.finditer(text))
    if not found or not _adjacent(found):
        return _same(found)
    parts = [_length(*match.groups()) for match in found]
    if any(part is None for part in parts):
        return None
    months, days_ = (sum(part[place] for part in parts if part) for place in (0, 1))
    return _of(months, days_)


def _folded(written: str | None) -> str:
    text = "".join(unicodedata.normalize("NFKC", present(written or "")).split())
    for word, meaning in HALVES:
        text = text.replace(word, meaning)
    return CHINESE.sub(lambda match: str(_number(match[0])), text)


def _number(word: str) -> int:
    """一百八十 is 180: hundreds, tens, ones."""
    hundreds, _, rest = word.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = DIGITS.get(hundreds, 0) * 100 if hundreds else 0
    value += (DIGITS.get(tens[-1:], 1) if tens else 1) * 10 if ten else 0
    return value + DIGITS.get(ones[-1:], 0)


def _until(days: list[str]) -> ShelfLife | None:
    """The one date named; a production date beside it would make two."""
    if len(set(days)) != 1:
        return None
    try:
        return ShelfLife(until=written_date(days[0]))
    except NotADate:
        return None


def _adjacent(found: list[re.Match[str]]) -> bool:
    """1年6个月 is one length; 常温6个月，冷藏12个月 are two."""
    return all(before.end() == after.start() for before, after in pairwise(found))


def _same(found: list[re.Match[str]]) -> ShelfLife | None:
    """The same length said twice is one length."""
    lengths = {_length(*match.groups()) for match in found}
    only = next(iter(lengths)) if len(lengths) == 1 else None
    return _of(*only) if only else None


def _length(number: str, unit: str, half: str | None) -> tuple[int, int] | None:
    """Months and days of one length; None where they do not come out whole (1.5 天 may be, 1.5 个月 may not)."""
    if number.partition(".")[2].rstrip("0") not in ("", "5"):
        return None
    halves = _doubled(number) + (1 if half else 0)
    unit = unit.lstrip("个")
    if unit == "年":
        return halves * 6, 0
    if unit == "月":
        return (halves >> 1, 15 if half else 0) if half or halves % 2 == 0 else None
    if unit in ("周", "星期"):
        return (0, 7 * (halves >> 1)) if halves % 2 == 0 else None
    if unit in ("小时", "h", "H"):
        return 0, -(-halves // (2 * HOURS_PER_DAY))  # the hour of production is not known: the day begun is given whole
    return 0, -(-halves // 2)


def _doubled(number: str) -> int:
    """Twice the number, whole: 1.5 is 3."""
    whole, _, fraction = number.partition(".")
    return 2 * int(whole[:6]) + (1 if fraction.startswith("5") else 0)


def _of(months: int, days: int) -> ShelfLife | None:
    if not (months or days) or months > LONGEST_MONTHS or days > LONGEST_DAYS:
        return None
    return ShelfLife(months, days)


def months_later(day: date, months: int) -> date:
    """The same day so many months on; where that month is shorter, its last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def expires_on(made_on: date | None, written: str | None) -> date | None:
    """保质期届满日: the last good day, or None where it cannot be told."""
    life = read_shelf_life(written)
    if life is None:
        return None
    if life.until is not None:
        return life.until
    if made_on is None:
        return None
    try:
        return months_later(made_on, life.months) + timedelta(days=life.days)
    except (ValueError, OverflowError):
        return None


def says_nothing(written: str | None) -> bool:
    """Blank, or the form's own word for "not applicable"."""
    return not present(written or "")
