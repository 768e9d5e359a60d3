"""Approving a large file outside the request (后台批准)."""

from __future__ import annotations

from app import clock
from app.authorize import current_actor
from app.db import transaction
from app.domain.workflow import ReviewState
from app.jobs import Run, handles
from app.reviews import operations, queries


@handles(queries.APPROVE_JOB)
def approve(run: Run) -> str:
    """Read, judge and write everything in one transaction; until then nothing of it is in force."""
    actor = current_actor()
    review = queries.review_or_refuse(actor, run.payload["review_id"])
    if run.attempt > 1 and review.state is ReviewState.APPROVED:
        return "已批准"  # a worker stopped after the commit and before saying so
    run.progress(5, "正在读取文件")
    prepared = operations.prepare(review)
    run.progress(60, "正在写入")
    with transaction():
        run.hold()
        written = operations.approve(
            review, prepared, actor, clock.now(), comment=run.payload["comment"], seen=run.payload["seen"]
        )
    return operations.said(written)
