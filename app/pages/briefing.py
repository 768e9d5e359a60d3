"""晨间一页: what a supervisor looks at before the day begins, on one sheet of A4.

What waits for him, what is late or due within three working days, who is late with what, which indicators lie behind their pace, and
what changed since the last working morning. Each number opens its list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts.models import User
from app.audit.words import subject_word
from app.chain import HistoryEntry
from app.db import session
from app.disposal.clocks import LIVE
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.deadlines import AMBER_DAYS
from app.domain.indicators import Light, Period
from app.domain.workflow import TABLES
from app.domain.working_days import WorkingDays
from app.exports.queries import plan_of
from app.indicators import queries as indicators
from app.indicators import tables
from app.indicators.frames import Area, Frame, area
from app.indicators.models import Plan
from app.labels import step_label
from app.pages import morning, queries
from app.reference_data.books import region_book
from app.scope import below, scope

PEOPLE, GAPS, CHANGES, DUE, PAGE = 10, 8, 12, 12, 100
WORST_FIRST = (Light.RED, Light.AMBER)
UNCLAIMED = "未领取"


@dataclass(frozen=True, slots=True)
class Person:
    """经办人 with the cases in his hands that are late or nearly so. ``id`` 0 is nobody."""

    id: int
    name: str
    late: int
    near: int


@dataclass(frozen=True, slots=True)
class Changed:
    """So many steps of one kind since the moment."""

    kind: str
    step: str
    count: int

    @property
    def words(self) -> str:
        return f"{subject_word(self.kind)}：{step_label(self.kind, self.step)}"


@dataclass(frozen=True)
class Gaps:
    """指标缺口 of the plan of the office's area."""

    plan: Plan
    area: Area
    year: int
    lines: Sequence[tables.Line]
    more: int


@dataclass(frozen=True)
class Briefing:
    """The page."""

    day: date
    since: datetime
    cards: Sequence[queries.Card]
    soon: morning.Soon
    people: Sequence[Person]
    gaps: Gaps | None
    changes: Sequence[Changed]
    more_changes: int


def briefing(actor: Actor, today: date, now: datetime, days: WorkingDays) -> Briefing:
    """Everything, in a bounded number of statements."""
    since = last_morning(today, days)
    changes = changed(actor, since)
    return Briefing(
        today, since, [card for card in queries.cards(actor, today, now) if not card.empty], morning.coming_due(actor, today, days),
        late_by_person(actor, today, days), gaps(actor, today), changes[:CHANGES], max(0, len(changes) - CHANGES),
    )  # fmt: skip


def last_morning(today: date, days: WorkingDays) -> datetime:
    """The beginning of the last working day before this one: on a Monday, of the Friday."""
    day = today - timedelta(days=1)
    while not days.is_working_day(day):
        day -= timedelta(days=1)
    return clock.end_of_day(day - timedelta(days=1))


# ---------------------------------------------------------------- who is late

def late_by_person(actor: Actor, today: date, days: WorkingDays) -> list[Person]:
    """Cases that are late, and those due within three working days, by whoever has them in hand; the latest first."""
    until = days.add_working_days(today, AMBER_DAYS)
    late = sa.func.sum(sa.case((DisposalCase.due_on < today, 1), else_=0))
    near = sa.func.sum(sa.case((DisposalCase.due_on >= today, 1), else_=0))
    statement = scope(
        sa.select(DisposalCase.handler_id, User.name, late.label("late"), near.label("near"))
        .join(User, User.id == DisposalCase.handler_id, isouter=True)
        .where(DisposalCase.state.in_(LIVE), DisposalCase.due_on <= until),
        DisposalCase,
        actor,
    )
    rows = session().execute(statement.group_by(DisposalCase.handler_id, User.name)).all()
    found = [Person(row.handler_id or 0, row.name or UNCLAIMED, int(row.late), int(row.near)) for row in rows]
    return sorted(found, key=lambda one: (-one.late, -one.near, one.name))[:PEOPLE]


# ---------------------------------------------------------------- behind the pace

def gaps(actor: Actor, today: date) -> Gaps | None:
    """Indicators of the area's plan that are behind their pace or cannot be met any more, the red ones first."""
    own = indicators.own_region(actor)
    plan = plan_of(own.id) if own is not None else None
    if own is None or plan is None:
        return None
    frame = Frame(actor, area(region_book(), own.id), Period(today.year))
    behind = [line for line in tables.table(plan, frame) if line.light in WORST_FIRST]
    behind.sort(key=lambda line: WORST_FIRST.index(line.light))
    return Gaps(plan, frame.area, today.year, behind[:GAPS], max(0, len(behind) - GAPS))


# ---------------------------------------------------------------- what changed

def _steps(actor: Actor, since: datetime) -> list[Any]:
    return [HistoryEntry.at > since, HistoryEntry.subject_kind.in_(list(TABLES)), below(actor, HistoryEntry.org_id)]


def changed(actor: Actor, since: datetime) -> list[Changed]:
    """Steps of records of this office and those below it since the moment, the most frequent first."""
    count = sa.func.count()
    rows = session().execute(
        sa.select(HistoryEntry.subject_kind, HistoryEntry.step, count.label("steps"))
        .where(*_steps(actor, since))
        .group_by(HistoryEntry.subject_kind, HistoryEntry.step)
        .order_by(count.desc(), HistoryEntry.subject_kind, HistoryEntry.step)
    )
    return [Changed(row.subject_kind, row.step, row.steps) for row in rows]


def how_many(actor: Actor, since: datetime, kind: str, step: str) -> int:
    """The count that the page of the morning shows."""
    statement = sa.select(sa.func.count()).where(
        *_steps(actor, since), HistoryEntry.subject_kind == kind, HistoryEntry.step == step
    )
    return session().scalar(statement) or 0


def steps(actor: Actor, since: datetime, kind: str, step: str, after: int = 0) -> Sequence[HistoryEntry]:
    """The entries behind one count, oldest first, one more than a page."""
    return session().scalars(
        sa.select(HistoryEntry)
        .where(*_steps(actor, since), HistoryEntry.subject_kind == kind, HistoryEntry.step == step, HistoryEntry.id > after)
        .order_by(HistoryEntry.id)
        .limit(PAGE + 1)
    ).all()
