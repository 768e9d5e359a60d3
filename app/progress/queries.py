"""Counts of a plan's sheets: whole, by one axis, and the very records behind each number, all within the reader's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.fact_filters import UNCLASSIFIED
from app.domain.progress import MEASURES, Axis, Measure, Tally
from app.domain.quotas import Cell
from app.organisations.models import Organisation
from app.plans import queries as plans
from app.plans.models import PlanQuota, SamplingPlan
from app.progress.attribution import Clause, belongs_to
from app.progress.groups import NAMED, Groups, NamedGroups, groups, named_key
from app.reference_data.books import region_book
from app.reference_data.region_names import RegionBook
from app.sampling.models import BatchFact, Sample
from app.scope import visible

IN_FORCE = sa.and_(BatchFact.sample_id == Sample.id, BatchFact.superseded_at.is_(None), BatchFact.voided.is_(False))
TOGETHER = 100  # plans counted by one statement; SQLite joins no more than 500


def counted(measure: Measure) -> Clause:
    """Whether a sheet, joined to its fact in force, is counted by the measure."""
    defined = MEASURES[measure]
    states = Sample.state.in_(sorted(defined.states))
    return sa.and_(states, BatchFact.id.is_not(None)) if defined.reported else states


def _sums() -> list[Any]:
    return [sa.func.coalesce(sa.func.sum(sa.case((counted(one), 1), else_=0)), 0).label(one.value) for one in Measure]


def sheets(
    actor: Actor, plan: SamplingPlan, columns: Sequence[Any], *where: Clause, regions: RegionBook | None = None
) -> sa.Select[Any]:
    """Columns of the plan's sheets that the reader may see, each beside its fact in force if it has one."""
    statement = sa.select(*columns).select_from(Sample).outerjoin(BatchFact, IN_FORCE)
    return statement.where(visible(Sample, actor), belongs_to(plan, regions), *where)


# ---------------------------------------------------------------- counts

def tallies(actor: Actor, found: Sequence[SamplingPlan]) -> dict[int, Tally]:
    """The whole of each plan, in one statement for many of them."""
    counts: dict[int, Tally] = {}
    regions = region_book()
    for start in range(0, len(found), TOGETHER):
        part = found[start : start + TOGETHER]
        each = [sheets(actor, one, [sa.literal(one.id), *_sums()], regions=regions) for one in part]
        counts |= {number: Tally(*map(int, sums)) for number, *sums in session().execute(sa.union_all(*each))}
    return counts


def tally(actor: Actor, plan: SamplingPlan) -> Tally:
    """The whole of one plan."""
    return tallies(actor, [plan])[plan.id]


def by_group(actor: Actor, plan: SamplingPlan, parts: Groups) -> dict[str, Tally]:
    """Every part that has sheets; what fits none is under 未分类."""
    columns = list(parts.columns)
    statement = sheets(actor, plan, [*columns, *_sums()], parts.base()).group_by(*columns)
    found: dict[str, Tally] = {}
    for row in session().execute(statement):
        key = parts.key(row[: len(columns)])
        found[key] = found.get(key, Tally()) + Tally(*map(int, row[len(columns) :]))
    return found


def parts_of(actor: Actor, plan: SamplingPlan, axis: Axis, node: str | None = None) -> Groups:
    """The parts of an axis; people and laboratories are those whom the plan's sheets name."""
    return named_groups(actor, plan, axis) if axis in NAMED else groups(plan, axis, node)


def named_groups(actor: Actor, plan: SamplingPlan, axis: Axis) -> NamedGroups:
    """抽样人员 or 承检机构 of the plan's sheets."""
    columns = list(NAMED[axis])
    raw: dict[str, list[Sequence[Any]]] = {}
    for row in session().execute(sheets(actor, plan, columns).distinct()):
        raw.setdefault(named_key(axis, row) or UNCLASSIFIED, []).append(tuple(row))
    names = _laboratory_names(raw) if axis is Axis.LABORATORY else {}
    labels = {key: names.get(key, key) for key in sorted(raw, key=lambda key: names.get(key, key)) if key != UNCLASSIFIED}
    return NamedGroups(axis, columns, labels, raw)


def _laboratory_names(raw: Mapping[str, Sequence[Sequence[Any]]]) -> dict[str, str]:
    ids = {spelling[0] for spellings in raw.values() for spelling in spellings if spelling[0] is not None}
    found = session().execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(ids))))
    return {f"id{number}": name for number, name in found}


def counts(actor: Actor, plan: SamplingPlan, axis: Axis, node: str | None = None) -> dict[str, Tally]:
    """Counts of a plan by one axis: what other packages ask."""
    return by_group(actor, plan, parts_of(actor, plan, axis, node))


# ---------------------------------------------------------------- quotas

def cells_in_force(found: Iterable[SamplingPlan]) -> dict[int, list[tuple[Cell, int]]]:
    """计划批次 as issued, of several plans at once; of a plan never issued, as written."""
    ids = [one.id for one in found]
    cells: dict[int, list[tuple[Cell, int]]] = {number: [] for number in ids}
    issued = sa.and_(
        PlanQuota.recorded_at <= SamplingPlan.issued_at,
        sa.or_(PlanQuota.superseded_at.is_(None), PlanQuota.superseded_at > SamplingPlan.issued_at),
    )
    draft = sa.and_(SamplingPlan.issued_at.is_(None), PlanQuota.superseded_at.is_(None))
    statement = sa.select(PlanQuota).join(SamplingPlan, SamplingPlan.id == PlanQuota.plan_id)
    for quota in session().scalars(statement.where(PlanQuota.plan_id.in_(ids), sa.or_(issued, draft))):
        cells[quota.plan_id].append((plans.cell_of(quota), quota.batches))
    return cells


# ---------------------------------------------------------------- records

RECORDS: Mapping[str, Any] = {
    "id": Sample.id,
    "number": Sample.number,
    "product_name": Sample.product_name,
    "sampled_name": Sample.sampled_name,
    "state": Sample.state,
    "sampled_on": Sample.sampled_on,
    "reported_on": BatchFact.reported_on,
    "supervision": BatchFact.supervision,
    "outcome_reason": Sample.outcome_reason,
    "samplers": Sample.samplers,
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the records behind a number, how many there are in all, and where the next one begins."""

    rows: Sequence[Any]
    count: int
    next: int | None
    first: bool


def records(
    actor: Actor, plan: SamplingPlan, measure: Measure, parts: Groups | None, key: str | None, after: int, size: int
) -> Page:
    """A page by key. The count is that of the very same conditions; ``key`` None is the whole of ``parts``."""
    where = [counted(measure)]
    if parts is not None:
        where += [parts.base(), *([parts.clause(key)] if key else [])]
    count = session().scalar(sheets(actor, plan, [sa.func.count()], *where)) or 0
    columns = [column.label(name) for name, column in RECORDS.items()]
    listed = sheets(actor, plan, columns, *where, Sample.id > after).order_by(Sample.id).limit(size + 1)
    rows = session().execute(listed).all()
    return Page(rows[:size], count, rows[size - 1].id if len(rows) > size else None, after == 0)


def numbers(actor: Actor, plan: SamplingPlan, measure: Measure, parts: Groups | None = None, key: str | None = None) -> list[str]:
    """抽样编号 behind a number, sorted."""
    where = [counted(measure)]
    if parts is not None:
        where += [parts.base(), *([parts.clause(key)] if key else [])]
    return list(session().scalars(sheets(actor, plan, [Sample.number], *where).order_by(Sample.number)))


def organisation_names(ids: Iterable[int]) -> dict[int, str]:
    rows = session().execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(set(ids)))))
    return {number: name for number, name in rows}
