"""Legal clocks, read: the list with its lights as of today, one clock with its changes, counts per person and per month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock as time
from app.accounts.models import User
from app.db import session
from app.disposal.clocks import remaining_words
from app.disposal.models import DisposalCase
from app.domain import deadlines
from app.domain.actors import Actor
from app.domain.case_kinds import ClockChangeKind
from app.domain.case_states import ClockChangeState
from app.domain.deadlines import DeadlineLight
from app.domain.working_days import WorkingDays
from app.legal_clocks.models import ClockChange, LegalClock
from app.organisations.models import Organisation
from app.paging import page_size
from app.sampling.models import Sample
from app.scope import scope

LARGEST_ID = 2**63 - 1
RUNNING, SOON, OVERDUE, PAUSED, DONE, LAPSED, ALL = "running", "soon", "overdue", "paused", "done", "lapsed", "all"
STATES = {
    RUNNING: "计时中", SOON: "临近到期", OVERDUE: "超期", PAUSED: "中止中", DONE: "已办结", LAPSED: "期满未提出", ALL: "全部",
}  # fmt: skip
OF_PARTIES = ("食品生产经营者", "被抽查人")  # what a party may do within a term lapses with it; nobody is late
SOON_DAYS = 5


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``days`` is how many working days ahead 临近到期 looks."""

    state: str = RUNNING
    days: int = SOON_DAYS
    code: str | None = None
    handler_id: int | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands today: read, never stored."""

    left: int | None
    light: DeadlineLight | None
    words: str


def standing(row: Any, today: date, days: WorkingDays) -> Standing:
    """``row`` has started_on, due_on, done_on, cancelled_at and paused_from, and duty_of where a party may be meant."""
    if row.cancelled_at is not None:
        return Standing(None, None, "已撤销")
    if row.done_on is not None:
        light = deadlines.light(row.started_on, row.due_on, today, days, done_on=row.done_on)
        late = "逾期" if light is DeadlineLight.RED else "按期"
        return Standing(None, light, f"已于 {row.done_on} {late}办结")
    if row.paused_from is not None and row.paused_from <= today:
        left = deadlines.remaining_working_days(row.paused_from - timedelta(days=1), row.due_on, days)
        return Standing(left, None, f"自 {row.paused_from} 起中止，恢复后还有 {left} 个工作日")
    if getattr(row, "duty_of", None) in OF_PARTIES and row.due_on < today:
        return Standing(None, None, "期限已满，没有提出")
    left = deadlines.remaining_working_days(today, row.due_on, days)
    light = deadlines.light(row.started_on, row.due_on, today, days)
    return Standing(left, light, remaining_words(left, light))


@dataclass(frozen=True, slots=True)
class _Read:
    started_on: date
    due_on: date
    done_on: date | None
    cancelled_at: Any
    paused_from: date | None
    duty_of: str


def standing_of(clock: LegalClock, paused: date | None, today: date, days: WorkingDays) -> Standing:
    """The same of one clock."""
    return standing(_Read(clock.started_on, clock.due_on, clock.done_on, clock.cancelled_at, paused, clock.duty_of), today, days)


def open_pause() -> Any:
    """The first day of a pause that has not ended, beside each clock."""
    return (
        sa.select(sa.func.min(ClockChange.from_on))
        .where(
            ClockChange.clock_id == LegalClock.id, ClockChange.kind == ClockChangeKind.PAUSE,
            ClockChange.state == ClockChangeState.APPROVED, ClockChange.to_on.is_(None),
        )
        .correlate(LegalClock).scalar_subquery()
    )  # fmt: skip


def clocks(actor: Actor, filters: Filters, today: date, days: WorkingDays, page: int = 1) -> tuple[Sequence[Any], int]:
    """One page, due soonest first, and how many there are."""
    size = page_size()
    found = chosen(actor, filters, today, days)
    total = session().scalar(sa.select(sa.func.count()).select_from(found.with_only_columns(LegalClock.id).subquery())) or 0
    ordered = found.order_by(LegalClock.due_on, LegalClock.id).limit(size).offset((page - 1) * size)
    return session().execute(ordered).all(), total


def every_clock(actor: Actor, filters: Filters, today: date, days: WorkingDays) -> Sequence[Any]:
    return session().execute(chosen(actor, filters, today, days).order_by(LegalClock.due_on, LegalClock.id)).all()


def chosen(actor: Actor, filters: Filters, today: date, days: WorkingDays) -> sa.Select[Any]:
    columns = [
        LegalClock.id, LegalClock.code, LegalClock.name, LegalClock.duty_of, LegalClock.subject_name, LegalClock.started_on,
        LegalClock.start_event, LegalClock.due_on, LegalClock.due_at, LegalClock.article, LegalClock.provisional, LegalClock.done_on,
        LegalClock.cancelled_at, LegalClock.extended, LegalClock.case_id, LegalClock.why, User.name.label("handler"),
        Organisation.name.label("org"), Sample.number.label("sample"), open_pause().label("paused_from"),
    ]  # fmt: skip
    statement = (
        sa.select(*columns)
        .join(Organisation, Organisation.id == LegalClock.org_id)
        .outerjoin(Sample, Sample.id == LegalClock.sample_id)
        .outerjoin(DisposalCase, DisposalCase.id == LegalClock.case_id)
        .outerjoin(User, User.id == DisposalCase.handler_id)
    )
    return scope(statement, LegalClock, actor).where(*_conditions(filters, today, days))


def _conditions(filters: Filters, today: date, days: WorkingDays) -> list[Any]:
    found = _in_state(filters, today, days)
    if filters.code:
        found.append(LegalClock.code == filters.code)
    if filters.handler_id is not None:
        found.append(DisposalCase.handler_id == filters.handler_id)
    if filters.word:
        found.append(
            sa.or_(*(column.contains(filters.word, autoescape=True) for column in (LegalClock.subject_name, Sample.number)))
        )
    return found


def _in_state(filters: Filters, today: date, days: WorkingDays) -> list[Any]:
    running, paused = _running(), open_pause() <= today
    going = sa.or_(open_pause().is_(None), open_pause() > today)
    if filters.state == DONE:
        return [LegalClock.done_on.is_not(None)]
    if filters.state == OVERDUE:
        return [*running, going, LegalClock.due_on < today, LegalClock.duty_of.not_in(OF_PARTIES)]
    if filters.state == LAPSED:
        return [*running, _lapsed(today)]
    if filters.state == SOON:
        return [*running, going, LegalClock.due_on >= today, LegalClock.due_on <= working_days_ahead(today, filters.days, days)]
    if filters.state == PAUSED:
        return [*running, paused]
    return [*running, sa.not_(_lapsed(today))] if filters.state == RUNNING else []


def _running() -> list[Any]:
    return [LegalClock.done_on.is_(None), LegalClock.cancelled_at.is_(None)]


def _lapsed(today: date) -> Any:
    return sa.and_(LegalClock.duty_of.in_(OF_PARTIES), LegalClock.due_on < today)


def working_days_ahead(today: date, count: int, days: WorkingDays) -> date:
    day = today
    for _ in range(count):
        day = days.next_working_day(day + timedelta(days=1))
    return day


def counts(actor: Actor, filters: Filters, today: date, days: WorkingDays) -> dict[str, int]:
    """How many stand in each state, for the tabs."""
    found = {}
    for state in STATES:
        listed = scope(sa.select(LegalClock.id), LegalClock, actor).where(*_in_state(Filters(state, filters.days), today, days))
        found[state] = session().scalar(sa.select(sa.func.count()).select_from(listed.subquery())) or 0
    return found


def codes(actor: Actor) -> list[tuple[str, str]]:
    """The duties that occur, for the filter."""
    found = session().execute(
        scope(sa.select(LegalClock.code, sa.func.max(LegalClock.name)), LegalClock, actor).group_by(LegalClock.code)
    )
    return sorted((code, name) for code, name in found)


def by_person(actor: Actor, today: date) -> Sequence[Any]:
    """Running and overdue clocks of cases by their handler; what nobody has taken stands last."""
    late = sa.func.sum(sa.case((sa.and_(LegalClock.due_on < today, LegalClock.duty_of.not_in(OF_PARTIES)), 1), else_=0))
    statement = (
        sa.select(User.id, User.name, sa.func.count().label("running"), late.label("late"), sa.func.min(LegalClock.due_on).label("next"))
        .join(DisposalCase, DisposalCase.id == LegalClock.case_id)
        .outerjoin(User, User.id == DisposalCase.handler_id)
        .where(*_running(), sa.not_(_lapsed(today)))
        .group_by(User.id, User.name)
    )
    rows = session().execute(scope(statement, LegalClock, actor)).all()
    return sorted(rows, key=lambda row: (row.id is None, -row.late, row.next))


# ---------------------------------------------------------------- one clock

def clock(actor: Actor, clock_id: int) -> LegalClock | None:
    if clock_id > LARGEST_ID:
        return None
    return session().scalars(
        scope(sa.select(LegalClock), LegalClock, actor)
        .where(LegalClock.id == clock_id)
        .execution_options(populate_existing=True)
    ).first()


def change(actor: Actor, change_id: int) -> ClockChange | None:
    if change_id > LARGEST_ID:
        return None
    return session().scalars(
        scope(sa.select(ClockChange), ClockChange, actor)
        .where(ClockChange.id == change_id)
        .execution_options(populate_existing=True)
    ).first()


def changes_of(clock_id: int) -> Sequence[ClockChange]:
    return session().scalars(sa.select(ClockChange).where(ClockChange.clock_id == clock_id).order_by(ClockChange.id)).all()


def paused_from(changes: Sequence[ClockChange]) -> date | None:
    """The first day of a pause that has not ended."""
    return next(
        (
            one.from_on for one in changes
            if one.kind is ClockChangeKind.PAUSE and one.state is ClockChangeState.APPROVED and one.to_on is None
        ),
        None,
    )  # fmt: skip


def people(changes: Sequence[ClockChange]) -> dict[int | None, str]:
    ids = {number for one in changes for number in (one.asked_by_id, one.decided_by_id) if number is not None}
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(ids)))}


def of_case(case_id: int) -> Sequence[LegalClock]:
    return session().scalars(sa.select(LegalClock).where(LegalClock.case_id == case_id).order_by(LegalClock.id)).all()


@dataclass(frozen=True, slots=True)
class MonthCount:
    """延长、中止 decided in one month under one rule."""

    month: str
    code: str
    name: str
    extended: int
    paused: int
    declined: int


def monthly(actor: Actor, since: date) -> list[MonthCount]:
    """N22: how often a deadline was moved, newest month first."""
    statement = scope(
        sa.select(ClockChange.decided_at, LegalClock.code, LegalClock.name, ClockChange.kind, ClockChange.state)
        .join(LegalClock, LegalClock.id == ClockChange.clock_id)
        .where(ClockChange.decided_at > time.end_of_day(since)),
        ClockChange,
        actor,
    )
    found: dict[tuple[str, str, str], list[int]] = {}
    for at, code, name, kind, state in session().execute(statement):
        row = found.setdefault((f"{time.office_time(at):%Y-%m}", code, name), [0, 0, 0])
        if state is ClockChangeState.DECLINED:
            row[2] += 1
        elif state is ClockChangeState.APPROVED:
            row[0 if kind is ClockChangeKind.EXTENSION else 1] += 1
    return [MonthCount(*key, *numbers) for key, numbers in sorted(found.items(), reverse=True)]
