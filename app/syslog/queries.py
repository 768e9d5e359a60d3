"""How far the log server has been told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.alerts.models import ChainAnchor
from app.chain import HistoryEntry
from app.db import session
from app.syslog.models import SyslogCursor


@dataclass(frozen=True, slots=True)
class Lag:
    """What waits: entries and anchors not looked at yet, since when, and the last fault."""

    entries: int
    anchors: int
    since: datetime | None
    seq: int
    sent_at: datetime | None
    fault: str | None


def lag() -> Lag | None:
    """None before the first turn."""
    cursor = session().scalars(sa.select(SyslogCursor).execution_options(populate_existing=True)).first()
    if cursor is None:
        return None
    waiting = sa.select(sa.func.count(), sa.func.min(HistoryEntry.at)).where(HistoryEntry.seq > cursor.seq)
    entries, since = session().execute(waiting).one()
    later = sa.select(sa.func.count(), sa.func.min(ChainAnchor.at)).where(ChainAnchor.id > cursor.anchor_id)
    anchors, oldest = session().execute(later).one()
    return Lag(entries, anchors, since or oldest, cursor.seq, cursor.sent_at, cursor.fault)
