"""所签内容 in words, and what has changed since: which field, by which entry of the history."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import history
from app.accounts.models import ApprovalSignature
from app.approval_signatures import queries
from app.approval_signatures.verifying import of_one
from app.audit import words
from app.audit.record_words import PART_FIELDS, PARTS, TECHNICAL
from app.chain import HistoryEntry
from app.db import Base, session
from app.domain.signing import content_of
from app.domain.trust_kinds import SignatureCheck
from app.filters import ABSENT
from app.labels import label, step_label

UNTOLD = "办理记录没有写明"
NO_ENTRY = "没有任何办理记录，可能被直接改动数据库"
LONGEST = 600  # of a value on the page


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not what was signed; ``by`` says which entry of the history changed it."""

    where: str
    field: str
    signed: str
    now: str
    by: str
    told: bool  # the history tells of it


@dataclass(frozen=True, slots=True)
class Block:
    """The record itself, or one of its parts: a heading and its fields with their values."""

    title: str
    fields: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Examined:
    """A signature looked at now."""

    state: SignatureCheck
    fault: str | None
    blocks: Sequence[Block]  # what was signed, in words; none where it cannot be said any more
    differences: Sequence[Difference]
    since: Sequence[HistoryEntry]
    version: int | None  # of the record, now


def examined(one: ApprovalSignature) -> Examined:
    state, fault, now = of_one(one)
    signed = one.content or (now[0] if now is not None and state is SignatureCheck.SOUND else None)
    since = _since(one)
    telling = since if state is SignatureCheck.MOVED_ON else []  # no entry tells of a change that moved no version
    entries = [] if signed is None or now is None else list(_differences(one.subject_kind, signed, now[0], telling))
    return Examined(state, fault, _blocks(one.subject_kind, signed), entries, since, now[1] if now is not None else None)


def _since(one: ApprovalSignature) -> Sequence[HistoryEntry]:
    """The entries of the record's history after the signed step, oldest first."""
    entries = history.entries_of(one.subject_kind, one.subject_id)
    own = max((entry.seq for entry in entries if entry.step == one.step and entry.at == one.signed_at), default=0)
    return [entry for entry in entries if entry.seq > own and entry.at >= one.signed_at]


# ---------------------------------------------------------------- what was signed


def _blocks(kind: str, content: Mapping[str, Any] | None) -> Sequence[Block]:
    if content is None:
        return []
    found = [Block(words.subject_word(kind), _fields(kind, content["record"]))]
    for table, rows in content["parts"].items():
        found += [Block(_part(table, row), _fields(table, row, content_of(kind).children.get(table))) for row in rows]
    return found


def _part(table: str, row: Mapping[str, Any]) -> str:
    return f"{PARTS.get(table, words.subject_word(table))} {row.get('ordinal') or row['id']}"


def _fields(kind: str, row: Mapping[str, Any], but: str | None = None) -> list[tuple[str, str]]:
    return [(field_of(kind, name), value_of(kind, name, value)) for name, value in row.items() if name not in TECHNICAL and name != but]


def field_of(kind: str, name: str) -> str:
    return PART_FIELDS.get((kind, name)) or words.field_word(kind, name)


def value_of(kind: str, name: str, value: Any) -> str:
    """A value of a signed content as it is read: names for references, labels for words of ours, people masked."""
    column = Base.metadata.tables[kind].c.get(name)
    if value is None or column is None:
        return ABSENT if value is None else words.value_word(kind, name, value)
    if name == "hands":
        return "、".join(_called("user_account", int(one)) for one in str(value).split("/") if one.isdigit()) or ABSENT
    for key in column.foreign_keys:
        return _called(key.column.table.name, int(value))
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None and isinstance(value, str):
        return label(column.type.enum_class(value))
    if isinstance(value, (dict, list)):
        value = _spoken(kind, value)
    text = words.value_word(kind, name, value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}……（共 {len(text)} 字）"


def _called(table_name: str, number: int) -> str:
    table = Base.metadata.tables[table_name]
    column = next((table.c[name] for name in ("name", *queries.NAMED, "filename") if name in table.c), None)
    found = None if column is None else session().scalar(sa.select(column).where(table.c.id == number))
    return words.masked(str(found)) or ABSENT if found else f"编号 {number}"


def _spoken(kind: str, value: Any) -> str:
    """A structured value in one line."""
    if isinstance(value, dict):
        return "；".join(f"{words.field_word(kind, str(name))}：{_spoken(kind, one)}" for name, one in value.items())
    if isinstance(value, list):
        return "、".join(_spoken(kind, one) for one in value)
    return words.value_word(kind, "", value)


# ---------------------------------------------------------------- what has changed since


def _differences(kind: str, signed: Mapping[str, Any], now: Mapping[str, Any], since: Sequence[HistoryEntry]) -> Iterator[Difference]:
    title = words.subject_word(kind)
    yield from _of_row(kind, title, signed["record"], now["record"], since)
    for table in dict.fromkeys((*signed["parts"], *now["parts"])):
        before, after = ({row["id"]: row for row in one["parts"].get(table, ())} for one in (signed, now))
        for number in dict.fromkeys((*before, *after)):
            old, new = before.get(number), after.get(number)
            if old is None or new is None:
                row = new or old or {}
                said = _by(since, "", moved=False)
                yield Difference(_part(table, row), "整行", ABSENT if old is None else "有", ABSENT if new is None else "有", *said)
            else:
                yield from _of_row(table, _part(table, old), old, new, since)


def _of_row(
    kind: str, title: str, signed: Mapping[str, Any], now: Mapping[str, Any], since: Sequence[HistoryEntry]
) -> Iterator[Difference]:
    for name in dict.fromkeys((*signed, *now)):
        before, after = signed.get(name), now.get(name)
        if name in TECHNICAL or json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True):
            continue
        by, told = _by(since, name, moved=name == "state")
        yield Difference(title, field_of(kind, name), value_of(kind, name, before), value_of(kind, name, after), by, told)


def _by(since: Sequence[HistoryEntry], name: str, *, moved: bool) -> tuple[str, bool]:
    """The last entry that says it changed this field."""
    for entry in reversed(since):
        changed = json.loads(entry.changes) if entry.changes else {}
        if name in changed or (moved and entry.from_state != entry.to_state):
            return entry_words(entry), True
    return (UNTOLD, True) if since else (NO_ENTRY, False)


def entry_words(entry: HistoryEntry) -> str:
    return f"第 {entry.seq} 条　{entry.actor_name}　{step_label(entry.subject_kind, entry.step)}"


