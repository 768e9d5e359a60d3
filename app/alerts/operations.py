"""安全告警 found in the history, and handled. Never commits, never sees a request.

Nothing in the watched transactions knows of alerts: they come out of the history afterwards, like messages. One row holds how far the
history has been watched; whoever watches locks it, so that an event is told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from app import history
from app.alerts import queries
from app.alerts.models import AlertCursor, SecurityAlert
from app.authorize import local_operator
from app.chain import HistoryEntry
from app.db import session
from app.domain.actors import Actor
from app.domain.alerts import WATCHED_STEPS, Finding, findings
from app.domain.trust_kinds import AlertKind
from app.domain.trust_states import AlertState, AlertStep

BLOCK = 2_000  # entries watched in one transaction
LONGEST = 400
FIRST_DAYS = 1  # an installation with years of history begins with the last day


def collect(at: datetime) -> int:
    """Watch the next part of the history; returns how many alerts were raised or added to. Runs inside a transaction."""
    cursor = locked_cursor(at)
    upto = cursor.seq + BLOCK
    entries = session().scalars(
        sa.select(HistoryEntry)
        .where(HistoryEntry.seq > cursor.seq, HistoryEntry.seq <= upto, HistoryEntry.step.in_(sorted(WATCHED_STEPS)))
        .order_by(HistoryEntry.seq)
    ).all()
    last = session().scalar(sa.select(sa.func.max(HistoryEntry.seq)).where(HistoryEntry.seq <= upto))
    cursor.seq = last or cursor.seq
    return _watch(entries)


def locked_cursor(at: datetime) -> AlertCursor:
    """How far it has been watched, locked: two workers watch one after the other."""
    found = session().scalars(sa.select(AlertCursor).with_for_update().execution_options(populate_existing=True)).first()
    if found is None:
        before = sa.select(sa.func.max(HistoryEntry.seq)).where(HistoryEntry.at < at - timedelta(days=FIRST_DAYS))
        found = AlertCursor(seq=session().scalar(before) or 0)
        session().add(found)
        session().flush()
    return found


def _watch(entries: Sequence[HistoryEntry]) -> int:
    limits, told = queries.limits(), 0
    administrators = queries.administrators({entry.actor_id for entry in entries if entry.actor_id is not None})
    for entry in entries:
        event = queries.event_of(entry, administrators)
        for found in findings(event, queries.seen(entry, limits), limits):
            tell(found, entry.at, org_id=entry.org_id, user_id=entry.actor_id, ip=entry.address, seq=entry.seq)
            told += 1
    return told


def tell(
    found: Finding, at: datetime, *, org_id: int | None, user_id: int | None = None, ip: str | None = None, seq: int | None = None
) -> SecurityAlert:
    """Raise an alert, or add to the open one of the same key."""
    alert = session().scalars(
        sa.select(SecurityAlert).where(SecurityAlert.key == found.key, SecurityAlert.state == AlertState.OPEN).order_by(SecurityAlert.id)
    ).first()
    if alert is not None:
        alert.count, alert.last_at, alert.text = alert.count + 1, max(alert.last_at, at), found.text[:LONGEST]
        alert.last_seq = seq or alert.last_seq
        return alert
    operator = local_operator()
    made = SecurityAlert(
        org_id=org_id or operator.org_id, kind=found.kind, key=found.key, user_id=user_id, ip=ip, text=found.text[:LONGEST], count=1,
        first_at=at, last_at=at, first_seq=seq, last_seq=seq,
    )
    history.advance(made, AlertStep.RAISE, operator, comment=found.text, asked=True)
    return made


def raise_fault(kind: AlertKind, key: str, text: str, at: datetime) -> SecurityAlert:
    """An alert that does not come out of the history: a broken chain, an anchor that does not fit."""
    return tell(Finding(kind, key, text), at, org_id=None)


def handle(alert: SecurityAlert, actor: Actor, opinion: str, at: datetime, *, seen: int | None = None) -> None:
    """处理告警: what was found out and done, in words."""
    history.advance(alert, AlertStep.HANDLE, actor, comment=opinion, seen=seen)
    alert.handled_by_id, alert.handled_at, alert.opinion = actor.user_id, at, opinion.strip()[:LONGEST]
