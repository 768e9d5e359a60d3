"""What one exported cell may be (导出的单元格), whoever writes it.

A string is always written as a string: a name that starts with `=`, `+`, `-` or `@` must not become a formula on the
reader's machine, and an 18-digit code must not become 1.23E+17.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

Kind = Literal["text", "date", "integer", "decimal", "percent"]
CellValue = str | int | Decimal | Fraction | date | datetime | bool | None

NUMBER_FORMATS: dict[Kind, str] = {
    "text": "@",
    "date": "yyyy-mm-dd",
    "integer": "0",
    "decimal": "General",
    "percent": "0.00%",
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MAX_TEXT = 32_767  # characters in one Excel cell
CUT = "…（超过单元格上限，已截断）"
MAX_DIGITS = 15  # what an Excel number can hold; a longer one stays text
MAX_WIDTH = 60
FORBIDDEN_IN_TITLE = str.maketrans({mark: "_" for mark in "[]:*?/\\"})
EPOCH = date(1899, 12, 30).toordinal()


@dataclass(frozen=True)
class Column:
    """导出表的一列."""

    header: str
    kind: Kind = "text"
    width: float | None = None  # in characters; None fits the content
    number_format: str = ""

    @property
    def format(self) -> str:
        return self.number_format or NUMBER_FORMATS[self.kind]


def plain(value: CellValue) -> str | int | Decimal | date | None:
    """The value as Excel can hold it: text that fits, or a number it keeps exactly."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
        value = round(value, 12)
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else value[: MAX_TEXT - len(CUT)] + CUT
    if isinstance(value, int | Decimal):
        return value if _fits_a_number(value) else str(value)
    return value


def _fits_a_number(value: int | Decimal) -> bool:
    number = Decimal(value)
    return (
        number.is_finite() and len(number.normalize().as_tuple().digits) <= MAX_DIGITS and abs(number.adjusted()) < 100
    )


def serial(value: date) -> str:
    """Excel's day count."""
    days = value.toordinal() - EPOCH
    seconds = value.hour * 3600 + value.minute * 60 + value.second if isinstance(value, datetime) else 0
    return f"{days + seconds / 86400:.10f}" if seconds else str(days)


def safe_cell(sheet: Any, row: int, column: int, value: CellValue, style: Any = None) -> None:
    """Write one cell of an XlsxWriter sheet; never a formula, never a rounded code."""
    content = plain(value)
    if content is None or content == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(content, str):
        sheet.write_string(row, column, content, style)
    elif isinstance(content, date):
        sheet.write_number(row, column, Decimal(serial(content)), style)
    else:
        sheet.write_number(row, column, content, style)


def safe_text(value: CellValue) -> str:
    """One cell of a CSV file; the apostrophe is the only way CSV has to say "not a formula"."""
    content = plain(value)
    if isinstance(content, str):
        return "'" + content if content.startswith(FORMULA_STARTS) else content
    if isinstance(content, Decimal):
        return format(content, "f")
    return "" if content is None else str(content)


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> None:
    """UTF-8 with BOM, which Chinese Excel needs to recognise the encoding."""
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([safe_text(header) for header in headers])
        writer.writerows([safe_text(cell) for cell in row] for row in rows)


def text_width(value: object) -> int:
    """Columns on screen: a Chinese character takes two."""
    lines = str(value).splitlines() or [""]
    return max(
        sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in line[:MAX_WIDTH]) for line in lines
    )


def fitting_widths(columns: Sequence[Column], rows: Iterable[Sequence[CellValue]]) -> list[float]:
    """Widths for header and content, with room for the filter's arrow."""
    widths = [float(text_width(column.header) + 4) for column in columns]
    for row in rows:
        widths = [max(width, _shown_width(value) + 2) for width, value in zip(widths, row, strict=True)]
    return [column.width or min(width, MAX_WIDTH) for column, width in zip(columns, widths, strict=True)]


def _shown_width(value: CellValue) -> int:
    return 10 if isinstance(value, date) else text_width("" if value is None else value)


def sheet_name(title: str, used: set[str]) -> str:
    """A name Excel accepts: at most 31 characters, none of []:*?/\\, unique whatever the case; added to `used`."""
    name = re.sub(r"\s+", " ", title.translate(FORBIDDEN_IN_TITLE)).strip("' ")[:31].strip("' ") or "Sheet"
    if name.lower() == "history":  # reserved by Excel
        name += "_"
    candidate, number = name, 1
    while candidate.lower() in used:
        number += 1
        suffix = f"({number})"
        candidate = name[: 31 - len(suffix)] + suffix
    used.add(candidate.lower())
    return candidate


def check_headers(columns: Sequence[Column]) -> None:
    headers = [column.header for column in columns]
    if len(set(headers)) < len(headers):
        raise ValueError(f"duplicate headers: {headers}")
