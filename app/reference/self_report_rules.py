"""Reader of what enterprises report of their own (self_report_rules.csv): how often in a year, and how long after each period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.enterprises import KINDS
from app.domain.self_reports import PER_YEAR
from app.reference import editions
from app.reference.problems import CONFIDENCES, Row, read_rows, refuse

HERE: Final = Path(__file__).parent
FILE: Final = "self_report_rules.csv"
COLUMNS: Final = ("kind", "per_year", "due_days", "valid_from", "valid_to", "source", "confidence")


@dataclass(frozen=True, slots=True)
class SelfReportRule:
    """自查报告规则 of one kind of enterprise. ``due_days`` are calendar days after the period has ended."""

    kind: str
    per_year: int
    due_days: int
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


def read_self_report_rules(folder: Path = HERE) -> tuple[SelfReportRule, ...]:
    """Every rule, predecessors included; two rules of one kind never hold on the same day."""
    rows = read_rows(folder / FILE, COLUMNS, _rule)
    refuse([f"{row.place} 每年报告次数只能是 {'、'.join(map(str, PER_YEAR))}" for row, rule in rows if rule.per_year not in PER_YEAR])
    refuse(
        [
            f"{row.place} {rule.kind}自 {rule.valid_from} 起的规则与 {other.valid_from} 起的规则重叠"
            for at, (row, rule) in enumerate(rows)
            for _, other in rows[:at]
            if other.kind == rule.kind and _overlap(rule, other)
        ]
    )
    return tuple(rule for _, rule in rows)


def _overlap(one: SelfReportRule, other: SelfReportRule) -> bool:
    earlier, later = sorted((one, other), key=lambda rule: rule.valid_from)
    return earlier.valid_to is None or later.valid_from <= earlier.valid_to


def _rule(row: Row) -> SelfReportRule:
    return SelfReportRule(
        row.choice("kind", KINDS), row.whole("per_year"), row.whole("due_days"), row.day("valid_from"), row.optional_day("valid_to"),
        row.text("source"), row.choice("confidence", CONFIDENCES),
    )  # fmt: skip


@cache
def _read(folder: Path) -> tuple[SelfReportRule, ...]:
    return read_self_report_rules(folder)


def in_force(on: date) -> Mapping[str, SelfReportRule]:
    """The rule of each kind that holds on the day; a kind without one owes no report."""
    rules = _read(editions.folder(FILE, on))
    return {rule.kind: rule for rule in rules if rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to)}
