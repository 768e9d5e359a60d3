"""The records that the rates over cases, transfers, inspections and reports count, each with the batch or the place it is about.

As with the disposal rates the place is where the sample was taken; the reader counts what his own office and those below it hold.
Of the past the tables tell when a case was opened, cancelled and closed, and when a transfer was written down. They do not tell
when a re-check or an answer was typed: its own date decides. What was voided or reopened since is read as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
from app.indicators import register_rows
from app.indicators.batch_rows import BatchRow, batch_rows
from app.indicators.frames import Frame, reach
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
    return Tally(row.kind, row.id, f"{row.code} {row.number}", row.number, about, row.org_name, row.day, bool(answer), batch, int(answer))


def _of_register(one: register_rows.Found, row: RegisterRow) -> Tally:
    return Tally(one.kind, one.id, f"{one.org} {one.number} {one.about}", one.number, one.about, one.org_name, one.day, one.met, row)


def _columns(kind: str, number: Any, about: Any, day: Any) -> list[Any]:
    named = (sa.literal(kind).label("kind"), number.label("number"), about.label("about"), day.label("day"))
    return [*named, Organisation.code, Organisation.name.label("org_name")]


# ---------------------------------------------------------------- which records

def _known_cases(frame: Frame) -> list[Any]:
    """Cases of the reader's reach that were open or closed at the moment, 通报 not counted."""
    ours = [reach(frame.actor, C.org_id)]
    if frame.as_of is None:
        return [C.cancelled_at.is_(None), *ours]
    return [C.opened_at <= frame.as_of, sa.or_(C.cancelled_at.is_(None), C.cancelled_at > frame.as_of), *ours]


def _rectified(frame: Frame) -> Iterable[tuple[Any, bool]]:
    """责令整改 with a term. The re-check counts from its own day."""
    statement = (
        sa.select(C.id, C.sample_id, C.rectified_on, C.recheck_passed, *_columns(C.__tablename__, C.number, C.party_name, C.rectify_to))
        .join(Organisation, Organisation.id == C.org_id)
        .where(
            *_known_cases(frame), C.mode == CaseMode.DISPOSE, C.rectify_ordered.is_(True),
            C.rectify_to.between(frame.period.first, frame.period.last),
        )
    )  # fmt: skip
    for row in session().execute(statement):
        yield row, bool(row.recheck_passed) and row.rectified_on is not None and row.rectified_on <= frame.today


def _recorded(frame: Frame) -> Iterable[tuple[Any, bool]]:
    """Cases closed in the period with what their record held at the moment."""
    where = [*_known_cases(frame), C.closed_on.between(frame.period.first, frame.period.last), C.closed_at.is_not(None)]
    if frame.as_of is not None:
        where.append(C.closed_at <= frame.as_of)
    beside = enforcement.papers(sa.select(C.id).where(*where), frame.as_of)
    named = _columns(C.__tablename__, C.number, C.party_name, C.closed_on)
    statement = sa.select(*enforcement.RECORDED, C.sample_id, *named).join(Organisation, Organisation.id == C.org_id).where(*where)
    for row in session().execute(statement):
        lacking = enforcement_record.missing(row, beside.get(row.id, Papers()))  # type: ignore[arg-type]
        yield row, enforcement_record.complete(lacking)


def _answered(frame: Frame) -> Iterable[tuple[Any, bool]]:
    """Leads handed over whose answer is due. The answer counts from its own day."""
    one = CaseTransfer
    where = [reach(frame.actor, one.org_id), one.kind.in_(LEADS), one.state != TransferState.VOIDED]
    if frame.as_of is not None:
        where.append(one.created_at <= frame.as_of)
    statement = (
        sa.select(one.id, one.sample_id, one.replied_on, *_columns(one.__tablename__, one.number, one.to_name, one.reply_due_on))
        .join(Organisation, Organisation.id == one.org_id)
        .where(*where, one.reply_due_on.between(frame.period.first, frame.period.last))
    )
    for row in session().execute(statement):
        yield row, row.replied_on is not None and row.replied_on <= frame.today


def _published(frame: Frame) -> Iterable[tuple[Any, bool]]:
    """Decisions whose term of publication ends, as the clock of each says. One revoked before its term had ended owes nothing."""
    one, clock = Penalty, LegalClock
    where = [
        reach(frame.actor, one.org_id), clock.subject_kind == one.__tablename__, clock.code.in_(PUBLICATION),
        clock.due_on.between(frame.period.first, frame.period.last), sa.or_(one.revoked_on.is_(None), one.revoked_on > clock.due_on),
    ]  # fmt: skip
    if frame.as_of is not None:
        where.append(clock.recorded_at <= frame.as_of)
    named = _columns(one.__tablename__, one.number, one.party_name, clock.due_on)
    statement = (
        sa.select(one.id, one.sample_id, clock.done_on, *named)
        .join(clock, clock.subject_id == one.id)
        .join(Organisation, Organisation.id == one.org_id)
        .where(*where)
    )
    for row in session().execute(statement):
        yield row, row.done_on is not None and row.done_on <= min(row.day, frame.today)


def _filed(frame: Frame) -> Iterable[tuple[Any, bool]]:
    """Cases by the day on which the conclusion came; 立案 counts from its own day, as known at the moment."""
    where = [Penalty.case_id == C.id, Penalty.filed_on <= frame.today]
    if frame.as_of is not None:
        where.append(Penalty.created_at <= frame.as_of)
    filed = sa.select(Penalty.id).where(*where).exists().label("filed")
    statement = (
        sa.select(C.id, C.sample_id, filed, *_columns(C.__tablename__, C.number, C.party_name, C.received_on))
        .join(Organisation, Organisation.id == C.org_id)
        .where(*_known_cases(frame), C.mode == CaseMode.DISPOSE, C.received_on.between(frame.period.first, frame.period.last))
    )
    for row in session().execute(statement):
        yield row, bool(row.filed)


def _lasted(frame: Frame) -> Iterable[tuple[Any, int]]:
    """Cases closed in the period with the working days that each took."""
    days = calendar()
    where = [*_known_cases(frame), C.closed_on.between(frame.period.first, frame.period.last), C.closed_at.is_not(None)]
    if frame.as_of is not None:
        where.append(C.closed_at <= frame.as_of)
    named = _columns(C.__tablename__, C.number, C.party_name, C.closed_on)
    statement = sa.select(C.id, C.sample_id, C.received_on, *named).join(Organisation, Organisation.id == C.org_id)
    for row in session().execute(statement.where(*where, C.mode == CaseMode.DISPOSE)):
        yield row, max(days.working_days_between(row.received_on, row.day), 0)


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
