"""What a difference between two moments is made of, and how the history of a record is read for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app import blinding, clock
from app.audit.words import changes_of
from app.chain import HistoryEntry
from app.db import session
from app.domain.figure_differences import Reason
from app.indicators.frames import Frame
from app.labels import step_label

PART = 500
Key = int | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Member:
    """One record that a figure counted. ``words`` say what it was; where they differ, the record has changed."""

    kind: str
    id: int | None
    number: str
    about: str
    words: str
    day: date | None = None  # when its term ends
    listed: str | None = None  # as the figure's list of numbers names it, where that is more than the number


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a record: when, by whom, why, and what it changed."""

    at: datetime | None
    who: str
    reasons: tuple[Reason, ...]
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that only one of the two moments counts, or both with another standing."""

    kind: str
    id: int | None
    number: str
    about: str
    before: str
    after: str
    events: tuple[Event, ...]
    listed: str | None = None  # see Member

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Each once, in the order of the events."""
        return tuple(dict.fromkeys(reason for event in self.events for reason in event.reasons)) or (Reason.UNKNOWN,)


def first_moment(frame: Frame) -> datetime:
    """The moment of the earlier frame; there is none before now without one."""
    if frame.as_of is None:
        raise ValueError("the earlier frame has a moment")
    return frame.as_of


def last_moment(frame: Frame) -> datetime:
    return frame.as_of or clock.now()


def parts(ids: Iterable[int]) -> Iterable[Sequence[int]]:
    """A statement has no more parameters than every database takes."""
    listed = sorted(set(ids))
    return (listed[start : start + PART] for start in range(0, len(listed), PART))


def entries(kind: str, ids: Iterable[int], then: Frame, now: Frame) -> dict[int, list[HistoryEntry]]:
    """The history of these records between the two moments, oldest first."""
    found: dict[int, list[HistoryEntry]] = {}
    for part in parts(ids):
        statement = sa.select(HistoryEntry).where(
            HistoryEntry.subject_kind == kind, HistoryEntry.subject_id.in_(part), HistoryEntry.at > first_moment(then),
            HistoryEntry.at <= last_moment(now),
        )  # fmt: skip
        for entry in session().scalars(statement.order_by(HistoryEntry.seq)):
            assert entry.subject_id is not None
            found.setdefault(entry.subject_id, []).append(entry)
    return found


def in_order(found: Iterable[Event]) -> list[Event]:
    """By moment, what has none last."""
    return sorted(found, key=lambda event: (event.at is None, str(event.at)))


def with_term(found: Iterable[Event], day: date | None, then: Frame, now: Frame) -> list[Event]:
    """A term that ended in between counts from its own day; nobody did anything."""
    ended = day is not None and then.today < day <= now.today
    return in_order([*found, *([Event(None, "—", (Reason.TERM,), f"期限 {day} 届满")] if ended else [])])


def told(entry: HistoryEntry, reason: Reason) -> Event:
    """An entry of the history as an event."""
    changes = blinding.open_changes(changes_of(entry.subject_kind, entry.changes))
    what = "；".join([step_label(entry.subject_kind, entry.step), *(f"{one.field}：{one.before} → {one.after}" for one in changes)])
    return Event(entry.at, entry.actor_name, (reason,), what, blinding.comment(entry) or "")


def steps(kind: str, ids: Iterable[int], then: Frame, now: Frame, *, quiet: frozenset[str] = frozenset()) -> Mapping[int, list[Event]]:
    """What was done with these records; a record that begins in between is new."""
    return {
        subject_id: [
            told(entry, Reason.REGISTERED if entry.from_state is None and entry.to_state is not None else Reason.PROGRESS)
            for entry in found
            if entry.step not in quiet
        ]
        for subject_id, found in entries(kind, ids, then, now).items()
    }
