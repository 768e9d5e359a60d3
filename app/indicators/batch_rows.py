"""Batches one by one, as the plain reading of the definitions takes them (`FactRow`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.samples import Domain, Level, Link, Monitoring, Purpose, Supervision
from app.reference_data.models import FoodCategory
from app.sampling.models import BatchFact


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One version of a batch. ``category`` is its 大类, empty where unknown."""

    sample_id: int
    sample_number: str
    supervision: Supervision
    monitoring: Monitoring
    purpose: Purpose
    domain: Domain
    category: str
    link: Link | None
    organiser_level: Level | None
    sampled_on: date
    reported_on: date | None
    has_residue: bool
    counts_for_producer: bool
    voided: bool
    org_id: int
    month: int
    county_id: int | None
    region_id: int | None
    category_id: int | None
    category_root_id: int | None


SAME = (
    "sample_id", "sample_number", "supervision", "monitoring", "purpose", "domain", "link", "organiser_level",
    "sampled_on", "reported_on", "has_residue", "counts_for_producer", "voided", "org_id", "month", "county_id",
    "region_id", "category_id", "category_root_id",
)  # fmt: skip


def batch_rows(where: Iterable[Any]) -> Iterator[BatchRow]:
    """The batches of these conditions, streamed."""
    columns = [getattr(BatchFact, name) for name in SAME]
    root = sa.select(*columns, FoodCategory.name).join(
        FoodCategory, FoodCategory.id == BatchFact.category_root_id, isouter=True
    )
    statement = root.where(*where).order_by(BatchFact.sample_id).execution_options(yield_per=2000)
    for *values, category in session().execute(statement):
        yield BatchRow(**dict(zip(SAME, values, strict=True)), category=category or "")


def category_names() -> Mapping[int, str]:
    """大类 by id."""
    found = session().execute(sa.select(FoodCategory.id, FoodCategory.name).where(FoodCategory.parent_id.is_(None)))
    return {number: name for number, name in found}
