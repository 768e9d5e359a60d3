"""年度评定 of many enterprises, counted and confirmed outside the request; a killed worker's job goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from app import clock
from app.authorize import current_actor
from app.db import session, transaction
from app.domain.actors import Actor
from app.domain.risk_moves import percent
from app.domain.supervision_states import RiskRunState
from app.errors import NotFound
from app.grading import run_queries as queries
from app.grading import runs
from app.grading.judging import Rules
from app.grading.models import RiskRun
from app.jobs import Run, enqueue, handles


def preview_all(
    run_id: int, actor: Actor, hold: Callable[[], None] = lambda: None, said: Callable[[int, int], None] = lambda seen, expected: None
) -> None:  # fmt: skip
    """Part by part, each in a transaction of its own: what is written stays written, and another attempt goes on after it."""
    run = session().get_one(RiskRun, run_id)
    rules, expected = Rules(run.kind, run.to_on), run.counts["expected"]
    seen, going = 0, True
    while going:
        with transaction():
            hold()
            going = runs.preview_part(run_id, actor, clock.now(), rules)
        seen += queries.PART
        said(min(seen, expected), expected)


def later(kind: str, run: RiskRun, actor: Actor, **more: Any) -> None:
    """Queue it in this transaction; the page of the run shows how far it is."""
    session().flush()
    job = enqueue(kind, {"run_id": run.id, **more}, actor)
    run.counts = {**run.counts, "job_id": job.id}


@handles(runs.PREVIEW)
def preview(job: Run) -> str:
    actor = current_actor()
    run = _run(actor, job)
    preview_all(
        run.id, actor, job.hold, lambda seen, of: job.progress(percent(seen, of), f"已评分约 {seen} 家，共 {of} 家"),
    )  # fmt: skip
    done = _run(actor, job)
    return f"已评定 {done.counts['graded']} 家，请查看预览"


@handles(runs.CONFIRM)
def confirm(job: Run) -> str:
    """All in one transaction: until then no grade of the run is in force."""
    actor = current_actor()
    run = _run(actor, job)
    if job.attempt > 1 and run.state is RiskRunState.CONFIRMED:
        return "已确认"  # a worker stopped after the commit and before saying so
    job.progress(5, "正在核对现行等级")
    with transaction():
        job.hold()
        effective_from = date.fromisoformat(job.payload["effective_from"])
        count = runs.confirm(
            run, actor, clock.now(), effective_from, job.payload["comment"], seen=job.payload["seen"],
            said=lambda told: job.progress(40, told),
        )  # fmt: skip
    return f"已确认 {count} 家企业的风险等级"


def _run(actor: Actor, job: Run) -> RiskRun:
    found = queries.run(actor, job.payload["run_id"])
    if found is None:
        raise NotFound("没有找到该年度评定，可能已不在您的管辖范围内")
    return found
