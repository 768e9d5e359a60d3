"""Records as they were at a past moment, read from their history: every later change undone (回放), and what cannot be told.

A row says what is true now. The first entry of its history after the moment says what each field it changed, and the state, had been.
Rows without history stand as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from app import clock
from app.chain import HistoryEntry
from app.db import session
from app.domain.indicators import Formula, Source

ABSENT = "—"  # the state of what was not there yet
ALIASES: Mapping[str, Mapping[str, str]] = {  # fields that a history names in the words of its form
    "self_report": {"收到日期": "received_on"},
    "incident": {
        "领域": "domain", "事故名称": "title", "发生日期": "occurred_on", "发生地": "region_id", "初步级别": "proposed_severity",
        "级别": "severity",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """Of the records changed since: what their fields and their states were before the first later change."""

    fields: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    states: Mapping[int, str] = field(default_factory=dict)

    def state(self, record_id: int, now: Any) -> Any:
        """The state then; ``ABSENT`` of what was not there."""
        return self.states.get(record_id, getattr(now, "value", now))


def changed(kind: str, as_of: datetime) -> sa.Select[Any]:
    """Ids of the records of a kind with an entry after the moment."""
    return sa.select(HistoryEntry.subject_id).where(HistoryEntry.subject_kind == kind, HistoryEntry.at > as_of)


def undone(kind: str, as_of: datetime, ids: sa.Select[Any] | None = None) -> Past:
    """What later entries found. ``ids`` narrows to some records."""
    statement = sa.select(HistoryEntry.subject_id, HistoryEntry.from_state, HistoryEntry.to_state, HistoryEntry.changes)
    statement = statement.where(HistoryEntry.subject_kind == kind, HistoryEntry.at > as_of)
    if ids is not None:
        statement = statement.where(HistoryEntry.subject_id.in_(ids))
    fields: dict[int, dict[str, Any]] = {}
    states: dict[int, str] = {}
    words = ALIASES.get(kind, {})
    for record_id, before, after, changes in session().execute(statement.order_by(HistoryEntry.seq)):
        if after is not None:
            states.setdefault(record_id, before or ABSENT)
        for name, pair in (json.loads(changes) if changes else {}).items():
            fields.setdefault(record_id, {}).setdefault(words.get(name, name), pair[0])
    return Past(fields, states)


def known(model: Any, statement: sa.Select[Any], within: sa.ColumnElement[bool], as_of: datetime | None) -> Iterator[Any]:
    """The rows of a statement that selects ``id``, ``state`` and columns of the model, as they were at the moment.

    ``within`` narrows by what is true now; what has been changed since is fetched too, and the caller asks the same again of the row
    he gets. A record that was not there yet is left out.
    """
    if as_of is None:
        yield from session().execute(statement.where(within))
        return
    kind = model.__tablename__
    past = undone(kind, as_of)
    for row in session().execute(statement.where(sa.or_(within, model.id.in_(changed(kind, as_of))))):
        state = past.state(row.id, row.state)
        if state != ABSENT:
            yield SimpleNamespace(**{**before(model, row, past), "state": state})


def before(model: Any, row: Any, past: Past) -> dict[str, Any]:
    """What a row selected, with the columns that have been changed since as they were."""
    values, columns = dict(row._mapping), model.__table__.columns
    old = past.fields.get(row.id, {})
    return values | {name: read(columns[name], old[name]) for name in old if name in values and name in columns}


def read(column: Any, written: Any) -> Any:
    """A value as the history wrote it, as the column gives it."""
    kind = column.type.python_type
    if written is None or kind is bool or not isinstance(written, str):
        return written
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        return column.type.enum_class(written)
    return READERS.get(kind, lambda text: text)(written)


READERS: Mapping[type, Any] = {
    date: date.fromisoformat, datetime: datetime.fromisoformat, Decimal: Decimal, int: int,
}  # fmt: skip


def closed_days(kind: str, as_of: datetime, ids: list[int], state: str) -> dict[int, date]:
    """The office's day of the last entry into a state by the moment, of records that have left it since."""
    found: dict[int, date] = {}
    for start in range(0, len(ids), 500):
        statement = sa.select(HistoryEntry.subject_id, HistoryEntry.at).where(
            HistoryEntry.subject_kind == kind, HistoryEntry.subject_id.in_(ids[start : start + 500]), HistoryEntry.to_state == state,
            HistoryEntry.at <= as_of,
        )  # fmt: skip
        found |= {record_id: clock.office_time(at).date() for record_id, at in session().execute(statement.order_by(HistoryEntry.seq))}
    return found


# ---------------------------------------------------------------- what cannot be told

OF_FIRMS = "企业的类型、类别、区域类型和所在区域按现在的档案统计，档案没有留存这些内容的历次版本。"
NOT_REPLAYED: Mapping[str, str] = {
    "enforcement_record_rate": "文书的作废、处罚决定的撤销按现在的情况统计，登记有制发、送达、决定日期的按其日期。",
    "penalty_disclosure_rate": "",
    "category_coverage": "计划列明的品种按现在的食品分类统计。",
    "balance": "已下达计划的月份分解按现在的版本统计。",
    "sampling_coverage": OF_FIRMS + "样品与企业档案的关联按现在的情况统计。",
}


def not_replayed(formula: Formula) -> str:
    """What of the past this figure cannot say; empty where the tables and the history keep every version."""
    of_firms = formula.source in (Source.ENTERPRISES, Source.INSPECTIONS)
    return NOT_REPLAYED.get(formula.code, OF_FIRMS if of_firms else "")
