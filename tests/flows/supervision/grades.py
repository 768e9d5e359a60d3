"""风险等级: its pages, and a score sheet in any state."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.db import session
from app.domain.supervision_kinds import GradeCause
from app.domain.supervision_states import GradeState, GradeStep
from app.grading import operations
from app.grading.models import RiskGrade
from app.grading.operations import Asked
from tests.flows.door import WHY, Door, said
from tests.grading.conftest import SALE, build_firm, build_profile

DOORS = {
    "risk_grade": {
        GradeStep.RESCORE: Door("/grading/{id}/rescore"),
        GradeStep.PROPOSE: Door("/grading/{id}/propose"),
        GradeStep.RECALL: Door("/grading/{id}/recall"),
        GradeStep.RETURN: Door("/grading/{id}/return", WHY),
        GradeStep.CONFIRM: Door("/grading/{id}/confirm", said(effective_from="2026-11-20", comment="同意")),
        GradeStep.VOID: Door("/grading/{id}/void", WHY, at={GradeState.DRAFT: "/grading/{id}/discard"}),
    }
}
MADE_BY = {("risk_grade", GradeStep.SCORE): ("grading.new",)}
INSIDE = {
    ("risk_grade", GradeStep.RAISE): "随风险事件的登记而来",
    ("risk_grade", GradeStep.REPLACE): "随新等级的确认而来",
    ("risk_grade", GradeStep.REVIVE): "随替代它的等级作废而来",
}


def risk_grade(office: Any, state: GradeState) -> RiskGrade:
    """Scored by one, proposed by him, confirmed by another."""
    scorer, reviewer, at = office.actor("county:另一办案人"), office.actor("county:另一审核人"), clock.now()
    firm = build_firm(office.orgs["county"].id)
    build_profile(firm, {"area": "300", "suppliers": "60"})
    made = operations.score(firm, Asked(SALE, 2026, GradeCause.NEW), scorer, at)
    if state is GradeState.VOIDED:
        operations.void(made, GradeState.DRAFT, scorer, "重复建立")
    if state in (GradeState.PROPOSED, GradeState.CONFIRMED, GradeState.REPLACED):
        _decided(made, state, scorer, reviewer, at)
    if state is GradeState.REPLACED:
        session().flush()
        _decided(operations.score(firm, Asked(SALE, 2026, GradeCause.YEARLY), scorer, at), GradeState.CONFIRMED, scorer, reviewer, at)
    return made


def _decided(made: RiskGrade, state: GradeState, scorer: Any, reviewer: Any, at: Any) -> None:
    operations.propose(made, scorer)
    session().flush()
    if state is not GradeState.PROPOSED:
        operations.confirm(made, reviewer, at, date(2026, 11, 1))


MAKE = {"risk_grade": risk_grade}
