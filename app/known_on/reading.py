"""One record as of a moment: every later change undone, beside what it says now; of a sample the versions that figures count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa

from app import blinding, clock, history
from app.accounts.models import User
from app.audit.words import field_word, value_word
from app.chain import HistoryEntry, plain
from app.db import session
from app.domain.masking import mask
from app.enterprises.models import Enterprise
from app.errors import NotLikeThis
from app.filters import ABSENT, format_date, format_datetime
from app.indicators import replay
from app.indicators.frames import moment, read_moment
from app.known_on.records import RECORDS, Kept, name_of
from app.labels import label, state_label
from app.organisations.models import Organisation
from app.reference_data.books import category_book, region_book
from app.results.models import ResultReport
from app.sampling.models import BatchFact, Sample
from app.trail import TrailEntry, told

APART = frozenset({"id", "state", "version"})  # said apart, or nobody's business
CODES = frozenset({"编码", "规则代码"})  # words of the program, which the name beside them says in those of the office
BEGUN = ("created_at", "recorded_at", "proposed_at")


@dataclass(frozen=True, slots=True)
class Line:
    """One field, then and now, as it is read."""

    field: str
    then: str
    now: str

    @property
    def changed(self) -> bool:
        return self.then != self.now


@dataclass(frozen=True, slots=True)
class Version:
    """批次事实 of a sample: what figures counted from ``since`` until ``until`` (None: still)."""

    since: datetime
    until: datetime | None
    basis: str
    lines: Sequence[str]
    in_force: bool


@dataclass(frozen=True)
class Known:
    """``begun`` is when the record was first kept; a moment before knew nothing of it, and the lines are empty."""

    kept: Kept
    name: str
    as_of: datetime
    begun: datetime | None
    then: str
    now: str
    lines: Sequence[Line]
    until: Sequence[TrailEntry]
    since: Sequence[TrailEntry]
    versions: Sequence[Version]
    reports: Sequence[str]

    @property
    def there(self) -> bool:
        return self.begun is None or self.begun <= self.as_of

    @property
    def changed(self) -> list[Line]:
        return [one for one in self.lines if one.changed]

    @property
    def same(self) -> list[Line]:
        return [one for one in self.lines if not one.changed]


def read(written: str | None) -> datetime:
    """截至时点 as written, to the end of what was written; nothing written means now. What is to come nobody knows."""
    found, now = read_moment(written), clock.now()
    if found is None:
        return now
    if clock.office_time(found).date() > clock.office_time(now).date():
        raise NotLikeThis("截至时点不能晚于今天，请改填今天或以前的时间", field="as_of")
    return found


def known(record: Any, as_of: datetime) -> Known:
    """The record as it was known at the moment; whoever calls has asked the permission."""
    kept = next(one for one in RECORDS.values() if one.kind == record.__tablename__)
    entries = history.entries_of(kept.kind, record.id)
    past = replay.undone(kept.kind, as_of, sa.select(sa.literal(record.id)))
    begun = _begun(record, entries)
    there = begun is None or begun <= as_of
    state = getattr(record, "state", None)
    trail = told(entries)
    before = sum(one.at <= as_of for one in entries)
    return Known(
        kept, name_of(record), as_of, begun,
        _state(kept.kind, past.state(record.id, state)) if there and state is not None else "",
        _state(kept.kind, state) if state is not None else "",
        _lines(kept.kind, record, past.fields.get(record.id, {}), entries) if there else [],
        trail[:before], trail[before:],
        _versions(record, as_of), _reports(record, as_of),
    )  # fmt: skip


def _begun(record: Any, entries: Sequence[HistoryEntry]) -> datetime | None:
    """The first that is on record of it: its own moment or the first entry of its history."""
    own = (getattr(record, name, None) for name in BEGUN)
    found = [*(one for one in own if one is not None), *(entry.at for entry in entries[:1])]
    return min(found, default=None)


def _state(kind: str, state: Any) -> str:
    return state_label(kind, str(plain(state)))


# ---------------------------------------------------------------- fields

def _lines(kind: str, record: Any, old: Mapping[str, Any], entries: Sequence[HistoryEntry]) -> list[Line]:
    found: list[Line] = []
    columns = sa.inspect(type(record)).columns
    for name, column in columns.items():
        word = field_word(kind, name)
        if name in APART or word == name or word in CODES or (blinding.hides(record, name) and blinding.reader_is_blind()):
            continue
        now = _shown(kind, column, getattr(record, name))
        found.append(Line(word, _then(kind, column, old[name]) if name in old else now, now))
    for name, value in old.items():  # what the history tells of in words of its own: parts of the record that are rows elsewhere
        if name not in columns and name not in APART:
            now = value_word(kind, name, _last(entries, name))
            found.append(Line(field_word(kind, name), value_word(kind, name, value), now))
    return blinding.open_changes(found)


def _then(kind: str, column: Any, written: Any) -> str:
    try:
        return _shown(kind, column, replay.read(column, written))
    except (ValueError, ArithmeticError, LookupError):  # written in the words of a form, not as the column holds it
        return value_word(kind, column.key, written)


def _last(entries: Sequence[HistoryEntry], name: str) -> Any:
    """What the newest entry that speaks of the field made of it."""
    for entry in reversed(entries):
        changes = json.loads(entry.changes) if entry.changes else {}
        if name in changes:
            return changes[name][1]
    return None


def _shown(kind: str, column: Any, value: Any) -> str:
    """A value of a column as people read it; people are masked as in every history."""
    if value is None or value == "":
        return ABSENT
    target = next((key.column.table.name for key in column.foreign_keys), None)
    if target is not None:
        return _named(target, value)
    if isinstance(value, Enum):
        return label(value)
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    value = _unpacked(value)
    if isinstance(value, (dict, list)) and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        return _parts(value)
    return value_word(kind, column.key, value)


def _unpacked(value: Any) -> Any:
    """A form that is kept as a text is read like one."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _parts(value: dict[str, Any] | list[Any]) -> str:
    """A form filled in is read field by field; of what only the program reads, whether it is the same."""
    if isinstance(value, dict) and all(not name.isascii() and isinstance(one, str | None) for name, one in value.items()):
        return "；".join(f"{name}：{mask(one)}" for name, one in value.items() if one) or ABSENT
    digest = hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()
    return f"共 {len(value)} 项，内容摘要 {digest[:12]}…"


def _named(table: str, value: int) -> str:
    """The name behind a number of another table."""
    if table == "region":
        return region_book().full_name(value)
    if table == "food_category":
        return category_book().by_id(value).path
    models: Mapping[str, Any] = {"organisation": Organisation, "user_account": User, "enterprise": Enterprise}
    row: Any = session().get(models[table], value) if table in models else None
    return row.name if row is not None else f"第 {value} 号"


# ---------------------------------------------------------------- what figures count of a sample

def _versions(record: Any, as_of: datetime) -> list[Version]:
    if not isinstance(record, Sample) or blinding.reader_is_blind():
        return []
    rows = session().scalars(sa.select(BatchFact).where(BatchFact.sample_id == record.id).order_by(BatchFact.version))
    return [
        Version(
            one.recorded_at, one.superseded_at, one.basis, _fact(one),
            one.recorded_at <= as_of and (one.superseded_at is None or one.superseded_at > as_of),
        )
        for one in rows
    ]


def _fact(one: BatchFact) -> list[str]:
    """What the version says, in the order of the columns of the lists."""
    said = [
        f"监督结论 {one.supervision.value}", f"监测结论 {one.monitoring.value}", f"报告日期 {format_date(one.reported_on)}",
        one.purpose.value, one.domain.value, category_book().by_id(one.category_id).path if one.category_id else "食品分类未分类",
        region_book().full_name(one.region_id) if one.region_id else "抽样地区未识别", one.link.value if one.link else "环节未填",
    ]
    return [*said, *(["已作废，不计入统计"] if one.voided else [])]


def _reports(record: Any, as_of: datetime) -> list[str]:
    """检验报告 that stood at the moment."""
    if not isinstance(record, Sample):
        return []
    where = [ResultReport.sample_id == record.id, *moment(ResultReport, as_of)]
    rows = session().scalars(sa.select(ResultReport).where(*where).order_by(ResultReport.report_no, ResultReport.version))
    return [
        f"{one.report_no} 第 {one.version} 版（报告日期 {format_date(one.reported_on)}，{format_datetime(one.recorded_at)} 登记）"
        for one in rows
    ]
