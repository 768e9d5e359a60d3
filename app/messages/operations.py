"""Messages come out of the history: what was done is told to whoever decides next and to whoever has the matter in hand.

Nothing in the business transactions knows of them, so no step is slower or fails because of a message, and steps taken by command,
job or API are told like those of a page. One row holds how far the history has been told; whoever tells locks it, so nothing is told twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry
from app.db import insert_many, session
from app.domain.actors import Actor
from app.domain.messages import LONGEST_TITLE, Told, shown_from
from app.domain.reporting_kinds import MessageKind
from app.domain.working_days import WorkingDays
from app.labels import step_label
from app.messages import queries
from app.messages.models import Message, MessageCursor, MessageSetting
from app.messages.people import People
from app.messages.rules import WATCHED, Watched
from app.reference_data.books import calendar

BLOCK = 2_000  # entries told in one transaction
FIRST_DAYS = 7  # an installation with years of history begins with the last week
SEVERAL = 5  # of one step by one person: more are told in one sentence
MUTABLE = (MessageKind.RESULT, MessageKind.NOTICE)
"""What waits for a person's decision and legal terms cannot be muted."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """What one person is to be told because of one entry."""

    user: tuple[int, int]  # account and its office
    kind: MessageKind
    entry: HistoryEntry
    watched: Watched
    told: Told
    link: str
    listed: str  # the list that shows it among others
    waits: str | None = None  # title of the queue that it waits in


def collect(at: datetime) -> int:
    """Tell the next part of the history; returns how many messages were written. Runs inside a transaction."""
    cursor = locked_cursor(at)
    upto = cursor.seq + BLOCK
    entries = session().scalars(
        sa.select(HistoryEntry)
        .where(HistoryEntry.seq > cursor.seq, HistoryEntry.seq <= upto, HistoryEntry.subject_kind.in_(list(WATCHED)))
        .order_by(HistoryEntry.seq)
    ).all()
    last = session().scalar(sa.select(sa.func.max(HistoryEntry.seq)).where(HistoryEntry.seq <= upto))
    cursor.seq = last or cursor.seq
    return _write(list(_drafts(entries)), When(at, calendar()))


def locked_cursor(at: datetime, days: int = FIRST_DAYS) -> MessageCursor:
    """How far it is told, locked: two workers tell one after the other. The first time it begins so many days ago."""
    found = session().scalars(sa.select(MessageCursor).with_for_update().execution_options(populate_existing=True)).first()
    if found is None:
        before = sa.select(sa.func.max(HistoryEntry.seq)).where(HistoryEntry.at < at - timedelta(days=days))
        found = MessageCursor(seq=session().scalar(before) or 0)
        session().add(found)
        session().flush()
    return found


def _drafts(entries: Sequence[HistoryEntry]) -> Iterator[_Draft]:
    records, people = _records(entries), People()
    for entry in entries:
        record = records.get((entry.subject_kind, entry.subject_id))
        if record is None:
            continue
        watched = WATCHED[entry.subject_kind]
        label = step_label(entry.subject_kind, entry.step)
        link = watched.link(record)
        told = Told(watched.word, entry.subject_name or "", label, entry.actor_name, (entry.comment or "").strip())
        listed, deciding = watched.listed(record), set()
        _, waits = watched.decided_by(record) or (None, None)
        for one in _deciders(entry, record, watched, people):
            deciding.add(one.user_id)
            yield _Draft((one.user_id or 0, one.org_id), MessageKind.TASK, entry, watched, told, link, listed, waits)
        # A record with deciders is begun by whoever has it in hand; one without is given to somebody.
        hands = watched.hands if entry.from_state is not None or not watched.deciders else ()
        for user_id in {getattr(record, name) for name in hands} - deciding - {None, entry.actor_id}:
            yield _Draft((user_id, record.org_id), MessageKind.RESULT, entry, watched, told, link, listed)


def _records(entries: Iterable[HistoryEntry]) -> dict[tuple[str, int | None], Any]:
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        if entry.subject_id is not None:
            wanted.setdefault(entry.subject_kind, set()).add(entry.subject_id)
    found: dict[tuple[str, int | None], Any] = {}
    for kind, ids in wanted.items():
        model = WATCHED[kind].model
        rows = session().scalars(sa.select(model).where(model.id.in_(ids)))
        found |= {(kind, row.id): row for row in rows}
    return found


def _deciders(entry: HistoryEntry, record: Any, watched: Watched, people: People) -> list[Actor]:
    """Whoever decides it now. What has moved on since, or was changed where it stands, waits for nobody new."""
    if entry.to_state is None or entry.to_state == entry.from_state or record.state.value != entry.to_state:
        return []
    found = watched.decided_by(record)
    if found is None:
        return []
    return [one for one in people.deciders(record, found[0]) if one.user_id is not None and one.user_id != entry.actor_id]


# ---------------------------------------------------------------- writing

def _write(drafts: Sequence[_Draft], when: When) -> int:
    wanted = queries.settings(sorted({draft.user[0] for draft in drafts}))
    groups: dict[tuple[Any, ...], list[_Draft]] = {}
    for draft in drafts:
        if draft.kind in MUTABLE and draft.kind.value in wanted.get(draft.user[0], queries.Setting()).muted:
            continue
        entry = draft.entry
        groups.setdefault((draft.user, draft.kind, entry.subject_kind, entry.step, entry.actor_id), []).append(draft)
    rows = [row for group in groups.values() for row in (_together(group, when) if len(group) > SEVERAL else _each(group, when))]
    return insert_many(Message.__table__, rows) if rows else 0  # type: ignore[arg-type]


def _each(group: Sequence[_Draft], when: When) -> list[dict[str, Any]]:
    return [
        _row(draft, when, f"h{draft.entry.seq}", _title(draft), draft.told.text, draft.link)
        for draft in group
    ]


def _title(draft: _Draft) -> str:
    return replace(draft.told, what=draft.waits).to_decide if draft.waits else draft.told.outcome


def _together(group: Sequence[_Draft], when: When) -> list[dict[str, Any]]:
    """A bulk step in one sentence, with the first names."""
    first, last = group[0], group[-1]
    told = first.told
    title = f"{first.waits or told.what}：{told.who}{told.step}，共 {len(group)} 件"
    names = "、".join(draft.told.name for draft in group[:SEVERAL])
    key, link = f"h{first.entry.seq}-{last.entry.seq}", f"list:{first.listed}"
    return [_row(last, when, key, title, f"{names} 等 {len(group)} 件", link)]


def _row(draft: _Draft, when: When, key: str, title: str, body: str, link: str) -> dict[str, Any]:
    user_id, org_id = draft.user
    return message_row(user_id, org_id, draft.kind, key, title, body, link, when, urgent=draft.watched.urgent)


@dataclass(frozen=True, slots=True)
class When:
    """The moment of telling, with the calendar that says from when each message is shown."""

    at: datetime
    days: WorkingDays

    def shown(self, urgent: bool) -> datetime:
        return clock.stored(shown_from(clock.office_time(self.at), self.days.is_working_day, urgent))


def message_row(
    user_id: int, org_id: int, kind: MessageKind, key: str, title: str, body: str, link: str | None, when: When, urgent: bool = False
) -> dict[str, Any]:
    """One message as it is stored; on a day off it waits for the next working morning."""
    return {
        "org_id": org_id, "user_id": user_id, "kind": kind, "key": key, "title": title[:LONGEST_TITLE], "body": body or None, "link": link,
        "created_at": when.at, "show_at": when.shown(urgent), "read_at": None,
    }  # fmt: skip


# ---------------------------------------------------------------- what a person does with them

def mark_read(actor: Actor, ids: Iterable[int], at: datetime) -> int:
    """标为已读: those of this person among them. Returns how many were unread."""
    return _mark(actor, at, Message.id.in_(list(ids)[:BLOCK]))


def mark_all_read(actor: Actor, at: datetime) -> int:
    return _mark(actor, at)


def _mark(actor: Actor, at: datetime, *where: Any) -> int:
    own = [Message.user_id == actor.user_id, Message.read_at.is_(None), Message.show_at <= at, *where]
    return int(session().execute(sa.update(Message).where(*own).values(read_at=at)).rowcount)  # type: ignore[attr-defined]


def set_up(actor: Actor, muted: Iterable[str], digest: bool, at: datetime) -> None:
    """消息设置 of a person."""
    found = session().scalars(sa.select(MessageSetting).where(MessageSetting.user_id == actor.user_id)).first()
    allowed = {kind.value for kind in MUTABLE}
    if found is None:
        found = MessageSetting(user_id=actor.user_id, muted=[], digest=True, saved_at=at)
        session().add(found)
    found.muted, found.digest, found.saved_at = sorted(set(muted) & allowed), digest, at
