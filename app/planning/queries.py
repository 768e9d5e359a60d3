"""抽检任务 with what has been done of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.indicators import Condition, Field, Figure, Part, Period, Selection, selection
from app.domain.plans import TASK_COMPLETION, completion, remaining
from app.indicators.counts import count
from app.indicators.figures import Asked
from app.indicators.frames import Area, Frame, area, moment
from app.organisations.models import Organisation
from app.planning.models import SamplingTask
from app.reference_data.books import region_book
from app.scope import scope


@dataclass(frozen=True, slots=True)
class Progress:
    """A task beside its completed batches."""

    task: SamplingTask
    org_name: str
    area: Area
    figure: Figure

    @property
    def done(self) -> int:
        return self.figure.numerator or 0

    @property
    def remaining(self) -> int:
        return remaining(self.task.batches, self.done)


def asked(task: SamplingTask) -> Asked:
    """What counts towards the task: completed batches of its organiser level and purpose."""
    conditions = (Condition(Field.LEVEL, (task.level.value,)), Condition(Field.PURPOSE, (task.purpose.value,)))
    return Asked(TASK_COMPLETION, conditions)


def tasks(actor: Actor, year: int) -> list[Progress]:
    """The year's tasks in force, by area, with their completion; each area is counted once."""
    statement = (
        sa.select(SamplingTask, Organisation.name)
        .join(Organisation, Organisation.id == SamplingTask.org_id)
        .where(SamplingTask.year == year, SamplingTask.superseded_at.is_(None))
        .order_by(SamplingTask.region_id, SamplingTask.level, SamplingTask.purpose, SamplingTask.id)
    )
    found = session().execute(scope(statement, SamplingTask, actor)).all()
    areas = {task.region_id: _area(task.region_id) for task, _ in found}
    done = {
        region_id: count(
            Frame(actor, one, Period(year)), [_counted(task) for task, _ in found if task.region_id == region_id]
        )
        for region_id, one in areas.items()
    }
    return [
        Progress(task, name, areas[task.region_id], completion(task.batches, done[task.region_id][_counted(task)]))
        for task, name in found
    ]


def _counted(task: SamplingTask) -> Selection:
    return selection(Part.COMPLETED, asked(task).conditions)


def _area(region_id: int) -> Area:
    return area(region_book(), region_id)


def frame(actor: Actor, task: SamplingTask) -> Frame:
    return Frame(actor, _area(task.region_id), Period(task.year))


def task(actor: Actor, task_id: int) -> SamplingTask | None:
    """One task in the reader's scope, superseded or not."""
    statement = sa.select(SamplingTask).where(SamplingTask.id == task_id)
    return session().scalars(scope(statement, SamplingTask, actor)).first()


def versions(actor: Actor, found: SamplingTask) -> Sequence[SamplingTask]:
    """Every number the task has had, newest first."""
    statement = sa.select(SamplingTask).where(
        SamplingTask.org_id == found.org_id,
        SamplingTask.region_id == found.region_id,
        SamplingTask.year == found.year,
        SamplingTask.level == found.level,
        SamplingTask.purpose == found.purpose,
    )
    newest = scope(statement, SamplingTask, actor).order_by(SamplingTask.recorded_at.desc(), SamplingTask.id.desc())
    return session().scalars(newest).all()


def areas(actor: Actor) -> list[Area]:
    """Where the actor may set tasks: the own area with everything in it, or anywhere for an organisation without one."""
    book = region_book()
    own = session().scalar(sa.select(Organisation.region_id).where(Organisation.id == actor.org_id))
    top = own if own is not None else book.id("100000")
    inside = sorted(book.below(top), key=book.code) if top is not None else []
    return [area(book, one) for one in inside]


def tasks_of(actor: Actor, region_id: int, year: int, as_of: datetime | None = None) -> dict[tuple[str, str], int]:
    """Batches asked of exactly this area by level and purpose, as known at the moment; several organisations' tasks add up."""
    where = [SamplingTask.region_id == region_id, SamplingTask.year == year, *moment(SamplingTask, as_of)]
    found: dict[tuple[str, str], int] = {}
    for task in session().scalars(scope(sa.select(SamplingTask).where(*where), SamplingTask, actor)):
        key = task.level.value, task.purpose.value
        found[key] = found.get(key, 0) + task.batches
    return found
