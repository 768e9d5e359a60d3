"""Cases (核查处置案件) as they stood at a past moment: their state, closing, terms and what had been recorded of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.disposal import clocks
from app.disposal.models import DisposalCase
from app.domain.workflow import CaseState
from app.indicators import replay
from app.indicators.frames import Clause
from app.indicators.replay import Past
from app.legal_clocks.models import LegalClock

C = DisposalCase
KIND, CLOCK = C.__tablename__, LegalClock.__tablename__
CLOSED, CANCELLED = CaseState.CLOSED.value, CaseState.CANCELLED.value
STANDING = (C.id, C.state, C.closed_on, C.closed_at, C.cancelled_at)
"""What ``as_known`` needs of every row; a row may carry any other column of a case under its own name."""


def known(as_of: datetime | None) -> Clause:
    """Not cancelled (撤销: the batch turned out to conform); of a past moment the history decides, row by row."""
    return C.cancelled_at.is_(None) if as_of is None else C.opened_at <= as_of


def within(clause: Clause, as_of: datetime | None) -> Clause:
    """The cases of which the clause is true now, and those of which it may have been true at the moment."""
    if as_of is None:
        return clause
    moved = sa.select(LegalClock.subject_id).where(*_terms(as_of))
    return sa.or_(clause, C.id.in_(replay.changed(KIND, as_of)), C.id.in_(moved))


def as_known(rows: Sequence[Any], as_of: datetime | None) -> Sequence[Any]:
    """The cases that stood at the moment, each as it was then."""
    if as_of is None:
        return rows
    past, due = replay.undone(KIND, as_of), _due_then(as_of)
    states = {row.id: _state(row, past, as_of) for row in rows}
    days = replay.closed_days(KIND, as_of, [row.id for row in rows if states[row.id] == CLOSED], CLOSED)
    return [
        _then(row, past, states[row.id], days.get(row.id), due, as_of)
        for row in rows
        if states[row.id] not in (replay.ABSENT, CANCELLED)
    ]


def _state(row: Any, past: Past, as_of: datetime) -> str:
    """Of a case without history its own moments decide."""
    state = str(past.state(row.id, row.state))
    if state == CANCELLED and row.id not in past.states and row.cancelled_at is not None and row.cancelled_at > as_of:
        return CLOSED if row.closed_at is not None and row.closed_at <= as_of else CaseState.OPEN.value
    return state


def _then(
    row: Any, past: Past, state: str, day: date | None, due: Mapping[int, date], as_of: datetime
) -> SimpleNamespace:
    values = replay.before(C, row, past)
    if state != CLOSED:
        values |= {"closed_on": None, "closed_at": None}
    elif row.closed_at is None or row.closed_at > as_of:  # cancelled, reopened and perhaps closed again since
        values |= {"closed_on": day, "closed_at": as_of if day is not None else None}
    if "due_on" in values:
        values["due_on"] = due.get(row.id, row.due_on)
    return SimpleNamespace(**{**values, "state": state})


def _terms(as_of: datetime) -> list[Clause]:
    """处置期限 with an entry after the moment."""
    return [
        LegalClock.subject_kind == KIND, LegalClock.code == clocks.DONE, LegalClock.id.in_(replay.changed(CLOCK, as_of)),
    ]  # fmt: skip


def _due_then(as_of: datetime) -> dict[int, date]:
    """处置期限 before it was extended, paused or counted again, by case."""
    where = _terms(as_of)
    past = replay.undone(CLOCK, as_of, sa.select(LegalClock.id).where(*where))
    owners = {row.id: row.subject_id for row in session().execute(sa.select(LegalClock.id, LegalClock.subject_id).where(*where))}
    written = {owners[one]: fields.get("due_on") for one, fields in past.fields.items() if one in owners}
    return {case_id: date.fromisoformat(day) for case_id, day in written.items() if day}
