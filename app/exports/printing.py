"""Printing the sheets of our own return, and its rows as text that can be read back exactly."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.spreadsheet_reports import ReportSheet, ReportValue, Shown, write_report
from app.spreadsheet_scan import column_letters


def printed(sheets: Sequence[ReportSheet], author: str, made_at: datetime) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "return.xlsx")
        write_report(path, sheets, author=author, made_at=made_at)
        return path.read_bytes()


def address(column: int, row: int) -> str:
    """``B4`` for the second column and the fourth row, both counted from 0."""
    return f"{column_letters(column + 1)}{row + 1}"


def told(value: Any) -> str | None:
    """A cell as it is read on screen."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return None if value is None else str(value)


def rows_to_json(rows: Sequence[Sequence[ReportValue]]) -> list[list[Any]]:
    return [[_to_json(value) for value in row] for row in rows]


def rows_from_json(rows: Sequence[Sequence[Any]]) -> list[list[ReportValue]]:
    return [[_from_json(value) for value in row] for row in rows]


def _to_json(value: ReportValue) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Shown):
        return {"shown": str(value.value), "places": value.places}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"number": str(value)} if isinstance(value, Decimal) else {"fraction": str(Fraction(value))}


def _from_json(value: Any) -> ReportValue:
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]
    if "shown" in value:
        return Shown(Decimal(value["shown"]), value["places"])
    if "moment" in value:
        return datetime.fromisoformat(value["moment"])
    if "day" in value:
        return date.fromisoformat(value["day"])
    return Decimal(value["number"]) if "number" in value else Fraction(value["fraction"])
