"""Which sheets count towards a plan: the one place that says so for progress, tasks, gaps and numbers left."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.plans.models import SamplingPlan
from app.reference_data.books import region_book
from app.reference_data.models import Region, RegionLevel
from app.reference_data.region_names import RegionBook
from app.sampling.models import Sample

Clause = sa.ColumnElement[bool]


def belongs_to(plan: SamplingPlan, regions: RegionBook | None = None) -> Clause:
    """计入计划: sheets registered under the plan or under one that decomposes it; and, for a general plan, sheets without
    a plan of the same level, purpose and year whose place lies in the plan's area.

    Every state is included; what counts as sampled or completed is ``domain.progress.MEASURES``. Whoever asks for many plans
    passes the book of regions.
    """
    named = Sample.plan_id.in_(_with_its_parts(plan.id))
    return named if plan.special else sa.or_(named, _unnamed(plan, regions or region_book()))


def _with_its_parts(plan_id: int) -> sa.Select[tuple[int]]:
    """The plan and, down the tree, the plans that decompose it."""
    parts = sa.select(SamplingPlan.id).where(SamplingPlan.id == plan_id).cte(f"parts_of_{plan_id}", recursive=True)
    below = sa.select(SamplingPlan.id).join(parts, SamplingPlan.parent_id == parts.c.id)
    return sa.select(parts.union(below).c.id)


def _unnamed(plan: SamplingPlan, regions: RegionBook) -> Clause:
    first, last = date(plan.year, 1, 1), date(plan.year, 12, 31)
    return sa.and_(
        Sample.plan_id.is_(None),
        Sample.organiser_level == plan.level,
        Sample.purpose == plan.purpose,
        Sample.sampled_on.between(first, last),
        _inside(plan.region_id, regions),
    )


def _inside(region_id: int, regions: RegionBook) -> Clause:
    """The nation holds everything, also sheets whose place nobody could read."""
    if regions.level(region_id) is RegionLevel.COUNTRY:
        return sa.true()
    return Sample.region_id.in_(sa.select(Region.id).where(Region.path.contains(f"/{region_id}/", autoescape=True)))
