"""安全事故: its pages, and one in any state."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.domain.supervision_kinds import IncidentDomain, Severity
from app.domain.supervision_states import IncidentState, IncidentStep
from app.incidents import operations
from app.incidents.operations import Written
from tests.flows.door import WHY, Door, said

DAY = date(2026, 11, 18)
FIELDS = {
    "domain": "食品", "title": "疑似食物中毒", "occurred_on": "2026-11-18", "reported_on": "2026-11-18", "description": "更正后的经过",
    "comment": "情况属实",
}  # fmt: skip
DOORS = {
    "incident": {
        IncidentStep.CORRECT: Door("/incidents/{id}/correct", said(**FIELDS)),
        IncidentStep.RATE: Door("/incidents/{id}/rate", said(severity="一般", comment="情况属实")),
        IncidentStep.CLOSE: Door("/incidents/{id}/close", WHY),
        IncidentStep.REOPEN: Door("/incidents/{id}/reopen", WHY),
        IncidentStep.VOID: Door("/incidents/{id}/void", WHY),
    }
}
MADE_BY = {("incident", IncidentStep.REPORT): ("incidents.new",)}


def incident(office: Any, state: IncidentState) -> Any:
    handler, reviewer, at = office.actor("county:另一办案人"), office.actor("county:审核人"), clock.now()
    made = operations.report(Written(IncidentDomain.FOOD, "疑似食物中毒", DAY, DAY, "经过"), handler, at)
    if state is IncidentState.VOIDED:
        operations.void(made, reviewer, "重复登记", at)
    if state in (IncidentState.RATED, IncidentState.CLOSED):
        operations.rate(made, Severity.ORDINARY, reviewer, "符合", at)
    if state is IncidentState.CLOSED:
        operations.close(made, reviewer, "已处置", at)
    return made


MAKE = {"incident": incident}
