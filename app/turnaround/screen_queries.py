"""Reading for the plausibility screen: concluded batches, and readings as the laboratory wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.states import SampleState
from app.results.models import ResultReport, ResultRow
from app.sampling.models import Sample
from app.scope import scope
from app.turnaround.queries import PART, WRITTEN

SHORTEST = 3  # 312, 3.12: with fewer characters a reading has no three significant figures


def batches(actor: Actor, first: date, last: date) -> Iterator[Any]:
    """Concluded batches of the period, in the order of their reports."""
    columns = (
        Sample.id, Sample.laboratory_org_id, WRITTEN.label("written"), Sample.samplers, Sample.sampling_unit, Sample.category_id,
        Sample.domain, Sample.purpose, Sample.supervision, Sample.monitoring,
    )  # fmt: skip
    statement = scope(sa.select(*columns), Sample, actor).where(
        Sample.state == SampleState.REPORTED, Sample.reported_on >= first, Sample.reported_on <= last
    )
    return iter(session().execute(statement.order_by(Sample.reported_on, Sample.id).execution_options(yield_per=PART)))


def readings(actor: Actor, first: date, last: date) -> Iterator[Any]:
    """Readings with a number, of the reports in force, sample by sample."""
    columns = (
        Sample.id, Sample.laboratory_org_id, WRITTEN.label("written"), Sample.sampled_on, ResultRow.item, ResultRow.result_written,
    )  # fmt: skip
    statement = (
        scope(sa.select(*columns), Sample, actor)
        .join_from(ResultRow, ResultReport, ResultReport.id == ResultRow.report_id)
        .join(Sample, Sample.id == ResultRow.sample_id)
        .where(
            Sample.state == SampleState.REPORTED, Sample.reported_on >= first, Sample.reported_on <= last,
            ResultReport.superseded_at.is_(None), ResultRow.value.is_not(None), sa.func.length(ResultRow.result_written) >= SHORTEST,
        )
    )  # fmt: skip
    return iter(session().execute(statement.order_by(Sample.id, ResultRow.id).execution_options(yield_per=PART)))


def samples(actor: Actor, ids: Sequence[int]) -> Sequence[Any]:
    """The samples behind a hint."""
    columns = (
        Sample.id, Sample.number, Sample.product_name, Sample.sampled_name, Sample.sampled_on, Sample.reported_on, Sample.laboratory,
        Sample.supervision, Sample.monitoring,
    )  # fmt: skip
    statement = scope(sa.select(*columns), Sample, actor).where(Sample.id.in_(ids))
    return session().execute(statement.order_by(Sample.reported_on, Sample.id)).all()
