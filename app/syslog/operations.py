"""日志外送: the recorded rows themselves are the queue, and one row says how far they have been sent.

Nothing in the transactions that record them knows of it, so a log server that is away delays and fails nobody. Messages are taken under a
lease, sent outside any transaction, and the place moves when they have gone: each is sent at least once, and again only when the worker
died or the server went in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.alerts.models import ChainAnchor
from app.chain import HistoryEntry
from app.db import session
from app.syslog import events
from app.syslog.models import SyslogCursor

BLOCK = 1_000  # entries looked at in one turn
LEASE = timedelta(seconds=60)
FIRST_DAYS = 1  # when it is turned on in an installation with years of history, it begins with the last day
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be sent next, and where the place is before and after."""

    seq: int
    upto: int
    anchor_upto: int
    messages: Sequence[bytes]


def claim(at: datetime) -> Batch | None:
    """Take the next part; None where there is nothing, or somebody else is sending. Runs inside a transaction."""
    cursor = _cursor(at)
    if cursor.busy_until is not None and cursor.busy_until > at:
        return None
    batch = _next(cursor)
    if batch is not None:
        cursor.busy_until = at + LEASE
    return batch


def _cursor(at: datetime) -> SyslogCursor:
    found = session().scalars(sa.select(SyslogCursor).with_for_update().execution_options(populate_existing=True)).first()
    if found is None:
        day = at - timedelta(days=FIRST_DAYS)
        seq = session().scalar(sa.select(sa.func.max(HistoryEntry.seq)).where(HistoryEntry.at < day))
        anchor = session().scalar(sa.select(sa.func.max(ChainAnchor.id)).where(ChainAnchor.at < day))
        found = SyslogCursor(seq=seq or 0, anchor_id=anchor or 0)
        session().add(found)
        session().flush()
    return found


def _next(cursor: SyslogCursor) -> Batch | None:
    entries = session().scalars(
        sa.select(HistoryEntry).where(HistoryEntry.seq > cursor.seq).order_by(HistoryEntry.seq).limit(BLOCK)
    ).all()
    anchors = session().scalars(
        sa.select(ChainAnchor).where(ChainAnchor.id > cursor.anchor_id).order_by(ChainAnchor.id).limit(BLOCK)
    ).all()
    if not entries and not anchors:
        return None
    told = [events.of_entry(entry) for entry in entries if events.is_sent(entry)]
    told += [events.of_head(entries[-1])] if entries else []
    told += [events.of_anchor(anchor) for anchor in anchors]
    upto, anchor_upto = (entries[-1].seq if entries else cursor.seq), (anchors[-1].id if anchors else cursor.anchor_id)
    return Batch(cursor.seq, upto, anchor_upto, told)


def done(batch: Batch, at: datetime) -> None:
    """The place moves. One that somebody else has moved meanwhile stays. Runs inside a transaction."""
    cursor = _cursor(at)
    if cursor.seq == batch.seq and cursor.anchor_id <= batch.anchor_upto:
        cursor.seq, cursor.anchor_id = batch.upto, batch.anchor_upto
    cursor.busy_until, cursor.sent_at, cursor.failed_at, cursor.fault = None, at, None, None


def failed(fault: OSError, at: datetime) -> None:
    """Nothing moves; the next turn begins at the same place. Runs inside a transaction."""
    cursor = _cursor(at)
    cursor.busy_until, cursor.failed_at, cursor.fault = None, at, (fault.strerror or str(fault) or type(fault).__name__)[:LONGEST]
