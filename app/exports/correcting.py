"""更正报: our own workbook of a correction carries a sheet that says what has changed, and why."""

from __future__ import annotations

from dataclasses import replace

from app.db import session
from app.exports import building, difference_sheets, differing
from app.exports.building import Moment
from app.exports.made import Made, OwnWorkbook
from app.exports.models import MonthlyReturn


def built(found: MonthlyReturn, moment: Moment | None = None) -> Made:
    """Count everything, and for a correction compare it with what it corrects."""
    made = building.build(found, moment)
    original = session().get(MonthlyReturn, found.corrects_id) if found.corrects_id else None
    if original is None or original.sources_attachment_id is None or not isinstance(made, OwnWorkbook):
        return made
    changed = differing.of_correction(original, made.figures, moment.as_of if moment else found.as_of)
    period = building.period_of(found.period_kind, found.month)
    place = building.frame_of(original).area.name
    sheet = difference_sheets.changes(f"{place}{period.label}", made.head, original.number or "—", found.reason or "—", changed)
    return replace(made, sheets=[*made.sheets, sheet])
