"""Reading 波及清单: the list, one of them with its tasks, one task, what waits, what stands beside a case or a sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.case_kinds import RippleCause, RippleTaskKind
from app.domain.workflow import RippleTaskState
from app.organisations.models import Organisation
from app.paging import page_size
from app.ripples.models import Ripple, RippleTask
from app.sampling.models import Sample
from app.scope import scope

PAGE = 50
MOST = 200  # tasks in one go
LARGEST_ID = 2**63 - 1
WAITS = sa.exists().where(RippleTask.ripple_id == Ripple.id, RippleTask.state == RippleTaskState.OPEN)
DOER = aliased(User)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``open`` None asks for all; ``kind`` for lists with such a task."""

    open: bool | None = True
    cause: RippleCause | None = None
    kind: RippleTaskKind | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, lists with open tasks first, then the newest."""

    rows: Sequence[Any]
    number: int
    more: bool
    total: int


def ripples(actor: Actor, filters: Filters, number: int = 1, size: int = PAGE) -> Page:
    size = page_size(size)
    statement = listed(actor, filters).order_by(WAITS.desc(), Ripple.id.desc())
    rows = session().execute(statement.offset((number - 1) * size).limit(size + 1)).all()
    total = session().scalar(sa.select(sa.func.count()).select_from(_listed(actor, filters, Ripple.id).subquery())) or 0
    return Page(rows[:size], number, len(rows) > size, total)


def listed(actor: Actor, filters: Filters) -> sa.Select[Any]:
    return (
        _listed(actor, filters, *Ripple.__table__.c, Sample.number.label("sample_number"), Sample.product_name,
                Organisation.name.label("org_name"), User.name.label("maker"))
        .join(Organisation, Organisation.id == Ripple.org_id)
        .join(User, User.id == Ripple.created_by_id, isouter=True)
    )  # fmt: skip


def listed_tasks(actor: Actor, filters: Filters) -> sa.Select[Any]:
    """波及事项 of these lists, each with the list that it belongs to."""
    chosen = _listed(actor, filters, Ripple.id)
    statement = (
        sa.select(*RippleTask.__table__.c, Sample.number.label("sample_number"), Ripple.cause, DOER.name.label("doer"))
        .join(Ripple, Ripple.id == RippleTask.ripple_id)
        .join(Sample, Sample.id == Ripple.sample_id)
        .outerjoin(DOER, DOER.id == RippleTask.done_by_id)
        .where(RippleTask.ripple_id.in_(chosen))
    )
    return scope(statement, RippleTask, actor)


def _listed(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(Ripple).join(Sample, Sample.id == Ripple.sample_id)
    return scope(statement, Ripple, actor).where(*_conditions(filters))


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.open is not None:
        found.append(WAITS if filters.open else ~WAITS)
    if filters.cause is not None:
        found.append(Ripple.cause == filters.cause)
    if filters.kind is not None:
        found.append(sa.exists().where(RippleTask.ripple_id == Ripple.id, RippleTask.kind == filters.kind))
    if filters.word:
        found.append(sa.or_(*(column.contains(filters.word, autoescape=True) for column in (Sample.number, Sample.product_name))))
    return found


def counts(actor: Actor) -> Mapping[bool, int]:
    """Lists with open tasks, and lists without."""
    statement = scope(sa.select(WAITS.label("waits"), sa.func.count()).group_by(sa.text("waits")), Ripple, actor)
    return {bool(waits): number for waits, number in session().execute(statement)}


def progress(ripple_ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """Open tasks and all tasks of these lists, which the caller has listed in scope."""
    waiting = sa.func.sum(sa.case((RippleTask.state == RippleTaskState.OPEN, 1), else_=0))
    statement = sa.select(RippleTask.ripple_id, waiting, sa.func.count()).where(RippleTask.ripple_id.in_(ripple_ids))
    return {ripple_id: (int(left), total) for ripple_id, left, total in session().execute(statement.group_by(RippleTask.ripple_id))}


def ripple(actor: Actor, ripple_id: int) -> Ripple | None:
    """One list with its sample, as the database has it now."""
    if ripple_id > LARGEST_ID:
        return None
    statement = sa.select(Ripple).where(Ripple.id == ripple_id).options(joinedload(Ripple.sample))
    return session().scalars(scope(statement, Ripple, actor).execution_options(populate_existing=True)).first()


def tasks(actor: Actor, ripple_id: int) -> Sequence[Any]:
    """The tasks of one list that the actor may see, the open ones first, each with who did it."""
    statement = (
        sa.select(*RippleTask.__table__.c, DOER.name.label("doer"))
        .join(DOER, DOER.id == RippleTask.done_by_id, isouter=True)
        .where(RippleTask.ripple_id == ripple_id)
        .order_by(RippleTask.state != RippleTaskState.OPEN, RippleTask.id)
    )
    return session().execute(scope(statement, RippleTask, actor)).all()


def task(actor: Actor, task_id: int) -> RippleTask | None:
    """One task with its list and sample, as the database has it now."""
    found = _tasks(actor, [task_id]) if task_id <= LARGEST_ID else []
    return found[0] if found else None


def several(actor: Actor, ids: Sequence[int]) -> list[RippleTask]:
    """These tasks in the actor's scope, in the order asked for."""
    found = {one.id: one for one in _tasks(actor, ids[:MOST])}
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def _tasks(actor: Actor, ids: Sequence[int]) -> list[RippleTask]:
    statement = (
        sa.select(RippleTask)
        .where(RippleTask.id.in_(ids))
        .options(joinedload(RippleTask.ripple).joinedload(Ripple.sample))
        .execution_options(populate_existing=True)
    )
    return list(session().scalars(scope(statement, RippleTask, actor)))


def waiting(actor: Actor) -> sa.Select[Any]:
    """Ids of the lists with open tasks, of the actor's own organisation and those below it: the rows that the page of lists shows."""
    return scope(sa.select(Ripple.id).where(WAITS), Ripple, actor)


def of_sample(actor: Actor, sample_id: int) -> Sequence[Any]:
    """The lists of a sample that the reader may see, newest first."""
    statement = sa.select(*Ripple.__table__.c).where(Ripple.sample_id == sample_id).order_by(Ripple.id.desc())
    return session().execute(scope(statement, Ripple, actor)).all()


def about(actor: Actor, kind: str, subject_id: int) -> Sequence[Any]:
    """Tasks about one record (a case, an enterprise), the open ones first."""
    statement = (
        sa.select(*RippleTask.__table__.c, Ripple.cause, Ripple.created_at, Sample.number.label("sample_number"))
        .join(Ripple, Ripple.id == RippleTask.ripple_id)
        .join(Sample, Sample.id == Ripple.sample_id)
        .where(RippleTask.subject_kind == kind, RippleTask.subject_id == subject_id)
        .order_by(RippleTask.state != RippleTaskState.OPEN, RippleTask.id.desc())
    )
    return session().execute(scope(statement, RippleTask, actor)).all()


def person_name(user_id: int | None) -> str | None:
    return session().scalar(sa.select(User.name).where(User.id == user_id)) if user_id is not None else None


def organisation_name(org_id: int) -> str:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) or ""
