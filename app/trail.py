"""流程跟踪: the history of one record in words, as every page that shows a record prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app import blinding, clock, history
from app.accounts.signatures import IN_HISTORY, MAC_IN_HISTORY
from app.audit.words import FIELDS, Change, changes_of
from app.chain import HistoryEntry
from app.db import unloaded
from app.domain.trust_kinds import SignMethod
from app.domain.working_days import WorkingDays
from app.labels import state_label, step_label
from app.reference_data.books import calendar

SIGNED = frozenset({FIELDS[IN_HISTORY], FIELDS[MAC_IN_HISTORY]})  # said with the signature, not a second time among the changes


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One step, with what it changed and the working days it took since the step before."""

    at: datetime
    who: str
    step: str
    comment: str | None
    from_state: str | None
    to_state: str | None
    working_days: int | None
    changes: Sequence[Change]
    signed: str | None = None


def trail(kind: str, subject_id: int, days: WorkingDays | None = None) -> list[TrailEntry]:
    """Every entry of the record's history, oldest first. ``kind`` is the record's table name."""
    return told(history.entries_of(kind, subject_id), days)


def told(entries: Sequence[HistoryEntry], days: WorkingDays | None = None) -> list[TrailEntry]:
    """The entries of one record's history in words, in their order (oldest first)."""
    days = days or calendar()
    found: list[TrailEntry] = []
    for entry in entries:
        kind, day = entry.subject_kind, clock.office_time(entry.at).date()
        taken = days.working_days_between(clock.office_time(found[-1].at).date(), day) if found else None
        moved = entry.from_state != entry.to_state
        found.append(
            TrailEntry(
                entry.at,
                entry.actor_name,
                step_label(kind, entry.step),
                blinding.comment(entry),
                state_label(kind, entry.from_state) if moved and entry.from_state else None,
                state_label(kind, entry.to_state) if moved and entry.to_state else None,
                taken,
                [one for one in blinding.open_changes(changes_of(kind, entry.changes)) if one.field not in SIGNED],
                signed_words(entry),
            )
        )
    return found


def signed_words(entry: HistoryEntry) -> str | None:
    """签名 of a step: who, when, how he proved who he is, with which meaning, over which content."""
    one = None if unloaded(entry, "signature") else entry.signature
    if one is None:
        return None
    at = clock.office_time(one.signed_at).strftime("%Y-%m-%d %H:%M")
    how = SIGNED_BY[one.method]
    return f"签名：{one.name} 于 {at} {how}，意义：{one.meaning}；内容摘要 {one.record_sha256[:12]}…（第 {one.record_version} 版）"


SIGNED_BY = {
    SignMethod.PASSWORD: "以密码确认身份", SignMethod.TOTP: "以动态口令确认身份", SignMethod.RECOVERY: "以恢复码确认身份",
    SignMethod.SESSION: "以登录会话办理", SignMethod.COMMAND: "由命令行办理",
}  # fmt: skip
