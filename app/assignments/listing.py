"""The list of tasks (抽样任务单列表), page by page by key, with its filters and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import keyset
from app.accounts.models import User
from app.assignments.models import AssignmentMember, SamplingAssignment
from app.assignments.rooms import COUNTED
from app.blinding import is_blind
from app.db import session
from app.domain.actors import Actor
from app.domain.workflow import AssignmentState
from app.enterprises.models import Enterprise
from app.organisations.models import Organisation
from app.paging import page_size
from app.plans.models import SamplingPlan
from app.sampling.models import Sample
from app.scope import scope
from app.search.queries import found_by

COUNTED_MOST = 10_000
LARGEST_ID = 2**63 - 1
LIVE = (AssignmentState.ASSIGNED, AssignmentState.ACCEPTED)
LIVE_STATES, ALL_STATES, OVERDUE = "live", "all", "overdue"
Clause = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``state`` is a state's value, ``live`` (未完成), ``overdue`` (超期) or ``all``."""

    state: str = LIVE_STATES
    mine: bool = False
    plan_id: int | None = None
    laboratory_id: int | None = None
    drawing_id: int | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page in the order of the last day; ``before`` and ``after`` are keys."""

    rows: Sequence[Any]
    total: str
    before: str | None
    after: str | None


Laboratory = aliased(Organisation)
DONE = (
    sa.select(sa.func.count())
    .where(Sample.assignment_id == SamplingAssignment.id, Sample.state.in_(COUNTED))
    .correlate(SamplingAssignment)
    .scalar_subquery()
)
COLUMNS = (
    *(getattr(SamplingAssignment, name) for name in (
        "id", "number", "state", "category_id", "region_id", "link", "batches", "from_on", "to_on", "org_id",
    )),
    Organisation.name.label("org_name"), SamplingPlan.name.label("plan_name"), Laboratory.name.label("laboratory_name"),
    Enterprise.name.label("enterprise_name"), DONE.label("done"),
)  # fmt: skip


def chosen(actor: Actor, filters: Filters, today: date) -> sa.Select[Any]:
    """The rows of the list."""
    statement = scope(
        sa.select(*COLUMNS)
        .join(Organisation, Organisation.id == SamplingAssignment.org_id)
        .outerjoin(SamplingPlan, SamplingPlan.id == SamplingAssignment.plan_id)
        .outerjoin(Laboratory, Laboratory.id == SamplingAssignment.laboratory_org_id)
        .outerjoin(Enterprise, Enterprise.id == SamplingAssignment.enterprise_id),
        SamplingAssignment,
        actor,
    )
    return statement.where(*_conditions(actor, filters, today))


def is_mine(actor: Actor) -> Clause:
    """The actor belongs to the team."""
    return SamplingAssignment.id.in_(
        sa.select(AssignmentMember.assignment_id).where(AssignmentMember.user_id == actor.user_id)
    )


def is_overdue(today: date) -> Clause:
    """Past its last day, neither ended nor full."""
    return sa.and_(SamplingAssignment.state.in_(LIVE), SamplingAssignment.to_on < today, SamplingAssignment.batches > DONE)


def _conditions(actor: Actor, filters: Filters, today: date) -> list[Clause]:
    equal = (
        (SamplingAssignment.plan_id, filters.plan_id),
        (SamplingAssignment.laboratory_org_id, filters.laboratory_id),
        (SamplingAssignment.drawing_id, filters.drawing_id),
    )
    found = [column == value for column, value in equal if value is not None]
    if filters.mine:
        found.append(is_mine(actor))
    if filters.word:
        named = [SamplingAssignment.number, SamplingPlan.name]
        named += [] if is_blind(actor) else [Enterprise.name]
        searched = found_by(SamplingAssignment.__tablename__, SamplingAssignment.id, filters.word)
        found.append(sa.or_(searched, *(column.contains(filters.word, autoescape=True) for column in named)))
    return [*found, *_in_state(filters.state, today)]


def _in_state(state: str, today: date) -> list[Clause]:
    if state == ALL_STATES:
        return []
    if state == OVERDUE:
        return [is_overdue(today)]
    return [SamplingAssignment.state.in_(LIVE) if state == LIVE_STATES else SamplingAssignment.state == AssignmentState(state)]


def assignments(
    actor: Actor, filters: Filters, today: date, *, after: str | None = None, before: str | None = None
) -> Page:
    """抽样任务单, due soonest first."""
    statement = chosen(actor, filters, today)
    rows, earlier, later = _cut(statement, after, before)
    return Page(
        rows,
        keyset.total(statement.with_only_columns(SamplingAssignment.id), COUNTED_MOST),
        _key(rows[0]) if rows and earlier else None,
        _key(rows[-1]) if rows and later else None,
    )


def every(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for commands."""
    return session().execute(chosen(actor, filters, today).order_by(SamplingAssignment.to_on, SamplingAssignment.id)).all()


def names(ids: Sequence[int]) -> Mapping[int, str]:
    """The team of each task, joined with 、."""
    found: dict[int, list[str]] = {}
    rows = session().execute(
        sa.select(AssignmentMember.assignment_id, User.name)
        .join(User, User.id == AssignmentMember.user_id)
        .where(AssignmentMember.assignment_id.in_(ids))
        .order_by(AssignmentMember.id)
    )
    for assignment_id, name in rows:
        found.setdefault(assignment_id, []).append(name)
    return {assignment_id: "、".join(people) for assignment_id, people in found.items()}


def _key(row: Any) -> str:
    return f"{row.to_on.isoformat()}.{row.id}"


def _place(key: str | None) -> tuple[date, int] | None:
    day, _, number = (key or "").partition(".")
    try:
        place = date.fromisoformat(day), int(number)
    except ValueError:
        return None
    return place if 0 <= place[1] <= LARGEST_ID else None


def _cut(statement: sa.Select[Any], after: str | None, before: str | None) -> tuple[Sequence[Any], bool, bool]:
    """One page by key: the rows, whether there are earlier ones, whether there are later ones."""
    size = page_size()
    order = sa.tuple_(SamplingAssignment.to_on, SamplingAssignment.id)
    upto, beyond = _place(before), _place(after)
    if upto is not None:
        backwards = statement.where(order < upto).order_by(SamplingAssignment.to_on.desc(), SamplingAssignment.id.desc())
        found = session().execute(backwards.limit(size + 1)).all()
        return found[:size][::-1], len(found) > size, True
    if beyond is not None:
        statement = statement.where(order > beyond)
    found = session().execute(statement.order_by(SamplingAssignment.to_on, SamplingAssignment.id).limit(size + 1)).all()
    return found[:size], beyond is not None, len(found) > size


def counts(actor: Actor, today: date) -> Mapping[str, int]:
    """Tasks by state, and the overdue ones."""
    grouped = scope(sa.select(SamplingAssignment.state, sa.func.count()), SamplingAssignment, actor).group_by(
        SamplingAssignment.state
    )
    found: dict[str, int] = {state.value: number for state, number in session().execute(grouped)}
    late = scope(sa.select(sa.func.count(SamplingAssignment.id)).where(is_overdue(today)), SamplingAssignment, actor)
    return {
        **{state.value: found.get(state.value, 0) for state in AssignmentState},
        LIVE_STATES: sum(found.get(state.value, 0) for state in LIVE),
        ALL_STATES: sum(found.values()),
        OVERDUE: session().scalar(late) or 0,
    }
