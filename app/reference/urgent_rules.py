"""Reader of the dated rules of 限时报告 (urgent_rules)."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.samples import ItemClass
from app.domain.urgent import UrgentRule, UrgentTest
from app.reference import editions
from app.reference.planning_rules import HERE, checked, in_force
from app.reference.problems import CONFIDENCES, CellFault, Row, read_rows

FILE: Final = "urgent_rules.csv"
COLUMNS: Final = (
    "code", "name", "test", "item_class", "items", "factor", "reason", "valid_from", "valid_to", "source", "confidence",
)  # fmt: skip
BY_ITEMS: Final = (UrgentTest.REPORTED, UrgentTest.FAILED, UrgentTest.OVER_M)


@cache
def read_urgent_rules(folder: Path = HERE) -> tuple[UrgentRule, ...]:
    """限时报告触发规则."""
    return checked(read_rows(folder / FILE, COLUMNS, _rule))


def urgent_rules(on: date, folder: Path = HERE) -> tuple[UrgentRule, ...]:
    """The rules in force on the day of the report, in the order of the file."""
    return _on(on, editions.folder(FILE, on, folder))


@cache
def _on(on: date, folder: Path) -> tuple[UrgentRule, ...]:
    return tuple(in_force(read_urgent_rules(folder), on))


def every_rule(on: date) -> tuple[UrgentRule, ...]:
    """The rules of the shipped file and of the edition in force on the day, whenever each holds."""
    return tuple(dict.fromkeys((*read_urgent_rules(), *read_urgent_rules(editions.folder(FILE, on)))))


def _rule(row: Row) -> UrgentRule:
    test, factor = row.word("test", UrgentTest), row.optional_number("factor")
    items = tuple(item.strip() for item in row.optional("items").split("|") if item.strip())
    if (test is UrgentTest.FACTOR) != (factor is not None) or (factor is not None and not 1 <= factor <= 1000):
        raise CellFault("“factor”只在“超限倍数”时填写，且应在 1 与 1000 之间")
    if test in BY_ITEMS and not items:
        raise CellFault(f"“items”在“{test.value}”时必须填写")
    item_class = row.word("item_class", ItemClass) if row.optional("item_class") else None
    if item_class is None and not items:
        raise CellFault("“item_class”和“items”至少填写一个")
    return UrgentRule(
        row.text("code"), row.text("name"), test, item_class, items, factor, row.text("reason"), row.day("valid_from"),
        row.optional_day("valid_to"), row.text("source"), row.choice("confidence", CONFIDENCES),
    )  # fmt: skip
