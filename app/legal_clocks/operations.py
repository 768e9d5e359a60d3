"""Legal clocks, started, stopped and counted again. Others call this inside their own transaction, after their own permission.

    start(document, "RETEST_APPLY", delivered_on, actor, sample_id=…, case_id=…)   a second call with the same day changes nothing
    stop(document, "RETEST_APPLY", day, "已提出申请", actor)
    cancel(document, actor)                                                          the duty has gone with its subject
    restart(document, "RETEST_APPLY", corrected_day, actor, "送达日期更正")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock as time
from app import history
from app.db import reserve_ids, session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.case_states import ClockChangeState
from app.domain.deadlines import DeadlineRule, Unit
from app.legal_clocks import counting
from app.legal_clocks.counting import Begun, day_of
from app.legal_clocks.models import ClockChange, LegalClock
from app.reference_data.models import DeadlineRuleRow

KIND = LegalClock.__tablename__
PART = 500
NAMED = 300
Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clock as the records say it should be; without ``done_on`` it runs."""

    subject: Any
    code: str
    begun: Begun
    sample_id: int | None = None
    case_id: int | None = None
    event: str | None = None
    done_on: date | None = None
    done_note: str | None = None
    name: str | None = None
    reason: str | None = None

    @property
    def key(self) -> Key:
        return self.subject.__tablename__, self.subject.id, self.code


def start(
    subject: Any, code: str, started_on: Begun, actor: Actor, *,
    sample_id: int | None = None, case_id: int | None = None, event: str | None = None, name: str | None = None,
) -> LegalClock:  # fmt: skip
    """The duty begins. A clock of the same code that was stopped or cancelled, or began on another day, begins again.

    ``started_on`` is a day, or a moment (naive UTC) for rules in hours; ``event`` says what set the clock off where that is
    not what the rule names. Raises NotLikeThis when no rule was in force on that day.
    """
    return keep([Wanted(subject, code, started_on, sample_id, case_id, event, name=name)], actor)[0]


def restart(subject: Any, code: str, started_on: Begun, actor: Actor, reason: str | None = None) -> LegalClock | None:
    """The day that set the clock off has been corrected. None where there is no such clock."""
    clock = clock_of(subject, code)
    if clock is None or clock.cancelled_at is not None:
        return None
    wanted = Wanted(
        subject, code, started_on, event=clock.start_event, done_on=clock.done_on, done_note=clock.done_note, reason=reason
    )
    return keep([wanted], actor)[0]


def stop(subject: Any, code: str, done_on: date, note: str | None, actor: Actor) -> LegalClock | None:
    """The duty is done. None where no such clock runs; stopping twice keeps the first day."""
    clock = clock_of(subject, code)
    if clock is None or clock.cancelled_at is not None or clock.done_on is not None:
        return None
    _stop(clock, done_on, note, actor)
    return clock


def cancel(subject: Any, actor: Actor, code: str | None = None, reason: str | None = None) -> int:
    """The duty has gone with its subject: what still runs is cancelled. Returns how many."""
    statement = sa.select(LegalClock).where(
        LegalClock.subject_kind == subject.__tablename__, LegalClock.subject_id == subject.id,
        LegalClock.done_on.is_(None), LegalClock.cancelled_at.is_(None),
    )  # fmt: skip
    found = session().scalars(statement.where(LegalClock.code == code) if code else statement).all()
    for clock in found:
        clock.cancelled_at = time.now()
        _record(clock, "cancel_clock", actor, reason, {})
    return len(found)


def clock_of(subject: Any, code: str) -> LegalClock | None:
    return session().scalars(
        sa.select(LegalClock).where(
            LegalClock.subject_kind == subject.__tablename__, LegalClock.subject_id == subject.id, LegalClock.code == code
        )
    ).first()


# ---------------------------------------------------------------- many at once

def keep(wanted: Sequence[Wanted], actor: Actor) -> list[LegalClock]:
    """Make the clocks say what the records say; any number of calls leaves the same rows and the same history."""
    known = _existing(wanted)
    ids = iter(reserve_ids(LegalClock.__table__, sum(want.key not in known for want in wanted)))  # type: ignore[arg-type]
    plain: dict[tuple[str, Begun, str | None], dict[str, Any]] = {}  # the same day and duty is counted once
    found = []
    for want in wanted:
        clock = known.get(want.key)
        if clock is None:
            same = (want.code, want.begun, want.event)
            if same not in plain:
                rule = counting.rule_for(*same)
                plain[same] = counting.values(rule, counting.deadline(rule, want.begun), 0)
            clock = known[want.key] = _make(next(ids), want, actor, plain[same])
        else:
            _begin_again(clock, want, actor)
        if want.done_on is not None and clock.done_on != want.done_on:
            _stop(clock, want.done_on, want.done_note, actor)
        found.append(clock)
    return found


def _existing(wanted: Sequence[Wanted]) -> dict[Key, LegalClock]:
    by_kind: dict[str, set[int]] = {}
    for want in wanted:
        by_kind.setdefault(want.key[0], set()).add(want.key[1])
    found: dict[Key, LegalClock] = {}
    for kind, ids in by_kind.items():
        listed = sorted(ids)
        for first in range(0, len(listed), PART):
            part = listed[first : first + PART]
            rows = session().scalars(
                sa.select(LegalClock).where(LegalClock.subject_kind == kind, LegalClock.subject_id.in_(part))
            )
            found |= {(kind, row.subject_id, row.code): row for row in rows}
    return found


def _make(clock_id: int, want: Wanted, actor: Actor, columns: dict[str, Any]) -> LegalClock:
    subject = want.subject
    named = want.name or getattr(subject, "title", None) or getattr(subject, "number", None) or want.key[0]
    clock = LegalClock(
        id=clock_id, org_id=subject.org_id, subject_kind=want.key[0], subject_id=subject.id, sample_id=want.sample_id,
        case_id=want.case_id, code=want.code, subject_name=named[:NAMED], started_on=day_of(want.begun), recorded_at=time.now(),
        version=1, **columns,
    )  # fmt: skip
    counting.copy(clock)
    session().add(clock)
    _record(clock, "start_clock", actor, clock.why.partition("\n")[0], {"due_on": (None, clock.due_on)})
    return clock


def _begin_again(clock: LegalClock, want: Wanted, actor: Actor) -> None:
    """Only where something differs: a day, an event, or that it had stopped."""
    day, event = day_of(want.begun), want.event or clock.start_event
    resumed = clock.cancelled_at is not None or (clock.done_on is not None and want.done_on is None)
    if not resumed and (clock.started_on, clock.start_event) == (day, event):
        return
    before = {name: getattr(clock, name) for name in ("started_on", "due_on", "done_on")}
    rule = counting.rule_for(clock.code, want.begun, event)
    changes = approved_changes(clock)
    extended = counting.extension_of(changes)
    columns = counting.values(
        rule, counting.deadline(rule, want.begun, pauses=counting.pauses_of(changes), extend=extended), extended
    )
    counting.put(clock, {"started_on": day, **columns})
    if resumed:
        clock.cancelled_at = clock.done_on = clock.done_note = None
    moved = {name: (value, getattr(clock, name)) for name, value in before.items()}
    _record(clock, "start_clock", actor, want.reason or clock.why.partition("\n")[0], moved)


def _stop(clock: LegalClock, done_on: date, note: str | None, actor: Actor) -> None:
    before, clock.done_on, clock.done_note = clock.done_on, done_on, note
    _record(clock, "stop_clock", actor, note, {"done_on": (before, done_on)})


def _record(
    clock: LegalClock, step: str, actor: Actor, comment: str | None, changes: Mapping[str, tuple[Any, Any]]
) -> None:
    history.record(KIND, clock.id, step, actor, org_id=clock.org_id, name=clock.number, comment=comment, changes=changes)


def approved_changes(clock: LegalClock) -> Sequence[ClockChange]:
    return session().scalars(
        sa.select(ClockChange)
        .where(ClockChange.clock_id == clock.id, ClockChange.state == ClockChangeState.APPROVED)
        .order_by(ClockChange.id)
    ).all()


# ---------------------------------------------------------------- counted again

def recount(actor: Actor, clocks: Iterable[LegalClock] | None = None) -> list[LegalClock]:
    """Ask the calendar and the rules again for every running clock: a notice on holidays or a new version of a rule may move it.

    Returns the clocks whose due date, reasons or certainty have changed; each change is in its history.
    """
    if clocks is None:
        clocks = session().scalars(
            sa.select(LegalClock).where(LegalClock.done_on.is_(None), LegalClock.cancelled_at.is_(None)).order_by(LegalClock.id)
        ).all()
    changes = _changes_by_clock()
    return [clock for clock in clocks if recount_one(clock, changes.get(clock.id, ()), actor)]


def counted(clock: LegalClock, changes: Sequence[ClockChange]) -> dict[str, Any]:
    """What the clock's columns should be, with these approved changes."""
    begun = _begun(clock)
    rule = counting.rule_for(clock.code, begun, clock.start_event)
    extended = counting.extension_of(changes)
    return counting.values(
        rule, counting.deadline(rule, begun, pauses=counting.pauses_of(changes), extend=extended), extended
    )


def recount_one(clock: LegalClock, changes: Sequence[ClockChange], actor: Actor, step: str = "recount_clock") -> bool:
    columns = counted(clock, changes)
    moved = {name: (getattr(clock, name), value) for name, value in columns.items() if getattr(clock, name) != value}
    if not moved:
        return False
    counting.put(clock, columns)
    told = {name: pair for name, pair in moved.items() if name in ("due_on", "provisional", "extended", "article")}
    _record(clock, step, actor, clock.why.partition("\n")[0], told)
    tell_case(clock, step, actor, clock.why.partition("\n")[0], {name: told[name] for name in told if name == "due_on"})
    return True


def tell_case(
    clock: LegalClock, step: str, actor: Actor, comment: str, changes: Mapping[str, tuple[Any, Any]]
) -> None:
    """What happens to a clock of a case is read in the history of the case as well."""
    case = session().get(DisposalCase, clock.case_id) if clock.case_id is not None else None
    if case is not None:
        history.record(
            DisposalCase.__tablename__, case.id, step, actor, org_id=case.org_id, name=case.number,
            comment=f"{clock.name}：{comment}", changes=changes,
        )  # fmt: skip


def _begun(clock: LegalClock) -> Begun:
    """The day, or of a rule in hours the moment that its end was counted from."""
    if clock.due_at is None or clock.rule_id is None:
        return clock.started_on
    row = session().get_one(DeadlineRuleRow, clock.rule_id)
    return clock.due_at - timedelta(hours=row.amount) if row.unit == Unit.HOUR.value else clock.started_on


def _changes_by_clock() -> dict[int, list[ClockChange]]:
    found: dict[int, list[ClockChange]] = {}
    for change in session().scalars(
        sa.select(ClockChange).where(ClockChange.state == ClockChangeState.APPROVED).order_by(ClockChange.id)
    ):
        found.setdefault(change.clock_id, []).append(change)
    return found


def rule_of(clock: LegalClock) -> DeadlineRule:
    """The rule that this clock follows now."""
    return counting.rule_for(clock.code, clock.started_on, clock.start_event)
