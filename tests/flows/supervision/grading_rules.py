"""风险分级规则: its pages, and one in any state."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.domain.supervision_states import RuleSetState, RuleSetStep
from app.grading_rules import operations
from app.reference.risk_rule_files import read_rule_sets
from tests.flows.door import WHY, Door, said

DOORS = {
    "risk_rule_set": {
        RuleSetStep.EDIT: Door("/grading-rules/{id}/edit", said(title="本县食品销售者风险分级")),
        RuleSetStep.SUBMIT: Door("/grading-rules/{id}/submit", WHY),
        RuleSetStep.RECALL: Door("/grading-rules/{id}/recall"),
        RuleSetStep.RETURN: Door("/grading-rules/{id}/return", WHY),
        RuleSetStep.ADOPT: Door("/grading-rules/{id}/adopt"),
        RuleSetStep.RETIRE: Door("/grading-rules/{id}/retire", WHY),
        RuleSetStep.VOID: Door("/grading-rules/{id}/void", WHY),
    }
}
MADE_BY = {("risk_rule_set", RuleSetStep.DRAFT): ("grading_rules.new",)}


def rule_set(office: Any, state: RuleSetState) -> Any:
    counts, reviews, at = office.actor("county:统计员"), office.actor("county:审核人"), clock.now()
    made = operations.draft(next(one for one in read_rule_sets() if one.code == "sale-115"), date(2026, 1, 1), counts, at)
    if state is RuleSetState.VOIDED:
        operations.void(made, counts, "重复")
    if state in (RuleSetState.SUBMITTED, RuleSetState.ADOPTED, RuleSetState.RETIRED):
        operations.submit(made, counts, "请审核")
    if state in (RuleSetState.ADOPTED, RuleSetState.RETIRED):
        operations.adopt(made, reviews, at)
    if state is RuleSetState.RETIRED:
        operations.retire(made, reviews, "改用省级规则", at)
    return made


MAKE = {"risk_rule_set": rule_set}
