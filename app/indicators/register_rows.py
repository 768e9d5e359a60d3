"""Records that hang on an enterprise or on none (检查公示、自查报告、安全事故), as rates and counts over records take them.

The place is that of the enterprise, or where the incident happened; the reader counts what his own office and those below it hold. What
was voided, waived, corrected or published since a past moment is undone (`replay`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.incidents import RATED
from app.domain.indicators import Condition, Field
from app.domain.samples import Level, Link, Purpose
from app.domain.supervision_states import IncidentState, InspectionState, SelfReportState
from app.enterprises.models import Enterprise, EnterpriseCategory, EnterpriseKind
from app.enterprises.past import statuses_at
from app.grading.models import RiskGrade
from app.incidents.models import Incident
from app.indicators import replay
from app.indicators.coverage import grades_in_force
from app.indicators.frames import Frame, reach
from app.inspections.models import Inspection
from app.organisations.models import Organisation
from app.reference_data.books import region_book
from app.self_reports.models import SelfReport

PART = 500


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """Where a record belongs and what filters may ask of it: values by field. It is no batch, so every group of batches is 未分类."""

    county_id: int | None
    region_id: int | None
    month: int
    asked: Mapping[Field, frozenset[str]]
    category_root_id: int | None = None
    link: Link | None = None
    organiser_level: Level | None = None
    purpose: Purpose | None = None

    def matches(self, conditions: Iterable[Condition]) -> bool:
        """Every condition holds for one of its values."""
        return all(self.asked.get(condition.field, frozenset()) & set(condition.allowed) for condition in conditions)


@dataclass(frozen=True, slots=True)
class Found:
    """One record before its row is made."""

    kind: str
    id: int
    number: str
    about: str
    org: str
    org_name: str
    day: date
    met: bool
    region_id: int | None
    enterprise_id: int | None
    asked: Mapping[Field, frozenset[str]]


# ---------------------------------------------------------------- which records

def _named(model: Any, *more: Any) -> sa.Select[Any]:
    named = (Organisation.code.label("org"), Organisation.name.label("org_name"))
    return sa.select(model.id, *named, *more).join(Organisation, Organisation.id == model.org_id)


def _disclosed(frame: Frame) -> Iterable[Found]:
    """Finished inspections whose 20 working days end in the period; what the law keeps from the public owes nothing."""
    one = Inspection
    statement = _named(
        one, one.state, one.number, one.enterprise_name, one.nature, one.publish_due_on, one.published_on, one.not_public,
        one.enterprise_id, one.finished_at, one.voided_at, Enterprise.region_id,
    ).join(Enterprise, Enterprise.id == one.enterprise_id)  # fmt: skip
    within = one.publish_due_on.between(frame.period.first, frame.period.last)
    for row in replay.known(one, statement.where(reach(frame.actor, one.org_id)), within, frame.as_of):
        if row.not_public is not None or not frame.period.contains(row.publish_due_on) or not _finished(row, frame):
            continue
        met = row.published_on is not None and row.published_on <= min(row.publish_due_on, frame.today)
        yield Found(
            one.__tablename__, row.id, row.number, row.enterprise_name, row.org, row.org_name, row.publish_due_on, met, row.region_id,
            row.enterprise_id, {Field.INSPECTION_TYPE: frozenset({row.nature.value})},
        )  # fmt: skip


def _finished(row: Any, frame: Frame) -> bool:
    """Finished and, as known at the moment, not voided."""
    if frame.as_of is None:
        return bool(row.state == InspectionState.FINISHED)
    done = row.finished_at is not None and row.finished_at <= frame.as_of
    return done and (row.voided_at is None or row.voided_at > frame.as_of)


def _self_reported(frame: Frame) -> Iterable[Found]:
    """Reports due in the period that were not waived; a late one counts as received from its own day."""
    one = SelfReport
    statement = _named(
        one, one.state, one.period, one.kind, one.due_on, one.received_on, one.enterprise_id, Enterprise.name, Enterprise.region_id
    ).join(Enterprise, Enterprise.id == one.enterprise_id)
    where = [reach(frame.actor, one.org_id), *([one.created_at <= frame.as_of] if frame.as_of is not None else [])]
    within = one.due_on.between(frame.period.first, frame.period.last)
    for row in replay.known(one, statement.where(*where), within, frame.as_of):
        if row.state == SelfReportState.WAIVED.value or not frame.period.contains(row.due_on):
            continue
        met = row.received_on is not None and row.received_on <= frame.today
        yield Found(
            one.__tablename__, row.id, f"{row.period}自查报告（{row.kind}）", row.name, row.org, row.org_name, row.due_on, met,
            row.region_id, row.enterprise_id, {},
        )  # fmt: skip


def _happened(frame: Frame) -> Iterable[Found]:
    """Incidents of the period; one that was not rated yet counts at the level first told."""
    one = Incident
    statement = _named(
        one, one.state, one.number, one.title, one.domain, one.severity, one.proposed_severity, one.occurred_on, one.region_id,
        one.voided_at,
    )  # fmt: skip
    where = [reach(frame.actor, one.org_id), *([one.created_at <= frame.as_of] if frame.as_of is not None else [])]
    within = one.occurred_on.between(frame.period.first, frame.period.last)
    for row in replay.known(one, statement.where(*where), within, frame.as_of):
        level = row.severity or row.proposed_severity
        if level not in RATED or not frame.period.contains(row.occurred_on) or not _stands(row, frame):
            continue
        asked = {Field.DOMAIN: frozenset({row.domain.value}), Field.SEVERITY: frozenset({level.value})}
        place = (row.occurred_on, True, row.region_id, None)
        yield Found(one.__tablename__, row.id, row.number, row.title, row.org, row.org_name, *place, asked)


def _stands(row: Any, frame: Frame) -> bool:
    if frame.as_of is None or row.voided_at is None:
        return bool(row.state != IncidentState.VOIDED)
    return bool(row.voided_at > frame.as_of)


RECORDS: Mapping[str, Callable[[Frame], Iterable[Found]]] = {
    "inspection_disclosure_rate": _disclosed,
    "self_inspection_report_rate": _self_reported,
    "incident_count": _happened,
}


# ---------------------------------------------------------------- where they belong

MANY: tuple[tuple[Field, Any, Any], ...] = (
    (Field.PRODUCER_TYPE, EnterpriseKind.enterprise_id, EnterpriseKind.kind),
    (Field.SUBTYPE, EnterpriseKind.enterprise_id, EnterpriseKind.subkind),
    (Field.CATEGORY, EnterpriseCategory.enterprise_id, EnterpriseCategory.name),
    (Field.RISK, RiskGrade.enterprise_id, RiskGrade.grade),
)


def in_area(frame: Frame, code: str) -> list[tuple[Found, RegisterRow]]:
    """The records of a formula in the frame's area and period, each with its place and what filters may ask."""
    inside = frame.area.inside
    found = [one for one in RECORDS[code](frame) if frame.area.whole or one.region_id in inside]
    if not found:
        return []
    book = region_book()
    firms = _asked_of(frame, [one.enterprise_id for one in found if one.enterprise_id is not None])
    return [
        (
            one,
            RegisterRow(
                book.county_of(one.region_id), one.region_id, one.day.year * 100 + one.day.month,
                {**firms.get(one.enterprise_id or 0, {}), **one.asked},
            ),
        )
        for one in found
    ]  # fmt: skip


def _asked_of(frame: Frame, ids: Sequence[int]) -> dict[int, dict[Field, frozenset[str]]]:
    """What filters may ask of enterprises: kinds, sub-kinds, area type, standing, categories and the grade in force on the last day."""
    wanted = sorted(set(ids))
    then = statuses_at(frame.as_of) if frame.as_of is not None else {}
    found: dict[int, dict[Field, frozenset[str]]] = {}
    for start in range(0, len(wanted), PART):
        part = wanted[start : start + PART]
        plain = sa.select(Enterprise.id, Enterprise.area_type, Enterprise.status).where(Enterprise.id.in_(part))
        for enterprise_id, area_type, status in session().execute(plain):
            standing = then.get(enterprise_id, status.value)
            found[enterprise_id] = {Field.STATUS: frozenset({standing}), Field.AREA_TYPE: frozenset({area_type} if area_type else ())}
        for field, key, value in MANY:
            statement = sa.select(key, value).where(key.in_(part))
            if key is RiskGrade.enterprise_id:
                statement = statement.where(*grades_in_force(frame))
            for enterprise_id, one in session().execute(statement):
                asked = found[enterprise_id]
                asked[field] = asked.get(field, frozenset()) | {getattr(one, "value", one)}
    return found
