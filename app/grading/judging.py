"""评定许多企业: the score of each of a part of 500, or why it has none; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.risk_basis import Score
from app.grading import run_queries as queries
from app.grading.evidence import Evidence, gather
from app.grading.grading import scored
from app.grading.ruling import ruled_for
from app.grading_rules.queries import InForce


class Unfit(StrEnum):
    """为什么没有评定."""

    WANTING = "缺少必须填报的静态要素"
    OPEN = "有未办结的评分表"
    BY_HAND = "本年度等级已经人工调整或更正"
    NO_RULES = "没有适用的分级规则"


@dataclass(frozen=True, slots=True)
class Judged:
    """One enterprise: its score, or why it has none (``told`` in words)."""

    evidence: Evidence
    standing: Any  # the grade that stands now
    ruled: InForce | None = None
    score: Score | None = None
    unfit: Unfit | None = None
    told: str = ""


@dataclass
class Rules:
    """The rules of each bureau and sub-kind on one day, asked for once."""

    kind: str
    on: date
    found: dict[tuple[int, tuple[str, ...]], InForce | None] = field(default_factory=dict)

    def of(self, org_id: int, subkinds: Sequence[str]) -> InForce | None:
        key = org_id, tuple(subkinds)
        if key not in self.found:
            self.found[key] = ruled_for(org_id, self.kind, self.on, subkinds)
        return self.found[key]

    @property
    def marks(self) -> list[list[Any]]:
        """What was used, to ask later whether it still holds."""
        return [[org, list(subkinds), ruled.sha256 if ruled else None] for (org, subkinds), ruled in sorted(self.found.items())]


def judged(ids: Sequence[int], rules: Rules, year: int, period: tuple[date, date]) -> Iterator[Judged]:
    """Each of these enterprises in the order of their ids; ``period`` are the first and the last day looked at."""
    found = gather(ids, rules.kind, *period)
    grades, open_sheets = queries.standing(ids, rules.kind), queries.being_graded(ids, rules.kind)
    for enterprise_id in sorted(found):
        evidence, standing = found[enterprise_id], grades.get(enterprise_id)
        ruled = rules.of(evidence.org_id, evidence.subkinds)
        number = open_sheets.get(enterprise_id)
        if ruled is None:
            yield Judged(evidence, standing, unfit=Unfit.NO_RULES, told=Unfit.NO_RULES)
        elif number is not None:
            yield Judged(evidence, standing, ruled, unfit=Unfit.OPEN, told=f"{Unfit.OPEN} {number}，请先办结或作废")
        elif standing is not None and standing.year == year and standing.cause in queries.DECIDED_BY_HAND:
            yield Judged(evidence, standing, ruled, unfit=Unfit.BY_HAND, told=f"{Unfit.BY_HAND}（{standing.number}），不再改动")
        else:
            score = scored(evidence, ruled.rules, year)
            lacking = "" if score.grade is not None else f"{Unfit.WANTING}：{'、'.join(score.wanting)}"
            yield Judged(evidence, standing, ruled, score, Unfit.WANTING if lacking else None, lacking)
