"""Whether a file that was taken out is on record: by its digest, in the history of what it came from."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from app.chain import HistoryEntry
from app.db import session


def _entries(kind: str, content: bytes) -> list[str]:
    digest = hashlib.sha256(content).hexdigest()
    asked = sa.select(HistoryEntry.comment).where(
        HistoryEntry.subject_kind == kind, HistoryEntry.step == "export", HistoryEntry.comment.contains(digest)
    )
    return [words or "" for words in session().scalars(asked)]


def on_record(kind: str, content: bytes) -> str:
    """The words of the one entry that names these bytes."""
    (words,) = _entries(kind, content)
    return words


def times_on_record(kind: str, content: bytes) -> int:
    return len(_entries(kind, content))
