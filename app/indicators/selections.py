"""From a `Selection` of the figures' definitions to SQL, over single batches (batch_fact) and over their summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.domain.indicators import FACT_COLUMNS, LABELS, UNCLASSIFIED, BadFilter, Condition, Field, Selection
from app.indicators.models import BatchSummary
from app.indicators.summaries import NO_LEVEL, words
from app.reference_data.models import FoodCategory
from app.sampling.models import BatchFact, Sample

Clause = sa.ColumnElement[bool]
SUMMARISED = frozenset({Field.DOMAIN, Field.PURPOSE, Field.LEVEL, Field.ITEM_GROUP, Field.CATEGORY})
"""What the summary can be asked; the link would make it nearly as long as the batches themselves."""


def fact_clause(chosen: Selection) -> Clause:
    """Which batches are counted. Which version of them, where and when, is asked elsewhere."""
    return _clause(chosen, BatchFact, _fact_condition)


def summary_clause(chosen: Selection, lines: Any = BatchSummary) -> Clause:
    """Which lines of a summary are counted."""
    return _clause(chosen, lines, lambda condition: _summary_condition(condition, lines))


def sample_clause(chosen: Selection) -> Clause:
    """Which samples still at the laboratory would be counted once reported; what is not known yet may be so."""
    clauses: list[Clause] = [sa.true()]
    if chosen.purposes is not None:
        clauses.append(Sample.purpose.in_(sorted(chosen.purposes)))
    clauses += [_sample_condition(condition) for condition in chosen.conditions]
    return sa.and_(*clauses)


def _clause(chosen: Selection, model: Any, translate: Any) -> Clause:
    allowed: Mapping[Any, frozenset[Any] | None] = {
        model.supervision: chosen.supervision,
        model.monitoring: chosen.monitoring,
        model.purpose: chosen.purposes,
    }
    clauses = [
        words(column).in_(sorted(member.value for member in members))
        for column, members in allowed.items()
        if members is not None
    ]
    return sa.and_(sa.true(), *clauses, *(translate(condition) for condition in chosen.conditions))


def _fact_condition(condition: Condition) -> Clause:
    if condition.field not in FACT_COLUMNS:
        raise BadFilter(f"抽检批次没有“{LABELS[condition.field]}”，不能按它筛选，请删去这一条件")
    if condition.field is Field.ITEM_GROUP:
        return BatchFact.has_residue.is_(True)
    if condition.field is Field.CATEGORY:
        return _or_missing(BatchFact.category_root_id.in_(_roots(condition)), BatchFact.category_root_id, condition)
    column = getattr(BatchFact, FACT_COLUMNS[condition.field])
    return _or_missing(words(column).in_(condition.allowed), column, condition)


def _or_missing(found: Clause, column: Any, condition: Condition) -> Clause:
    return sa.or_(found, column.is_(None)) if condition.includes_missing else found


def _summary_condition(condition: Condition, lines: Any) -> Clause:
    if condition.field not in SUMMARISED:
        raise BadFilter(f"汇总表没有“{LABELS[condition.field]}”")
    if condition.field is Field.ITEM_GROUP:
        return lines.has_residue.is_(True)  # type: ignore[no-any-return]
    if condition.field is Field.CATEGORY:
        found = lines.category_root_id.in_(_roots(condition))
        return sa.or_(found, lines.category_root_id == 0) if condition.includes_missing else found
    values = [NO_LEVEL if value == UNCLASSIFIED else value for value in condition.allowed]
    return getattr(lines, FACT_COLUMNS[condition.field]).in_(values)  # type: ignore[no-any-return]


def _sample_condition(condition: Condition) -> Clause:
    if condition.field is Field.ITEM_GROUP:
        return sa.true()
    if condition.field is Field.CATEGORY:
        below = sa.select(FoodCategory.id).where(FoodCategory.root_id.in_(_roots(condition)))
        return _or_missing(Sample.category_id.in_(below), Sample.category_id, condition)
    column = getattr(Sample, FACT_COLUMNS[condition.field])
    return _or_missing(words(column).in_(condition.allowed), column, condition)


def _roots(condition: Condition) -> sa.Select[tuple[int]]:
    """A filter by category names 大类."""
    return sa.select(FoodCategory.id).where(FoodCategory.parent_id.is_(None), FoodCategory.name.in_(condition.allowed))
