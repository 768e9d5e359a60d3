"""校验锚点: the whole history chain is verified once a night, and its head is written to a second place.

Whoever can rewrite the database can also recompute a chain. He cannot recompute what has left it: the heads in the anchor file, those
printed on returns, evaluations and dossiers. So every verification also looks for all of these in the chain it has walked.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime
from datetime import time as clock_time

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.alerts import operations, queries, rollbacks
from app.alerts.anchor_file import SOUND, append, lines
from app.alerts.models import ChainAnchor
from app.chain import FIRST, HistoryEntry, verify_chain
from app.db import session
from app.domain.trust_kinds import AlertKind
from app.dossiers.models import Dossier
from app.errors import NotLikeThis
from app.evaluations.models import PlanEvaluation
from app.exports.models import MonthlyReturn

PRINTED = ((MonthlyReturn, "报表"), (PlanEvaluation, "规划评估"), (Dossier, "案卷"))
HEAD = re.compile(r"[0-9a-f]{64}")
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Walk:
    """What a verification found: entries, the last number and hash, and sentences for what is wrong."""

    entries: int
    seq: int
    head: str
    broken: tuple[str, ...]
    strangers: tuple[str, ...]  # anchors that the chain does not have
    seconds: float
    explained: int = 0  # anchors that a rollback has made void

    @property
    def sound(self) -> bool:
        return not self.broken and not self.strangers

    @property
    def fault(self) -> str | None:
        return "；".join((*self.broken, *self.strangers))[:LONGEST] or None


def walk() -> Walk:
    """Verify the chain and every head that has left it. Reads only; call it outside a writing transaction."""
    started = time.monotonic()
    known, void = known_heads(), rollbacks.void()
    report = verify_chain(wanted=known)
    seq = session().scalar(sa.select(sa.func.max(HistoryEntry.seq))) or 0
    strangers = tuple(f"{known[head]}上的校验值 {head[:12]}… 不在现有记录中" for head in sorted(report.missing - void.keys()))
    explained = len(report.missing & void.keys())
    return Walk(report.entries, seq, report.head, tuple(report.broken), strangers, time.monotonic() - started, explained)


def known_heads() -> dict[str, str]:
    """Every head that was written elsewhere: where, by the head."""
    found = {head: f"锚点（{clock.office_time(at):%Y-%m-%d %H:%M}）" for head, at in session().execute(
        sa.select(ChainAnchor.head, ChainAnchor.at).where(ChainAnchor.sound)
    )}  # fmt: skip
    for model, word in PRINTED:
        found |= {head: word for head in session().scalars(sa.select(model.chain_head).distinct())}
    found |= {head: f"锚点文件第 {number} 行" for number, _, head in lines()}
    found.pop(FIRST, None)
    return found


def due(at: datetime) -> bool:
    """Has this night's verification not been made yet?"""
    local = clock.office_time(at)
    if local.time() < clock_time.fromisoformat(current_app.config["ANCHOR_TIME"]):
        return False
    last = queries.last_anchor()
    return last is None or clock.office_time(last.at).date() < local.date()


def write(walked: Walk, at: datetime) -> ChainAnchor:
    """Keep the anchor in the database and outside it; a fault raises an alert. Runs inside a transaction."""
    name = _append(walked, at)
    made = ChainAnchor(
        at=at, seq=walked.seq, head=walked.head, entries=walked.entries, name=name, sound=walked.sound, fault=walked.fault,
        seconds=round(walked.seconds, 3),
    )  # fmt: skip
    session().add(made)
    for kind, sentences in ((AlertKind.CHAIN, walked.broken), (AlertKind.ANCHOR, walked.strangers)):
        if sentences:
            told = f"{sentences[0]}（共 {len(sentences)} 处）。请立即备份数据库文件保全现场，停止使用并报告审计管理员"
            operations.raise_fault(kind, f"{kind.name.lower()}:{at:%Y%m%d}", told, at)
    session().flush()
    return made


def _append(walked: Walk, at: datetime) -> str:
    """One line about a verification, on the disk before the transaction ends."""
    word = SOUND if walked.sound else "校验异常"
    return append(f"{clock.office_time(at):%Y-%m-%d %H:%M:%S} seq={walked.seq} head={walked.head} entries={walked.entries} {word}\n")


def compare(seq: int, head: str) -> tuple[bool, str]:
    """核对锚点: does the chain have this hash at this place? Answers in a sentence.

    Raises NotLikeThis for what is no anchor.
    """
    written = head.strip().lower()
    if not HEAD.fullmatch(written):
        raise NotLikeThis("校验值应为 64 位十六进制字符，请按报表或锚点文件上的原样填写", field="head")
    found = session().scalar(sa.select(HistoryEntry.hash).where(HistoryEntry.seq == seq))
    if found != written and (left := rollbacks.left_behind(seq)) is not None:
        day = f"{clock.office_time(left.at):%Y-%m-%d}"
        return False, f"{day} 曾经回退，此前打印的第 {seq} 条校验值不在现有记录中；请与当时另存的备份核对（{left.comment}）"
    if found is None:
        return False, f"现有记录中没有第 {seq} 条，记录可能被截断，请立即保全现场并报告"
    if found != written:
        return False, f"第 {seq} 条记录的校验值与所填不符，记录可能被改写，请立即保全现场并报告"
    return True, f"第 {seq} 条记录的校验值与所填一致"
