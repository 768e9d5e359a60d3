"""What the page of a score sheet shows: every line with its evidence, the sums, the ways to a better grade, the same counted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app import clock
from app.domain.risk_rules import RuleSet
from app.domain.supervision_kinds import RiskComponent
from app.errors import Refused
from app.grading import operations, queries, recounting
from app.grading.grading import Difference, Manual, differences, manual_of
from app.grading.models import RiskGrade
from app.grading.showing import evidence_address, ways
from app.grading_rules.queries import rules_of


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the sheet and where its evidence is shown."""

    line: Any
    address: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """评分部分 with its lines, its points and the most it can have."""

    name: str
    lines: Sequence[Shown]
    points: Any
    most: Any


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet. ``fault`` where the rules it was counted with are there no more."""

    rules: RuleSet | None
    parts: Sequence[Part]
    moves: Sequence[Shown]
    ways: Sequence[Any]
    wanting: Sequence[str]
    unreported: Sequence[str]
    static_only: bool
    differences: Sequence[Difference]
    fault: str | None
    manual: Manual | None
    from_on: date
    to_on: date


def sheet(grade: RiskGrade) -> Sheet:
    """A kept grade as its page shows it, counted again from what it kept."""
    rules = rules_of(grade.rule_set_id, grade.rule_sha256)
    lines = queries.points([grade.id]).get(grade.id, [])
    found = next(iter(recounting.verified([grade])))
    score = recounting.again(grade)
    shown = [Shown(line, evidence_address(line.evidence_kind, line.evidence_id, grade.enterprise_id, grade.kind)) for line in lines]
    return Sheet(
        rules, _parts(grade, rules, shown), [one for one in shown if one.line.component is RiskComponent.ADJUSTMENT],
        ways(rules, score) if rules is not None and score is not None else [], score.wanting if score else (),
        score.unreported if score else (), bool(score and score.static_only), found.differences, found.fault, manual_of(grade.facts),
        date.fromisoformat(grade.facts["from_on"]), date.fromisoformat(grade.facts["to_on"]),
    )  # fmt: skip


def _parts(grade: RiskGrade, rules: RuleSet | None, shown: Sequence[Shown]) -> list[Part]:
    sums: Mapping[RiskComponent, Any] = {
        RiskComponent.STATIC: grade.static_points, RiskComponent.DYNAMIC: grade.dynamic_points, RiskComponent.CREDIT: grade.credit_points,
    }  # fmt: skip
    found = []
    for component, points in sums.items():
        own = [one for one in shown if one.line.component is component]
        part = rules.component(component) if rules is not None else None
        if own or part is not None:
            found.append(Part(component.value, own, points, part.maximum if part is not None else None))
    return found


@dataclass(frozen=True, slots=True)
class Now:
    """如果现在重新评分: what would be otherwise, or why it cannot be counted now."""

    total: Any
    grade: Any
    differences: Sequence[Difference]
    refused: str | None = None


def now(grade: RiskGrade) -> Now:
    """The same enterprise counted today, by the rules in force today, beside what the grade keeps."""
    try:
        counted = operations.count(grade.enterprise, grade.kind, grade.year, grade.cause, clock.today())
    except Refused as refusal:
        return Now(None, None, (), refusal.sentence)
    lines = queries.points([grade.id]).get(grade.id, [])
    return Now(counted.score.total, counted.score.grade, differences(grade, lines, counted.score))
