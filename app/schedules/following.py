"""年度检查安排 follows what happens elsewhere: a grade that changes, an inspection that is finished, corrected or voided.

    follow_grade(enterprise_id, kind, actor, at)    the grade in force is another one (or there is none any more)
    recount(inspection, actor)                      the inspection counts now, or counts no longer

Called inside the transaction of the step they follow from, which was permitted; none of them asks again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa

from app import clock
from app.db import session
from app.domain.actors import Actor
from app.inspections.models import Inspection
from app.schedules import frequencies
from app.schedules.counting import Counting, Wanted, counting_inspections
from app.schedules.models import InspectionDuty
from app.schedules.operations import apply, put

Duty = InspectionDuty


def follow_grade(enterprise_id: int, kind: str, actor: Actor, at: datetime) -> int:
    """The duties of an enterprise from today on follow its grade. Returns how many were added and cancelled."""
    return follow_grades([(enterprise_id, kind)], actor, at)


def follow_grades(pairs: Iterable[tuple[int, str]], actor: Actor, at: datetime) -> int:
    """The same for many enterprises, where their office has made a schedule of this or a later year for their kind."""
    session().flush()
    today, changed = clock.office_time(at).date(), 0
    by_kind: dict[str, set[int]] = {}
    for enterprise_id, kind in pairs:
        by_kind.setdefault(kind, set()).add(enterprise_id)
    for kind, ids in sorted(by_kind.items()):
        for year, orgs in _made(kind, today.year).items():
            wanted = Wanted(year, max(today, date(year, 1, 1)), kind)
            outcomes = [one for one in Counting(wanted, today).of(ids) if one.org_id in orgs and not one.change.nothing]
            apply(outcomes, year, actor, at)
            changed += sum(len(one.change.added) + len(one.change.cancelled) for one in outcomes)
    return changed


def _made(kind: str, since: int) -> dict[int, set[int]]:
    """Which offices have made a schedule of which years for this kind."""
    found: dict[int, set[int]] = {}
    statement = sa.select(Duty.year, Duty.org_id).where(Duty.kind == kind, Duty.year >= since).distinct()
    for year, org_id in session().execute(statement.order_by(Duty.year)):
        found.setdefault(year, set()).add(org_id)
    return found


def recount(inspection: Inspection, actor: Actor) -> None:
    """Duties whose inspection counts no more are open again; every inspection that counts fulfils the earliest open duty."""
    session().flush()
    years = set(session().scalars(sa.select(Duty.year).where(Duty.inspection_id == inspection.id)))
    years |= {inspection.inspected_on.year} if inspection.inspected_on else set()
    for year in sorted(years):
        _release(inspection, year, actor)
        _fulfil(inspection, year, actor)


def _release(inspection: Inspection, year: int, actor: Actor) -> None:
    counted = _counted(inspection, year)
    for duty in _duties(inspection, year, Duty.inspection_id.is_not(None)):
        if duty.inspection_id not in counted:
            put(duty, {"inspection_id": None}, "release_duty", actor, "所对应的检查已作废或不再计入")
    session().flush()


def _fulfil(inspection: Inspection, year: int, actor: Actor) -> None:
    used = set(session().scalars(sa.select(Duty.inspection_id).where(Duty.inspection_id.in_(sorted(_counted(inspection, year))))))
    loose = [one for one in _counted(inspection, year) if one not in used]
    for duty, inspection_id in zip(_duties(inspection, year, Duty.inspection_id.is_(None)), loose, strict=False):
        put(duty, {"inspection_id": inspection_id}, "fulfil_duty", actor)
    session().flush()


def _counted(inspection: Inspection, year: int) -> list[int]:
    """The inspections of the year that count for this enterprise as this kind, in the order in which they were made."""
    statement = sa.select(Inspection.id).where(
        *counting_inspections(frequencies.counted(), [inspection.enterprise_id]), Inspection.kind == inspection.kind,
        Inspection.inspected_on.between(date(year, 1, 1), date(year, 12, 31)),
    )  # fmt: skip
    return list(session().scalars(statement.order_by(Inspection.inspected_on, Inspection.id)))


def _duties(inspection: Inspection, year: int, where: sa.ColumnElement[bool]) -> list[InspectionDuty]:
    """Its duties that are not cancelled, the earliest due first."""
    statement = sa.select(Duty).where(
        Duty.enterprise_id == inspection.enterprise_id, Duty.kind == inspection.kind, Duty.year == year, Duty.cancelled_at.is_(None), where
    )
    return list(session().scalars(statement.order_by(Duty.due_on, Duty.ordinal)))
