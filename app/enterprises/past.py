"""Enterprises at a past moment: their standing, and whose the records were that a later merge has moved."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.chain import HistoryEntry
from app.db import session
from app.domain.enterprise_rows import TITLES
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.merges.models import EnterpriseMerge

NAMES = ("status", TITLES["status"])  # a history names fields in the words of its form; earlier entries by column


def statuses_at(moment: datetime) -> dict[int, str]:
    """The status of the moment, of those whose status was changed after it."""
    told = sa.or_(*(HistoryEntry.changes.contains(f'"{name}"', autoescape=True) for name in NAMES))
    changed = sa.select(HistoryEntry.subject_id, HistoryEntry.at, HistoryEntry.changes).where(
        HistoryEntry.subject_kind == Enterprise.__tablename__, HistoryEntry.at > moment, told
    )
    found: list[tuple[datetime, int, str]] = []
    for enterprise_id, at, changes in session().execute(changed.order_by(HistoryEntry.seq)):
        fields = json.loads(changes)
        before = next((fields[name][0] for name in NAMES if name in fields), None)
        if enterprise_id is not None and before is not None:
            found.append((at, enterprise_id, str(before)))
    first: dict[int, str] = {}
    for _, enterprise_id, before in sorted([*found, *_merged(moment)], key=lambda one: one[0]):
        first.setdefault(enterprise_id, before)
    return first


def _merged(moment: datetime) -> list[tuple[datetime, int, str]]:
    """A merge changed the status to 已合并, taking it back changed it again."""
    return [
        (one.undone_at, one.merged_id, EnterpriseStatus.MERGED.value)
        if one.merged_at <= moment
        else (one.merged_at, one.merged_id, str(one.merged_status))
        for one in _merges(moment)
    ]


def _merges(moment: datetime) -> list[Any]:
    """Merges made or taken back after the moment, in the order in which they first touched anything since."""
    one = EnterpriseMerge
    columns = (one.id, one.kept_id, one.merged_id, one.merged_at, one.undone_at, one.merged_status, one.moved)
    rows = session().execute(sa.select(*columns).where(sa.or_(one.merged_at > moment, one.undone_at > moment))).all()
    return sorted(rows, key=lambda row: (row.merged_at if row.merged_at > moment else row.undone_at, row.id))


def merged_since(moment: datetime) -> sa.Select[Any]:
    """Ids of enterprises that were records of their own at the moment."""
    return sa.select(EnterpriseMerge.merged_id).where(EnterpriseMerge.merged_at > moment)


def owner_at(column: Any, moment: datetime | None) -> Any:
    """Whose a record was: the column, with what was moved by a later merge where it was before. ``None`` is now."""
    table = column.class_.__table__
    whens = []
    for merge in _merges(moment) if moment is not None else ():
        ids = merge.moved.get("rows", {}).get(f"{table.name}.{column.key}")
        owner = merge.merged_id if moment is not None and merge.merged_at > moment else merge.kept_id
        whens += [(column.class_.id.in_(ids), owner)] if ids else []
    return sa.case(*whens, else_=column) if whens else column
