"""风险事件: which records are events of which kind by themselves, and which only people can record with a document.

Source: 《食品生产经营风险分级管理办法（试行）》(食药监食监一〔2016〕115号) 第二十九条 (what raises) and 第三十一条 (what may lower).
Whether a violation was deliberate or a recall refused stands in no record of the program: people say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.supervision_kinds import RiskEventKind, Severity

# The table of the record that is an event by itself.
FOLLOWED: Final[Mapping[str, RiskEventKind]] = {
    "sample": RiskEventKind.FAILED_SAMPLE,
    "incident": RiskEventKind.INCIDENT,
    "inspection": RiskEventKind.OBSTRUCTION,
    "credit_listing": RiskEventKind.LISTED,
}
BY_HAND: Final = tuple(kind for kind in RiskEventKind if kind not in FOLLOWED.values())
SERIOUS: Final = frozenset(Severity) - {Severity.BELOW}  # 一般 and above


@dataclass(frozen=True, slots=True)
class Wanted:
    """An event that the records tell of."""

    enterprise_id: int
    source_kind: str
    source_id: int
    occurred_on: date
    source: str

    @property
    def kind(self) -> RiskEventKind:
        return FOLLOWED[self.source_kind]

    @property
    def key(self) -> tuple[int, str, int]:
        return self.enterprise_id, self.source_kind, self.source_id


def to_record(wanted: Iterable[Wanted], recorded: Iterable[tuple[int, str, int]]) -> list[Wanted]:
    """What the records tell of and nobody has recorded yet, each once, in order."""
    known, found = set(recorded), []
    for one in wanted:
        if one.key not in known:
            known.add(one.key)
            found.append(one)
    return found
