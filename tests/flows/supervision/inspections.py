"""监督检查: its pages, and one in any state. Making its result public has a module of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.domain.supervision_kinds import InspectionNature
from app.domain.supervision_states import InspectionState, InspectionStep
from app.inspections import finishing, operations
from app.inspections.models import Inspection
from tests.flows.door import DAY, REASON, Door, said
from tests.inspections.material import firm, recorded

FIELDS = {
    "inspected_on": DAY, "place": "文昌街 1 号", "result": "符合", "measure": "无需处理", "opinion": "更正后的检查意见",
    "company_signature": "已签字", "company_person": "王五",
}  # fmt: skip
DOORS = {
    "inspection": {
        InspectionStep.EDIT: Door("/inspections/{id}/edit", lambda record, office: {
            "nature": "专项检查", "planned_on": DAY, "lead_id": record.lead_id, "second_id": record.second_id, "place": "文昌街 2 号",
        }),
        InspectionStep.START: Door("/inspections/{id}/start", said(inspected_on=DAY)),
        InspectionStep.RECORD: Door("/inspections/{id}/record", said(**FIELDS)),
        InspectionStep.FINISH: Door("/inspections/{id}/finish", said(finished_on=DAY)),
        InspectionStep.CORRECT: Door("/inspections/{id}/correct", said(**FIELDS, reason="检查意见写错"), "reason"),
        InspectionStep.LINK: Door("/inspections/{id}/link", said(filing_no="津蓟市监立〔2026〕8号")),
        InspectionStep.VOID: Door(
            "/inspections/{id}/void", REASON, "reason", at={InspectionState.PLANNED: "/inspections/{id}/cancel"}
        ),
    }
}  # fmt: skip
MADE_BY = {("inspection", InspectionStep.PLAN): ("inspections.new",)}


def inspection(office: Any, state: InspectionState) -> Inspection:
    """Of a shop of the county, by a sampler and a handler; finished with nothing found."""
    lead, second, at = office.actor("county:抽样员"), office.actor("county:办案人"), clock.now()
    made = operations.plan(
        firm(office), "食品销售者", InspectionNature.ROUTINE, lead, at, planned_on=date(2026, 11, 20), lead_id=lead.user_id,
        second_id=second.user_id,
    )  # fmt: skip
    if state is InspectionState.PLANNED:
        return made
    if state is InspectionState.VOIDED:
        finishing.void(made, "重复安排", lead, at)
        return made
    whole = recorded(made.id, lead, second)
    if state is InspectionState.FINISHED:
        finishing.finish(whole, lead, at)
    return whole


MAKE = {"inspection": inspection}
