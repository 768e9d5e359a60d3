"""核对审批签名: every signature's content computed anew and compared with what was signed.

A record that has moved on since is no fault; one that differs in the version that was signed is. The history, which is chained, says of
each signed step what was signed: a signature that is not there any more, or says otherwise, is a fault.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import time as clock_time
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import undefer

from app import clock
from app.accounts import signature_macs
from app.accounts.models import ApprovalSignature, SignatureVerification
from app.accounts.signatures import AT_ONCE, IN_HISTORY, Told, contents, digest, told_to_history
from app.alerts import operations as alerts
from app.approval_signatures.moved import Moves
from app.audit.words import subject_word
from app.chain import HistoryEntry
from app.db import session
from app.domain.signing import SIGNED_KINDS
from app.domain.trust_kinds import AlertKind, SignatureCheck
from app.labels import step_label

LONGEST = 400
ALERT_KEY = "signatures"
BROKEN = frozenset({SignatureCheck.ALTERED, SignatureCheck.GONE})
Now = tuple[Mapping[str, Any], int] | None  # the record's content and its version


@dataclass(frozen=True, slots=True)
class Walk:
    """What reading all signatures found: how many of each, those whose state is another than before, a sentence for each fault."""

    counted: Mapping[SignatureCheck, int]
    moved_on: Mapping[str, int]  # by kind of record
    changed: Mapping[SignatureCheck, Sequence[int]]
    broken: Sequence[str]
    seconds: float

    @property
    def signatures(self) -> int:
        return sum(self.counted.values())

    @property
    def sound(self) -> int:
        return self.counted.get(SignatureCheck.SOUND, 0)


def judged(one: ApprovalSignature, now: Now, said: Told | None = None) -> tuple[SignatureCheck, str | None]:
    """How a signature stands over its record, and what is wrong with it; ``said`` is what the history has of it (None: of a time
    when the history did not say)."""
    if said is not None and said.sha256 != one.record_sha256:
        return SignatureCheck.ALTERED, "签名的内容摘要与办理记录中所记的不符，签名可能被改动"
    if said is not None and said.mac and (fault := signature_macs.fault(_columns(one), said.mac)):
        return SignatureCheck.ALTERED, fault
    if one.content is not None and digest(one.content) != one.record_sha256:
        return SignatureCheck.ALTERED, "签名时留存的内容与其摘要不符，签名可能被改动"
    if now is None:
        return SignatureCheck.GONE, "所签记录已不存在"
    content, version = now
    if version != one.record_version:
        return SignatureCheck.MOVED_ON, None
    if digest(content) != one.record_sha256:
        return SignatureCheck.ALTERED, "记录内容与签名时不一致，可能被改动"
    return SignatureCheck.SOUND, None


def _columns(one: ApprovalSignature) -> dict[str, Any]:
    return {name: getattr(one, name) for name in signature_macs.SAID}


def of_one(one: ApprovalSignature, moves: Moves | None = None) -> tuple[SignatureCheck, str | None, Now]:
    """The same with the content as it is now, apart from what has moved it as a whole."""
    found = contents(one.subject_kind, [one.subject_id]).get(one.subject_id)
    now = None if found is None else ((moves or Moves()).before(one, found[0]), found[1])
    said = _said_of(one.subject_kind, [one])
    return *judged(one, now, said.get(_step_of(one))), now


def walk() -> Walk:
    """Verify every signature. Reads only; call it outside a writing transaction."""
    started = time.monotonic()
    counted: Counter[SignatureCheck] = Counter()
    moved: Counter[str] = Counter()
    changed: dict[SignatureCheck, list[int]] = {}
    broken: list[str] = []
    moves = Moves()
    for kind in session().scalars(sa.select(ApprovalSignature.subject_kind).distinct().order_by(ApprovalSignature.subject_kind)).all():
        for part in _signatures_of(kind):
            now, said = contents(kind, {one.subject_id for one in part}), _said_of(kind, part)
            for one in part:
                state, fault = judged(one, now.get(one.subject_id), said.get(_step_of(one)))
                if state in BROKEN:  # once more: it may have been moved, or saved between the record and its parts being read
                    state, fault, _ = of_one(one, moves)
                counted[state] += 1
                moved[kind] += state is SignatureCheck.MOVED_ON
                if fault is not None:
                    broken.append(f"{told(one)}：{fault}")
                if one.checked is not state:
                    changed.setdefault(state, []).append(one.id)
                session().expunge(one)
    broken += missed()
    return Walk(counted, +moved, changed, broken, time.monotonic() - started)


def _step_of(one: Any) -> tuple[int, str, datetime]:
    return one.subject_id, one.step, one.signed_at


def _said_of(kind: str, part: Sequence[ApprovalSignature]) -> Mapping[tuple[int, str, datetime], Told]:
    """What the history says was signed at the steps of these signatures."""
    entry = HistoryEntry
    statement = sa.select(entry.subject_id, entry.step, entry.at.label("signed_at"), entry.changes)
    statement = statement.where(entry.subject_kind == kind, entry.subject_id.in_({one.subject_id for one in part}), _says_so())
    return {_step_of(row): told for row in session().execute(statement) if (told := told_to_history(row.changes))}


def _says_so() -> sa.ColumnElement[bool]:
    return HistoryEntry.changes.contains(f'"{IN_HISTORY}"')


def missed() -> list[str]:
    """A sentence for every signature that the history tells of and that is not there."""
    entry, signature = HistoryEntry, ApprovalSignature
    there = sa.exists().where(
        signature.subject_kind == entry.subject_kind, signature.subject_id == entry.subject_id, signature.step == entry.step,
        signature.signed_at == entry.at,
    )  # fmt: skip
    statement = sa.select(entry).where(entry.subject_kind.in_(sorted(SIGNED_KINDS)), _says_so(), ~there).order_by(entry.seq)
    return [
        f"{subject_word(one.subject_kind)}（编号 {one.subject_id}），{one.actor_name} 对“{step_label(one.subject_kind, one.step)}”的签名"
        f"已不存在，可能被删除（办理记录第 {one.seq} 条）"
        for one in session().scalars(statement.limit(AT_ONCE))
    ]


def keep(walked: Walk, at: datetime) -> SignatureVerification:
    """Note what was found beside each signature; a fault raises an alert. Runs inside a transaction."""
    table: Any = ApprovalSignature.__table__
    for state, ids in walked.changed.items():
        for start in range(0, len(ids), AT_ONCE):
            session().execute(sa.update(table).where(table.c.id.in_(ids[start : start + AT_ONCE])).values(checked=state))
    made = SignatureVerification(
        at=at, signatures=walked.signatures, sound=walked.sound, moved_on=sum(walked.moved_on.values()), broken=len(walked.broken),
        fault="；".join(walked.broken)[:LONGEST] or None, seconds=round(walked.seconds, 3),
    )  # fmt: skip
    session().add(made)
    if walked.broken:
        text = f"{walked.broken[0]}（共 {len(walked.broken)} 条）。请备份数据库文件保全现场，停止使用并报告审计管理员"
        alerts.raise_fault(AlertKind.SIGNATURE, ALERT_KEY, text, at)
    session().flush()
    return made


def last() -> SignatureVerification | None:
    return session().scalars(sa.select(SignatureVerification).order_by(SignatureVerification.id.desc()).limit(1)).first()


def due(at: datetime) -> bool:
    """Has this night's verification not been made yet?"""
    local = clock.office_time(at)
    if local.time() < clock_time.fromisoformat(current_app.config["ANCHOR_TIME"]):
        return False
    made = last()
    return made is None or clock.office_time(made.at).date() < local.date()


def _signatures_of(kind: str) -> Iterator[Sequence[ApprovalSignature]]:
    after: tuple[int, int] = (0, 0)
    key = sa.tuple_(ApprovalSignature.subject_id, ApprovalSignature.id)
    while True:
        part = session().scalars(
            sa.select(ApprovalSignature)
            .where(ApprovalSignature.subject_kind == kind, key > after)
            .options(undefer(ApprovalSignature.content))
            .order_by(ApprovalSignature.subject_id, ApprovalSignature.id)
            .limit(AT_ONCE)
        ).all()
        if not part:
            return
        yield part
        after = (part[-1].subject_id, part[-1].id)


def told(one: ApprovalSignature) -> str:
    """The signature in a sentence's words."""
    step = step_label(one.subject_kind, one.step)
    return f"{subject_word(one.subject_kind)}（编号 {one.subject_id}），{one.name} 对“{step}”的签名"
