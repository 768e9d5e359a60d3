"""Resident population (常住人口) behind 批次/千人: which year's number a figure divides by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PopulationChoice:
    """A population and its year; `flagged` where it is not one published before the period's year."""

    year: int
    residents: int
    flagged: bool

    @property
    def label(self) -> str:
        """人口年份, as every figure per thousand shows it."""
        caution = "（非统计期前公布或各地年份不一，供参考）" if self.flagged else ""
        return f"{self.year}年常住人口{self.residents}人{caution}"


def choose_population(populations: Mapping[int, int], period_year: int) -> PopulationChoice | None:
    """The newest published year up to the year before the period's, else the earliest known, flagged."""
    if not populations:
        return None
    published = [year for year in populations if year <= period_year - 1]
    year = max(published) if published else min(populations)
    return PopulationChoice(year, populations[year], flagged=not published)


def sum_children(children: Sequence[Mapping[int, int]], period_year: int) -> PopulationChoice | None:
    """The sum over child areas, only when every child has one: of a common year, else of mixed years, flagged."""
    if not children or not all(children):
        return None
    common = set(children[0]).intersection(*children[1:])
    if common:
        return choose_population({year: sum(child[year] for child in children) for year in common}, period_year)
    chosen = [choice for child in children if (choice := choose_population(child, period_year)) is not None]
    oldest = min(choice.year for choice in chosen)
    return PopulationChoice(oldest, sum(choice.residents for choice in chosen), flagged=True)
