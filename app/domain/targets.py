"""Targets of a plan by year (目标值): what a figure is compared with in a given year, and where it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.comparison import Comparator


class Meaning(StrEnum):
    """What the number of a yearly row says."""

    LEVEL = "目标值"
    ADDITION = "当年新增"
    BASE = "基期值"


@dataclass(frozen=True)
class Target:
    """One number of a plan for one year, with its source in the text."""

    year: int
    value: Decimal
    comparator: Comparator
    source: str
    meaning: Meaning = Meaning.LEVEL


@dataclass(frozen=True)
class TargetChoice:
    """The target in force for a year. `conflicting` are other sources' different numbers for the same year;
    `addition` is what the plan adds in that year, shown beside and never compared with a level."""

    target: Target
    of_year: bool
    conflicting: tuple[Target, ...] = ()
    addition: Target | None = None

    @property
    def label(self) -> str:
        """The target in a sentence, with its year where it is not of the year asked about."""
        number = f"{self.target.comparator}{self.target.value:f}"
        return number if self.of_year else f"{number}（{self.target.year}年目标）"


def target_for(year: int, yearly: Iterable[Target], final: Target) -> TargetChoice:
    """The yearly row where the plan has one, else the target year's value with that year; never interpolated."""
    rows = [row for row in yearly if row.year == year]
    levels = [row for row in rows if row.meaning is Meaning.LEVEL]
    additions = [row for row in rows if row.meaning is Meaning.ADDITION]
    candidates = levels + ([final] if final.year == year or not levels else [])
    chosen = candidates[0]
    return TargetChoice(
        chosen,
        of_year=chosen.year == year,
        conflicting=tuple(other for other in candidates[1:] if _differs(other, chosen)),
        addition=additions[0] if additions else None,
    )


def _differs(one: Target, other: Target) -> bool:
    return (one.value, one.comparator) != (other.value, other.comparator)
