"""Imports of enterprises: staged, confirmed, discarded. One transaction each, never committed here.

There is no undoing: an enterprise is referred to by samples and cases from the moment it is registered, so what an import
got wrong is corrected enterprise by enterprise, or by importing a corrected file.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from app import history
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.workflow import BatchStep
from app.enterprises import operations, queries
from app.enterprises.imports import LAYOUT, Plan, PlannedEnterprise, preview
from app.enterprises.models import Enterprise
from app.enterprises.operations import Registered
from app.errors import NotAllowed, NotLikeThis
from app.reference_data.operations import note_unknown_many
from app.results.models import ImportBatch
from app.sampling.imports import Action

UNCHANGED = "文件内容与企业档案完全一致，没有需要导入的内容，未作任何更改"
NOTHING_ELSE = "除有误的企业外没有需要导入的内容，未导入"
NOT_YOURS = "您没有导入企业档案的权限，如确需办理请联系科室负责人"


def stage(plan: Plan, actor: Actor, filename: str, sha256: str, at: datetime) -> ImportBatch:
    """Keep the preview until somebody confirms or discards it."""
    _ask(actor)
    if not plan.rows and not plan.table.faults:
        raise NotLikeThis("表头下面没有企业：请填写后重新上传", field="file")
    batch = ImportBatch(
        org_id=actor.org_id, kind=queries.IMPORT, layout=LAYOUT, filename=filename[-200:], sha256=sha256, rows=len(plan.rows),
        samples=0, preview=preview(plan), created_at=at, created_by_id=actor.user_id,
    )  # fmt: skip
    _count(batch, plan)
    history.advance(batch, BatchStep.STAGE, actor)
    return batch


def _ask(actor: Actor) -> None:
    if not permits(actor, Permission.ENTERPRISE_IMPORT):
        raise NotAllowed(NOT_YOURS)


def _count(batch: ImportBatch, plan: Plan) -> None:
    counts = plan.counts
    batch.new_count, batch.changed_count = counts[Action.NEW], counts[Action.CHANGED]
    batch.unchanged_count, batch.refused_count = counts[Action.UNCHANGED], counts[Action.REFUSED]


def confirm(
    batch: ImportBatch, plan: Plan, actor: Actor, at: datetime, *, seen: int | None = None, skip_refused: bool = False
) -> None:
    """Write every acceptable enterprise of a file that has just been read and planned again.

    Raises NotLikeThis when some are refused and skipping them was not chosen, or when nothing would change;
    NotAllowedNow when somebody was quicker. Nothing is then written.
    """
    _ask(actor)
    _refuse_unready(plan, skip_refused)
    history.advance(batch, BatchStep.CONFIRM, actor, seen=seen)
    batch.confirmed_at, batch.preview = at, preview(plan)
    _count(batch, plan)
    comment = f"导入文件：{batch.filename}"
    operations.create_many([_wanted(planned) for planned in plan.of(Action.NEW)], actor, at, batch.id, comment)
    operations.correct_many([_corrected(planned) for planned in plan.of(Action.CHANGED)], actor, comment)
    _note_unknown([*plan.of(Action.NEW), *plan.of(Action.CHANGED)])


def _refuse_unready(plan: Plan, skip_refused: bool) -> None:
    refused = plan.counts[Action.REFUSED]
    if plan.table.faults:
        raise NotLikeThis(f"文件未能完整读取，不能导入：{plan.table.faults[0].message}")
    if refused and not skip_refused:
        raise NotLikeThis(
            f"有 {refused} 家企业存在错误，未导入任何内容。请修改文件后重新上传，或选择“跳过 {refused} 家”只导入其余企业",
            field="skip_refused",
        )
    if not plan.of(Action.NEW) and not plan.of(Action.CHANGED):
        raise NotLikeThis(NOTHING_ELSE if refused else UNCHANGED)


def _wanted(planned: PlannedEnterprise) -> Registered:
    assert planned.wanted is not None
    return planned.wanted


def _corrected(planned: PlannedEnterprise) -> tuple[Enterprise, Registered]:
    assert planned.known is not None
    return planned.known, _wanted(planned)


def _note_unknown(rows: list[PlannedEnterprise]) -> None:
    """Places and categories that nobody has explained yet go to the mapping page."""
    found = [planned.unknown_region for planned in rows if planned.unknown_region]
    note_unknown_many("region", Counter(word for word, _ in found), dict(found))
    note_unknown_many("category", Counter(word for planned in rows for word in planned.unknown_categories))


def discard(batch: ImportBatch, actor: Actor, *, seen: int | None = None) -> None:
    """放弃: the preview is kept for the record and can no longer be confirmed."""
    _ask(actor)
    history.advance(batch, BatchStep.DISCARD, actor, seen=seen)
