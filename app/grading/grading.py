"""A score and the rows of ``risk_grade`` and ``risk_point`` that keep it: for one enterprise or for fifty thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.domain.risk_basis import Evidence as Rested
from app.domain.risk_basis import Line, Score
from app.domain.risk_rules import RuleSet
from app.domain.risk_scoring import score_again
from app.domain.risk_storage import read, written
from app.domain.supervision_kinds import Grade, GradeCause, RiskComponent
from app.domain.supervision_states import GradeState
from app.grading.basis import basis_of
from app.grading.evidence import Evidence
from app.grading_rules.queries import InForce

TITLE, VALUE, WORDS, CODE = 200, 300, 300, 60  # how long the columns are


@dataclass(frozen=True, slots=True)
class Manual:
    """人工调整: the grade that people decided on, whatever the points say, and the document."""

    grade: Grade
    document: str


def scored(evidence: Evidence, rules: RuleSet, year: int | None = None) -> Score:
    """The score of one enterprise for a year's grade (None: the year in which the records end)."""
    return score_again(rules, basis_of(evidence, rules, evidence.to_on.year if year is None else year))


def scored_again(rules: RuleSet, facts: Mapping[str, Any]) -> Score:
    """The same score from what a grade keeps in its ``facts``."""
    return score_again(rules, read(facts["basis"]))


def facts_kept(score: Score, from_on: date, to_on: date, manual: Manual | None = None) -> dict[str, Any]:
    """What a grade keeps to be counted again: the basis, the days looked at, and what people decided."""
    kept: dict[str, Any] = {"basis": written(score.basis), "from_on": from_on.isoformat(), "to_on": to_on.isoformat()}
    if manual is not None:
        kept["manual"] = {"grade": manual.grade.value, "document": manual.document}
    return kept


def manual_of(facts: Mapping[str, Any]) -> Manual | None:
    kept = facts.get("manual")
    return None if kept is None else Manual(Grade(kept["grade"]), kept["document"])


def final_grade(score: Score, facts: Mapping[str, Any]) -> Grade | None:
    """The grade that people decided on, else that of the points and events."""
    manual = manual_of(facts)
    return score.grade if manual is None else manual.grade


# ---------------------------------------------------------------- rows

def counted_values(score: Score, ruled: InForce, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a grade that come from the counting."""
    return {
        "rule_code": ruled.rule_code, "rule_set_id": ruled.set_id, "rule_sha256": ruled.sha256, "static_points": score.static,
        "dynamic_points": score.dynamic, "credit_points": score.credit, "total": score.total, "suggested": score.suggested,
        "steps": score.steps, "grade": final_grade(score, facts), "facts": dict(facts),
    }  # fmt: skip


def grade_row(
    grade_id: int, number: str, evidence: Evidence, score: Score, ruled: InForce, *, year: int, cause: GradeCause, state: GradeState,
    at: datetime, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A whole row of ``risk_grade`` for ``insert_many``; all rows have the same columns. ``more`` are other columns of it."""
    own: dict[str, Any] = dict.fromkeys(
        (
            "run_id", "event_id", "former_id", "reason", "effective_from", "effective_to", "proposed_by_id", "decided_by_id",
            "decided_at", "opinion", "submission_key",
        )
    )  # fmt: skip
    facts = facts_kept(score, evidence.from_on, evidence.to_on)
    return {
        "id": grade_id, "org_id": evidence.org_id, "number": number, "enterprise_id": evidence.enterprise_id, "kind": evidence.kind,
        "year": year, "cause": cause, "state": state, "created_at": at, "version": 1, **own, **counted_values(score, ruled, facts),
        **more,
    }  # fmt: skip


def point_rows(grade_id: int, org_id: int, score: Score) -> list[dict[str, Any]]:
    """The lines of a score as rows of ``risk_point`` without their ids."""
    return [
        {"org_id": org_id, "grade_id": grade_id, "ordinal": ordinal, **point_values(line)} for ordinal, line in enumerate(score.lines, 1)
    ]


def point_values(line: Line) -> dict[str, Any]:
    rests: Rested | None = line.evidence
    return {
        "component": line.component, "code": line.code[:CODE], "title": line.title[:TITLE], "value": _told(line), "points": line.points,
        "most": line.most, "steps": line.steps, "evidence_kind": rests.kind if rests else None,
        "evidence_id": rests.id if rests else None, "evidence": rests.text[:WORDS] if rests else None,
    }  # fmt: skip


def _told(line: Line) -> str | None:
    parts = [part for part in (line.value, line.note) if part]
    return "；".join(parts)[:VALUE] or None


# ---------------------------------------------------------------- counting again

@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between a kept score and the same counted again, or counted now."""

    what: str
    kept: str
    again: str


def differences(kept: Any, points: Sequence[Any], again: Score) -> list[Difference]:
    """What of a kept grade (its columns and lines) is not what the score says. Empty: the very same."""
    pairs = [
        ("静态分", kept.static_points, again.static), ("动态分", kept.dynamic_points, again.dynamic),
        ("信用分", kept.credit_points, again.credit), ("总分", kept.total, again.total), ("建议等级", kept.suggested, again.suggested),
        ("调整级数", kept.steps, again.steps), ("等级", kept.grade, final_grade(again, kept.facts)),
    ]  # fmt: skip
    found = [Difference(what, _shown(before), _shown(after)) for what, before, after in pairs if before != after]
    return found + _line_differences(points, again)


def _line_differences(points: Sequence[Any], again: Score) -> list[Difference]:
    before = {(row.component, row.code, row.evidence_id): row for row in points}
    after = {
        (line.component, line.code[:CODE], line.evidence.id if line.evidence else None): line for line in again.lines
    }
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        one, other = before.get(key), after.get(key)
        if one is None or other is None or (one.points, one.steps) != (other.points, other.steps):
            title = (one or other).title  # type: ignore[union-attr]
            found.append(Difference(f"{key[0].value}·{title}", _line(one), _line(other)))
    return found


def _line(line: Any) -> str:
    if line is None:
        return "无"
    return f"{line.steps:+d} 级" if line.component is RiskComponent.ADJUSTMENT else f"{_shown(line.points)} 分"


def _shown(value: Any) -> str:
    if value is None:
        return "无"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value.value) if isinstance(value, Grade) else str(value)
