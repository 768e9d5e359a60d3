"""The batches that the disposal rates (核查处置率) count, with the fact that says where and what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app import clock
from app.db import session
from app.disposal.models import CaseMode, DisposalCase
from app.domain.indicators import (
    BatchDisposal,
    CasePart,
    Condition,
    Part,
    Period,
    disposals,
    in_case_part,
    selection,
    selects,
)
from app.indicators import past_cases
from app.indicators.batch_rows import BatchRow, batch_rows
from app.indicators.frames import Frame
from app.sampling.models import BatchFact


@dataclass(frozen=True, slots=True)
class Term:
    """One case of a batch, as known at the moment asked about."""

    sample_number: str
    due_on: date
    closed_on: date | None
    notified_only: bool


@dataclass(frozen=True, slots=True)
class DueBatch:
    """A nonconforming batch whose disposal falls due in the frame's period."""

    batch: BatchRow
    disposal: BatchDisposal


def due_batches(frame: Frame) -> list[DueBatch]:
    """Nonconforming batches in the area whose disposal is due within the period, those still to fall due included."""
    due = past_cases.within(DisposalCase.due_on.between(frame.period.first, frame.period.last), frame.as_of)
    ids = sa.select(DisposalCase.sample_id).where(past_cases.known(frame.as_of), due)
    facts = {row.sample_id: row for row in batch_rows([*frame.place(), BatchFact.sample_id.in_(ids)])}
    if not facts:
        return []
    by_number = {row.sample_number: row for row in facts.values()}
    found = disposals(_terms(frame, ids, {number: row.sample_number for number, row in facts.items()}))
    return [DueBatch(by_number[one.sample_number], one) for one in found if frame.period.contains(one.due_on)]


def _terms(frame: Frame, sample_ids: sa.Select[tuple[int]], numbers: Mapping[int, str]) -> list[Term]:
    """Every case of these samples, whoever holds it: a batch is closed when all of its cases are."""
    case = DisposalCase
    statement = sa.select(*past_cases.STANDING, case.sample_id, case.due_on, case.mode)
    rows = session().execute(statement.where(past_cases.known(frame.as_of), case.sample_id.in_(sample_ids))).all()
    return [
        Term(numbers[row.sample_id], row.due_on, _closed(row.closed_on, row.closed_at), row.mode is CaseMode.NOTIFY)
        for row in past_cases.as_known(rows, frame.as_of)
        if row.sample_id in numbers
    ]


def _closed(closed_on: date | None, closed_at: Any) -> date | None:
    if closed_at is None:
        return None
    return closed_on or clock.office_time(closed_at).date()


def matching(batches: Iterable[DueBatch], conditions: Sequence[Condition]) -> list[DueBatch]:
    """Those that a filter means."""
    chosen = selection(Part.NONCONFORMING, conditions)
    return [one for one in batches if selects(one.batch, chosen)]


def counted(batches: Iterable[DueBatch], part: CasePart, frame: Frame) -> list[DueBatch]:
    """到期: a disposal still to fall due on the day of asking is not counted yet."""
    first, last = frame.period.first, min(frame.period.last, frame.today)
    return [one for one in batches if in_case_part(one.disposal, part, first, last)]


def still_to_fall_due(batches: Iterable[DueBatch], frame: Frame) -> int:
    """Batches that may yet be closed on time within the period."""
    return sum(one.disposal.due_on > frame.today for one in batches)


def of_period(batches: Iterable[DueBatch], period: Period) -> list[DueBatch]:
    """Those that fall due in a part of the frame's period (a month of its year)."""
    return [one for one in batches if period.contains(one.disposal.due_on)]
