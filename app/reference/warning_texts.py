"""Reader of the dated explanations of 消费提示和风险预警 (warning_texts.csv)."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.risk_warnings import WarningText
from app.domain.samples import ItemClass
from app.reference import editions
from app.reference.planning_rules import HERE, checked, in_force
from app.reference.problems import CONFIDENCES, Row, read_rows

FILE: Final = "warning_texts.csv"
COLUMNS: Final = (
    "code", "item_class", "items", "meaning", "harm", "consumer", "producer", "valid_from", "valid_to", "source", "confidence",
)  # fmt: skip


@cache
def read_warning_texts(folder: Path = HERE) -> tuple[WarningText, ...]:
    """Every text, predecessors included."""
    return checked(read_rows(folder / FILE, COLUMNS, _text))


def warning_texts(on: date, folder: Path = HERE) -> tuple[WarningText, ...]:
    """The texts in force on the day, in the order of the file."""
    return _on(on, editions.folder(FILE, on, folder))


@cache
def _on(on: date, folder: Path) -> tuple[WarningText, ...]:
    return tuple(in_force(read_warning_texts(folder), on))


def _text(row: Row) -> WarningText:
    return WarningText(
        row.text("code"), row.word("item_class", ItemClass), _parts(row.optional("items")), row.text("meaning"), row.text("harm"),
        _parts(row.text("consumer")), _parts(row.text("producer")), row.day("valid_from"), row.optional_day("valid_to"),
        row.text("source"), row.choice("confidence", CONFIDENCES),
    )  # fmt: skip


def _parts(written: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in written.split("|") if one.strip())
