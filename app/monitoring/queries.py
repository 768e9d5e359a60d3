"""Figures of the installation itself: counts and ages only, nothing of any business."""

from __future__ import annotations

import json
import shutil
import socket
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from flask import current_app

from app import running
from app.accounts.models import UserSession
from app.chain import HistoryEntry
from app.db import session
from app.jobs import Job, JobStatus

KEPT = (JobStatus.QUEUED, JobStatus.RUNNING)


def jobs_by_state() -> dict[str, int]:
    """Jobs not done: how many wait and how many run."""
    count = sa.select(Job.status, sa.func.count()).where(Job.status.in_(KEPT)).group_by(Job.status)
    found = {status.value: number for status, number in session().execute(count)}
    return {status.value: found.get(status.value, 0) for status in KEPT}


def oldest_waiting(now: datetime) -> float | None:
    """Seconds that the oldest waiting job has waited."""
    since = session().scalar(sa.select(sa.func.min(Job.created_at)).where(Job.status == JobStatus.QUEUED))
    return (now - since).total_seconds() if since else None


def open_sessions(now: datetime) -> int:
    where = (UserSession.ended_at.is_(None), UserSession.until > now)
    return session().scalar(sa.select(sa.func.count()).select_from(UserSession).where(*where)) or 0


def last_of(kind: str, step: str, outcome: str | None = None) -> HistoryEntry | None:
    """The last entry of this kind and step (and outcome): a backup made, a rehearsal."""
    where = [HistoryEntry.subject_kind == kind, HistoryEntry.step == step]
    if outcome is not None:
        where.append(HistoryEntry.to_state == outcome)
    return session().scalars(sa.select(HistoryEntry).where(*where).order_by(HistoryEntry.seq.desc()).limit(1)).first()


def free_bytes() -> int:
    return shutil.disk_usage(Path(current_app.config["INSTANCE_FOLDER"])).free


def processes() -> list[dict[str, Any]]:
    """What the living web processes have counted."""
    found = []
    for path in sorted(running.folder().glob("web-*.json")):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            host, _, pid = str(told["process"]).rpartition(":")
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if host != socket.gethostname() or psutil.pid_exists(int(pid)):
            found.append(told)
    return found
