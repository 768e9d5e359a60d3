"""风险事件: its pages, and an event recorded by hand in any state."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.domain.supervision_kinds import RiskEventKind
from app.domain.supervision_states import RiskEventState, RiskEventStep
from app.grading import events
from app.grading.models import RiskEvent
from tests.flows.door import WHY, Door
from tests.grading.conftest import build_firm

DOORS = {"risk_event": {RiskEventStep.VOID: Door("/grading/events/{id}/void", WHY)}}
MADE_BY = {("risk_event", RiskEventStep.RECORD): ("grading.new_event",)}


def risk_event(office: Any, state: RiskEventState) -> RiskEvent:
    """Recorded by one, voided by another."""
    firm, at = build_firm(office.orgs["county"].id), clock.now()
    scorer, reviewer = office.actor("county:另一办案人"), office.actor("county:另一审核人")
    made = events.record(firm, RiskEventKind.BAD_INFLUENCE, date(2026, 11, 1), 1, "舆情通报第3号", scorer, at)
    if state is RiskEventState.VOIDED:
        events.void(made, reviewer, "情况不实", at)
    return made


MAKE = {"risk_event": risk_event}
