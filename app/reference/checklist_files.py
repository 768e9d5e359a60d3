"""Reader of the inspection checklists (checklists/): editions, their items, and how many findings make which result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from app.reference.problems import CONFIDENCES, CellFault, Row, read_rows, refuse

HERE: Final = Path(__file__).parent
FOLDER: Final = "checklists"
INDEX: Final = ("code", "edition", "title", "kinds", "valid_from", "valid_to", "source", "confidence")
ITEMS: Final = ("number", "group", "text", "weight", "basis", "confidence")
RESULTS: Final = ("checklist", "most_ordinary", "valid_from", "valid_to", "source", "confidence")
KEY, ORDINARY = "重点项", "一般项"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a checklist."""

    ordinal: int
    number: str
    group: str
    text: str
    key: bool
    basis: str


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One edition with its items; ``kinds`` are the 企业类型 it is for."""

    code: str
    edition: str
    title: str
    kinds: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str
    items: tuple[ItemRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultRule:
    """基本符合 as long as no more than so many 一般项 are not met."""

    checklist: str
    most_ordinary: int
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


def read_checklists(folder: Path = HERE) -> Sequence[ChecklistRow]:
    """Every edition with its items; each code has a file of its own (production.csv)."""
    rows = read_rows(folder / FOLDER / "index.csv", INDEX, _edition)
    named = Counter((edition.code, edition.edition) for _, edition in rows)
    refuse([f"检查要点表 {code} 的 {edition} 版在 index.csv 中出现了 {count} 次" for (code, edition), count in named.items() if count > 1])
    return tuple(replace(edition, items=_items(folder / FOLDER / f"{edition.code}.csv")) for _, edition in rows)


def read_result_rules(folder: Path = HERE) -> Sequence[ResultRule]:
    return tuple(rule for _, rule in read_rows(folder / FOLDER / "results.csv", RESULTS, _rule))


@cache
def _shipped() -> Sequence[ResultRule]:
    return read_result_rules()


def result_rule(checklist: str, on: date) -> ResultRule | None:
    """The rule of this checklist that holds on the day; None where there is none: then any 不符合 is 不符合."""
    return next((one for one in _shipped() if one.checklist == checklist and _holds(one, on)), None)


def _holds(rule: ResultRule, on: date) -> bool:
    return rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to)


def _items(path: Path) -> tuple[ItemRow, ...]:
    rows = read_rows(path, ITEMS, _item)
    numbers = Counter(item.number for _, item in rows)
    refuse([f"{row.place} 序号 {item.number} 重复" for row, item in rows if numbers[item.number] > 1])
    refuse([] if rows else [f"{path.name} 没有检查项目"])
    return tuple(replace(item, ordinal=place) for place, (_, item) in enumerate(rows, 1))


def _edition(row: Row) -> ChecklistRow:
    valid_from, valid_to = row.day("valid_from"), row.optional_day("valid_to")
    if valid_to is not None and valid_to < valid_from:
        raise CellFault(f"有效期止 {valid_to} 早于有效期起 {valid_from}")
    return ChecklistRow(
        row.text("code"), row.text("edition"), row.text("title"), tuple(row.text("kinds").split("、")), valid_from, valid_to,
        row.text("source"), row.choice("confidence", CONFIDENCES),
    )  # fmt: skip


def _item(row: Row) -> ItemRow:
    row.choice("confidence", CONFIDENCES)
    return ItemRow(
        0, row.text("number"), row.text("group"), row.text("text"), row.choice("weight", (KEY, ORDINARY)) == KEY, row.optional("basis")
    )


def _rule(row: Row) -> ResultRule:
    return ResultRule(
        row.text("checklist"), row.whole("most_ordinary"), row.day("valid_from"), row.optional_day("valid_to"), row.text("source"),
        row.choice("confidence", CONFIDENCES),
    )  # fmt: skip
