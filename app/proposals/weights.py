"""What a total is distributed by: residents, enterprises, last year's batches. Every number is within the reader's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.fact_filters import UNCLASSIFIED
from app.domain.frequency import Found
from app.domain.indicators import choose_population
from app.domain.progress import Axis
from app.domain.samples import Link, Supervision
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.plans.models import SamplingPlan
from app.progress.groups import Groups
from app.reference_data.books import all_populations, region_book
from app.reference_data.models import Region
from app.sampling.models import BatchFact, Sample
from app.scope import visible

LINKS: Mapping[str, Link] = {
    "食品生产企业": Link.PRODUCTION, "小作坊": Link.PRODUCTION, "食品销售者": Link.CIRCULATION, "餐饮服务提供者": Link.CATERING,
}  # fmt: skip
"""Enterprises of a kind are sampled in its link."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days whose results are read, and how they are called."""

    first: date
    last: date
    name: str


def last_year(plan: SamplingPlan) -> Span:
    return Span(date(plan.year - 1, 1, 1), date(plan.year - 1, 12, 31), "上年")


def twelve_months(today: date) -> Span:
    first = date(today.year - 1, today.month, min(today.day, 28))
    return Span(first, today, "近12个月")


def _place(column: Any, plan: SamplingPlan) -> Any:
    return column.in_(sa.select(Region.id).where(Region.path.contains(f"/{plan.region_id}/", autoescape=True)))


def _batches(actor: Actor, plan: SamplingPlan, span: Span, columns: Sequence[Any], *where: Any) -> sa.Select[Any]:
    """Completed batches in the plan's area, sampled in the span."""
    return (
        sa.select(*columns, sa.func.count())
        .select_from(BatchFact)
        .join(Sample, Sample.id == BatchFact.sample_id)
        .where(
            visible(BatchFact, actor), BatchFact.superseded_at.is_(None), BatchFact.voided.is_(False),
            _place(BatchFact.region_id, plan), Sample.sampled_on.between(span.first, span.last), *where,
        )
        .group_by(*columns)
    )  # fmt: skip


def batches(actor: Actor, plan: SamplingPlan, parts: Groups) -> dict[str, int]:
    """上年完成批次 of the plan's level and purpose, by the parts of an axis."""
    columns = [sa.extract("month", Sample.sampled_on)] if parts.axis is Axis.MONTH else list(parts.columns)
    same = (Sample.organiser_level == plan.level, Sample.purpose == plan.purpose)
    found: dict[str, int] = {}
    for *counted, number in session().execute(_batches(actor, plan, last_year(plan), columns, *same)):
        key = str(int(counted[0])) if parts.axis is Axis.MONTH else parts.key(counted)
        found[key] = found.get(key, 0) + number
    found.pop(UNCLASSIFIED, None)
    return found


def results(actor: Actor, plan: SamplingPlan, span: Span) -> dict[int, Found]:
    """Judged batches and failures of each 大类, of every level and purpose but 风险监测."""
    judged = BatchFact.supervision.in_((Supervision.PASS, Supervision.FAIL))
    columns = [BatchFact.category_root_id, BatchFact.supervision]
    found: dict[int, Found] = {}
    for root, verdict, number in session().execute(_batches(actor, plan, span, columns, judged)):
        before = found.get(root, Found(0, 0))
        failed = number if verdict is Supervision.FAIL else 0
        found[root] = Found(before.batches + number, before.failures + failed)
    return found


def residents(plan: SamplingPlan, parts: Groups) -> dict[str, int]:
    """常住人口 of each area, of the newest year before the plan's."""
    known, found = all_populations(), {}
    for key in parts.labels:
        chosen = choose_population(known.get(int(key), {}), plan.year)
        if chosen is not None:
            found[key] = chosen.residents
    return found


def enterprises(actor: Actor, plan: SamplingPlan, parts: Groups, kind: str | None) -> dict[str, int]:
    """在营企业数 by area or by link, of one kind or of every kind of food enterprise."""
    kinds = [kind] if kind else list(LINKS)
    by_link = parts.axis is Axis.LINK
    column = EnterpriseKind.kind if by_link else Enterprise.region_id
    rows = session().execute(
        sa.select(column, sa.func.count(sa.distinct(Enterprise.id)))
        .join(EnterpriseKind, EnterpriseKind.enterprise_id == Enterprise.id)
        .where(
            visible(Enterprise, actor), Enterprise.status == EnterpriseStatus.ACTIVE, EnterpriseKind.kind.in_(kinds),
            _place(Enterprise.region_id, plan),
        )
        .group_by(column)
    )  # fmt: skip
    found: dict[str, int] = {}
    for value, number in rows:
        key = LINKS[value].value if by_link else parts.key([value])
        found[key] = found.get(key, 0) + number
    found.pop(UNCLASSIFIED, None)
    return found


def area_name(plan: SamplingPlan) -> str:
    book = region_book()
    return {"县级": "全县", "市级": "全市", "省级": "全省"}.get(book.level(plan.region_id).value, book.name(plan.region_id))
