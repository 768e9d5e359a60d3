"""How people write numbers of sheets, dates and "nothing" in a table (填写习惯).

Nothing here judges; it turns what was typed into one form, or says why it cannot.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

ABSENT = frozenset({"", "/", "-", "--", "—", "——", "\\"})  # "/" is the form's own word for "not applicable"
NO_RESULT = "#公式无结果"  # what our reader puts where a formula has no stored result; a blank would be read as nothing
FORMULA_ERRORS = frozenset(
    {NO_RESULT, "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
BLANKS = re.compile(r"[\s\u200b\u200e\u200f\ufeff]+")
NUMBER_SHAPE = re.compile(r"[A-Z0-9][A-Z0-9\-_/().]{4,39}")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}")
CALENDAR_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
TIME_PART = re.compile(
    r"(?<=[\d日号])[T\s]+\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?|分)?(?:Z|[+-]\d{2}:?\d{2})?$"
)
SERIAL_DATE = re.compile(r"([2-7]\d{4})(?:\.\d+)?")  # day counts from 1954 to 2119
SERIAL_EPOCH = date(1899, 12, 30)
YEARS = range(1900, 2101)
DATE_HINT = "请写成 2020-08-27 这样的日期"


class NotADate(ValueError):
    """The text is meant as a date and is none; the message says why."""


@dataclass(frozen=True)
class Fault:
    """一处错误: where it stands in the user's file, what stands there, what is wrong and what to do.

    A fault that does not block (`blocking=False`) is shown and does not refuse the sample.
    """

    line: int
    column: str
    value: str
    message: str
    sheet: str = ""
    blocking: bool = True


@lru_cache(maxsize=65_536)
def present(text: str) -> str:
    """The text without blanks around it; "" where the writer put a stroke for "nothing"."""
    stripped = text.strip()
    return "" if unicodedata.normalize("NFKC", stripped) in ABSENT else stripped


@lru_cache(maxsize=65_536)
def sample_number(text: str) -> str:
    """抽样编号 as a key: real uploads have blanks before, line breaks inside and full-width letters."""
    return BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()


def number_complaint(number: str) -> str:
    """Why this cannot be a sheet number; "" if it can. Its structure is only warned about elsewhere."""
    if SCIENTIFIC.fullmatch(number):
        return "编号被 Excel 改成了科学计数，末几位已丢失：请把该列设为文本后重新填写"
    if not NUMBER_SHAPE.fullmatch(number) or not any(mark.isdigit() for mark in number):
        return "编号只能由字母和数字组成，长度 5 至 40 位：请核对后重新填写"
    return ""


@lru_cache(maxsize=65_536)
def item_name(text: str) -> str:
    """检验项目 as a key: blanks and line breaks out, one width of brackets, letters and digits."""
    return BLANKS.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=16_384)
def word(text: str) -> str:
    """A word of a code list without blanks and widths."""
    return "" if (bare := BLANKS.sub("", unicodedata.normalize("NFKC", text))) in ABSENT else bare


@lru_cache(maxsize=16_384)
def written_date(text: str) -> date | None:
    """A date in any of the usual spellings, with or without time; None where nothing is written."""
    if not present(text):
        return None
    folded = unicodedata.normalize("NFKC", text).strip()
    bare = BLANKS.sub("", TIME_PART.sub("", folded))
    if serial := SERIAL_DATE.fullmatch(bare):
        return SERIAL_EPOCH + timedelta(days=int(serial[1]))
    parts = CALENDAR_DATE.fullmatch(bare) or COMPACT_DATE.fullmatch(bare)
    if parts is None:
        raise NotADate(f"“{folded[:30]}”不是日期：{DATE_HINT}")
    return _calendar_date(*map(int, parts.groups()))


def _calendar_date(year: int, month: int, day: int) -> date:
    if year not in YEARS:
        raise NotADate(f"年份 {year} 不合理：{DATE_HINT}")
    if not 1 <= month <= 12:
        raise NotADate(f"没有{month}月：{DATE_HINT}")
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADate(f"{year}年{month}月没有{day}日：请核对日期") from None
