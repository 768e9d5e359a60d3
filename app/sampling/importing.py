"""Imports of sampling sheets: staged, confirmed, discarded, undone. One transaction each, never committed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.notices import change_lines
from app.domain.permissions import Permission, permits
from app.domain.workflow import BatchStep, SampleState, SampleStep
from app.errors import NotAllowed, NotLikeThis
from app.history import Move
from app.notices import telling
from app.results.models import ImportBatch
from app.sampling import correcting, queries
from app.sampling.creating import create_samples
from app.sampling.imports import Action, Plan, PlannedSheet, preview, undo_reason
from app.sampling.models import Sample

UNCHANGED = "文件内容与系统中已登记的抽样单完全一致，没有需要导入的内容"


def stage(plan: Plan, actor: Actor, filename: str, sha256: str, at: datetime) -> ImportBatch:
    """Keep the preview until somebody confirms or discards it."""
    if not permits(actor, Permission.SAMPLE_CREATE):
        raise NotAllowed("您没有导入抽样单的权限，如确需办理请联系科室负责人")
    if not plan.sheets and not plan.table.faults:
        raise NotLikeThis("文件中没有抽样单，请检查是否填在第一个工作表中", field="file")
    counts = plan.counts
    batch = ImportBatch(
        org_id=actor.org_id, kind=queries.IMPORT, layout=plan.layout, filename=filename[:200], sha256=sha256,
        rows=len(plan.sheets), samples=len(plan.sheets), new_count=counts[Action.NEW],
        changed_count=counts[Action.CHANGED], unchanged_count=counts[Action.UNCHANGED],
        refused_count=counts[Action.REFUSED], preview=preview(plan), created_at=at, created_by_id=actor.user_id,
    )  # fmt: skip
    history.advance(batch, BatchStep.STAGE, actor)
    return batch


def confirm(
    batch: ImportBatch, plan: Plan, actor: Actor, at: datetime, *, seen: int | None = None, skip_refused: bool = False
) -> None:
    """Write every acceptable sheet.

    Raises NotLikeThis when some are refused and skipping them was not chosen, or when nothing would change.
    """
    if plan.table.faults:
        raise NotLikeThis(plan.table.faults[0].message)
    refused = plan.counts[Action.REFUSED]
    if refused and not skip_refused:
        raise NotLikeThis(f"有 {refused} 批存在错误，未导入。请修改文件后重新上传，或选择“跳过 {refused} 批”后再确认")
    new, changed = plan.of(Action.NEW), plan.of(Action.CHANGED)
    if not new and not changed:
        raise NotLikeThis(UNCHANGED if not refused else "除有误的批次外没有需要导入的内容，未导入")
    history.advance(batch, BatchStep.CONFIRM, actor, seen=seen)
    batch.confirmed_at = at
    batch.new_count, batch.changed_count = len(new), len(changed)
    batch.unchanged_count, batch.refused_count = plan.counts[Action.UNCHANGED], refused
    create_samples([sheet.draft for sheet in new if not sheet.revive], actor, at, batch.id)
    revived = [_revive(sheet, batch, actor, at) for sheet in new if sheet.revive]
    amended = []
    for sheet in changed:
        assert sheet.sample is not None
        told = correcting.correct(sheet.sample, sheet.draft, actor, f"导入文件更正：{batch.filename}", at, blank=False)
        amended.append((sheet.sample, change_lines(told)))
    telling.import_corrected(batch, actor, amended)
    session().flush()
    batch.preview = {**(batch.preview or {}), "revived": {str(sample.id): sample.version for sample in revived}}


def _revive(sheet: PlannedSheet, batch: ImportBatch, actor: Actor, at: datetime) -> Sample:
    """A sheet voided with its import comes back, as the file has it now."""
    sample = sheet.sample
    assert sample is not None
    history.advance(sample, SampleStep.REVIVE, actor, comment=f"重新导入：{batch.filename}")
    sample.void_reason, sample.import_batch_id = None, batch.id
    session().flush()
    if sheet.changes:
        correcting.correct(sample, sheet.draft, actor, f"重新导入：{batch.filename}", at, blank=False)
    return sample


def discard(batch: ImportBatch, actor: Actor, *, seen: int | None = None) -> None:
    """放弃: the preview is kept for the record and can no longer be confirmed."""
    history.advance(batch, BatchStep.DISCARD, actor, seen=seen)


def undo(
    batch: ImportBatch, actor: Actor, reason: str, at: datetime, *, seen: int | None = None
) -> tuple[int, list[str]]:
    """Void the sheets this import made that nobody has touched since; returns how many, and the numbers that stay."""
    history.advance(batch, BatchStep.UNDO, actor, comment=reason, seen=seen)
    batch.undone_at = at
    made = _made_by(batch)
    revived: dict[str, Any] = (batch.preview or {}).get("revived", {})
    fresh: list[Made] = []
    touched: list[Made] = []
    for sample in made:
        same = sample.version == revived.get(str(sample.id), 1)
        (fresh if same and sample.state is SampleState.REGISTERED else touched).append(sample)
    why = undo_reason(batch.id)
    history.advance_many(
        Sample, SampleStep.VOID, actor, [Move(sample) for sample in fresh], comment=f"{why}：{reason}",
        values={"void_reason": why},
    )  # fmt: skip
    telling.import_undone(batch, actor, [sample.number for sample in fresh], reason)
    return len(fresh), [sample.number for sample in touched]


@dataclass(slots=True)
class Made:
    """A sample as the bulk path of history wants it."""

    __tablename__: ClassVar[str] = Sample.__tablename__

    id: int
    org_id: int
    number: str
    state: SampleState
    version: int


def _made_by(batch: ImportBatch) -> Sequence[Made]:
    columns = (Sample.id, Sample.org_id, Sample.number, Sample.state, Sample.version)
    found = session().execute(
        sa.select(*columns)
        .where(Sample.import_batch_id == batch.id, Sample.state != SampleState.VOIDED)
        .order_by(Sample.id)
    )
    return [Made(*row) for row in found]

