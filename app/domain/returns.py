"""退修率: of the sheets of a period, how many were sent back for correction at least once. Defined here, divided nowhere else.

A sheet counts in the period of its sampling date; voided sheets and 拒检、未抽到样品 are not counted. A sheet with two samplers counts
for each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.domain.figures import ABSENT, half_up
from app.domain.workflow import SampleState

NAME = "退修率"
DEFINITION = (
    "退修率 ＝ 期间内抽样（按抽样日期）的抽样单中被退回修改过的单数 ÷ 抽样单数；"
    "作废、拒检、未抽到样品的不计；一单有几名抽样人员的，每人各计一单"
)
NOT_COUNTED = frozenset({SampleState.VOIDED, SampleState.REFUSED, SampleState.NOT_FOUND})
PLACES = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the period: who took it, who tests it, under which rules it was sent back ("" is no rule)."""

    id: int
    samplers: Sequence[str]
    laboratory: str
    rules: frozenset[str]

    @property
    def returned(self) -> bool:
        return bool(self.rules)


@dataclass(frozen=True, slots=True)
class Rate:
    """退修率 of one sampler, laboratory or of all."""

    name: str
    returned: int
    sheets: int

    @property
    def display(self) -> str:
        return f"{half_up(Fraction(self.returned, self.sheets) * 100, PLACES)}%" if self.sheets else ABSENT


def overall(sheets: Sequence[Sheet]) -> Rate:
    return Rate("合计", sum(sheet.returned for sheet in sheets), len(sheets))


def per_sampler(sheets: Iterable[Sheet]) -> list[Rate]:
    return _grouped((name, sheet) for sheet in sheets for name in dict.fromkeys(sheet.samplers))


def per_laboratory(sheets: Iterable[Sheet]) -> list[Rate]:
    return _grouped((sheet.laboratory, sheet) for sheet in sheets if sheet.laboratory)


def per_rule(sheets: Sequence[Sheet]) -> list[Rate]:
    """Of all sheets, how many came back under each rule."""
    found: dict[str, int] = {}
    for sheet in sheets:
        for rule in sheet.rules:
            found[rule] = found.get(rule, 0) + 1
    return [Rate(rule, count, len(sheets)) for rule, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))]


def _grouped(pairs: Iterable[tuple[str, Sheet]]) -> list[Rate]:
    found: dict[str, list[int]] = {}
    for name, sheet in pairs:
        counts = found.setdefault(name, [0, 0])
        counts[0] += sheet.returned
        counts[1] += 1
    rates = [Rate(name, returned, sheets) for name, (returned, sheets) in found.items()]
    return sorted(rates, key=lambda rate: (-rate.returned, -rate.sheets, rate.name))
