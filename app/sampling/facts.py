"""The only writer of ``batch_fact``: facts are superseded, never overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

import sqlalchemy as sa

from app.db import insert_many, session
from app.domain.facts import Conclusion
from app.domain.samples import Domain, Level, Link, Monitoring, Purpose, Supervision
from app.reference_data.books import category_book, region_book
from app.reference_data.naming import CategoryBook
from app.reference_data.region_names import RegionBook
from app.sampling.models import BatchFact, Sample


@dataclass(frozen=True, slots=True)
class FactDraft:
    """What is now true of one completed batch (批次事实)."""

    org_id: int
    sample_id: int
    sample_number: str
    supervision: Supervision
    monitoring: Monitoring
    basis: str
    purpose: Purpose
    domain: Domain
    category_id: int | None
    category_root_id: int | None
    region_id: int | None
    county_id: int | None
    link: Link | None
    organiser_level: Level | None
    sampled_on: date | None
    reported_on: date
    has_residue: bool
    counts_for_producer: bool = True
    voided: bool = False


DRAFTED = tuple(field.name for field in fields(FactDraft))
COMPARED = tuple(name for name in DRAFTED if name != "basis")


def draft_of(
    sample: Sample,
    conclusion: Conclusion,
    *,
    reported_on: date,
    has_residue: bool,
    basis: str,
    counts_for_producer: bool = True,
    voided: bool = False,
    categories: CategoryBook | None = None,
    regions: RegionBook | None = None,
) -> FactDraft:
    """The draft for a sample whose own columns are already up to date. Pass the books when drafting many."""
    category = (categories or category_book()).by_id(sample.category_id) if sample.category_id else None
    return FactDraft(
        org_id=sample.org_id,
        sample_id=sample.id,
        sample_number=sample.number,
        supervision=conclusion.supervision,
        monitoring=conclusion.monitoring,
        basis=basis,
        purpose=sample.purpose,
        domain=sample.domain,
        category_id=sample.category_id,
        category_root_id=category.root_id if category else None,
        region_id=sample.region_id,
        county_id=(regions or region_book()).county_of(sample.region_id) if sample.region_id else None,
        link=sample.link,
        organiser_level=sample.organiser_level,
        sampled_on=sample.sampled_on,
        reported_on=reported_on,
        has_residue=has_residue,
        counts_for_producer=counts_for_producer,
        voided=voided,
    )


def write_facts(drafts: Sequence[FactDraft], at: datetime) -> int:
    """Add a version for every draft that says something new and supersede the version before it.

    Returns how many versions were added. The months touched are left in ``session().info`` for the summaries.
    """
    now = facts_in_force([draft.sample_id for draft in drafts])
    changed = [draft for draft in drafts if _differs(draft, now.get(draft.sample_id))]
    old = [now[draft.sample_id] for draft in changed if draft.sample_id in now]
    _supersede([fact.id for fact in old], at)
    insert_many(
        BatchFact.__table__,  # type: ignore[arg-type]
        [
            {
                **{name: getattr(draft, name) for name in DRAFTED},
                "version": now[draft.sample_id].version + 1 if draft.sample_id in now else 1,
                "month": draft.reported_on.year * 100 + draft.reported_on.month,
                "recorded_at": at,
                "superseded_at": None,
            }
            for draft in changed
        ],
    )
    touch((fact.org_id, fact.month) for fact in old)
    touch((draft.org_id, draft.reported_on.year * 100 + draft.reported_on.month) for draft in drafts)
    return len(changed)


def void_facts(sample_ids: Sequence[int], basis: str, at: datetime) -> int:
    """Add a voided version for every fact in force (作废, 撤销导入): the batch leaves every figure, its past stays."""
    drafts = []
    for fact in facts_in_force(sample_ids).values():
        if not fact.voided:
            known = {name: getattr(fact, name) for name in DRAFTED}
            drafts.append(FactDraft(**{**known, "basis": basis, "voided": True}))
    return write_facts(drafts, at)


def facts_in_force(sample_ids: Sequence[int]) -> Mapping[int, BatchFact]:
    """The versions not superseded, by sample id."""
    found: dict[int, BatchFact] = {}
    for start in range(0, len(sample_ids), 500):
        part = sample_ids[start : start + 500]
        rows = session().scalars(
            sa.select(BatchFact).where(BatchFact.sample_id.in_(part), BatchFact.superseded_at.is_(None))
        )
        found |= {fact.sample_id: fact for fact in rows}
    return found


def touch(keys: Iterable[tuple[int, int]]) -> None:
    """Remember (organisation id, month) pairs whose summaries must be recomputed before this transaction commits."""
    session().info.setdefault("pending_months", set()).update(keys)


def _differs(draft: FactDraft, fact: BatchFact | None) -> bool:
    return fact is None or any(getattr(draft, name) != getattr(fact, name) for name in COMPARED)


def _supersede(ids: Sequence[int], at: datetime) -> None:
    for start in range(0, len(ids), 500):
        session().execute(
            sa.update(BatchFact)
            .where(BatchFact.id.in_(ids[start : start + 500]), BatchFact.superseded_at.is_(None))
            .values(superseded_at=at)
            .execution_options(synchronize_session="fetch")
        )


