"""How dates and figures are written on every page (日期与数字的写法): the one place, for screens and print alike.

Every filter writes "—" for an absent value. A float is refused: by the time it is displayed its last digits are wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from app import clock

if TYPE_CHECKING:
    from flask import Flask

ABSENT = "—"
Figure = int | Decimal | Fraction


def _exact(value: Figure) -> Fraction:
    if isinstance(value, (int, Decimal, Fraction)):
        return Fraction(value)
    raise TypeError(f"a figure is an int, Decimal or Fraction, not {type(value).__name__}")


def _rounded(value: Fraction, places: int) -> str:
    """四舍五入 on the exact fraction, once; the sign is set aside so that −0.5 rounds like 0.5."""
    scaled, remainder = divmod(abs(value) * 10**places, 1)
    digits = int(scaled) + (remainder >= Fraction(1, 2))
    whole, part = divmod(digits, 10**places)
    sign = "-" if value < 0 and digits else ""
    return f"{sign}{whole:,}" + (f".{part:0{places}d}" if places else "")


def _local(moment: datetime) -> datetime:
    """The database keeps UTC without a zone; the office reads Shanghai time."""
    return clock.office_time(moment.astimezone(UTC) if moment.tzinfo else moment)


def _day(value: date) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def format_date(value: date | None) -> str:
    """2026-11-22."""
    return ABSENT if value is None else _day(value).isoformat()


def format_date_cn(value: date | None) -> str:
    """2026年11月22日, as written in official documents: no leading zeros (GB/T 9704)."""
    if value is None:
        return ABSENT
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日"


def format_datetime(value: datetime | None) -> str:
    """2026-11-22 08:05 in Shanghai."""
    return ABSENT if value is None else _local(value).strftime("%Y-%m-%d %H:%M")


def number(value: int | Decimal | None) -> str:
    """Thousands separated; the digits of a Decimal are kept as they were written."""
    if value is None:
        return ABSENT
    _exact(value)
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def decimal(value: Figure | None, places: int = 2) -> str:
    """A computed figure with fixed places."""
    return ABSENT if value is None else _rounded(_exact(value), places)


def percent(value: Figure | None, places: int = 2) -> str:
    """A ratio as a percentage: 1/8 is 12.50%. 0 ÷ 0 arrives as None and is neither 0% nor 100%."""
    return ABSENT if value is None else _rounded(_exact(value) * 100, places) + "%"


def money(value: Figure | None) -> str:
    """Yuan to the fen (元)."""
    return ABSENT if value is None else _rounded(_exact(value), 2) + " 元"


def slash(value: object) -> object:
    """An absent or blank cell is shown as a dash, so that nobody takes it for a page that failed to load."""
    return ABSENT if value is None or value == "" else value


FILTERS: dict[str, Callable[..., object]] = {
    "date": format_date,
    "date_cn": format_date_cn,
    "datetime": format_datetime,
    "number": number,
    "decimal": decimal,
    "percent": percent,
    "money": money,
    "slash": slash,
}


def register(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
