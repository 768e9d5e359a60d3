"""回退 and the anchors: what a rollback makes void is written down when it happens, so that a later verification explains it.

An anchor is void when three things agree: it stood in the anchor file and fitted the chain that the rollback left behind; the history entry
of the rollback, in the chain that goes on, names it; and a line of its own kind in the anchor file, behind it, names the same list. Whoever
can rewrite the database alone cannot make an anchor void, nor can whoever has only the file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import clock, history
from app.alerts import anchor_file
from app.authorize import local_operator
from app.chain import HistoryEntry
from app.db import session

KIND, STEP, VOID = "system", "rollback", "voided_anchors"
LINE = re.compile(r"回退 seq=(\d+) head=([0-9a-f]{64}) voids=([0-9a-f]{64})")
PART = 500
Anchor = tuple[int, str]  # number and hash
# A hash in the history is spelled without digits: eleven of them in a row would be masked there as somebody's telephone.
SPELLED = str.maketrans("0123456789", "ghijklmnop")
READ = str.maketrans("ghijklmnop", "0123456789")


@dataclass(frozen=True, slots=True)
class RolledBack:
    """One rollback: when, from which entry on the former chain is void, and the anchors that are with it."""

    at: datetime
    seq: int  # of the entry that tells of it
    last: int  # the last number of the chain that was left
    voided: Sequence[Anchor]
    comment: str


def leaving(upto: int) -> tuple[int, list[Anchor]]:
    """Before the data are restored: the last number of the present chain, and the anchors beyond ``upto`` that fit it. Reads only."""
    written = {(seq, head) for _, seq, head in anchor_file.lines() if seq > upto}
    found: list[Anchor] = []
    numbers = sorted({seq for seq, _ in written})
    for start in range(0, len(numbers), PART):
        part = sa.select(HistoryEntry.seq, HistoryEntry.hash).where(HistoryEntry.seq.in_(numbers[start : start + PART]))
        found += [(seq, head) for seq, head in session().execute(part) if (seq, head) in written]
    return session().scalar(sa.select(sa.func.max(HistoryEntry.seq))) or 0, sorted(found)


def record(archive: str, saved: str, last: int, voided: Sequence[Anchor]) -> None:
    """The entry of the rollback in the restored history, naming what is void. Runs inside a transaction."""
    told = f"回退到 {archive}，此后的 {len(voided)} 个锚点作废；回退前的数据备份为 {saved}"
    changes = {VOID: (None, [f"{seq}:{head.translate(SPELLED)}" for seq, head in voided]), "last_entry": (last, None)}
    history.record(KIND, None, STEP, local_operator(), name=archive, comment=told, changes=changes)


def write(at: datetime) -> None:
    """The line of its own kind at the end of the anchor file, about the newest rollback. Raises NotLikeThis."""
    newest = _entries()[-1]
    head = session().scalar(sa.select(HistoryEntry.hash).where(HistoryEntry.seq == newest.seq))
    when = f"{clock.office_time(at):%Y-%m-%d %H:%M:%S}"
    anchor_file.append(f"{when} 回退 seq={newest.seq} head={head} voids={_digest(newest.voided)} {newest.comment}\n")


def void() -> Mapping[str, RolledBack]:
    """By head, the anchors that a rollback has made void, as the history and the file agree."""
    named: dict[str, set[tuple[int, str]]] = {}
    for number, line in anchor_file.written():
        if match := LINE.search(line):
            named.setdefault(match.group(3), set()).add((number, match.group(2)))
    if not named:
        return {}
    places = {head: number for number, _, head in anchor_file.lines()}
    found: dict[str, RolledBack] = {}
    for one in _entries():
        head = session().scalar(sa.select(HistoryEntry.hash).where(HistoryEntry.seq == one.seq))
        for number, own in named.get(_digest(one.voided), ()):
            if own == head:  # the line tells of this very entry
                found |= {void: one for seq, void in one.voided if places.get(void, number) < number}
    return found


def every() -> Sequence[RolledBack]:
    """The rollbacks that are on record, newest first."""
    return _entries()[::-1]


def left_behind(seq: int) -> RolledBack | None:
    """The rollback before which a chain had an entry of this number that the present one need not have."""
    return next((one for one in every() if one.voided and min(number for number, _ in one.voided) <= seq <= one.last), None)


def _entries() -> list[RolledBack]:
    rows = session().execute(
        sa.select(HistoryEntry.at, HistoryEntry.seq, HistoryEntry.changes, HistoryEntry.comment)
        .where(HistoryEntry.subject_kind == KIND, HistoryEntry.step == STEP)
        .order_by(HistoryEntry.seq)
    ).all()
    return [_told(row) for row in rows]


def _told(row: sa.Row[tuple[datetime, int, str | None, str | None]]) -> RolledBack:
    changes = json.loads(row.changes) if row.changes else {}
    pairs = [str(one).partition(":") for one in (changes.get(VOID) or [None, []])[1] or []]
    last = (changes.get("last_entry") or [0, None])[0] or 0
    return RolledBack(row.at, row.seq, last, [(int(seq), head.translate(READ)) for seq, _, head in pairs], row.comment or "")


def _digest(voided: Sequence[Anchor]) -> str:
    return hashlib.sha256("\n".join(f"{seq}:{head}" for seq, head in sorted(voided)).encode()).hexdigest()
