"""Reader of the dated thresholds of 比较分析 (comparison_rules.csv)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from app.reference import editions
from app.reference.planning_rules import checked, in_force
from app.reference.problems import CONFIDENCES, BrokenReference, Row, read_rows

HERE: Final = Path(__file__).parent
FILE: Final = "comparison_rules.csv"
COLUMNS: Final = ("code", "name", "value", "valid_from", "valid_to", "source", "confidence")
SMALL_RATE: Final = "SMALL_RATE"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A whole number under a code."""

    code: str
    name: str
    value: int
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


@cache
def read_thresholds(folder: Path = HERE) -> tuple[Threshold, ...]:
    """Every threshold, predecessors included; two of one code never hold on the same day."""
    return checked(read_rows(folder / FILE, COLUMNS, _threshold))


def small_below(on: date, folder: Path = HERE) -> int:
    """Under how many a rate is marked 样本量小 on the day."""
    found = in_force([one for one in read_thresholds(editions.folder(FILE, on, folder)) if one.code == SMALL_RATE], on)
    if not found:
        raise BrokenReference([f"comparison_rules.csv 没有 {on} 有效的“{SMALL_RATE}”，请补填"])
    return found[0].value


def _threshold(row: Row) -> Threshold:
    return Threshold(
        row.text("code"), row.text("name"), row.whole("value"), row.day("valid_from"), row.optional_day("valid_to"),
        row.text("source"), row.choice("confidence", CONFIDENCES),
    )  # fmt: skip
