"""The hash chain (哈希链) of the history: its rows, how they are linked at the end of a transaction, and how they are checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from app.db import Base, coded, insert_many, last_before_commit, lock_chain, session
from app.domain.actors import Channel

FIRST = "0" * 64  # what the first entry of an installation links to


class HistoryEntry(Base):
    """One link of the chain. ``seq`` has no gaps; ``hash`` covers every other column and the hash before."""

    __tablename__ = "history_entry"
    __table_args__ = (
        sa.UniqueConstraint("seq"),
        sa.Index("ix_history_subject", "subject_kind", "subject_id", "seq"),
        sa.Index("ix_history_at", "at", "id"),
        sa.Index("ix_history_actor", "actor_id", "id"),
    )

    seq: Mapped[int]
    org_id: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int | None]
    subject_name: Mapped[str | None] = mapped_column(sa.String(200))
    step: Mapped[str] = mapped_column(sa.String(30))
    from_state: Mapped[str | None] = mapped_column(sa.String(20))
    to_state: Mapped[str | None] = mapped_column(sa.String(20))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(sa.String(200))
    channel: Mapped[Channel] = mapped_column(coded(Channel))
    address: Mapped[str | None] = mapped_column(sa.String(60))
    at: Mapped[datetime]
    comment: Mapped[str | None] = mapped_column(sa.Text())
    changes: Mapped[str | None] = mapped_column(sa.Text())  # canonical JSON {field: [before, after]}
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
    # 审批签名 of this step, where it is one that is signed; read together with the entries of a record and nowhere else.
    signature: Mapped[Any] = relationship(
        "ApprovalSignature", viewonly=True, uselist=False, lazy="raise",
        primaryjoin="and_(foreign(ApprovalSignature.subject_kind) == HistoryEntry.subject_kind,"
        " foreign(ApprovalSignature.subject_id) == HistoryEntry.subject_id,"
        " foreign(ApprovalSignature.step) == HistoryEntry.step, foreign(ApprovalSignature.signed_at) == HistoryEntry.at)",
    )  # fmt: skip


canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
AS_THEY_ARE = frozenset({str, int, bool, float, type(None)})  # itself, not a word of a list that is a text as well


def plain(value: Any) -> Any:
    """A value as the chain and the changes write it."""
    if type(value) in AS_THEY_ARE:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def link_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of every column but id and hash; ``prev_hash`` ties it to the entry before."""
    content = {name: value if type(value := entry[name]) in AS_THEY_ARE else plain(value) for name in HASHED}
    return hashlib.sha256(canonical(content).encode("utf-8")).hexdigest()


HASHED = tuple(column.name for column in HistoryEntry.__table__.columns if column.name not in ("id", "hash"))


@last_before_commit
def link_pending(current: Session) -> None:
    """Number and link the entries of this transaction; the last thing before the commit."""
    pending: list[dict[str, Any]] = current.info.get("pending_history", [])
    if not pending:
        return
    lock_chain(current)
    last = current.execute(
        sa.select(HistoryEntry.seq, HistoryEntry.hash).order_by(HistoryEntry.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq, last.hash) if last else (0, FIRST)
    for entry in pending:
        seq += 1
        entry["seq"], entry["prev_hash"] = seq, previous
        entry["hash"] = previous = link_hash(entry)
    insert_many(HistoryEntry.__table__, pending)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What walking the chain found: entries read, a sentence for every broken link, and hashes that were asked for and not met."""

    entries: int
    broken: list[str]
    head: str
    missing: frozenset[str] = frozenset()


def verify_chain(connection: sa.Connection | None = None, wanted: Collection[str] = ()) -> ChainReport:
    """Walk the whole chain: numbering without gaps, each link to the one before, each hash over its content.

    ``connection`` names another database than this application's (a backup being checked); ``wanted`` are hashes that have left
    the database and must be met on the way.
    """
    missing = set(wanted)
    columns = HistoryEntry.__table__.columns
    expected, previous, broken, count = 1, FIRST, [], 0
    entries = sa.select(*columns).order_by(columns.seq).execution_options(yield_per=2000)
    stream = (connection or session().connection()).execute(entries)
    for row in stream.mappings():
        count += 1
        if row["seq"] != expected:
            broken.append(f"第 {expected} 条记录缺失，下一条为第 {row['seq']} 条")
            expected = row["seq"]
        if row["prev_hash"] != previous:
            broken.append(f"第 {row['seq']} 条记录与前一条不衔接")
        if link_hash(dict(row)) != row["hash"]:
            broken.append(f"第 {row['seq']} 条记录内容与其校验值不符，可能被改动")
        previous, expected = row["hash"], expected + 1
        missing.discard(previous)
    return ChainReport(count, broken, previous, frozenset(missing))
