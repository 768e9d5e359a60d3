"""What a proposed edition would do to the grades of this year, tried for whoever decides it: by kind of enterprise, within his scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.actors import Actor
from app.domain.supervision_states import RuleSetState
from app.errors import Refused
from app.grading import run_queries, simulation
from app.grading.simulation import Simulation
from app.grading_rules.models import RiskRuleSet

PROPOSED = (RuleSetState.DRAFT, RuleSetState.SUBMITTED)
AT_ONCE = 300  # enterprises tried without being asked to


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of enterprise: what would move, or why it could not be tried."""

    kind: str
    found: Simulation | None
    refusal: str | None


def kinds(row: RiskRuleSet) -> Sequence[str]:
    """The kinds of enterprise that the set is for."""
    return list(dict.fromkeys(word.partition("（")[0] for word in row.kinds.split("、")))


def at_once(actor: Actor, row: RiskRuleSet) -> bool:
    """Are there so few enterprises that the page tries them by itself?"""
    return sum(run_queries.how_many(actor, kind, None) for kind in kinds(row)) <= AT_ONCE


def trials(actor: Actor, row: RiskRuleSet, today: date) -> list[Trial]:
    """Reads only. Each kind by the rules in force and by this set, on the records that a grade of this year is counted from."""
    return [_trial(actor, row, kind, today) for kind in kinds(row)]


def _trial(actor: Actor, row: RiskRuleSet, kind: str, today: date) -> Trial:
    try:
        return Trial(kind, simulation.simulate(actor, kind, today.year, f"set-{row.id}", today), None)
    except Refused as refusal:
        return Trial(kind, None, refusal.sentence)
