"""规划评估: its pages, and one in any state."""

from __future__ import annotations

from typing import Any

from app import clock
from app.domain.evaluations import CODES
from app.domain.reporting_kinds import EvaluationKind
from app.domain.reporting_states import EvaluationState, EvaluationStep
from app.evaluations import operations
from app.indicators import frames
from app.indicators import queries as indicators
from app.reference_data.books import region_book
from tests.flows.door import WHY, Door, said

TEXT = {"title": "评估报告", **dict.fromkeys(CODES, "已改写")}
DOORS = {
    "plan_evaluation": {
        EvaluationStep.EDIT: Door("/evaluations/{id}/text", said(**TEXT)),
        EvaluationStep.RECOUNT: Door("/evaluations/{id}/recount"),
        EvaluationStep.SUBMIT: Door("/evaluations/{id}/submit"),
        EvaluationStep.RECALL: Door("/evaluations/{id}/recall"),
        EvaluationStep.RETURN: Door("/evaluations/{id}/return", WHY),
        EvaluationStep.APPROVE: Door("/evaluations/{id}/approve"),
        EvaluationStep.ARCHIVE: Door("/evaluations/{id}/archive"),
        EvaluationStep.VOID: Door("/evaluations/{id}/void", WHY),
    }
}
MADE_BY = {("plan_evaluation", EvaluationStep.DRAFT): ("evaluations.new",)}


def plan_evaluation(office: Any, state: EvaluationState) -> Any:
    clerk, reviewer, at = office.actor("county:统计员"), office.actor("county:审核人"), clock.now()
    place = frames.area_by_code(region_book(), "120119")
    plan = indicators.plan_by_code(clerk, "jizhou")
    made = operations.draft(plan, place, EvaluationKind.YEARLY, 2025, None, clerk, at)
    if state is EvaluationState.VOIDED:
        operations.void(made, clerk, "重复")
        return made
    operations.edit(made, made.title, {code: made.sections.get(code) or "无" for code in CODES}, clerk)
    if state in (EvaluationState.SUBMITTED, EvaluationState.APPROVED, EvaluationState.ARCHIVED):
        operations.submit(made, clerk)
    if state in (EvaluationState.APPROVED, EvaluationState.ARCHIVED):
        operations.approve(made, reviewer, at)
    if state is EvaluationState.ARCHIVED:
        operations.archive(made, clerk, at)
    return made


MAKE = {"plan_evaluation": plan_evaluation}
