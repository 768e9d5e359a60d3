"""编制抽检任务: a changed number supersedes the one before, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.samples import Level, Purpose
from app.errors import NotAllowedNow, NotLikeThis
from app.indicators.frames import Area
from app.planning.models import SamplingTask


@dataclass(frozen=True, slots=True)
class Quota:
    """How many batches, of what, where, in which year."""

    area: Area
    year: int
    level: Level
    purpose: Purpose
    batches: int


def set_task(
    actor: Actor, quota: Quota, at: datetime, *, org_id: int | None = None, reason: str | None = None
) -> SamplingTask:
    """新增任务. One organisation has one number per area, year, level and purpose; without ``org_id`` it is the actor's own."""
    org_id = actor.org_id if org_id is None else org_id
    known = sa.select(SamplingTask.id).where(
        SamplingTask.org_id == org_id,
        SamplingTask.region_id == quota.area.id,
        SamplingTask.year == quota.year,
        SamplingTask.level == quota.level,
        SamplingTask.purpose == quota.purpose,
        SamplingTask.superseded_at.is_(None),
    )
    if session().scalar(known) is not None:
        raise NotLikeThis("该区域本年度同级别、同目的的任务已编制，请在任务列表中变更任务数", field="batches")
    row = SamplingTask(
        org_id=org_id, region_id=quota.area.id, year=quota.year, level=quota.level, purpose=quota.purpose,
        batches=quota.batches, reason=reason, recorded_at=at, recorded_by_id=actor.user_id, superseded_at=None,
    )  # fmt: skip
    return _keep(row, None, actor, quota.area.name)


def change_task(actor: Actor, task: SamplingTask, area: Area, batches: int, reason: str, at: datetime) -> SamplingTask:
    """变更任务数."""
    if task.superseded_at is not None:
        raise NotAllowedNow("该任务刚被他人变更过，请返回任务列表核对最新任务数后再操作")
    if not reason.strip():
        raise NotLikeThis("请填写变更任务数的原因", field="reason")
    if batches == task.batches:
        raise NotLikeThis("任务数没有变化，无需保存", field="batches")
    _supersede(task, at)
    row = SamplingTask(
        org_id=task.org_id, region_id=task.region_id, year=task.year, level=task.level, purpose=task.purpose,
        batches=batches, reason=reason.strip(), recorded_at=at, recorded_by_id=actor.user_id, superseded_at=None,
    )  # fmt: skip
    return _keep(row, task, actor, area.name)


def _supersede(task: SamplingTask, at: datetime) -> None:
    """Conditionally: of two people who change the number at once, the second is told."""
    changed = session().execute(
        sa.update(SamplingTask)
        .where(SamplingTask.id == task.id, SamplingTask.superseded_at.is_(None))
        .values(superseded_at=at)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowedNow("该任务刚被他人变更过，请返回任务列表核对最新任务数后再操作")


def _keep(row: SamplingTask, before: SamplingTask | None, actor: Actor, place: str) -> SamplingTask:
    session().add(row)
    session().flush()
    history.record(
        "sampling_task", row.id, "set_task", actor, org_id=row.org_id, comment=row.reason,
        name=f"{place}{row.year}年{row.level.value}{row.purpose.value}",
        changes={"batches": (before.batches if before else None, row.batches)},
    )  # fmt: skip
    return row
