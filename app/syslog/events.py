"""What is sent of the history and of the anchors: security events, the head of the chain, and every anchor. No record's content."""

from __future__ import annotations

import socket
from typing import Any

from app import clock
from app.alerts.models import ChainAnchor
from app.audit.words import masked, subject_word
from app.chain import HistoryEntry
from app.domain import syslog
from app.domain.syslog import message, pairs
from app.labels import step_label

STEPS = frozenset({
    "sign_in", "sign_in_failed", "sign_out", "locked", "unlock", "end_session", "end_sessions", "denied", "export", "download", "unmask",
    "confirm_identity", "rotate_keys", "encrypt_fields", "decrypt_fields", "upgrade", "rollback", "close", "reopen", "virus_found",
})  # fmt: skip
KINDS = frozenset({"security_alert", "user_account", "account_grant", "api_key", "setting_version", "field_key", "backup", "system"})
GRAVE = frozenset({"sign_in_failed", "locked", "denied", "raise", "virus_found"})


def is_sent(entry: HistoryEntry) -> bool:
    return entry.step in STEPS or entry.subject_kind in KINDS


def of_entry(entry: HistoryEntry) -> bytes:
    """An event: who, from where, what, about whom. Before and after are not sent."""
    text = pairs((
        ("seq", entry.seq), ("event", entry.step), ("action", step_label(entry.subject_kind, entry.step)),
        ("actor", masked(entry.actor_name)), ("user", entry.actor_id), ("address", entry.address), ("channel", entry.channel.value),
        ("kind", subject_word(entry.subject_kind)), ("subject", masked(entry.subject_name)), ("comment", masked(entry.comment)),
    ))  # fmt: skip
    severity = syslog.WARNING if entry.step in GRAVE else syslog.NOTICE
    return message(severity, clock.office_time(entry.at), socket.gethostname(), entry.step, text)


def of_head(entry: HistoryEntry) -> bytes:
    """末条校验值: the place and the hash, which ``flask alerts compare`` asks for."""
    text = pairs((("seq", entry.seq), ("head", entry.hash)))
    return message(syslog.INFO, clock.office_time(entry.at), socket.gethostname(), "chain_head", text)


def of_anchor(anchor: ChainAnchor) -> bytes:
    values: tuple[tuple[str, Any], ...] = (
        ("seq", anchor.seq), ("head", anchor.head), ("entries", anchor.entries), ("result", "校验链完好" if anchor.sound else "校验异常"),
        ("fault", masked(anchor.fault)),
    )  # fmt: skip
    severity = syslog.NOTICE if anchor.sound else syslog.CRITICAL
    return message(severity, clock.office_time(anchor.at), socket.gethostname(), "chain_anchor", pairs(values))
