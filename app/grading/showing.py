"""风险等级 on pages: tones, where a piece of evidence is shown, the block on the page of an enterprise, marks beside its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import current_app, has_request_context, url_for

from app import clock
from app.authorize import can, current_actor
from app.domain.permissions import Permission
from app.domain.risk_basis import Score
from app.domain.risk_improving import to_reach
from app.domain.risk_rules import GRADES, RuleSet
from app.domain.supervision_kinds import Grade
from app.domain.supervision_states import GradeState
from app.enterprises.models import Enterprise
from app.grading import queries
from app.grading.in_force import InForce, grades_in_force
from app.grading.ruling import kinds_ruled

GRADE_TONES = {Grade.A: "green", Grade.B: "blue", Grade.C: "yellow", Grade.D: "red"}
STATE_TONES = {
    GradeState.DRAFT: "neutral", GradeState.PROPOSED: "yellow", GradeState.CONFIRMED: "green", GradeState.REPLACED: "neutral",
    GradeState.VOIDED: "neutral",
}  # fmt: skip
# Table of a piece of evidence -> the page that shows it and how its route calls the id.
PAGES: Mapping[str, tuple[str, str]] = {
    "inspection": ("inspections.show", "inspection_id"), "sample": ("sampling.show", "sample_id"),
    "penalty": ("penalties.show", "penalty_id"), "credit_listing": ("listings.show", "listing_id"),
    "disposal_case": ("disposal.show", "case_id"), "incident": ("incidents.show", "incident_id"),
    "risk_event": ("grading.event", "event_id"),
}  # fmt: skip


def evidence_address(table: str | None, record_id: int | None, enterprise_id: int, kind: str) -> str | None:
    """Where this record is shown; the reader's right to it is asked there. A command has no addresses."""
    if not has_request_context():
        return None
    if table == "risk_profile":
        return url_for("grading.profile", enterprise_id=enterprise_id, kind=kind)
    if table in ("enterprise_category", "enterprise_licence"):
        return url_for("enterprises.show", enterprise_id=enterprise_id)
    endpoint, name = PAGES.get(table or "", ("", ""))
    if endpoint not in current_app.view_functions or record_id is None:
        return None
    values: dict[str, Any] = {name: record_id}
    return url_for(endpoint, **values)


def ways(rules: RuleSet, score: Score) -> Sequence[tuple[Grade, Sequence[str]]]:
    """离 B 级还差什么: for each better grade, down to B, the ways to it in a sentence; empty sentences where nothing suffices."""
    if score.grade is None:
        return []
    targets = [one for one in (Grade.B, Grade.A) if GRADES.index(one) < GRADES.index(score.grade)]
    return [(target, [way.sentence for way in to_reach(rules, score, target)]) for target in targets]


def panel(enterprise: Enterprise) -> dict[str, Any]:
    """The grades of an enterprise, kind by kind: what stands today, what is being made, what was; and what may be done."""
    actor, today = current_actor(), clock.today()
    ruled = kinds_ruled(actor.org_path)
    standing = grades_in_force([enterprise.id], today)
    kinds = [kind for kind, _ in queries.kinds_of(enterprise.id) if kind in ruled]
    rows = queries.of_enterprise(actor, enterprise.id) if can(Permission.RISK_READ, enterprise) else []
    return {
        "kinds": [(kind, standing.get((enterprise.id, kind))) for kind in kinds], "rows": rows, "tones": GRADE_TONES,
        "state_tones": STATE_TONES, "may_score": can(Permission.RISK_SCORE, enterprise), "may_read": can(Permission.RISK_READ, enterprise),
    }  # fmt: skip


def marks(enterprise_ids: Iterable[int | None]) -> Mapping[int, Sequence[InForce]]:
    """By enterprise, the grades in force today, the riskiest first: for a mark wherever enterprises are listed."""
    found: dict[int, list[InForce]] = {}
    for (enterprise_id, _), grade in grades_in_force([one for one in enterprise_ids if one is not None], clock.today()).items():
        found.setdefault(enterprise_id, []).append(grade)
    return {one: sorted(rows, key=lambda row: row.grade.value, reverse=True) for one, rows in found.items()}
