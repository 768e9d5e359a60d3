"""计划月份 of an area: what the plans in force lay out month by month, for the balance among the indicators."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from app.assignments.rooms import trees
from app.domain.fact_filters import Condition, Field
from app.domain.progress import Elapsed, monthly_plan
from app.domain.quota_axes import by_month
from app.domain.quotas import Cell
from app.indicators.frames import Frame
from app.plans import queries as plans
from app.plans.models import SamplingPlan
from app.progress.queries import cells_in_force


def planned_months(frame: Frame, conditions: Iterable[Condition], elapsed: Elapsed) -> dict[int, Fraction]:
    """Batches of each month of the general plans of exactly this area; empty where none of them is divided by month.

    A filter on level or purpose chooses the plans too. A moment in the past knows the plans issued by then.
    """
    found = [plan for plan in plans.plans_in_force(frame.actor, frame.period.year) if _counts(plan, frame, tuple(conditions))]
    forest = trees() if found else None
    months: dict[int, Fraction] = {}
    divided = False
    for plan_id, cells in cells_in_force(found).items():
        assert forest is not None
        total = next((n for cell, n in cells if cell == Cell()), next(one.total for one in found if one.id == plan_id))
        own = by_month(cells, forest)
        divided = divided or bool(own)
        for month, batches in monthly_plan(total, own, elapsed).items():
            months[month] = months.get(month, Fraction()) + batches
    return months if divided else {}


def _counts(plan: SamplingPlan, frame: Frame, conditions: tuple[Condition, ...]) -> bool:
    if plan.special or plan.region_id != frame.area.id or plan.issued_at is None:
        return False
    if frame.as_of is not None and plan.issued_at > frame.as_of:
        return False
    words = {Field.LEVEL: plan.level.value, Field.PURPOSE: plan.purpose.value}
    return all(words[one.field] in one.values for one in conditions if one.field in words)
