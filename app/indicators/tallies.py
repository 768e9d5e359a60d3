"""The records that the rates over cases, transfers, inspections and reports count, each with the batch or the place it is about.

As with the disposal rates the place is where the sample was taken; the reader counts what his own office and those below it hold.
Of a past moment the tables and the history tell how each record stood: what was recorded, closed, voided, reopened or given another
term since is undone (`replay`). A date that somebody wrote down counts from that day, and not before it was written down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.disposal import enforcement
from app.disposal.enforcement import C
from app.domain import enforcement_record
from app.domain.case_kinds import TransferKind
from app.domain.disposal import CaseMode
from app.domain.enforcement_record import Papers
from app.domain.indicators import (
    FACT_COLUMNS,
    Condition,
    Figure,
    Formula,
    Part,
    Period,
    TallyPart,
    compute,
    in_tally,
    selection,
    selects,
    total,
)
from app.domain.workflow import TransferState
from app.indicators import past_cases, register_rows, replay
from app.indicators.batch_rows import BatchRow, batch_rows
from app.indicators.frames import Clause, Frame, reach
from app.indicators.register_rows import RegisterRow
from app.legal_clocks.models import LegalClock
from app.organisations.models import Organisation
from app.penalties.models import Penalty
from app.reference_data.books import calendar
from app.sampling.models import BatchFact
from app.transfers.models import CaseTransfer

PUBLICATION = ("PEN_PUBLISH", "PEN_PUBLISH_PUSH")
PART = 10_000  # more parameters than that a statement may not have everywhere
LEADS = (TransferKind.TRANSFER, TransferKind.NOTIFY)  # 协查 asks for help and hands nothing over


@dataclass(frozen=True, slots=True)
class Tally:
    """One record. ``number`` is unique in the installation: each office counts its own cases from one."""

    kind: str
    id: int
    number: str
    title: str
    about: str
    org_name: str
    day: date
    met: bool
    batch: BatchRow | RegisterRow
    amount: int = 1
    org: str = ""  # code of the organisation that holds it


def rows(frame: Frame, formula: Formula) -> list[Tally]:
    """The records of the area that fall in the frame's period, those still to come included."""
    if formula.code in register_rows.RECORDS:
        return [_of_register(one, row) for one, row in register_rows.in_area(frame, formula.code)]
    found = list(RECORDS[formula.code](frame))
    batches = _batches(frame, sorted({one.sample_id for one, _ in found}))
    return [_tally(row, answer, batches[row.sample_id]) for row, answer in found if row.sample_id in batches]


def _batches(frame: Frame, ids: Sequence[int]) -> dict[int, BatchRow]:
    found: dict[int, BatchRow] = {}
    for start in range(0, len(ids), PART):
        part = BatchFact.sample_id.in_(ids[start : start + PART])
        found |= {row.sample_id: row for row in batch_rows([*frame.in_area(), part])}
    return found


def _tally(row: Any, answer: bool | int, batch: BatchRow) -> Tally:
    """``answer``: whether what was due was done; a number is what the record amounts to."""
    about = f"{batch.sample_number}　{row.about or '/'}"
    number = f"{row.code} {row.number}"
    return Tally(row.kind, row.id, number, row.number, about, row.org_name, row.day, bool(answer), batch, int(answer), row.code)


def _of_register(one: register_rows.Found, row: RegisterRow) -> Tally:
    number = f"{one.org} {one.number} {one.about}"
    return Tally(one.kind, one.id, number, one.number, one.about, one.org_name, one.day, one.met, row, org=one.org)


# ---------------------------------------------------------------- which records

def _cases(frame: Frame, within: Clause, *columns: Any) -> Sequence[Any]:
    """Cases of the reader's reach that stood at the moment, with these columns as they were then."""
    base = (*past_cases.STANDING, C.sample_id, C.mode, C.number, C.party_name, Organisation.code, Organisation.name.label("org_name"))
    statement = sa.select(*dict.fromkeys((*base, *columns))).join(Organisation, Organisation.id == C.org_id)
    where = [past_cases.known(frame.as_of), past_cases.within(within, frame.as_of), reach(frame.actor, C.org_id)]
    return past_cases.as_known(session().execute(statement.where(*where)).all(), frame.as_of)


def _ours(rows: Iterable[Any]) -> list[Any]:
    """通报 is not ours to handle."""
    return [row for row in rows if row.mode is CaseMode.DISPOSE]


def _case(row: Any, day: date) -> Any:
    return SimpleNamespace(**_values(row), kind=C.__tablename__, about=row.party_name, day=day)


def _values(row: Any) -> dict[str, Any]:
    return dict(row._mapping) if hasattr(row, "_mapping") else dict(vars(row))


def _rectified(frame: Frame) -> Iterable[tuple[Any, bool]]:
    """责令整改 with a term. The re-check counts from its own day."""
    within = sa.and_(C.rectify_ordered.is_(True), C.rectify_to.between(frame.period.first, frame.period.last))
    for row in _ours(_cases(frame, within, C.rectify_ordered, C.rectify_to, C.rectified_on, C.recheck_passed)):
        if row.rectify_ordered and frame.period.contains(row.rectify_to):
            checked = row.rectified_on is not None and row.rectified_on <= frame.today
            yield _case(row, row.rectify_to), bool(row.recheck_passed) and checked


def _closed(frame: Frame, *columns: Any) -> list[Any]:
    """Cases closed in the period, as known at the moment."""
    within = sa.and_(C.closed_on.between(frame.period.first, frame.period.last), C.closed_at.is_not(None))
    return [row for row in _cases(frame, within, *columns) if row.closed_at is not None and frame.period.contains(row.closed_on)]


def _recorded(frame: Frame) -> Iterable[tuple[Any, bool]]:
    """Cases closed in the period with what their record held at the moment; a case that only notifies has a record too."""
    rows = _closed(frame, *enforcement.RECORDED)
    beside: dict[int, Papers] = {}
    for start in range(0, len(rows), PART):
        ids = [row.id for row in rows[start : start + PART]]
        beside |= enforcement.papers(sa.select(C.id).where(C.id.in_(ids)), frame.as_of)
    for row in rows:
        yield _case(row, row.closed_on), enforcement_record.complete(enforcement_record.missing(row, beside.get(row.id, Papers())))


def _filed(frame: Frame) -> Iterable[tuple[Any, bool]]:
    """Cases by the day on which the conclusion came; 立案 counts from its own day, as known at the moment."""
    rows = _ours(_cases(frame, C.received_on.between(frame.period.first, frame.period.last), C.received_on))
    where = [Penalty.filed_on <= frame.today, *([Penalty.created_at <= frame.as_of] if frame.as_of is not None else [])]
    filed: set[int] = set()
    for start in range(0, len(rows), PART):
        of_these = Penalty.case_id.in_([row.id for row in rows[start : start + PART]])
        filed |= set(session().scalars(sa.select(Penalty.case_id).where(of_these, *where)))
    for row in rows:
        if frame.period.contains(row.received_on):
            yield _case(row, row.received_on), row.id in filed


def _lasted(frame: Frame) -> Iterable[tuple[Any, int]]:
    """Cases closed in the period with the working days that each took."""
    days = calendar()
    for row in _ours(_closed(frame, C.received_on)):
        yield _case(row, row.closed_on), max(days.working_days_between(row.received_on, row.closed_on), 0)


def _answered(frame: Frame) -> Iterable[tuple[Any, bool]]:
    """Leads handed over whose answer is due. The answer counts from its own day, once it was written down."""
    one = CaseTransfer
    where = [reach(frame.actor, one.org_id), *([one.created_at <= frame.as_of] if frame.as_of is not None else [])]
    statement = (
        sa.select(
            one.id, one.state, one.sample_id, one.kind.label("sort"), one.replied_on, one.reply_due_on, one.number, one.to_name,
            Organisation.code, Organisation.name.label("org_name"),
        )
        .join(Organisation, Organisation.id == one.org_id)
        .where(*where)
    )  # fmt: skip
    due = one.reply_due_on.between(frame.period.first, frame.period.last)
    for row in replay.known(one, statement, due, frame.as_of):
        if row.state != TransferState.VOIDED.value and row.sort in LEADS and frame.period.contains(row.reply_due_on):
            told = SimpleNamespace(**_values(row), kind=one.__tablename__, about=row.to_name, day=row.reply_due_on)
            yield told, row.replied_on is not None and row.replied_on <= frame.today


def _published(frame: Frame) -> Iterable[tuple[Any, bool]]:
    """Decisions whose term of publication ends, as the clock of each says. One revoked before its term had ended owes nothing."""
    one, term = Penalty, LegalClock
    of_penalties = [term.subject_kind == one.__tablename__, term.code.in_(PUBLICATION)]
    statement = (
        sa.select(
            term.id.label("clock_id"), one.id, one.sample_id, one.revoked_on, term.done_on, term.due_on, one.number, one.party_name,
            Organisation.code, Organisation.name.label("org_name"),
        )
        .join(one, term.subject_id == one.id)
        .join(Organisation, Organisation.id == one.org_id)
        .where(reach(frame.actor, one.org_id), *of_penalties)
    )  # fmt: skip
    for row in _terms_known(frame, statement, sa.select(term.id).where(*of_penalties)):
        revoked = row.revoked_on is not None and row.revoked_on <= row.due_on
        if frame.period.contains(row.due_on) and not revoked:
            told = SimpleNamespace(**vars(row), kind=one.__tablename__, about=row.party_name, day=row.due_on)
            yield told, row.done_on is not None and row.done_on <= min(row.due_on, frame.today)


def _terms_known(frame: Frame, statement: sa.Select[Any], clocks: sa.Select[Any]) -> Iterable[Any]:
    """Penalties with the clock and the revocation that they had at the moment."""
    within: Clause = LegalClock.due_on.between(frame.period.first, frame.period.last)
    if frame.as_of is None:
        yield from (SimpleNamespace(**row._mapping) for row in session().execute(statement.where(within)))
        return
    past = replay.undone(LegalClock.__tablename__, frame.as_of, clocks)
    revoked = replay.undone(Penalty.__tablename__, frame.as_of)
    within = sa.or_(within, LegalClock.id.in_(replay.changed(LegalClock.__tablename__, frame.as_of)))
    for row in session().execute(statement.where(within, LegalClock.recorded_at <= frame.as_of)):
        values = replay.before(Penalty, row, revoked)
        was = past.fields.get(row.clock_id, {})
        values |= {name: replay.read(LegalClock.__table__.columns[name], was[name]) for name in ("done_on", "due_on") if name in was}
        if values["due_on"] is not None:
            yield SimpleNamespace(**values)


RECORDS: Mapping[str, Callable[[Frame], Iterable[tuple[Any, bool | int]]]] = {
    "case_filing_rate": _filed,
    "case_days": _lasted,
    "rectification_rate": _rectified,
    "enforcement_record_rate": _recorded,
    "transfer_handling_rate": _answered,
    "penalty_disclosure_rate": _published,
}


# ---------------------------------------------------------------- what a figure makes of them

def matching(records: Iterable[Tally], conditions: Sequence[Condition]) -> list[Tally]:
    """Those that a filter means, by their batch or by their enterprise."""
    chosen = selection(Part.COMPLETED, [one for one in conditions if one.field in FACT_COLUMNS])
    return [
        one
        for one in records
        if (one.batch.matches(conditions) if isinstance(one.batch, RegisterRow) else selects(one.batch, chosen))
    ]


def counted(records: Iterable[Tally], part: TallyPart, frame: Frame) -> list[Tally]:
    """A term still to end on the day of asking is not counted yet."""
    first, last = frame.period.first, min(frame.period.last, frame.today)
    return [one for one in records if in_tally(one, part, first, last)]


def tallied(formula: Formula, records: Sequence[Tally], frame: Frame) -> Figure:
    """The rate of records that already match the filter."""

    def number(part: Any) -> int:
        assert isinstance(part, TallyPart)
        return total(counted(records, part, frame), part)

    return compute(formula, number(formula.numerator), number(formula.denominator) if formula.denominator else None)


def still_to_come(records: Iterable[Tally], frame: Frame) -> int:
    return sum(one.day > frame.today for one in records)


def of_period(records: Iterable[Tally], period: Period) -> list[Tally]:
    """Those of a part of the frame's period (a month of its year)."""
    return [one for one in records if period.contains(one.day)]
