"""品种清单 of 品种覆盖率: every 品种 of the plan with the batches it was reached by, and the batches of no such 品种.

A batch belongs to the 品种 of the first three steps of its category; together the lists hold every completed batch of the figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.db import session
from app.domain.indicators import Part, selection
from app.errors import NotLikeThis
from app.indicators.figures import KIND_LEVEL, Asked, coverage_paths
from app.indicators.frames import Clause, Frame
from app.indicators.records import Page, batch_list
from app.indicators.selections import fact_clause
from app.reference_data.models import FoodCategory
from app.sampling.models import BatchFact

OTHER = "-"
"""Stands for 未计入品种 in addresses: batches whose category is not known down to a 品种 of the plan."""
EVERY = "*"
"""Stands for all of them."""
OTHER_WORDS = "未归到计划品种的批次"


@dataclass(frozen=True, slots=True)
class Kind:
    """One 品种 by its path, and how many completed batches it has."""

    path: str
    batches: int


@dataclass(frozen=True, slots=True)
class Kinds:
    """The lists of the page; ``other`` are completed batches of no 品种 of the plan."""

    missing: Sequence[Kind]
    covered: Sequence[Kind]
    other: int

    @property
    def batches(self) -> int:
        """Every completed batch."""
        return sum(one.batches for one in self.covered) + self.other


def kinds(frame: Frame, asked: Asked) -> Kinds:
    planned, _ = coverage_paths(frame, asked)
    counted: Counter[str] = Counter()
    asked_for = (
        sa.select(FoodCategory.path, sa.func.count())
        .select_from(BatchFact)
        .outerjoin(FoodCategory, FoodCategory.id == BatchFact.category_id)
        .where(*_completed(frame, asked))
        .group_by(FoodCategory.path)
    )
    for path, number in session().execute(asked_for):
        counted[kind_of(path) or ""] += number
    listed = [Kind(path, counted.pop(path, 0)) for path in planned]
    return Kinds([one for one in listed if not one.batches], [one for one in listed if one.batches], sum(counted.values()))


def kind_of(path: str | None) -> str | None:
    """The 品种 that a category belongs to; None for one that is not as fine as that."""
    steps = (path or "").split("/")
    return "/".join(steps[:KIND_LEVEL]) if len(steps) >= KIND_LEVEL else None


def page(frame: Frame, asked: Asked, kind: str, after: int, size: int) -> Page:
    """A page of the batches of a 品种, or of none (``OTHER``). The count is that of the very same conditions."""
    conditions = [*_completed(frame, asked), _of(frame, asked, kind)]
    count = session().scalar(sa.select(sa.func.count()).select_from(BatchFact).where(*conditions)) or 0
    rows = batch_list(conditions, after, size)
    more = len(rows) > size
    return Page(rows[:size], count, rows[size - 1].sample_id if more else None, after == 0)


def label(kind: str) -> str:
    return {OTHER: OTHER_WORDS, EVERY: "全部批次"}.get(kind, kind)


def _completed(frame: Frame, asked: Asked) -> list[Clause]:
    return [*frame.facts(), fact_clause(selection(Part.COMPLETED, asked.conditions))]


def _of(frame: Frame, asked: Asked, kind: str) -> Clause:
    """Raises NotLikeThis for a 品种 that the plan does not have."""
    if kind == EVERY:
        return sa.true()
    planned = set(coverage_paths(frame, asked)[0])
    if kind != OTHER and kind not in planned:
        raise NotLikeThis(f"计划品种中没有“{kind[:60]}”，请从品种清单中重新选择", field="kind")
    every = session().execute(sa.select(FoodCategory.id, FoodCategory.path)).all()
    if kind == OTHER:
        inside = [number for number, path in every if kind_of(path) in planned]
        return sa.or_(BatchFact.category_id.is_(None), BatchFact.category_id.not_in(inside))
    return BatchFact.category_id.in_([number for number, path in every if kind_of(path) == kind])
