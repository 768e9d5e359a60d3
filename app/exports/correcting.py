"""更正报: our own workbook of a correction carries a sheet that says what has changed, and why."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from app.db import session
from app.errors import NotAllowedNow
from app.exports import building, difference_sheets, differing, queries
from app.exports.building import Moment
from app.exports.made import Made, OwnWorkbook
from app.exports.models import MonthlyReturn


def refuse_second(return_id: int, key: str | None = None) -> None:
    """One correction of a return at a time; ``key`` is that of the page which may have made it already."""
    other = queries.correction_of(return_id)
    if other is not None and (key is None or other.submission_key != key):
        named = other.number or "草稿"
        raise NotAllowedNow(f"该报表已有更正报（{named}），请{'对该更正报再作更正' if other.number else '先办理或放弃该更正报'}")


def hold(return_id: int) -> None:
    """Two people who correct the same return wait for each other."""
    session().execute(sa.select(MonthlyReturn.id).where(MonthlyReturn.id == return_id).with_for_update())


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
