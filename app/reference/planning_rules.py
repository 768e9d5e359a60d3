"""Reader of the dated rules of planning: thresholds of the lights (light_rules) and raised frequencies (frequency_rules)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Final, Protocol, TypeVar

from app.domain.frequency import FrequencyRule, FrequencyTest
from app.reference import editions
from app.reference.problems import CONFIDENCES, BrokenReference, CellFault, Row, read_rows, refuse

HERE: Final = Path(__file__).parent
LIGHTS: Final = "light_rules.csv"
FREQUENCIES: Final = "frequency_rules.csv"
LIGHT_COLUMNS: Final = ("code", "name", "amber_within", "valid_from", "valid_to", "source", "confidence")
FREQUENCY_COLUMNS: Final = (
    "code", "name", "test", "category", "factor", "reason", "valid_from", "valid_to", "source", "confidence",
)  # fmt: skip
PLAN_PACE: Final = "PLAN_PACE"
INDICATOR_PACE: Final = "INDICATOR_PACE"


@dataclass(frozen=True, slots=True)
class LightRule:
    """How far below its pace a plan may be and still be amber."""

    code: str
    name: str
    amber_within: Decimal
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


class Dated(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


R = TypeVar("R", bound=Dated)

@cache
def read_light_rules(folder: Path = HERE) -> tuple[LightRule, ...]:
    """灯号阈值."""
    return checked(read_rows(folder / LIGHTS, LIGHT_COLUMNS, _light_rule))


@cache
def read_frequency_rules(folder: Path = HERE) -> tuple[FrequencyRule, ...]:
    """加密频次规则."""
    return checked(read_rows(folder / FREQUENCIES, FREQUENCY_COLUMNS, _frequency_rule))


def light_rule(code: str, on: date, folder: Path = HERE) -> LightRule:
    """The threshold in force on the day."""
    found = in_force([rule for rule in read_light_rules(editions.folder(LIGHTS, on, folder)) if rule.code == code], on)
    if not found:
        raise BrokenReference([f"light_rules.csv 没有 {on} 有效的“{code}”灯号阈值，请补填"])
    return found[0]


def frequency_rules(on: date, folder: Path = HERE) -> list[FrequencyRule]:
    return in_force(read_frequency_rules(editions.folder(FREQUENCIES, on, folder)), on)


def in_force(rules: Iterable[R], on: date) -> list[R]:
    return [rule for rule in rules if rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to)]


def checked(rows: Sequence[tuple[Row, R]]) -> tuple[R, ...]:
    """Two rules of one code never hold on the same day."""
    problems = []
    for (_, one), (row, other) in combinations(rows, 2):
        last = one.valid_to or date.max
        if one.code == other.code and one.valid_from <= (other.valid_to or date.max) and other.valid_from <= last:
            problems.append(f"{row.place} “{other.code}”与前面同编号的规则有效期重叠")
    refuse(problems)
    return tuple(rule for _, rule in rows)


def _light_rule(row: Row) -> LightRule:
    within = row.number("amber_within")
    if not 0 <= within < 1:
        raise CellFault(f"“amber_within”的值“{within}”应在 0 与 1 之间")
    return LightRule(
        row.text("code"), row.text("name"), within, row.day("valid_from"), row.optional_day("valid_to"),
        row.text("source"), row.choice("confidence", CONFIDENCES),
    )  # fmt: skip


def _frequency_rule(row: Row) -> FrequencyRule:
    factor, test = row.number("factor"), row.word("test", FrequencyTest)
    if not 1 <= factor <= 10:
        raise CellFault(f"“factor”的值“{factor}”应在 1 与 10 之间")
    if (test is FrequencyTest.CATEGORY) != bool(row.optional("category")):
        raise CellFault("“category”只在按食品类别加密时填写，且必须填写")
    return FrequencyRule(
        row.text("code"), row.text("name"), test, row.optional("category"), factor, row.text("reason"),
        row.day("valid_from"), row.optional_day("valid_to"), row.text("source"), row.choice("confidence", CONFIDENCES),
    )  # fmt: skip
