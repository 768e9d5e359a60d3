"""责令改正 on the pages of an enterprise and of an inspection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app import clock
from app.authorize import can, current_actor
from app.domain.deadlines import DeadlineLight
from app.domain.permissions import Permission
from app.domain.rectifications import lamp, overdue
from app.domain.supervision_kinds import InspectionMeasure
from app.domain.supervision_states import InspectionState, RectificationState
from app.enterprises.models import Enterprise
from app.inspections.models import Inspection
from app.rectifications import queries
from app.reference_data.books import calendar

TONES = {
    RectificationState.ORDERED: "blue", RectificationState.REPORTED: "yellow", RectificationState.PASSED: "green",
    RectificationState.FAILED: "red", RectificationState.VOIDED: "neutral",
}  # fmt: skip
COLOURS = {DeadlineLight.RED: "red", DeadlineLight.AMBER: "yellow", DeadlineLight.GREEN: "green"}


def lights(rows: Sequence[Any]) -> dict[int, tuple[str, str]]:
    """By order: the colour and the words of its term, where it is still open. ``rows`` have state, ordered_on, term."""
    today, days = clock.today(), calendar()
    found: dict[int, tuple[str, str]] = {}
    for row in rows:
        light = lamp(row.state, row.ordered_on, row.term, today, days)
        if light is not None:
            late = overdue(row.state, row.term, today)
            found[row.id] = COLOURS[light], f"逾期 {(today - row.term).days} 天" if late else f"还有 {(row.term - today).days} 天"
    return found


def of_enterprise(enterprise: Enterprise) -> dict[str, Any]:
    """Its orders, newest first."""
    rows = queries.of_enterprise(current_actor(), enterprise.id)
    return {"rows": rows, "tones": TONES, "lights": lights(rows)}


def of_inspection(inspection: Inspection) -> dict[str, Any]:
    """The orders of an inspection, the one it re-checks, and whether one may be made."""
    rows = queries.of_inspection(current_actor(), inspection.id)
    standing = any(row.inspection_id == inspection.id and row.state is not RectificationState.VOIDED for row in rows)
    asked_for = inspection.measure is InspectionMeasure.RECTIFY or bool(queries.failing_of(inspection.id))
    may = inspection.state is InspectionState.FINISHED and not standing and asked_for and can(Permission.RECTIFY_HANDLE, inspection)
    return {"rows": rows, "tones": TONES, "lights": lights(rows), "may_order": may, "inspection": inspection}
