"""Imports of quotas and item sets: staged, confirmed, discarded. One transaction each, never committed here.

There is no undoing: every change is a version, and importing the former export brings the former numbers back.
"""

from __future__ import annotations

from datetime import datetime

from app import history
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.workflow import BatchStep, PlanStep, arrow
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.labels import label
from app.plans import item_imports, item_saving, queries, quota_imports, quota_saving
from app.plans.item_imports import ItemPlan
from app.plans.models import SamplingPlan
from app.plans.quota_imports import QuotaPlan
from app.results.models import ImportBatch
from app.sampling.imports import Action

UNCHANGED = "文件内容与计划完全一致，没有需要导入的内容，未作任何更改"
NOTHING_ELSE = "除有误的行外没有需要导入的内容，未导入"
EMPTY = "表头下面没有内容：请填写后重新上传"
NOUNS = {queries.QUOTA_IMPORT: "格", queries.ITEM_IMPORT: "个分类"}
FilePlan = QuotaPlan | ItemPlan


def prepare(kind: str, plan: SamplingPlan, sha256: str, filename: str) -> FilePlan:
    """Read the stored file against the plan as it is written now."""
    return (item_imports if kind == queries.ITEM_IMPORT else quota_imports).prepare(plan, sha256, filename)


def stage(kind: str, plan: SamplingPlan, found: FilePlan, actor: Actor, filename: str, sha256: str, at: datetime) -> ImportBatch:
    """Keep the preview until somebody confirms or discards it."""
    _ask(actor, plan)
    if not found.rows and not found.table.read.faults:
        raise NotLikeThis(EMPTY, field="file")
    batch = ImportBatch(
        org_id=plan.org_id, kind=kind, layout=f"plan:{plan.id}", filename=filename[-200:], sha256=sha256, created_at=at,
        created_by_id=actor.user_id, samples=0,
    )  # fmt: skip
    _describe(batch, found)
    history.advance(batch, BatchStep.STAGE, actor)
    return batch


def _ask(actor: Actor, plan: SamplingPlan) -> None:
    if not permits(actor, Permission.PLAN_EDIT, plan):
        raise NotAllowed("您没有编制该计划的权限，如确需办理请联系科室负责人")
    if arrow(plan.__tablename__, plan.state, PlanStep.EDIT) is None:
        raise NotAllowedNow(f"计划当前为“{label(plan.state)}”，不能导入：已下达的计划请先点“调整计划”")


def _describe(batch: ImportBatch, found: FilePlan) -> None:
    counts = found.counts
    batch.rows, batch.preview = len(found.rows), _preview(found)
    batch.new_count, batch.changed_count = counts[Action.NEW], counts[Action.CHANGED]
    batch.unchanged_count, batch.refused_count = counts[Action.UNCHANGED], counts[Action.REFUSED]


def _preview(found: FilePlan) -> dict[str, object]:
    return item_imports.preview(found) if isinstance(found, ItemPlan) else quota_imports.preview(found)


def confirm(
    batch: ImportBatch,
    plan: SamplingPlan,
    found: FilePlan,
    actor: Actor,
    at: datetime,
    reason: str | None,
    *,
    seen: int | None = None,
    skip_refused: bool = False,
) -> None:
    """Write every acceptable row of a file that has just been read and compared again.

    Raises NotLikeThis when some are refused and skipping them was not chosen, or when nothing would change;
    NotAllowedNow when somebody was quicker. Nothing is then written.
    """
    _ask(actor, plan)
    history.advance(batch, BatchStep.CONFIRM, actor, seen=seen)  # a second click is told so before anything else
    _refuse_unready(found, NOUNS[batch.kind], skip_refused)
    batch.confirmed_at = at
    _describe(batch, found)
    why = reason or (f"导入文件：{batch.filename}" if plan.state.value == "draft" else None)
    if isinstance(found, ItemPlan):
        item_saving.save_sets(plan, found.wanted, actor, at, why, seen=found.seen)
    else:
        quota_saving.save_quotas(plan, found.wanted, actor, at, why, seen=found.seen)


def _refuse_unready(found: FilePlan, noun: str, skip_refused: bool) -> None:
    refused = found.counts[Action.REFUSED]
    if found.table.read.faults:
        raise NotLikeThis(f"文件未能完整读取，不能导入：{found.table.read.faults[0].message}")
    if refused and not skip_refused:
        raise NotLikeThis(
            f"有 {refused} {noun}存在错误，未导入任何内容。请修改文件后重新上传，或选择“跳过”只导入其余内容", field="skip_refused"
        )
    if not found.writes:
        raise NotLikeThis(NOTHING_ELSE if refused else UNCHANGED)


def discard(batch: ImportBatch, plan: SamplingPlan, actor: Actor, *, seen: int | None = None) -> None:
    """放弃: the preview is kept for the record and can no longer be confirmed."""
    if not permits(actor, Permission.PLAN_EDIT, plan):
        raise NotAllowed("您没有编制该计划的权限，如确需办理请联系科室负责人")
    history.advance(batch, BatchStep.DISCARD, actor, seen=seen)
