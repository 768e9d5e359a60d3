"""Reading alerts and anchors, and what the rules ask the history about an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from app import clock
from app.accounts.models import SignInAttempt, User, UserRole
from app.alerts.models import ChainAnchor, SecurityAlert
from app.chain import HistoryEntry
from app.db import session
from app.domain.actors import ADMINISTRATORS, Actor
from app.domain.alerts import Event, Limits, Seen
from app.domain.trust_kinds import AlertKind
from app.domain.trust_states import AlertState
from app.downloads.models import ListExport
from app.jobs import Job, JobStatus
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.reference_data.books import calendar
from app.scope import scope

PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
Row = SecurityAlert
HANDLER = aliased(User)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition."""

    q: str | None = None
    state: AlertState | None = None
    kind: AlertKind | None = None
    from_on: date | None = None
    to_on: date | None = None


COLUMNS = (
    Row.id, Row.kind, Row.text, Row.count, Row.first_at, Row.last_at, Row.ip, Row.state, Row.opinion, Row.handled_at,
    User.name.label("person"), HANDLER.name.label("handler"), Organisation.name.label("org_name"),
)  # fmt: skip


def listed(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    """Alerts of the reader's office and those below it."""
    statement = (
        sa.select(*columns).select_from(Row).join(Organisation, Organisation.id == Row.org_id)
        .outerjoin(User, User.id == Row.user_id).outerjoin(HANDLER, HANDLER.id == Row.handled_by_id)
    )  # fmt: skip
    for column, wanted in ((Row.state, filters.state), (Row.kind, filters.kind)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if filters.from_on is not None:
        statement = statement.where(Row.last_at > clock.end_of_day(filters.from_on - timedelta(days=1)))
    if filters.to_on is not None:
        statement = statement.where(Row.first_at <= clock.end_of_day(filters.to_on))
    if filters.q:
        texts = (Row.text, Row.ip, User.name)
        statement = statement.where(sa.or_(*(one.contains(filters.q, autoescape=True) for one in texts)))
    return scope(statement, Row, actor)


def alerts(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None) -> Page:
    """The list by key, newest first."""
    statement, ids = (listed(actor, filters, *wanted) for wanted in (COLUMNS, (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=PAGE, most=COUNTED)


def every_alert(actor: Actor, filters: Filters) -> Sequence[Any]:
    return session().execute(listed(actor, filters, *COLUMNS).order_by(Row.id.desc()).limit(COUNTED)).all()


def alert(actor: Actor, alert_id: int) -> SecurityAlert | None:
    """One alert of the actor's reach, as the database has it now."""
    if alert_id > LARGEST_ID:
        return None
    statement = sa.select(Row).where(Row.id == alert_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, Row, actor)).first()


def counts(actor: Actor) -> Mapping[str, int]:
    grouped = scope(sa.select(Row.state, sa.func.count()), Row, actor).group_by(Row.state)
    return {state.value: number for state, number in session().execute(grouped)}


def names(*ids: int | None) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


def anchors(limit: int = PAGE) -> Sequence[ChainAnchor]:
    """The newest anchors first."""
    return session().scalars(sa.select(ChainAnchor).order_by(ChainAnchor.id.desc()).limit(limit)).all()


def last_anchor() -> ChainAnchor | None:
    return session().scalars(sa.select(ChainAnchor).order_by(ChainAnchor.id.desc()).limit(1)).first()


def verifying(kind: str) -> bool:
    """Is a verification waiting or under way?"""
    open_ones = sa.select(Job.id).where(Job.kind == kind, Job.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
    return session().scalar(open_ones.limit(1)) is not None


# ---------------------------------------------------------------- what the rules ask

def limits() -> Limits:
    """The thresholds as they are set."""
    given = current_app.config
    start, end = (time.fromisoformat(part) for part in given["ALERT_HOURS"].split("-"))
    return Limits(
        denied=given["ALERT_DENIED"], guesses=given["ALERT_GUESSES"], guesses_within=timedelta(minutes=given["FAILURE_WINDOW_MINUTES"]),
        exports=given["ALERT_EXPORTS"], export_rows=given["ALERT_EXPORT_ROWS"], unmasks=given["ALERT_UNMASKS"], hours=(start, end),
    )  # fmt: skip


def administrators(ids: set[int]) -> frozenset[int]:
    """Those among these people who are administrators."""
    if not ids:
        return frozenset()
    found = sa.select(UserRole.user_id).where(UserRole.user_id.in_(sorted(ids)), UserRole.role.in_(sorted(ADMINISTRATORS)))
    return frozenset(session().scalars(found))


def event_of(entry: HistoryEntry, admins: frozenset[int]) -> Event:
    at = clock.office_time(entry.at)
    return Event(
        seq=entry.seq, at=at, step=entry.step, who=entry.actor_name, user_id=entry.actor_id, name=entry.subject_name or "",
        address=entry.address, comment=entry.comment or "", changes=entry.changes or "", outcome=entry.to_state or "",
        administrator=entry.actor_id in admins,
        working_day=calendar().is_working_day(at.date()),
    )  # fmt: skip


def seen(entry: HistoryEntry, limits: Limits) -> Seen:
    """How often it has come, counted only for what the entry's own rule asks."""
    day = clock.end_of_day(clock.office_time(entry.at).date() - timedelta(days=1))
    if entry.step == "denied":
        return Seen(denied=_of_person(entry, entry.at - limits.denied_within))
    if entry.step == "unmask":
        return Seen(unmasks=_of_person(entry, day))
    if entry.step == "export":
        return Seen(exports=_of_person(entry, day), export_rows=_rows(entry, day))
    if entry.step == "sign_in_failed" and entry.address:
        return Seen(guesses=_from_address(entry.address, entry.at - limits.guesses_within, entry.at))
    return Seen()


def _of_person(entry: HistoryEntry, since: datetime) -> int:
    """The same step by the same person since then, up to this entry."""
    mine = sa.and_(HistoryEntry.actor_id == entry.actor_id, HistoryEntry.step == entry.step)
    ours = sa.select(sa.func.count()).where(mine, HistoryEntry.at > since, HistoryEntry.seq <= entry.seq)
    return (session().scalar(ours) or 0) if entry.actor_id is not None else 0


def _rows(entry: HistoryEntry, since: datetime) -> int:
    """Rows that the person took out through the export dialog since then, up to this entry."""
    taken = sa.select(sa.func.coalesce(sa.func.sum(ListExport.rows), 0)).where(
        ListExport.created_by_id == entry.actor_id, ListExport.created_at > since, ListExport.created_at <= entry.at
    )
    return int(session().scalar(taken) or 0) if entry.actor_id is not None else 0


def _from_address(address: str, since: datetime, until: datetime) -> int:
    tried = sa.select(sa.func.count()).where(
        SignInAttempt.ip == address, SignInAttempt.at > since, SignInAttempt.at <= until, SignInAttempt.succeeded.is_(False)
    )
    return session().scalar(tried) or 0
