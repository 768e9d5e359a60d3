"""后台任务 are rows: enqueued in the business transaction, claimed by a conditional UPDATE, resumed or failed after a lost lease.

A handler is registered by kind and must be idempotent: after a power cut it is called again from the start. It opens its own
transactions and calls ``run.hold()`` first in each, so that a worker that lost its lease can write nothing.

    @handles("export_samples")
    def export_samples(run: Run) -> str:
        run.progress(40, "正在写入")
        with transaction():
            run.hold()
            ...
        return "已生成 1200 行"
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Base, coded, session
from app.domain.actors import Actor

MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=60)
GIVEN_UP = f"任务中断 {MAX_ATTEMPTS} 次仍未完成，已停止。请重新提交；如仍失败，请联系系统管理员查看运行日志"


class JobStatus(StrEnum):
    """任务状态."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """后台任务."""

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_status", "status", "id"), sa.Index("ix_job_owner", "created_by_id", "id"))

    org_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    status: Mapped[JobStatus] = mapped_column(coded(JobStatus))
    progress: Mapped[int] = mapped_column(default=0)  # percent
    message: Mapped[str | None] = mapped_column(sa.String(300))
    owner: Mapped[str | None] = mapped_column(sa.String(100))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.Text())
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class LeaseLost(Exception):
    """Another worker has this job now (or it was given up): whatever this one was about to write must not land."""


@dataclass(slots=True)
class Run:
    """One attempt at a job, as its handler sees it."""

    job_id: int
    kind: str
    payload: Mapping[str, Any]
    owner: str
    attempt: int
    attachment_id: int | None = None  # set it to offer a file for download
    reported: tuple[int, str | None] = field(default=(0, None))

    def progress(self, percent: int, message: str | None = None) -> None:
        """Say how far it is. Written by the heartbeat, so it may be called inside a transaction and costs nothing."""
        self.reported = (max(0, min(99, percent)), message)

    def hold(self) -> None:
        """First thing in each transaction of a handler: is the job still ours? Raises LeaseLost, which rolls back."""
        if not _update_own(self, {"lease_until": clock.now() + LEASE}):
            raise LeaseLost(f"job {self.job_id} attempt {self.attempt}")


Handler = Callable[[Run], str | None]
_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of job. It returns the sentence shown when the job is done."""

    def register(handler: Handler) -> Handler:
        if _handlers.setdefault(kind, handler) is not handler:
            raise RuntimeError(f"two handlers of job kind {kind!r}")
        return handler

    return register


@dataclass(frozen=True, slots=True)
class Routine:
    """What a worker does again and again between its jobs. It must be safe in several workers at once."""

    name: str
    every: timedelta
    run: Callable[[], None]


_routines: dict[str, Routine] = {}


def routine(name: str, every: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register something that each worker does at most every so often."""

    def register(run: Callable[[], None]) -> Callable[[], None]:
        if _routines.setdefault(name, Routine(name, every, run)).run is not run:
            raise RuntimeError(f"two routines called {name!r}")
        return run

    return register


def routines() -> list[Routine]:
    return list(_routines.values())


def handler_of(kind: str) -> Handler | None:
    return _handlers.get(kind)


def enqueue(kind: str, payload: Mapping[str, Any], actor: Actor) -> Job:
    """Queue a job in the transaction of the change that needs it: both land, or neither."""
    if not session().info.get("in_transaction"):
        raise RuntimeError("enqueue() belongs inside the business transaction")
    job = Job(
        org_id=actor.org_id,
        kind=kind,
        payload=dict(payload),
        status=JobStatus.QUEUED,
        created_at=clock.now(),
        created_by_id=actor.user_id,
    )
    session().add(job)
    session().flush()
    return job


def worker_name() -> str:
    """Names this process among all workers on all machines."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


# ---------------------------------------------------------------- claiming


def _waiting(now: datetime) -> sa.ColumnElement[bool]:
    """Queued, or running under a lease that has run out."""
    lost = sa.and_(Job.status == JobStatus.RUNNING, Job.lease_until < now)
    return sa.or_(Job.status == JobStatus.QUEUED, lost)


def anything_waiting(now: datetime) -> bool:
    """A plain read before the write lock is asked for: idle workers must not queue behind each other."""
    return session().execute(sa.select(Job.id).where(_waiting(now)).limit(1)).first() is not None


def claim(owner: str, now: datetime) -> Run | None:
    """Take the oldest waiting job for ``owner``, or None. Runs inside a transaction.

    The conditional UPDATE decides on every database; SKIP LOCKED only keeps PostgreSQL workers from waiting for each other.
    A job whose lease was lost for the last time is closed as failed with its sentence.
    """
    candidate = sa.select(Job).where(_waiting(now)).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    while True:
        job = session().scalars(candidate.execution_options(populate_existing=True)).first()
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            _close(job.id, job.attempts, JobStatus.FAILED, now, error=GIVEN_UP)
            session().expire(job)
            continue
        return _take(job, owner, now)


def _take(job: Job, owner: str, now: datetime) -> Run | None:
    attempt = job.attempts + 1
    statement = (
        sa.update(Job)
        .where(Job.id == job.id, Job.status == job.status, Job.attempts == job.attempts)
        .values(
            status=JobStatus.RUNNING,
            owner=owner,
            lease_until=now + LEASE,
            attempts=attempt,
            started_at=now,
            progress=0,
            message=None,
            error=None,
        )
    )
    if session().connection().execute(statement).rowcount != 1:
        return None
    session().expire(job)
    return Run(job.id, job.kind, job.payload, owner, attempt)


def _update_own(run: Run, values: Mapping[str, Any]) -> bool:
    """Change the job only while this attempt holds it."""
    statement = (
        sa.update(Job)
        .where(
            Job.id == run.job_id,
            Job.status == JobStatus.RUNNING,
            Job.owner == run.owner,
            Job.attempts == run.attempt,
        )
        .values(**values)
    )
    return bool(session().connection().execute(statement).rowcount == 1)


def _close(job_id: int, attempts: int, status: JobStatus, now: datetime, **values: Any) -> None:
    statement = (
        sa.update(Job)
        .where(Job.id == job_id, Job.attempts == attempts)
        .values(status=status, ended_at=now, owner=None, lease_until=None, **values)
    )
    session().connection().execute(statement)


def beat(run: Run, now: datetime) -> bool:
    """Renew the lease and write the progress; False when the job is no longer ours. Runs inside a transaction."""
    percent, message = run.reported
    text = (message or "")[:300] or None
    return _update_own(run, {"lease_until": now + LEASE, "progress": percent, "message": text})


def finish(run: Run, message: str | None, now: datetime) -> bool:
    """The job is done, if it is still ours. Runs inside a transaction."""
    text = (message or "")[:300] or None
    done = {"status": JobStatus.DONE, "progress": 100, "message": text, "attachment_id": run.attachment_id}
    return _update_own(run, {**done, "ended_at": now, "owner": None, "lease_until": None})


def fail(run: Run, sentence: str, now: datetime, *, again: bool = False) -> bool:
    """The attempt failed; ``again`` puts the job back into the queue while attempts remain."""
    ended = {"owner": None, "lease_until": None, "error": sentence}
    if again and run.attempt < MAX_ATTEMPTS:
        return _update_own(run, {**ended, "status": JobStatus.QUEUED})
    return _update_own(run, {**ended, "status": JobStatus.FAILED, "ended_at": now})
