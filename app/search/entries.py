"""检索条目 of the records that carry no text of their own, made from them anew whenever they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.db import insert_many, reserve_ids, session
from app.enterprises.models import EnterpriseFormerName
from app.search.kinds import ENTERPRISE, Kind, text_of
from app.search.models import SearchEntry
from app.search.postings import PART, Change

TABLE: Any = SearchEntry.__table__


def texts(kind: Kind, ids: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Id, organisation and text of these records as the database has them; those that are gone are left out."""
    model = kind.model
    columns = [getattr(model, name) for name in ("id", "org_id", *kind.looked_in)]
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        also = _former_names(part) if kind is ENTERPRISE else {}
        for row in session().execute(sa.select(*columns).where(model.id.in_(part)).order_by(model.id)):
            yield row.id, row.org_id, text_of(kind, row, also.get(row.id, ()))


def _former_names(ids: Sequence[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {}
    name = EnterpriseFormerName
    for enterprise_id, text in session().execute(
        sa.select(name.enterprise_id, name.name).where(name.enterprise_id.in_(ids)).order_by(name.id)
    ):
        found.setdefault(enterprise_id, []).append(text)
    return found


def follow(kind: Kind, ids: Sequence[int]) -> list[Change]:
    """Make the entries of these records what the records say; returns what the index has to follow."""
    known = {row.subject_id: row for row in _known(kind, ids)}
    changes: list[Change] = []
    fresh = []
    for subject_id, org_id, text in texts(kind, ids):
        entry = known.pop(subject_id, None)
        if entry is None:
            fresh.append({"org_id": org_id, "kind": kind.table, "subject_id": subject_id, "text": text})
        elif (entry.text, entry.org_id) != (text, org_id):
            session().execute(sa.update(TABLE).where(TABLE.c.id == entry.id).values(text=text, org_id=org_id))
            changes.append((entry.id, entry.text, text))
    for entry in known.values():
        session().execute(sa.delete(TABLE).where(TABLE.c.id == entry.id))
        changes.append((entry.id, entry.text, None))
    return changes + _insert(fresh)


def _insert(fresh: Sequence[Mapping[str, Any]]) -> list[Change]:
    rows = [{"id": number, **row} for number, row in zip(reserve_ids(TABLE, len(fresh)), fresh, strict=True)]
    insert_many(TABLE, rows)
    return [(row["id"], None, row["text"]) for row in rows]


def _known(kind: Kind, ids: Sequence[int]) -> Iterator[Any]:
    columns = (TABLE.c.id, TABLE.c.org_id, TABLE.c.subject_id, TABLE.c.text)
    for start in range(0, len(ids), PART):
        yield from session().execute(
            sa.select(*columns).where(TABLE.c.kind == kind.table, TABLE.c.subject_id.in_(ids[start : start + PART]))
        ).all()
