"""抽检情况 of one enterprise: batches by year, its pass rate, the lists behind both, and the documents about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from markupsafe import Markup

from app import charts
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.figures import Figure, compute
from app.domain.formulas import FORMULAS
from app.domain.samples import Supervision
from app.domain.workflow import SampleState
from app.enterprises.queries import COUNTED, LATEST
from app.keyset import Page, page
from app.official_documents.models import OfficialDocument
from app.sampling.models import Sample
from app.scope import scope

YEARS = 6  # bars of the picture; older years are in the list
PAGE = 50
SHOWN = ("id", "number", "product_name", "state", "sampled_on", "reported_on", "supervision", "monitoring", "pending_items")
JUDGED = (Supervision.PASS, Supervision.FAIL)
CONCLUSIONS: Mapping[str, tuple[Supervision, ...]] = {
    "合格": (Supervision.PASS,), "不合格": (Supervision.FAIL,), "合格和不合格": JUDGED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """Batches by year: (year, all, failed), oldest first; and the pass rate over all of them."""

    years: Sequence[tuple[int, int, int]]
    rate: Figure
    batches: int


def _batches(actor: Actor, enterprise_id: int, columns: Sequence[Any]) -> sa.Select[Any]:
    """Batches taken from it or made by it, each once, that the actor may see; a voided one is none."""
    its = sa.or_(Sample.sampled_enterprise_id == enterprise_id, Sample.producer_id == enterprise_id)
    return scope(sa.select(*columns), Sample, actor).where(its, Sample.state != SampleState.VOIDED)


def _year() -> Any:
    return sa.extract("year", Sample.sampled_on)


def record(actor: Actor, enterprise_id: int) -> Record:
    """One question for the whole picture."""
    judged = sa.case((Sample.state == SampleState.REPORTED, Sample.supervision), else_=None)
    grouped = _batches(actor, enterprise_id, [_year(), judged, sa.func.count()]).group_by(_year(), judged)
    found: dict[int, dict[str, int]] = {}
    for year, conclusion, count in session().execute(grouped):
        one = found.setdefault(int(year or 0), {})
        word = getattr(conclusion, "value", conclusion) or ""
        one[word] = one.get(word, 0) + count
    passed, failed = (sum(one.get(word.value, 0) for one in found.values()) for word in JUDGED)
    years = [(year, sum(one.values()), one.get(Supervision.FAIL.value, 0)) for year, one in sorted(found.items()) if year]
    rate = compute(FORMULAS["pass_rate"], passed, passed + failed)
    return Record(years[-YEARS:], rate, sum(sum(one.values()) for one in found.values()))


def picture(record: Record, enterprise_id: int) -> Markup:
    """批次和不合格批次 by year; each bar opens its batches."""

    def opens(year: int, conclusion: str | None = None) -> str:
        return url_for("enterprises.samples", enterprise_id=enterprise_id, year=year, conclusion=conclusion)

    years = [year for year, _, _ in record.years]
    series = [
        charts.Series("抽样批次", [count for _, count, _ in record.years], [opens(year) for year in years]),
        charts.Series("不合格批次", [bad for _, _, bad in record.years], [opens(year, "不合格") for year in years]),
    ]
    return charts.bars([f"{year}年" for year in years], series, "各年抽检批次", "批次", width=charts.HALF)


def batches(
    actor: Actor, enterprise_id: int, year: int | None, conclusion: str | None, *, before: int | None, after: int | None
) -> Page:
    """The batches behind a figure of the page, newest first."""
    conditions = [_year() == year] if year is not None else []
    if conclusion is not None and conclusion in CONCLUSIONS:
        conditions += [Sample.state == SampleState.REPORTED, Sample.supervision.in_(CONCLUSIONS[conclusion])]
    statement, ids = (
        _batches(actor, enterprise_id, columns).where(*conditions)
        for columns in ([getattr(Sample, name) for name in SHOWN], [Sample.id])
    )
    return page(statement, ids, Sample.id, before=before, after=after, size=PAGE, most=COUNTED)


def documents(actor: Actor, enterprise_id: int) -> Sequence[Any]:
    """执法文书 about its batches and cases, newest first: those of the side that it was on."""
    its = sa.select(Sample.id).where(sa.or_(Sample.sampled_enterprise_id == enterprise_id, Sample.producer_id == enterprise_id))
    cases = sa.select(DisposalCase.id).where(DisposalCase.enterprise_id == enterprise_id)
    names = ("id", "kind", "number", "recipient", "state", "issued_on", "delivered_on")
    statement = scope(sa.select(*(getattr(OfficialDocument, name) for name in names)), OfficialDocument, actor)
    about = sa.or_(OfficialDocument.case_id.in_(cases), sa.and_(OfficialDocument.case_id.is_(None), OfficialDocument.sample_id.in_(its)))
    return session().execute(statement.where(about).order_by(OfficialDocument.id.desc()).limit(LATEST)).all()
