"""Records that a return prints one by one: nonconforming batches with their items, and the cases of disposal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.disposal.models import DisposalCase
from app.domain.indicators import Part, selection
from app.domain.samples import ItemClass, Verdict
from app.exports.figures import FOOD
from app.indicators.frames import Frame, moment
from app.indicators.selections import fact_clause
from app.results.models import ResultReport, ResultRow
from app.sampling.models import BatchFact, Sample


@dataclass(frozen=True, slots=True)
class FailedBatch:
    """不合格批次 with its sheet and its failing rows."""

    sample: Any
    items: Sequence[ResultRow]

    @property
    def item_words(self) -> str:
        """不合格项目║检验结果║标准值, several items joined by ；, as public notices print them."""
        return "；".join(
            f"{row.item}║{row.result_written or '/'}{row.unit or ''}║{row.limit_text or '/'}" for row in self.items
        )


BATCH_COLUMNS = (
    Sample.id,
    Sample.number,
    Sample.product_name,
    Sample.spec,
    Sample.batch_no,
    Sample.made_on,
    Sample.brand,
    Sample.sampled_name,
    Sample.sampled_address,
    Sample.producer_name,
    Sample.producer_address,
    Sample.category_written,
    Sample.laboratory,
    BatchFact.link,
    BatchFact.purpose,
    BatchFact.organiser_level,
    BatchFact.reported_on,
    BatchFact.sampled_on,
)


def failed_batches(frame: Frame) -> list[FailedBatch]:
    """Nonconforming food batches reported in the frame, by report date and number."""
    chosen = selection(Part.NONCONFORMING, (FOOD,))
    samples = (
        session()
        .execute(
            sa.select(*BATCH_COLUMNS)
            .join(BatchFact, BatchFact.sample_id == Sample.id)
            .where(*frame.facts(), fact_clause(chosen))
            .order_by(BatchFact.reported_on, Sample.number)
        )
        .all()
    )
    items = failing_rows(frame, [row.id for row in samples])
    return [FailedBatch(row, items.get(row.id, [])) for row in samples]


def failing_rows(frame: Frame, sample_ids: Sequence[int]) -> dict[int, list[ResultRow]]:
    """The failing rows of the report versions in force at the moment, by sample."""
    found: dict[int, list[ResultRow]] = {}
    for start in range(0, len(sample_ids), 500):
        rows = session().scalars(
            sa.select(ResultRow)
            .join(ResultReport, ResultReport.id == ResultRow.report_id)
            .where(
                ResultRow.sample_id.in_(sample_ids[start : start + 500]),
                ResultRow.verdict == Verdict.FAIL,
                *moment(ResultReport, frame.as_of),
            )
            .order_by(ResultRow.sample_id, ResultRow.id)
        )
        for row in rows:
            found.setdefault(row.sample_id, []).append(row)
    return found


def item_counts(batches: Sequence[FailedBatch]) -> Counter[tuple[str, str]]:
    """Failing items by (class, item): how often each failed."""
    return Counter(
        (row.item_class.value if row.item_class else ItemClass.OTHER.value, row.item)
        for batch in batches
        for row in batch.items
    )


CASE_COLUMNS = (
    DisposalCase.number,
    Sample.number.label("sample_number"),
    Sample.product_name,
    DisposalCase.party,
    DisposalCase.mode,
    DisposalCase.party_name,
    DisposalCase.failing_items,
    DisposalCase.received_on,
    DisposalCase.started_on,
    DisposalCase.due_on,
    DisposalCase.closed_on,
    DisposalCase.penalty_kind,
    DisposalCase.penalty_amount,
    DisposalCase.state,
)


def cases(frame: Frame) -> Sequence[Any]:
    """Cases of batches in the area that were opened, fell due or were closed in the frame's period, as known then."""
    first, last = frame.period.first, frame.period.last
    known: list[Any] = [DisposalCase.cancelled_at.is_(None)]
    if frame.as_of is not None:
        known = [
            DisposalCase.opened_at <= frame.as_of,
            sa.or_(DisposalCase.cancelled_at.is_(None), DisposalCase.cancelled_at > frame.as_of),
        ]
    return (
        session()
        .execute(
            sa.select(*CASE_COLUMNS)
            .join(Sample, Sample.id == DisposalCase.sample_id)
            .join(BatchFact, BatchFact.sample_id == Sample.id)
            .where(
                *frame.place(),
                *known,
                sa.or_(
                    DisposalCase.received_on.between(first, last),
                    DisposalCase.due_on.between(first, last),
                    DisposalCase.closed_on.between(first, last),
                ),
            )
            .order_by(DisposalCase.due_on, DisposalCase.number)
        )
        .all()
    )
