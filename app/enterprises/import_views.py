"""What a large import does while nobody waits: queued, and a page that tells how far it is."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.enterprises.blueprint import bp
from app.enterprises.import_queries import batch_of_job
from app.enterprises.import_queries import job as job_of
from app.jobs import Job, enqueue


def later(kind: str, payload: dict[str, Any]) -> ResponseReturnValue:
    """Queue it and show how far it is."""
    with transaction():
        job = enqueue(kind, payload, current_actor())
    return redirect(url_for("enterprises.progress", job_id=job.id), 303)


@bp.get("/import/jobs/<int:job_id>")
@authorize(Permission.JOB_READ, job_of)
def progress(job: Job) -> ResponseReturnValue:
    """A page that asks again by itself, with or without a script."""
    batch = batch_of_job(current_actor(), job)
    response = current_app.make_response(render_template("enterprises/progress.html", job=job, batch=batch))
    if job.ended_at is None:
        response.headers["Refresh"] = "3"
    return response
