"""Which items a sample is to be tested for (拟检项目): the plan's set, else our limits, else the last report of such food."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import sqlalchemy as sa

from app import clock
from app.db import session
from app.domain.entry_rules import MOST_ROWS, Proposed
from app.domain.limits import Limit, Op
from app.plans.models import SamplingPlan
from app.plans.queries import item_set
from app.reference_data.books import category_book, item_book, limit_book, region_book
from app.reference_data.standing import items_offered
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample

FROM_PLAN, FROM_LIMITS, FROM_LAST, NOWHERE = "抽检计划的检验项目组", "限量库", "上一份同类食品的报告", ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The items, and where they come from in words."""

    items: Sequence[Proposed] = ()
    source: str = NOWHERE
    detail: str = ""

    @property
    def required(self) -> frozenset[str]:
        return frozenset(one.item for one in self.items if one.required)


def proposal(sample: Sample) -> Proposal:
    """What is proposed for a sample that the caller has fetched in scope."""
    return _of_plan(sample) or _of_limits(sample) or _of_last(sample) or Proposal()


def of_plan(sample: Sample) -> Proposal:
    """Only what a plan demands: a correction is held to it, and to nothing that was merely proposed."""
    return _of_plan(sample) or Proposal()


def _of_plan(sample: Sample) -> Proposal | None:
    plan = session().get(SamplingPlan, sample.plan_id) if sample.plan_id else None
    found = item_set(plan, sample.category_id) if plan is not None else None
    if plan is None or found is None:
        return None
    items = [
        Proposed(
            row.item, row.required, row.unit or "", row.method or "", row.basis or "", row.min_text or "", row.max_text or "",
            row.item_kind,
        )
        for row in found.items[:MOST_ROWS]
    ]  # fmt: skip
    return Proposal(items, FROM_PLAN, f"{plan.title}，{category_book().by_id(found.category_id).path}")


def _of_limits(sample: Sample) -> Proposal | None:
    if sample.category_id is None:
        return None
    path, regions = category_book().by_id(sample.category_id).path, tuple(region_book().codes_up(sample.region_id))
    day, book = sample.made_on or sample.sampled_on or clock.today(), limit_book()
    found = ((name, book.in_force(name, path, regions, day)) for name in items_offered())
    known = item_book()
    items = [
        replace(_limited(name, limit), method=known.resolve(name).method or "")
        for name, limit in found
        if limit is not None and limit.category
    ]
    return Proposal(items[:MOST_ROWS], FROM_LIMITS, path) if items else None


def _limited(item: str, limit: Limit) -> Proposed:
    """A limit that is no pair of numbers (采样方案, 不得检出) is written out in the cell of the maximum."""
    plain = limit.op in (Op.AT_MOST, Op.AT_LEAST, Op.RANGE)
    low = _number(limit.minimum) if plain and limit.op is not Op.AT_MOST else ""
    high = _number(limit.maximum) if plain and limit.op is not Op.AT_LEAST else ""
    return Proposed(item, unit=limit.unit, basis=limit.standard, min_limit=low, max_limit=high if plain else limit.words())


def _number(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else ""


def _of_last(sample: Sample) -> Proposal | None:
    """The newest report in force of the same food at the same laboratory."""
    if sample.category_id is None or sample.laboratory_org_id is None:
        return None
    report = session().execute(
        sa.select(ResultReport.id, ResultReport.report_no)
        .join(Sample, Sample.id == ResultReport.sample_id)
        .where(
            Sample.category_id == sample.category_id, Sample.laboratory_org_id == sample.laboratory_org_id, Sample.id != sample.id,
            ResultReport.superseded_at.is_(None),
        )
        .order_by(ResultReport.id.desc())
        .limit(1)
    ).first()  # fmt: skip
    if report is None:
        return None
    rows = session().scalars(sa.select(ResultRow).where(ResultRow.report_id == report.id).order_by(ResultRow.ordinal)).all()
    items = [
        Proposed(
            row.item, False, row.unit or row.limit_unit or "", row.method or "", row.basis or "", row.min_written or "",
            row.max_written or "", row.kind,
        )
        for row in rows[:MOST_ROWS]
    ]  # fmt: skip
    return Proposal(items, FROM_LAST, f"报告 {report.report_no}")
