"""Which grade of which enterprise is in force on a day, for many enterprises at once: marks, schedules, weights of a draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.supervision_kinds import Grade, GradeCause
from app.domain.supervision_states import GradeState
from app.grading.models import RiskGrade

PART = 500


@dataclass(frozen=True, slots=True)
class InForce:
    """现行风险等级 of one enterprise as one kind."""

    id: int
    number: str
    grade: Grade
    year: int
    cause: GradeCause
    effective_from: date


def grades_in_force(enterprise_ids: Iterable[int], on: date) -> Mapping[tuple[int, str], InForce]:
    """By (enterprise id, 企业类型); whoever has none is absent. One statement per 500 enterprises.

    The caller has asked who may see these enterprises. Where one grade took the place of another on its own first day, the
    later one counts.
    """
    ids = sorted(set(enterprise_ids))
    found: dict[tuple[int, str], InForce] = {}
    for start in range(0, len(ids), PART):
        for row in session().execute(_standing(on).where(RiskGrade.enterprise_id.in_(ids[start : start + PART]))):
            found[row.enterprise_id, row.kind] = InForce(row.id, row.number, row.grade, row.year, row.cause, row.effective_from)
    return found


def _standing(on: date) -> sa.Select[Any]:
    return sa.select(
        RiskGrade.enterprise_id, RiskGrade.kind, RiskGrade.id, RiskGrade.number, RiskGrade.grade, RiskGrade.year, RiskGrade.cause,
        RiskGrade.effective_from,
    ).where(*in_force_on(on)).order_by(RiskGrade.effective_from, RiskGrade.id)  # fmt: skip


def in_force_on(on: date, grade: Any = RiskGrade) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of a grade that is, or was, in force on a day; ``grade`` may be an alias of the table."""
    return (
        grade.state.in_((GradeState.CONFIRMED, GradeState.REPLACED)),
        grade.effective_from <= on,
        sa.or_(grade.effective_to.is_(None), grade.effective_to >= on),
    )
