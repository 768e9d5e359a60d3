"""Reading 年度评定: the runs, who is to be graded, the grades of a run beside the former ones, and who was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import session
from app.domain import supervision_kinds
from app.domain.actors import Actor
from app.domain.disposal import folded_number
from app.domain.risk_moves import Direction
from app.domain.supervision_kinds import GradeCause, RiskComponent
from app.domain.supervision_states import GradeState, RiskEventState, RiskRunState
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise, EnterpriseKind
from app.grading.listing import COUNTED, LIVING, MOST_EXPORTED, PAGE
from app.grading.models import RiskEvent, RiskGrade, RiskPoint, RiskRun
from app.grading.queries import LARGEST_ID, OPEN
from app.keyset import Page, page
from app.reference_data.books import region_book
from app.scope import scope

OPEN_RUNS = (RiskRunState.PREVIEWED, RiskRunState.SUBMITTED)
DECIDED_BY_HAND = (GradeCause.MANUAL, GradeCause.CORRECTION)
PART = 500
Grade, Former = RiskGrade, aliased(RiskGrade)


# ---------------------------------------------------------------- runs

def run(actor: Actor, run_id: int) -> RiskRun | None:
    """One run of the actor's reach, read anew."""
    if run_id > LARGEST_ID:
        return None
    statement = scope(sa.select(RiskRun), RiskRun, actor).where(RiskRun.id == run_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def runs_numbered(actor: Actor, written: str) -> Sequence[RiskRun]:
    statement = scope(sa.select(RiskRun), RiskRun, actor).where(RiskRun.number == folded_number(written))
    return session().scalars(statement.order_by(RiskRun.org_id).execution_options(populate_existing=True)).all()


RUNS = (RiskRun.id, RiskRun.number, RiskRun.year, RiskRun.kind, RiskRun.region_id, RiskRun.counts, RiskRun.state, RiskRun.created_at)


def runs(actor: Actor, *, before: int | None = None, after: int | None = None, size: int = PAGE) -> Page:
    """The runs, newest first."""
    statement, ids = (scope(sa.select(*wanted), RiskRun, actor) for wanted in (RUNS, (RiskRun.id,)))
    return page(statement, ids, RiskRun.id, before=before, after=after, size=size, most=COUNTED)


def submitted(key: str) -> int | None:
    return session().scalar(sa.select(RiskRun.id).where(RiskRun.submission_key == key))


def locked(run_id: int) -> RiskRun:
    """The run, locked and read anew: of two at once the second sees what the first did."""
    return session().get_one(RiskRun, run_id, with_for_update=True, populate_existing=True)


def open_run(org_id: int, year: int, kind: str) -> RiskRun | None:
    """A run of this organisation for this year and kind that has not been decided on."""
    mine = (RiskRun.org_id == org_id, RiskRun.year == year, RiskRun.kind == kind, RiskRun.state.in_(OPEN_RUNS))
    return session().scalars(sa.select(RiskRun).where(*mine).limit(1)).first()


# ---------------------------------------------------------------- who is to be graded

def _reached(actor: Actor, kind: str, region_id: int | None, columns: Sequence[Any]) -> sa.Select[Any]:
    of_kind = sa.exists().where(EnterpriseKind.enterprise_id == Enterprise.id, EnterpriseKind.kind == kind)
    statement = sa.select(*columns).select_from(Enterprise)
    statement = statement.where(Enterprise.status.in_(LIVING), Enterprise.merged_into_id.is_(None), of_kind)
    if region_id is not None:
        statement = statement.where(Enterprise.region_id.in_(sorted(region_book().below(region_id))))
    return scope(statement, Enterprise, actor)


def how_many(actor: Actor, kind: str, region_id: int | None) -> int:
    return session().scalar(_reached(actor, kind, region_id, (sa.func.count(),))) or 0


def next_ids(actor: Actor, kind: str, region_id: int | None, after: int, size: int = PART) -> Sequence[int]:
    """The next enterprises by id."""
    statement = _reached(actor, kind, region_id, (Enterprise.id,)).where(Enterprise.id > after)
    return session().scalars(statement.order_by(Enterprise.id).limit(size)).all()


def standing(ids: Sequence[int], kind: str) -> Mapping[int, Any]:
    """By enterprise, the grade that stands now (whether its first day has come or not)."""
    columns = (Grade.enterprise_id, Grade.id, Grade.number, Grade.grade, Grade.total, Grade.year, Grade.cause, Grade.effective_from)
    rows = session().execute(
        sa.select(*columns).where(Grade.enterprise_id.in_(ids), Grade.kind == kind, Grade.state == GradeState.CONFIRMED)
    )
    return {row.enterprise_id: row for row in rows}


def being_graded(ids: Sequence[int], kind: str) -> Mapping[int, str]:
    """By enterprise, the number of a score sheet that is being made or decided on."""
    rows = session().execute(
        sa.select(Grade.enterprise_id, Grade.number).where(Grade.enterprise_id.in_(ids), Grade.kind == kind, Grade.state.in_(OPEN))
    )
    return {row.enterprise_id: row.number for row in rows}


def left_out(actor: Actor, made: RiskRun, *, after: int = 0, size: int = PAGE) -> Sequence[int]:
    """Enterprises of the run's kind and area that have no grade in it, by id."""
    has = sa.exists().where(Grade.run_id == made.id, Grade.enterprise_id == Enterprise.id, Grade.kind == made.kind)
    statement = _reached(actor, made.kind, made.region_id, (Enterprise.id,)).where(Enterprise.id > after, ~has)
    if not made.counts["complete"]:
        statement = statement.where(Enterprise.id <= made.counts["after"])
    return session().scalars(statement.order_by(Enterprise.id).limit(size)).all()


# ---------------------------------------------------------------- the grades of a run

@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of a run's list; None is no condition. ``moved`` are both ways."""

    direction: Direction | None = None
    moved: bool = False
    grade: supervision_kinds.Grade | None = None
    q: str | None = None


COLUMNS = (
    Grade.id, Grade.number, Grade.enterprise_id, Enterprise.name.label("enterprise_name"), Enterprise.credit_code, Grade.grade,
    Grade.suggested, Grade.steps, Grade.static_points, Grade.dynamic_points, Grade.total, Grade.former_id,
    Former.grade.label("former_grade"), Former.number.label("former_number"), Former.static_points.label("former_static"),
    Former.dynamic_points.label("former_dynamic"), Former.steps.label("former_steps"), Former.total.label("former_total"),
)  # fmt: skip
MOVES = {
    Direction.UP: Grade.grade > Former.grade, Direction.DOWN: Grade.grade < Former.grade, Direction.SAME: Grade.grade == Former.grade,
    Direction.FIRST: Grade.former_id.is_(None),
}  # fmt: skip


def _conditions(actor: Actor, filters: Filters) -> Iterator[Any]:
    if filters.direction is not None:
        yield MOVES[filters.direction]
    if filters.moved:
        yield Grade.grade != Former.grade
    if filters.grade is not None:
        yield Grade.grade == filters.grade
    if filters.q:
        named = enterprises.listed(actor, enterprises.Filters(q=filters.q), [Enterprise.id])
        yield sa.or_(Enterprise.id.in_(named), Grade.number == folded_number(filters.q))


def listed(actor: Actor, made: RiskRun, filters: Filters, columns: Sequence[Any]) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Grade)
        .join(Enterprise, Enterprise.id == Grade.enterprise_id)
        .outerjoin(Former, Former.id == Grade.former_id)
        .where(Grade.run_id == made.id, *_conditions(actor, filters))
    )
    return scope(statement, RiskGrade, actor)


def graded(actor: Actor, made: RiskRun, filters: Filters, *, before: int | None = None, after: int | None = None) -> Page:
    """The grades of a run beside the former ones."""
    statement, ids = (listed(actor, made, filters, wanted) for wanted in (COLUMNS, (Grade.id,)))
    return page(statement, ids, Grade.id, before=before, after=after, size=PAGE, most=COUNTED)


def every(actor: Actor, made: RiskRun, filters: Filters, limit: int = MOST_EXPORTED) -> Sequence[Any]:
    return session().execute(listed(actor, made, filters, COLUMNS).order_by(Grade.id).limit(limit)).all()


def adjustments(grade_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """By grade, the events that move it."""
    found: dict[int, list[str]] = {}
    for start in range(0, len(grade_ids), PART):
        part = grade_ids[start : start + PART]
        rows = session().execute(
            sa.select(RiskPoint.grade_id, RiskPoint.title)
            .where(RiskPoint.grade_id.in_(part), RiskPoint.component == RiskComponent.ADJUSTMENT, RiskPoint.steps != 0)
            .order_by(RiskPoint.grade_id, RiskPoint.ordinal)
        )
        for grade_id, title in rows:
            if title not in found.setdefault(grade_id, []):
                found[grade_id].append(title)
    return found


# ---------------------------------------------------------------- taken in bulk

SUBJECT = (Grade.id, Grade.org_id, Grade.number, Grade.state, Grade.version, Grade.effective_from)


def to_move(run_id: int, state: GradeState, after: int, size: int) -> Sequence[Any]:
    """The next grades of a run that are in this state."""
    statement = sa.select(*SUBJECT).where(Grade.run_id == run_id, Grade.state == state, Grade.id > after)
    return session().execute(statement.order_by(Grade.id).limit(size).with_for_update()).all()


def to_replace(run_id: int, after: int, size: int) -> Sequence[Any]:
    """The next grades in force that those of a run take the place of."""
    replaced = sa.select(Grade.former_id).where(Grade.run_id == run_id, Grade.state == GradeState.PROPOSED)
    statement = sa.select(*SUBJECT).where(Grade.id.in_(replaced), Grade.state == GradeState.CONFIRMED, Grade.id > after)
    return session().execute(statement.order_by(Grade.id).limit(size).with_for_update()).all()


def moved_since(made: RiskRun) -> int:
    """How many enterprises of a run have another grade in force than the one it was compared with, or an event recorded since."""
    current, event = aliased(RiskGrade), RiskEvent
    mine = (Grade.run_id == made.id, Grade.state == GradeState.PROPOSED)
    standing_now = sa.and_(
        current.enterprise_id == Grade.enterprise_id, current.kind == Grade.kind, current.state == GradeState.CONFIRMED
    )
    other = (
        sa.select(Grade.enterprise_id)
        .outerjoin(current, standing_now)
        .where(*mine, sa.func.coalesce(current.id, 0) != sa.func.coalesce(Grade.former_id, 0))
    )
    struck = (
        sa.select(Grade.enterprise_id)
        .join(event, event.enterprise_id == Grade.enterprise_id)
        .where(*mine, event.state == RiskEventState.RECORDED, event.recorded_at > made.created_at)
    )
    both = sa.union(other, struck).subquery()
    return session().scalar(sa.select(sa.func.count()).select_from(both)) or 0


def begun_later(made: RiskRun, first: date) -> int:
    """How many of the grades in force begin after the first day of the run's grades."""
    replaced = sa.select(Grade.former_id).where(Grade.run_id == made.id, Grade.state == GradeState.PROPOSED)
    statement = sa.select(sa.func.count()).where(Grade.id.in_(replaced), Grade.effective_from > first)
    return session().scalar(statement) or 0


def counted(run_id: int, state: GradeState) -> int:
    return session().scalar(sa.select(sa.func.count()).where(Grade.run_id == run_id, Grade.state == state)) or 0
