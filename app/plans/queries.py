"""Reading plans: the list, one plan, and the quotas that are in force."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.quotas import Cell
from app.domain.workflow import PlanState
from app.plans.models import PlanQuota, SamplingPlan
from app.scope import scope

IN_FORCE = (PlanState.ISSUED, PlanState.AMENDING, PlanState.SUBMITTED, PlanState.APPROVED)  # the last three once issued


def plan(actor: Actor, plan_id: int) -> SamplingPlan | None:
    """One plan in the reader's scope."""
    statement = sa.select(SamplingPlan).where(SamplingPlan.id == plan_id)
    return session().scalars(scope(statement, SamplingPlan, actor).execution_options(populate_existing=True)).first()


def plans(actor: Actor, year: int) -> Sequence[SamplingPlan]:
    """The year's plans that the reader may see, by organisation and name."""
    statement = sa.select(SamplingPlan).where(SamplingPlan.year == year, SamplingPlan.state != PlanState.VOIDED)
    ordered = scope(statement, SamplingPlan, actor).order_by(SamplingPlan.org_id, SamplingPlan.level, SamplingPlan.name, SamplingPlan.id)
    return session().scalars(ordered).all()


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
