"""Once a working morning: the digest of every person who has something to do, and what of his own is late or nearly so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.accounts import sessions
from app.accounts.models import User
from app.db import insert_many, session
from app.disposal.clocks import LIVE, remaining_words
from app.disposal.models import DisposalCase
from app.domain import deadlines
from app.domain.actors import Actor
from app.domain.deadlines import AMBER_DAYS
from app.domain.messages import digest_due
from app.domain.reporting_kinds import MessageKind
from app.domain.working_days import WorkingDays
from app.messages import queries
from app.messages.models import Message
from app.messages.operations import When, locked_cursor, message_row
from app.messages.people import active
from app.pages.digest import digest
from app.reference_data.books import calendar

MOST_DUE = 200  # of one person


def begins() -> time:
    """When the working morning begins in this office (DIGEST_TIME)."""
    return time.fromisoformat(current_app.config["DIGEST_TIME"])


def due_now(at: datetime) -> bool:
    return digest_due(clock.office_time(at), calendar().is_working_day, begins())


def untold(at: datetime) -> list[Actor]:
    """Everybody who has not been told today."""
    told = sa.exists().where(Message.user_id == User.id, Message.key == digest_key(clock.office_time(at).date()))
    return [sessions.actor_of(user) for user in active(sa.not_(told))]


def tell(actor: Actor, at: datetime) -> int:
    """The morning of one person, in a transaction of its own; returns whether he got a digest. Two workers make one."""
    locked_cursor(at)
    today = clock.office_time(at).date()
    return _tell(actor, digest_key(today), today, calendar(), at)


def digest_key(day: date) -> str:
    return f"digest:{day.isoformat()}"


def _tell(actor: Actor, key: str, today: date, days: WorkingDays, at: datetime) -> int:
    known = set(session().scalars(sa.select(Message.key).where(Message.user_id == actor.user_id, Message.key.in_([key]))))
    if known or actor.user_id is None:
        return 0
    when = When(at, days)
    rows = list(_due_rows(actor, today, when))
    wanted = queries.setting(actor.user_id)
    made = digest(actor, today, at, days)
    if wanted.digest and not made.empty:
        title = f"{today.month}月{today.day}日提要：{made.counts}"
        body = "\n".join(made.lines)
        rows.append(message_row(actor.user_id, actor.org_id, MessageKind.DIGEST, key, title, body, "list:pages.home", when))
    if rows:
        insert_many(Message.__table__, rows)  # type: ignore[arg-type]
    return int(any(row["key"] == key for row in rows))


def _due_rows(actor: Actor, today: date, when: When) -> Iterator[dict[str, Any]]:
    """Cases in this person's hands that are within three working days of their date or over it: told once when near, once when late."""
    until = when.days.add_working_days(today, AMBER_DAYS)
    columns = (DisposalCase.id, DisposalCase.number, DisposalCase.party_name, DisposalCase.received_on, DisposalCase.due_on)
    mine = sa.select(*columns).where(
        DisposalCase.handler_id == actor.user_id, DisposalCase.state.in_(LIVE), DisposalCase.due_on <= until
    )
    rows = session().execute(mine.order_by(DisposalCase.due_on, DisposalCase.id).limit(MOST_DUE)).all()
    keys = {row.id: f"due:disposal_case:{row.id}:{'late' if row.due_on < today else 'near'}:{row.due_on.isoformat()}" for row in rows}
    known = set(session().scalars(sa.select(Message.key).where(Message.user_id == actor.user_id, Message.key.in_(list(keys.values())))))
    for row in rows:
        if keys[row.id] in known:
            continue
        left = deadlines.remaining_working_days(today, row.due_on, when.days)
        words = remaining_words(left, deadlines.light(row.received_on, row.due_on, today, when.days))
        title = f"处置案件 {row.number} {words}（{row.due_on.isoformat()} 到期）"
        yield message_row(
            actor.user_id or 0, actor.org_id, MessageKind.DUE, keys[row.id], title, f"责任单位：{row.party_name or '/'}",
            f"disposal_case:{row.id}", when,
        )  # fmt: skip
