"""余量: how many batches of a plan are still free for a new task, by the quotas in force."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from app.assignments.models import SamplingAssignment
from app.db import session
from app.domain.assignments import Ceiling, Extent, Trees, months_of, tightest
from app.domain.quotas import Cell
from app.domain.workflow import AssignmentState, SampleState
from app.plans.models import PlanQuota, SamplingPlan
from app.reference_data.books import category_book, region_book
from app.sampling.models import Sample

COUNTED = (SampleState.REGISTERED, SampleState.REPORTED, SampleState.RETURNED)  # sheets that are batches
HELD = (AssignmentState.ASSIGNED, AssignmentState.ACCEPTED, AssignmentState.DECLINED)  # their batches are given out


def trees() -> Trees:
    """Ids from a category or a region up; an id that the books do not know has nothing above it."""
    categories, regions = category_book(), region_book()

    def above(category_id: int) -> Collection[int]:
        line: set[int] = set()
        at: int | None = category_id
        while at is not None and at in categories:
            line.add(at)
            at = categories.by_id(at).parent_id
        return line or {category_id}

    return Trees(above, lambda region_id: regions.up(region_id) if region_id in regions else (region_id,))


def quotas_in_force(plan: SamplingPlan) -> list[tuple[Cell, int]]:
    """The quotas as issued: while an issued plan is being changed, tasks go on reading those of that moment."""
    if plan.issued_at is None:
        return []
    rows = session().execute(
        sa.select(PlanQuota.category_id, PlanQuota.region_id, PlanQuota.link, PlanQuota.month, PlanQuota.area_type, PlanQuota.batches)
        .where(
            PlanQuota.plan_id == plan.id,
            PlanQuota.recorded_at <= plan.issued_at,
            sa.or_(PlanQuota.superseded_at.is_(None), PlanQuota.superseded_at > plan.issued_at),
        )
    )
    return [(Cell(row.category_id, row.region_id, row.link, row.month, row.area_type), row.batches) for row in rows]


def taken(plan_id: int, except_id: int | None = None) -> list[tuple[Extent, int]]:
    """What is no longer free: open tasks whole, ended ones by what they sampled, and sheets that belong to no task."""
    return [*_of_tasks(plan_id, except_id), *_of_sheets(plan_id)]


def _of_tasks(plan_id: int, except_id: int | None) -> list[tuple[Extent, int]]:
    task = SamplingAssignment
    done = (
        sa.select(Sample.assignment_id, sa.func.count().label("done"))
        .where(Sample.plan_id == plan_id, Sample.state.in_(COUNTED), Sample.assignment_id.is_not(None))
        .group_by(Sample.assignment_id)
        .subquery()
    )
    statement = (
        sa.select(
            task.category_id, task.region_id, task.link, task.from_on, task.to_on, task.batches, task.state,
            sa.func.coalesce(done.c.done, 0).label("done"),
        )
        .outerjoin(done, done.c.assignment_id == task.id)
        .where(task.plan_id == plan_id)
    )
    if except_id is not None:
        statement = statement.where(task.id != except_id)
    found = []
    for row in session().execute(statement):
        number = max(row.batches, row.done) if row.state in HELD else row.done
        if number:
            found.append((Extent(row.category_id, row.region_id, row.link, months_of(row.from_on, row.to_on)), number))
    return found


def _of_sheets(plan_id: int) -> list[tuple[Extent, int]]:
    month = sa.extract("month", Sample.sampled_on)
    rows = session().execute(
        sa.select(Sample.category_id, Sample.region_id, Sample.link, month, sa.func.count())
        .where(Sample.plan_id == plan_id, Sample.assignment_id.is_(None), Sample.state.in_(COUNTED))
        .group_by(Sample.category_id, Sample.region_id, Sample.link, month)
    )
    return [
        (Extent(category, region, link, frozenset({int(at)} if at is not None else ())), count)
        for category, region, link, at, count in rows
    ]


def room(plan: SamplingPlan, extent: Extent, given: list[tuple[Extent, int]] | None = None, except_id: int | None = None) -> Ceiling:
    """The tightest ceiling above a new task; ``given`` are tasks of the same command not yet written."""
    return tightest(extent, plan.total, quotas_in_force(plan), [*taken(plan.id, except_id), *(given or [])], trees())


def cell_words(cell: Cell) -> str:
    """A cell in words: 蔬菜、蓟州区、流通、11月."""
    categories, regions = category_book(), region_book()
    parts = [
        categories.by_id(cell.category_id).path if cell.category_id in categories and cell.category_id else None,
        regions.full_name(cell.region_id) if cell.region_id in regions and cell.region_id else None,
        cell.link.value if cell.link else None,
        f"{cell.month}月" if cell.month else None,
        cell.area_type.value if cell.area_type else None,
    ]
    return "、".join(part for part in parts if part) or "计划总批次"
