"""审批签名: who signed which step, with which meaning, over which content of the record.

Steps are noted as history takes them and signed just before the commit, when the record says what it will say: the row and its declared
parts, written canonically, under SHA-256, and kept with the signature. The hash stands in the history's entry of the step as well, so
that the chain misses a signature that is taken away. ``app.approval_signatures`` reads and verifies them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import proof, signature_macs
from app.accounts.models import ApprovalSignature
from app.chain import canonical, plain
from app.db import Base, before_commit, insert_many, session
from app.domain.actors import Actor, Channel
from app.domain.signing import content_of, meaning_of
from app.errors import ConfirmFirst

PENDING = "pending_signatures"
AT_ONCE = 500
NAME = 60
IN_HISTORY = "signature_sha256"  # 签名内容摘要, in the changes of the entry of a signed step
MAC_IN_HISTORY = "signature_mac"  # 签名校验码, beside it where there is one


@dataclass(frozen=True, slots=True)
class Signing:
    """A step that is being signed in this transaction."""

    kind: str
    subject_id: int
    org_id: int
    step: str
    meaning: str
    actor: Actor
    principal: Actor | None
    at: datetime
    channel: Channel


def sign(
    kind: str, subject: Any, before: Any, step: str, actor: Actor, principal: Actor | None, at: datetime, channel: Channel
) -> None:
    """Note that the step is signed, if it is one that is. Raises ConfirmFirst where the person has to say again who he is."""
    meaning = meaning_of(kind, before.value if before is not None else None, step)
    if meaning is None:
        return
    if proof.must_confirm(channel):
        raise ConfirmFirst
    noted = Signing(kind, subject.id, subject.org_id, step, meaning, actor, principal, at, channel)
    session().info.setdefault(PENDING, []).append(noted)


@before_commit
def write_signatures(current: Session) -> None:
    """Sign what was noted, with the content that is about to be committed."""
    noted: list[Signing] = current.info.get(PENDING, [])
    by_kind: dict[str, list[Signing]] = {}
    for one in noted:
        by_kind.setdefault(one.kind, []).append(one)
    for kind, signings in by_kind.items():
        for part in _parts(signings):
            found = contents(kind, {one.subject_id for one in part})
            rows = [_row(one, *found[one.subject_id]) for one in part if one.subject_id in found]
            insert_many(ApprovalSignature.__table__, rows)  # type: ignore[arg-type]
            _tell_history(current, rows)


def _tell_history(current: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """The hash of what was signed, and its code, into the entry of the step, which is linked into the chain after this."""
    signed = {(row["subject_kind"], row["subject_id"], row["step"], row["signed_at"]): row for row in rows}
    for entry in current.info.get("pending_history", ()):
        found = signed.get((entry["subject_kind"], entry["subject_id"], entry["step"], entry["at"]))
        if found is not None:
            code = signature_macs.made(found)
            told = {IN_HISTORY: [None, found["record_sha256"]], **({MAC_IN_HISTORY: [None, code]} if code else {})}
            entry["changes"] = canonical({**json.loads(entry["changes"] or "{}"), **told})


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry of the history says of the signature of its step: the hash, and the code where one was made."""

    sha256: str
    mac: str | None = None


def told_to_history(changes: str | None) -> Told | None:
    found = json.loads(changes) if changes and IN_HISTORY in changes else {}
    return Told(found[IN_HISTORY][1], found.get(MAC_IN_HISTORY, (None, None))[1]) if IN_HISTORY in found else None


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _row(one: Signing, content: Mapping[str, Any], version: int) -> dict[str, Any]:
    return {
        "org_id": one.org_id, "user_id": one.actor.user_id, "for_user_id": one.principal.user_id if one.principal else None,
        "name": _name(one)[:NAME], "subject_kind": one.kind, "subject_id": one.subject_id, "step": one.step, "meaning": one.meaning,
        "record_sha256": digest(content), "record_version": version, "method": proof.method(one.channel), "signed_at": one.at,
        "content": content,
    }  # fmt: skip


def _name(one: Signing) -> str:
    return one.actor.name if one.principal is None else f"{one.actor.name}（受{one.principal.name}委托）"


# ---------------------------------------------------------------- content


def contents(kind: str, ids: Iterable[int]) -> Mapping[int, tuple[dict[str, Any], int]]:
    """By id: the record's content as the database has it (``record``, and by table its ``parts``), and its version.

    One statement for each table.
    """
    table, content = Base.metadata.tables[kind], content_of(kind)
    wanted = sorted(ids)
    current = session()
    rows = {row["id"]: row for row in current.execute(sa.select(table).where(table.c.id.in_(wanted))).mappings()}
    parts: dict[int, dict[str, list[Any]]] = {row_id: {} for row_id in rows}
    for name, column in content.children.items():
        child = Base.metadata.tables[name]
        statement = sa.select(child).where(child.c[column].in_(wanted)).order_by(child.c[column], child.c.id)
        for row in current.execute(statement).mappings():
            parts[row[column]].setdefault(name, []).append(_content(row))
    return {
        row_id: ({"record": _content(row, content.but), "parts": parts[row_id]}, int(row["version"]))
        for row_id, row in rows.items()
    }


def _content(row: Mapping[Any, Any], but: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What is empty is left out, so that a column that a later release adds does not change what was signed."""
    return {str(name): _plain(value) for name, value in row.items() if value is not None and name not in but}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"  # 3.0000000000 and 3 are one number in two databases
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return plain(value)


def digest(content: Mapping[str, Any]) -> str:
    """摘要 of a content: SHA-256 of how it is written canonically."""
    return hashlib.sha256(canonical(content).encode("utf-8")).hexdigest()
