"""报送分类B of a sheet is the name of its plan: imported sheets are linked to the plan they were taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app.db import session
from app.domain.samples import Purpose
from app.domain.workflow import PlanState
from app.organisations.models import Organisation
from app.plans.models import SamplingPlan
from app.reference.food_files import folded
from app.sampling.sheet_draft import SheetDraft


def link_plans(drafts: Sequence[SheetDraft]) -> None:
    """Set ``plan_id`` where exactly one issued plan of the bureau, or of one above it, has the name, year, level and purpose."""
    named = [draft for draft in drafts if draft.plan_id is None and draft.report_class_b and draft.sampled_on]
    years = {draft.sampled_on.year for draft in named if draft.sampled_on}
    plans = _issued(years) if years else []
    if not plans:
        return
    paths = _paths({draft.org_id for draft in named})
    for draft in named:
        found = [plan for plan in plans if _is_of(draft, plan, paths)]
        if len(found) == 1:
            draft.plan_id = found[0].id


def _issued(years: set[int]) -> Sequence[SamplingPlan]:
    statement = sa.select(SamplingPlan).where(
        SamplingPlan.year.in_(years), SamplingPlan.issued_at.is_not(None), SamplingPlan.state != PlanState.VOIDED
    )
    return session().scalars(statement).all()


def _paths(org_ids: set[int]) -> Mapping[int, str]:
    rows = session().execute(sa.select(Organisation.id, Organisation.path).where(Organisation.id.in_(org_ids)))
    return dict(rows.tuples().all())


def _is_of(draft: SheetDraft, plan: SamplingPlan, paths: Mapping[int, str]) -> bool:
    """抽检监测 carries supervision items and is taken under the supervision plan."""
    purpose = Purpose.SUPERVISION if draft.purpose is Purpose.COMBINED else draft.purpose
    return (
        draft.sampled_on is not None
        and plan.year == draft.sampled_on.year
        and purpose is plan.purpose
        and draft.organiser_level in (None, plan.level)
        and f"/{plan.org_id}/" in paths.get(draft.org_id, "")
        and folded(draft.report_class_b or "") in (folded(plan.name), folded(f"{plan.year}年{plan.name}"))
    )
