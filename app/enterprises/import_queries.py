"""The import that belongs to a background job."""

from __future__ import annotations

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.enterprises.queries import IMPORT, batch
from app.jobs import Job
from app.results.models import ImportBatch
from app.scope import scope


def job(actor: Actor, job_id: int) -> Job | None:
    """One of the actor's own jobs that work on an import of enterprises."""
    statement = sa.select(Job).where(Job.id == job_id, Job.kind.in_(("enterprise_stage", "enterprise_confirm")))
    return session().scalars(scope(statement, Job, actor)).first()


def batch_of_job(actor: Actor, job: Job) -> ImportBatch | None:
    """The import that a background job made or confirmed."""
    if "batch_id" in job.payload:
        return batch(actor, job.payload["batch_id"])
    made = scope(sa.select(ImportBatch.id), ImportBatch, actor).where(
        ImportBatch.kind == IMPORT, ImportBatch.sha256 == job.payload["sha256"], ImportBatch.created_at >= job.created_at
    )
    found = session().scalar(made.order_by(ImportBatch.id.desc()).limit(1))
    return batch(actor, found) if found is not None else None
