"""Reading plans: the list, one plan, and the quotas that are in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.quotas import PLAN, Cell
from app.domain.samples import Level
from app.domain.workflow import PlanState
from app.organisations.models import Organisation
from app.planning.models import SamplingTask
from app.plans.models import PlanItemSet, PlanQuota, SamplingPlan
from app.reference_data.books import category_book
from app.results.models import ImportBatch
from app.scope import below, scope

IN_FORCE = (PlanState.ISSUED, PlanState.AMENDING, PlanState.SUBMITTED, PlanState.APPROVED)  # the last three once issued

QUOTA_IMPORT, ITEM_IMPORT = "plan_quotas", "plan_items"
IMPORTS = (QUOTA_IMPORT, ITEM_IMPORT)  # kinds of import batches


def plan(actor: Actor, plan_id: int) -> SamplingPlan | None:
    """One plan in the reader's scope."""
    statement = sa.select(SamplingPlan).where(SamplingPlan.id == plan_id)
    return session().scalars(scope(statement, SamplingPlan, actor).execution_options(populate_existing=True)).first()


def plans(actor: Actor, year: int) -> Sequence[SamplingPlan]:
    """The year's plans that the reader may see, by organisation and name."""
    statement = sa.select(SamplingPlan).where(SamplingPlan.year == year, SamplingPlan.state != PlanState.VOIDED)
    ordered = scope(statement, SamplingPlan, actor).order_by(SamplingPlan.org_id, SamplingPlan.level, SamplingPlan.name, SamplingPlan.id)
    return session().scalars(ordered).all()


def to_approve(actor: Actor) -> sa.Select[tuple[int]]:
    """Plans of any year that wait for this person's approval: what somebody else submitted in an office of his reach."""
    others = sa.or_(SamplingPlan.submitted_by_id.is_(None), SamplingPlan.submitted_by_id != actor.user_id)
    waiting = sa.select(SamplingPlan.id).where(SamplingPlan.state == PlanState.SUBMITTED, others, below(actor, SamplingPlan.org_id))
    return scope(waiting, SamplingPlan, actor)


def plans_to_approve(actor: Actor) -> Sequence[SamplingPlan]:
    """The same as a list, the longest waiting first."""
    chosen = sa.select(SamplingPlan).where(SamplingPlan.id.in_(to_approve(actor)))
    return session().scalars(chosen.order_by(SamplingPlan.submitted_at, SamplingPlan.id)).all()


def plans_in_force(actor: Actor, year: int) -> list[SamplingPlan]:
    """Plans that have been issued and not closed; one that is being changed is in force as it was issued."""
    return [found for found in plans(actor, year) if found.issued_at is not None and found.state in IN_FORCE]


def quotas_written(plan_id: int) -> Sequence[PlanQuota]:
    """The quotas as they are written now, whether issued or not (what the editor shows)."""
    return session().scalars(
        sa.select(PlanQuota).where(PlanQuota.plan_id == plan_id, PlanQuota.superseded_at.is_(None)).order_by(PlanQuota.id)
    ).all()


def quotas_in_force(found: SamplingPlan) -> Sequence[PlanQuota]:
    """The quotas of the edition that was issued last (what figures, tasks and gaps read)."""
    if found.issued_at is None:
        return ()
    return session().scalars(
        sa.select(PlanQuota)
        .where(
            PlanQuota.plan_id == found.id,
            PlanQuota.recorded_at <= found.issued_at,
            sa.or_(PlanQuota.superseded_at.is_(None), PlanQuota.superseded_at > found.issued_at),
        )
        .order_by(PlanQuota.id)
    ).all()


def cell_of(quota: PlanQuota) -> Cell:
    """The coordinates of a quota."""
    return Cell(quota.category_id, quota.region_id, quota.link, quota.month, quota.area_type)


def quotas_by_cell(plan_id: int) -> dict[Cell, int]:
    """The numbers as they are written now, by their cells; the plan's total is among them."""
    return {cell_of(row): row.batches for row in quotas_written(plan_id)}


def quotas_at(plan_id: int, moment: datetime) -> dict[Cell, PlanQuota]:
    """The rows that stood at the moment, by their cells."""
    rows = session().scalars(
        sa.select(PlanQuota)
        .where(
            PlanQuota.plan_id == plan_id, PlanQuota.recorded_at <= moment,
            sa.or_(PlanQuota.superseded_at.is_(None), PlanQuota.superseded_at > moment),
        )
        .order_by(PlanQuota.id)
    )  # fmt: skip
    return {cell_of(row): row for row in rows}


def quotas_ended(plan_id: int, first: datetime, last: datetime) -> dict[Cell, PlanQuota]:
    """Rows that ended between the moments, the latest of every cell."""
    rows = session().scalars(
        sa.select(PlanQuota)
        .where(PlanQuota.plan_id == plan_id, PlanQuota.superseded_at > first, PlanQuota.superseded_at <= last)
        .order_by(PlanQuota.superseded_at, PlanQuota.id)
    )
    return {cell_of(row): row for row in rows}


def total_in_force(found: SamplingPlan) -> int:
    """计划总批次 of the edition issued last; 0 before the first."""
    if found.issued_at is None:
        return 0
    row = quotas_at(found.id, found.issued_at).get(PLAN)
    return row.batches if row is not None else found.total


def general_plans_in_force(found: SamplingPlan) -> Sequence[SamplingPlan]:
    """Other issued plans of the same organisation, year, level and purpose that are no 专项."""
    return session().scalars(
        sa.select(SamplingPlan).where(
            SamplingPlan.org_id == found.org_id, SamplingPlan.year == found.year, SamplingPlan.level == found.level,
            SamplingPlan.purpose == found.purpose, SamplingPlan.special.is_(False), SamplingPlan.id != found.id,
            SamplingPlan.issued_at.is_not(None), SamplingPlan.state.in_(IN_FORCE),
        )
    ).all()  # fmt: skip


def issued_with_task(found: SamplingPlan) -> Sequence[SamplingPlan]:
    """The issued plans whose totals make up the same 年度任务数, those that have ended included."""
    return session().scalars(
        sa.select(SamplingPlan).where(
            SamplingPlan.org_id == found.org_id, SamplingPlan.year == found.year, SamplingPlan.level == found.level,
            SamplingPlan.purpose == found.purpose, SamplingPlan.region_id == found.region_id,
            SamplingPlan.issued_at.is_not(None), SamplingPlan.state != PlanState.VOIDED,
        )
    ).all()  # fmt: skip


def task_of(found: SamplingPlan) -> SamplingTask | None:
    """年度任务数 of the plan's organisation, area, year, level and purpose."""
    return session().scalars(
        sa.select(SamplingTask).where(
            SamplingTask.org_id == found.org_id, SamplingTask.region_id == found.region_id, SamplingTask.year == found.year,
            SamplingTask.level == found.level, SamplingTask.purpose == found.purpose, SamplingTask.superseded_at.is_(None),
        )
    ).first()  # fmt: skip


def parents_for(actor: Actor, year: int) -> Sequence[SamplingPlan]:
    """Plans that another may decompose: those of the year that the reader knows of and that are issued."""
    return [found for found in plans(actor, year) if found.issued_at is not None and found.state is not PlanState.CLOSED]


def decomposed_by(actor: Actor, plan_id: int) -> Sequence[SamplingPlan]:
    """The plans that decompose this one."""
    statement = sa.select(SamplingPlan).where(SamplingPlan.parent_id == plan_id, SamplingPlan.state != PlanState.VOIDED)
    return session().scalars(scope(statement, SamplingPlan, actor).order_by(SamplingPlan.org_id, SamplingPlan.id)).all()


@dataclass(frozen=True, slots=True)
class Given:
    """What the plan above gives to the area of a plan that decomposes it."""

    title: str
    batches: int


def given_by_parent(found: SamplingPlan) -> Given | None:
    """Nothing where the plan above is of another level or purpose: a county's own plan owes it nothing."""
    above = session().get(SamplingPlan, found.parent_id) if found.parent_id is not None else None
    if above is None or above.issued_at is None or (above.level, above.purpose) != (found.level, found.purpose):
        return None
    rows = quotas_at(above.id, above.issued_at)
    row = rows.get(Cell(region_id=found.region_id)) or rows.get(PLAN)
    return Given(above.title, row.batches if row is not None else above.total)


def siblings_in_force(found: SamplingPlan) -> Sequence[SamplingPlan]:
    """Other issued plans that decompose the same plan in the same area."""
    return session().scalars(
        sa.select(SamplingPlan).where(
            SamplingPlan.parent_id == found.parent_id, SamplingPlan.region_id == found.region_id, SamplingPlan.id != found.id,
            SamplingPlan.level == found.level, SamplingPlan.purpose == found.purpose, SamplingPlan.issued_at.is_not(None),
            SamplingPlan.state != PlanState.VOIDED,
        )
    ).all()  # fmt: skip


def people(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of users."""
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    return dict(session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted))).tuples().all())


def organisation_names(ids: Iterable[int]) -> dict[int, str]:
    rows = session().execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(set(ids))))
    return dict(rows.tuples().all())


def item_set(found: SamplingPlan, category_id: int | None) -> PlanItemSet | None:
    """检验项目组 that holds for a food in the plan: its own, else that of the nearest category above it.

    Of an issued plan it is the set as issued; of a draft the set as written.
    """
    book = category_book()
    line: list[int] = []
    above = category_id
    while above is not None and above in book:
        line.append(above)
        above = book.by_id(above).parent_id
    sets = {one.category_id: one for one in _sets(found.id, line, found.issued_at)}
    return next((sets[number] for number in line if number in sets and sets[number].items), None)


def _sets(plan_id: int, category_ids: Sequence[int], moment: datetime | None = None) -> Sequence[PlanItemSet]:
    """The sets as written, or as they stood at the moment."""
    standing: sa.ColumnElement[bool] = PlanItemSet.superseded_at.is_(None)
    if moment is not None:
        standing = sa.and_(PlanItemSet.recorded_at <= moment, sa.or_(standing, PlanItemSet.superseded_at > moment))
    return session().scalars(
        sa.select(PlanItemSet)
        .where(PlanItemSet.plan_id == plan_id, PlanItemSet.category_id.in_(category_ids), standing)
        .options(selectinload(PlanItemSet.items))
    ).all()


def item_sets(plan_id: int) -> Sequence[PlanItemSet]:
    """Every set of the plan as it is written now, by category; emptied ones are left out."""
    rows = session().scalars(
        sa.select(PlanItemSet)
        .where(PlanItemSet.plan_id == plan_id, PlanItemSet.superseded_at.is_(None))
        .options(selectinload(PlanItemSet.items))
        .order_by(PlanItemSet.category_id)
    )
    return [one for one in rows if one.items]


def written_set(plan_id: int, category_id: int) -> PlanItemSet | None:
    """The set of exactly this category as it is written now."""
    return next(iter(_sets(plan_id, [category_id])), None)


def set_versions(plan_id: int, category_id: int) -> Sequence[PlanItemSet]:
    """Every version of a category's set, newest first."""
    return session().scalars(
        sa.select(PlanItemSet)
        .where(PlanItemSet.plan_id == plan_id, PlanItemSet.category_id == category_id)
        .options(selectinload(PlanItemSet.items))
        .order_by(PlanItemSet.id.desc())
    ).all()


def import_batch(actor: Actor, batch_id: int) -> ImportBatch | None:
    """One import of quotas or item sets."""
    statement = scope(sa.select(ImportBatch), ImportBatch, actor).where(ImportBatch.kind.in_(IMPORTS), ImportBatch.id == batch_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def plan_of_batch(batch: ImportBatch) -> SamplingPlan:
    """The plan an import is for."""
    found = session().get(SamplingPlan, int(batch.layout.partition(":")[2]))
    assert found is not None
    return found


def quota_count(plan_id: int) -> int:
    """How many cells have a number, the total apart."""
    statement = sa.select(sa.func.count()).where(
        PlanQuota.plan_id == plan_id, PlanQuota.superseded_at.is_(None), PlanQuota.cell != PLAN.key
    )
    return session().scalar(statement) or 0


def level_of(org_id: int) -> Level | None:
    return session().scalar(sa.select(Organisation.level).where(Organisation.id == org_id))
