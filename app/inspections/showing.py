"""监督检查 on the page of an enterprise."""

from __future__ import annotations

from typing import Any

from app.authorize import can, current_actor
from app.domain.permissions import Permission
from app.domain.supervision_kinds import InspectionResult
from app.domain.supervision_states import InspectionState
from app.enterprises.models import Enterprise
from app.inspections import queries

STATE_TONES = {
    InspectionState.PLANNED: "neutral", InspectionState.RECORDING: "yellow", InspectionState.FINISHED: "green",
    InspectionState.VOIDED: "neutral",
}  # fmt: skip
RESULT_TONES = {
    InspectionResult.MEETS: "green", InspectionResult.MOSTLY_MEETS: "yellow", InspectionResult.FAILS: "red",
    InspectionResult.OBSTRUCTED: "red", InspectionResult.NOT_FOUND: "yellow",
}  # fmt: skip


def panel(enterprise: Enterprise) -> dict[str, Any]:
    """Its latest inspections, and whether one may be planned."""
    return {
        "rows": queries.of_enterprise(current_actor(), enterprise.id), "tones": STATE_TONES, "result_tones": RESULT_TONES,
        "may_plan": can(Permission.INSPECTION_MAKE, enterprise), "latest": queries.LATEST,
    }  # fmt: skip
