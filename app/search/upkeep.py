"""The index follows what it tells of (随写入更新), in the transaction of the change and just before it commits.

Rows come and change in three ways: through the session, through ``insert_many`` and through ``history.advance_many``. All three
are watched here, so that nobody who writes a sample or a case has to think of the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import db
from app.derived import derived
from app.sampling.models import Sample
from app.search import entries
from app.search.kinds import BY_TABLE, ENTERPRISE, FORMER, WATCHED
from app.search.models import SearchEntry
from app.search.postings import ENTRIES, PART, SAMPLES, Change, put
from app.watching import when_changing, when_inserting

TEXTS, RECORDS = "pending_search_texts", "pending_search_records"  # in the session, until the transaction ends
SAMPLE, TEXT = SAMPLES.texts.name, SAMPLES.column
NEW: tuple[str | None, str | None] = (None, None)
UNREAD = ""  # the text as it is in the database by then

Texts = dict[int, tuple[str | None, str | None]]  # sample -> text before, text after


def _texts(current: Session) -> Texts:
    found: Texts = current.info.setdefault(TEXTS, {})
    return found


def _records(current: Session) -> dict[str, set[int]]:
    found: dict[str, set[int]] = current.info.setdefault(RECORDS, {})
    return found


# ---------------------------------------------------------------- noticing


@event.listens_for(Session, "after_flush")
def _flushed(current: Session, context: Any) -> None:
    """Rows written one at a time."""
    for row in (*current.new, *current.dirty, *current.deleted):
        table = str(row.__tablename__)
        if table == SAMPLE:
            _sample_flushed(current, row)
        elif table == FORMER:
            _records(current).setdefault(ENTERPRISE.table, set()).add(row.enterprise_id)
        elif table in WATCHED and _differs(current, row, WATCHED[table]):
            _records(current).setdefault(table, set()).add(row.id)


def _differs(current: Session, row: Any, names: Iterable[str]) -> bool:
    state = sa.inspect(row)
    return row in current.new or row in current.deleted or any(state.attrs[name].history.has_changes() for name in names)


def _sample_flushed(current: Session, row: Sample) -> None:
    texts = _texts(current)
    if row in current.deleted:
        texts[row.id] = (texts.get(row.id, (row.search_text, None))[0], None)
    elif row in current.new:  # an id may come again when its row has gone
        texts[row.id] = (texts.get(row.id, NEW)[0], row.search_text)
    elif (told := sa.inspect(row).attrs.search_text.history).has_changes():
        before = told.deleted[0] if told.deleted else row.search_text
        texts[row.id] = (texts.get(row.id, (before, None))[0], row.search_text)


@when_inserting
def _inserted(table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """Rows written in bulk, noted as they pass."""
    if table.name == SAMPLE:
        texts = _texts(db.session())
        return _noting(rows, lambda row: texts.__setitem__(row["id"], (texts.get(row["id"], NEW)[0], row[TEXT])))
    name, key = (ENTERPRISE.table, "enterprise_id") if table.name == FORMER else (table.name, "id")
    if name not in BY_TABLE:
        return rows
    ids = _records(db.session()).setdefault(name, set())
    return _noting(rows, lambda row: ids.add(row[key]))


def _noting(rows: Iterable[Mapping[str, Any]], note: Any) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        note(row)
        yield row


@when_changing
def _changing(table: sa.Table, names: Sequence[str], ids: Sequence[int]) -> None:
    """Rows about to be changed in bulk: what stood in the index is known only now."""
    if table.name == SAMPLE and TEXT in names:
        texts = _texts(db.session())
        for number, text in _stored([one for one in ids if one not in texts]):
            texts[number] = (text, UNREAD)
        for number in ids:
            texts[number] = (texts[number][0], UNREAD)
    elif table.name in WATCHED and not WATCHED[table.name].isdisjoint(names):
        _records(db.session()).setdefault(table.name, set()).update(ids)


def _stored(ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    table = SAMPLES.texts
    for start in range(0, len(ids), PART):
        rows = db.session().execute(sa.select(table.c.id, SAMPLES.text).where(table.c.id.in_(ids[start : start + PART])))
        yield from ((number, text) for number, text in rows)


# ---------------------------------------------------------------- following


@db.before_commit
def _follow(current: Session) -> None:
    if texts := current.info.pop(TEXTS, None):
        unread = dict(_stored([number for number, (_, after) in texts.items() if after == UNREAD]))
        put(SAMPLES, [(number, before, unread.get(number) if after == UNREAD else after) for number, (before, after) in texts.items()])
    if records := current.info.pop(RECORDS, None):
        changes: list[Change] = []
        for table, ids in sorted(records.items()):
            changes += entries.follow(BY_TABLE[table], sorted(ids))
        put(ENTRIES, changes)


# ---------------------------------------------------------------- copied


@derived(SearchEntry.__tablename__)
def made_anew(connection: sa.Connection) -> None:
    """In a database that was copied from another kind: the terms are kept otherwise there."""
    from app.search.checking import rebuild

    with db.session_on(connection):
        rebuild()
