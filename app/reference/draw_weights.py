"""Reader of the weights of a random draw: what each circumstance adds to the weight of an enterprise.

draw_weights.csv is for sampling (抽样对象), inspection_weights.csv for 双随机抽查 (检查对象).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Final

from app.reference import editions
from app.reference.problems import CONFIDENCES, Row, read_rows, refuse

HERE: Final = Path(__file__).parent
COLUMNS: Final = ("code", "name", "points", "window_days", "most", "valid_from", "valid_to", "source", "confidence")
SAMPLING, INSPECTION = "draw_weights.csv", "inspection_weights.csv"
CODES: Final = {
    SAMPLING: ("BASE", "FAILED", "NEVER", "RECENT"),
    INSPECTION: ("A", "B", "C", "D", "UNGRADED", "LISTED", "NEVER", "RECENT"),
}


@dataclass(frozen=True, slots=True)
class WeightRule:
    """权重规则. ``window_days`` is how far back is looked, ``most`` the ceiling of what it adds."""

    code: str
    name: str
    points: int
    window_days: int | None
    most: int | None
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


def read_draw_weights(folder: Path = HERE, name: str = SAMPLING) -> tuple[WeightRule, ...]:
    """Every rule, predecessors included; two rules of one code never hold on the same day."""
    rows = read_rows(folder / name, COLUMNS, partial(_rule, CODES[name]))
    refuse(
        [
            f"{row.place} 权重 {rule.code} 自 {rule.valid_from} 起的规则与 {other.valid_from} 起的规则重叠"
            for at, (row, rule) in enumerate(rows)
            for _, other in rows[:at]
            if other.code == rule.code and _overlap(rule, other)
        ]
    )
    return tuple(rule for _, rule in rows)


def _overlap(one: WeightRule, other: WeightRule) -> bool:
    earlier, later = sorted((one, other), key=lambda rule: rule.valid_from)
    return earlier.valid_to is None or later.valid_from <= earlier.valid_to


def _rule(codes: tuple[str, ...], row: Row) -> WeightRule:
    return WeightRule(
        row.choice("code", codes), row.text("name"), row.whole("points"), row.optional_whole("window_days"),
        row.optional_whole("most"), row.day("valid_from"), row.optional_day("valid_to"), row.text("source"),
        row.choice("confidence", CONFIDENCES),
    )  # fmt: skip


@cache
def _read(name: str, folder: Path) -> tuple[WeightRule, ...]:
    return read_draw_weights(folder, name)


def in_force(on: date, name: str = SAMPLING) -> Mapping[str, WeightRule]:
    """The rule of each code that holds on the day; a code without one adds nothing."""
    return {
        rule.code: rule
        for rule in _read(name, editions.folder(name, on))
        if rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to)
    }
