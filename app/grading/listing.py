"""风险等级列表: every enterprise as every kind it is graded as, with its grade in force or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.db import session
from app.domain import supervision_kinds
from app.domain.actors import Actor
from app.domain.disposal import folded_number
from app.domain.supervision_states import GradeState
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.grading.in_force import in_force_on
from app.grading.models import RiskGrade
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.reference_data.books import region_book
from app.scope import scope

PAGE = 50
COUNTED = 10_000
MOST_EXPORTED = 60_000
NONE, DUE = "ungraded", "due"
LIVING = (EnterpriseStatus.ACTIVE, EnterpriseStatus.PAUSED)
Kind, Grade, Station = EnterpriseKind, RiskGrade, aliased(Organisation)
COLUMNS = (
    Kind.id, Kind.kind, Kind.enterprise_id, Enterprise.name.label("enterprise_name"), Enterprise.credit_code, Enterprise.region_id,
    Enterprise.status, Organisation.name.label("org_name"), Station.name.label("station_name"), Grade.id.label("grade_id"),
    Grade.number, Grade.year, Grade.grade, Grade.total, Grade.cause, Grade.effective_from,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. ``due``: whose grade is of a year before this one; ``ungraded``: who has none."""

    q: str | None = None
    kind: str | None = None
    grade: supervision_kinds.Grade | None = None
    station_id: int | None = None
    region_id: int | None = None
    ungraded: bool = False
    due: bool = False


def _joined(on: date, columns: Sequence[Any]) -> sa.Select[Any]:
    """One row for each enterprise and kind (its first sub-kind stands for the kind), with the grade in force on that day."""
    other, later = aliased(Kind), aliased(Grade)
    first = sa.select(sa.func.min(other.id)).where(other.enterprise_id == Kind.enterprise_id, other.kind == Kind.kind)
    standing = (
        sa.select(sa.func.max(later.id))
        .where(later.enterprise_id == Kind.enterprise_id, later.kind == Kind.kind)
        .where(*in_force_on(on, later))
    )
    return (
        sa.select(*columns)
        .select_from(Kind)
        .join(Enterprise, Enterprise.id == Kind.enterprise_id)
        .join(Organisation, Organisation.id == Enterprise.org_id)
        .outerjoin(Station, Station.id == Enterprise.station_id)
        .outerjoin(Grade, Grade.id == standing.scalar_subquery())
        .where(Kind.id == first.scalar_subquery(), Enterprise.status.in_(LIVING))
    )


def _conditions(actor: Actor, filters: Filters, kinds: Sequence[str], today: date) -> Iterator[Any]:
    yield Kind.kind.in_([filters.kind] if filters.kind in kinds else list(kinds))
    if filters.q:
        named = enterprises.listed(actor, enterprises.Filters(q=filters.q), [Enterprise.id])
        yield sa.or_(Enterprise.id.in_(named), Grade.number == folded_number(filters.q))
    if filters.grade is not None:
        yield Grade.grade == filters.grade
    if filters.station_id is not None:
        yield Enterprise.station_id == filters.station_id
    if filters.region_id is not None:
        yield Enterprise.region_id.in_(sorted(region_book().below(filters.region_id)))
    if filters.ungraded:
        yield Grade.id.is_(None)
    if filters.due:
        yield Grade.year < today.year


def listed(actor: Actor, filters: Filters, kinds: Sequence[str], today: date, columns: Sequence[Any]) -> sa.Select[Any]:
    return scope(_joined(today, columns), Enterprise, actor).where(*_conditions(actor, filters, kinds, today))


def graded(
    actor: Actor, filters: Filters, kinds: Sequence[str], today: date, *, before: int | None = None, after: int | None = None,
    size: int = PAGE,
) -> Page:  # fmt: skip
    """The list by key. ``kinds`` are the 企业类型 for which there are rules."""
    statement, ids = (listed(actor, filters, kinds, today, wanted) for wanted in (COLUMNS, (Kind.id,)))
    return page(statement, ids, Kind.id, before=before, after=after, size=size, most=COUNTED)


def every(actor: Actor, filters: Filters, kinds: Sequence[str], today: date, limit: int = MOST_EXPORTED) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, kinds, today, COLUMNS).order_by(Kind.id.desc()).limit(limit)).all()


def counts(actor: Actor, filters: Filters, kinds: Sequence[str], today: date) -> Mapping[str, int]:
    """How many by grade, ungraded, and due for this year, under the other conditions of the query."""
    wide = replace(filters, grade=None, ungraded=False, due=False)
    late = sa.case((Grade.year < today.year, 1), else_=0)
    statement = listed(actor, wide, kinds, today, (Grade.grade, sa.func.count(), sa.func.sum(late))).group_by(Grade.grade)
    found: dict[str, int] = {DUE: 0}
    for grade, number, due in session().execute(statement):
        found[NONE if grade is None else grade.value] = number
        found[DUE] += due or 0
    return found


SHEETS = (
    Grade.id, Grade.number, Grade.kind, Grade.year, Grade.cause, Grade.total, Grade.suggested, Grade.steps, Grade.grade, Grade.state,
    Grade.created_at, Grade.enterprise_id, Enterprise.name.label("enterprise_name"), User.name.label("proposer"),
)  # fmt: skip


def sheets(
    actor: Actor, state: GradeState | None, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """评分表 in this state (None: every one), newest first."""
    statement, ids = (listed_sheets(actor, state, wanted) for wanted in (SHEETS, (Grade.id,)))
    return page(statement, ids, Grade.id, before=before, after=after, size=size, most=COUNTED)


def listed_sheets(actor: Actor, state: GradeState | None, columns: Sequence[Any]) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(Grade).join(Enterprise, Enterprise.id == Grade.enterprise_id)
    statement = statement.outerjoin(User, User.id == Grade.proposed_by_id)
    return scope(statement if state is None else statement.where(Grade.state == state), Grade, actor)


def open_counts(actor: Actor) -> Mapping[GradeState, int]:
    """How many sheets are being made, and how many wait for a decision."""
    open_ = (GradeState.DRAFT, GradeState.PROPOSED)
    statement = sa.select(Grade.state, sa.func.count()).where(Grade.state.in_(open_)).group_by(Grade.state)
    return {state: number for state, number in session().execute(scope(statement, Grade, actor))}


def stations(actor: Actor) -> Sequence[Any]:
    """Stations that are responsible for an enterprise of the actor's reach, by name."""
    ids = scope(sa.select(Enterprise.station_id).where(Enterprise.station_id.is_not(None)), Enterprise, actor)
    statement = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return session().execute(statement.order_by(Organisation.name, Organisation.id)).all()
