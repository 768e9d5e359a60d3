"""Quotas, changed: every change is a version with person, time and reason, checked against the whole lattice.

The plan's row is locked first: of two savers the second sees what the first has written, is told where both changed the same
cell, and otherwise both changes stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.quota_lattice import overloads
from app.domain.quotas import PLAN, Cell
from app.domain.workflow import PlanState, PlanStep, arrow
from app.errors import NotAllowedNow, NotLikeThis
from app.plans import queries
from app.plans.models import PlanQuota, SamplingPlan
from app.plans.naming import Ground, ground

TOLD = 60  # cells named one by one in the history
REST = "其余"  # the entry that says how many were not named
CHANGED = "该计划已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中"
Numbers = Mapping[Cell, int | None]
Changes = dict[str, tuple[int | str | None, int | str | None]]


@dataclass(frozen=True, slots=True)
class Clash:
    """One cell that two people changed: as the page showed it, as it is saved now, as it was typed."""

    cell: Cell
    shown: int | None
    saved: int | None
    typed: int | None


class QuotasClash(NotAllowedNow):
    """Somebody else has changed the same cells meanwhile."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__(f"有 {len(clashes)} 格批次刚被他人修改，请核对下面双方的数后再保存；您填写的内容仍保留在表中")
        self.clashes = clashes


class QuotasRefused(NotLikeThis):
    """Cells that cannot be as typed, each with its sentences."""

    def __init__(self, faults: Mapping[Cell, Sequence[str]]) -> None:
        first = next(iter(faults.values()))[0]
        more = f"（共 {len(faults)} 格有误）" if len(faults) > 1 else ""
        super().__init__(f"{first}{more}")
        self.faults = faults


def lock(plan: SamplingPlan, seen: int | None = None) -> None:
    """Read the plan anew, locked until the end of the transaction; ``seen`` is the version the page showed."""
    session().flush()  # reading anew forgets what is not yet written
    session().refresh(plan, with_for_update=True)
    if seen is not None and plan.version != seen:
        raise NotAllowedNow(CHANGED)


def save_quotas(
    plan: SamplingPlan, wanted: Numbers, actor: Actor, at: datetime, reason: str | None, *, seen: Numbers | None = None
) -> int:
    """Set the cells; None clears one. ``seen`` is what the page showed. Returns how many cells were changed.

    Raises QuotasClash (409), QuotasRefused (422), or the refusal of the step.
    """
    lock(plan)
    _refuse_not_now(plan)
    land = ground(plan)
    current = queries.quotas_by_cell(plan.id)
    changes = {cell: batches for cell, batches in wanted.items() if current.get(cell) != batches}
    clashes = clashes_of(changes, current, seen) if seen is not None else []
    if clashes:
        raise QuotasClash(clashes)
    if not changes:
        return 0
    _refuse_faults(changes, current, land)
    told = told_changes(changes, current, land)
    write(plan, changes, actor, at, reason)
    history.advance(plan, PlanStep.EDIT, actor, comment=reason, changes=told)
    return len(changes)


def change_total(plan: SamplingPlan, total: int, actor: Actor, at: datetime, reason: str | None) -> Changes:
    """A new total as part of editing the plan's form, which takes the step itself."""
    current = queries.quotas_by_cell(plan.id)
    _refuse_faults({PLAN: total}, current, ground(plan), field="total")
    told: Changes = {"total": (plan.total, total)}
    write(plan, {PLAN: total}, actor, at, reason)
    return told


def _refuse_not_now(plan: SamplingPlan) -> None:
    if arrow("sampling_plan", plan.state, PlanStep.EDIT) is None:
        from app.labels import label

        how = "请先点“调整计划”" if plan.state is PlanState.ISSUED else "请刷新页面后再操作"
        raise NotAllowedNow(f"计划当前为“{label(plan.state)}”，不能修改批次，{how}")


def clashes_of(changes: Numbers, current: Mapping[Cell, int], seen: Numbers) -> list[Clash]:
    """Cells that somebody else has set otherwise since the page was shown."""
    return [
        Clash(cell, seen.get(cell), current.get(cell), typed)
        for cell, typed in changes.items()
        if current.get(cell) not in (seen.get(cell), typed)
    ]


def faults_of(changes: Numbers, current: Mapping[Cell, int], land: Ground) -> dict[Cell, list[str]]:
    """Why cells cannot be as wanted, every reason at its cell."""
    faults: dict[Cell, list[str]] = {}
    sound: dict[Cell, int] = dict(current)
    for cell, batches in changes.items():
        complaint = land.complaint(cell) if batches is not None else None
        if complaint is None and batches is not None and cell not in current:
            complaint = land.retired(cell)  # what is planned already may stay, and be made less
        if cell == PLAN and batches is None:
            complaint = "计划总批次不能为空，请填写整数"
        if complaint:
            faults[cell] = [complaint]
        elif batches is None:
            sound.pop(cell, None)
        else:
            sound[cell] = batches
    for overload in overloads(current, sound, land.trees):
        sentence = overload.sentence(land.words)
        for cell in overload.at:
            faults.setdefault(cell, []).append(sentence)
    return faults


def _refuse_faults(changes: Numbers, current: Mapping[Cell, int], land: Ground, field: str | None = None) -> None:
    faults = faults_of(changes, current, land)
    if faults and field:
        raise NotLikeThis("；".join(sentence for sentences in faults.values() for sentence in sentences), field=field)
    if faults:
        raise QuotasRefused(faults)


def told_changes(changes: Numbers, current: Mapping[Cell, int], land: Ground) -> Changes:
    """The changed cells in words, for the history; of very many only how many."""
    named = sorted(changes, key=land.sort_key)
    told: Changes = {land.words(cell): (current.get(cell), changes[cell]) for cell in named[:TOLD]}
    if len(named) > TOLD:
        told[REST] = (None, f"另有 {len(named) - TOLD} 格变更，见计划版本")
    return told


def write(plan: SamplingPlan, changes: Numbers, actor: Actor, at: datetime, reason: str | None) -> None:
    """Supersede and insert. The caller has checked, and takes the step."""
    why = (reason or "").strip()[:300] or None
    keys = [cell.key for cell in changes]
    for start in range(0, len(keys), 500):
        session().execute(
            sa.update(PlanQuota)
            .where(PlanQuota.plan_id == plan.id, PlanQuota.superseded_at.is_(None), PlanQuota.cell.in_(keys[start : start + 500]))
            .values(superseded_at=at, superseded_by_id=actor.user_id, superseded_reason=why)
            .execution_options(synchronize_session=False)
        )
    rows = [
        {
            "org_id": plan.org_id, "plan_id": plan.id, "cell": cell.key, "category_id": cell.category_id,
            "region_id": cell.region_id, "link": cell.link, "month": cell.month, "area_type": cell.area_type, "batches": batches,
            "reason": why, "recorded_at": at, "recorded_by_id": actor.user_id,
        }
        for cell, batches in changes.items()
        if batches is not None
    ]  # fmt: skip
    if rows:
        session().execute(sa.insert(PlanQuota), rows)
    total = changes.get(PLAN)
    if total is not None:
        plan.total = total
