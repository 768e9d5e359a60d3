"""The history as the auditor reads it: newest first, page by page, within the auditor's organisation and below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.audit import words
from app.audit.words import Change
from app.chain import HistoryEntry
from app.db import session
from app.domain.actors import Actor, Channel
from app.paging import page_size
from app.scope import scope

ALERTS = "安全告警"  # what the home page counts of today
# 常看的几类: what an auditor looks for first, by the steps that it is.
GROUPS: Mapping[str, Sequence[str]] = {
    "登录和会话": ("sign_in", "sign_in_failed", "sign_out", "locked", "unlock", "end_session"),
    ALERTS: ("sign_in_failed", "locked", "denied"),
    "被拒绝的访问": ("denied",),
    "导出和下载": ("export", "download"),
    "查看完整个人信息": ("unmask",),
    "账号和授权": ("grant", "disable", "enable", "reset_password", "change_password", "apply"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. Dates are the office's days."""

    subject: str | None = None
    kind: str | None = None
    actor: str | None = None
    step: str | None = None
    channel: Channel | None = None
    since: date | None = None
    until: date | None = None
    group: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the page."""

    seq: int
    at: datetime
    actor: str
    channel: Channel
    address: str | None
    kind: str
    subject: str | None
    step: str
    from_state: str | None
    to_state: str | None
    comment: str | None
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and where the neighbours begin."""

    entries: Sequence[Entry]
    newer_than: int | None  # the previous page ends above this entry
    older_than: int | None  # the next page begins below this one


def page(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None) -> Page:
    """Entries older than ``before``, or just newer than ``after``, or the newest."""
    size = page_size()
    statement = listed(actor, filters)
    seq = HistoryEntry.seq
    if after is not None:
        found = _some(statement.where(seq > after).order_by(seq.asc()))
        rows = list(reversed(found[:size]))
        return _page(rows, has_newer=len(found) > size, has_older=True)
    if before is not None:
        statement = statement.where(seq < before)
    found = _some(statement.order_by(seq.desc()))
    return _page(found[:size], has_newer=before is not None, has_older=len(found) > size)


def listed(actor: Actor, filters: Filters) -> sa.Select[Any]:
    """Every entry under these conditions that the auditor may read."""
    return scope(sa.select(HistoryEntry.__table__), HistoryEntry, actor).where(*_conditions(filters))


def told(row: Any) -> Entry:
    """An entry as the auditor reads it."""
    return _entry(row)


def _some(statement: sa.Select[Any]) -> Sequence[Any]:
    return session().execute(statement.limit(page_size() + 1)).all()


def _page(rows: Sequence[Any], *, has_newer: bool, has_older: bool) -> Page:
    if not rows:
        return Page([], None, None)
    return Page([_entry(row) for row in rows], rows[0].seq if has_newer else None, rows[-1].seq if has_older else None)


def _entry(row: Any) -> Entry:
    return Entry(
        seq=row.seq,
        at=row.at,
        actor=row.actor_name,
        channel=row.channel,
        address=row.address,
        kind=row.subject_kind,
        subject=words.masked(row.subject_name),
        step=row.step,
        from_state=row.from_state,
        to_state=row.to_state,
        comment=words.masked(row.comment),
        changes=words.changes_of(row.subject_kind, row.changes),
    )


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    entry = HistoryEntry
    asked: Sequence[tuple[Any, Callable[[Any], sa.ColumnElement[bool]]]] = (
        (filters.subject, lambda words: entry.subject_name.contains(words, autoescape=True)),
        (filters.actor, lambda words: entry.actor_name.contains(words, autoescape=True)),
        (filters.kind, lambda kind: entry.subject_kind == kind),
        (filters.step, lambda step: entry.step == step),
        (filters.group, lambda group: entry.step.in_(GROUPS[group])),
        (filters.address, lambda address: entry.address == address),
        (filters.channel, lambda channel: entry.channel == channel),
        (filters.since, lambda day: entry.at > clock.end_of_day(day - timedelta(days=1))),
        (filters.until, lambda day: entry.at <= clock.end_of_day(day)),
    )
    return [condition(wanted) for wanted, condition in asked if wanted]
