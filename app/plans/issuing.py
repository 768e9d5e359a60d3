"""下达计划: what is issued is in force, and the yearly task that the monthly return reads follows it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.workflow import PlanStep
from app.errors import NotAllowedNow, NotLikeThis
from app.indicators.frames import area
from app.organisations.models import Organisation
from app.planning.operations import Quota, change_task, set_task
from app.plans import queries, quota_saving
from app.plans.models import SamplingPlan
from app.reference_data.books import region_book


def issue(plan: SamplingPlan, actor: Actor, at: datetime, comment: str | None, *, seen: int | None = None) -> None:
    """Raises NotAllowedNow where another general plan of the same kind is in force in an overlapping area."""
    # two plans issued at once must not both find the other not yet issued
    session().execute(sa.select(Organisation.id).where(Organisation.id == plan.org_id).with_for_update())
    quota_saving.lock(plan, seen)
    if not plan.special:
        _refuse_second(plan)
    refuse_beyond_parent(plan)
    edition = plan.edition + 1
    history.advance(plan, PlanStep.ISSUE, actor, comment=comment, changes={"edition": (plan.edition, edition)})
    plan.edition, plan.issued_at = edition, at
    session().flush()
    _keep_task(plan, actor, at)


def refuse_beyond_parent(plan: SamplingPlan) -> None:
    """A plan that decomposes one of its own level and purpose takes no more than that one gives its area."""
    given = queries.given_by_parent(plan)
    if given is None:
        return
    others = sum(one.total for one in queries.siblings_in_force(plan))
    if plan.total > given.batches - others:
        place = region_book().name(plan.region_id)
        raise NotLikeThis(
            f"上级计划“{given.title}”分配给{place} {given.batches} 批，其他计划已承担 {others} 批，还可承担 "
            f"{max(given.batches - others, 0)} 批，本计划 {plan.total} 批超出"
        )


def _refuse_second(plan: SamplingPlan) -> None:
    book = region_book()
    for other in queries.general_plans_in_force(plan):
        if other.region_id in book.up(plan.region_id) or plan.region_id in book.up(other.region_id):
            raise NotAllowedNow(
                f"“{other.title}”（{book.name(other.region_id)}，{plan.level.value}{plan.purpose.value}）正在执行，同一区域不能再下达第二个："
                "请调整或结束该计划，或把本计划改为专项"
            )


def _keep_task(plan: SamplingPlan, actor: Actor, at: datetime) -> None:
    """年度任务数 is the total of the issued plans."""
    total = sum(queries.total_in_force(one) for one in queries.issued_with_task(plan))
    task, place = queries.task_of(plan), area(region_book(), plan.region_id)
    reason = f"下达“{plan.title}”第 {plan.edition} 版，任务数与已下达计划的总批次一致"
    if task is None:
        set_task(actor, Quota(place, plan.year, plan.level, plan.purpose, total), at, org_id=plan.org_id, reason=reason)
    elif task.batches != total:
        change_task(actor, task, place, total, reason, at)
