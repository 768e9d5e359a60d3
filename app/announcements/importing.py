"""Imports of published lists: staged, confirmed, discarded, undone. One transaction each, never committed here.

Nothing here writes a batch, a fact or a case: a finding is somebody else's publication.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import history
from app.announcements import queries
from app.announcements.imports import LAYOUT, Plan, Planned, know, preview
from app.announcements.models import ExternalFinding
from app.db import insert_many, reserve_ids, session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.workflow import BatchStep
from app.errors import NotAllowed, NotLikeThis
from app.results.models import ImportBatch
from app.sampling.imports import Action
from app.search_text import search_text

TABLE: Any = ExternalFinding.__table__
PART = 500
NOT_YOURS = "您没有导入外部公示的权限，如确需办理请联系科室负责人"
EMPTY = "表头下面没有公示的行：请填写后重新上传"
UNCHANGED = "文件中的公示都已导入过，没有需要导入的内容，未作任何更改"
NOTHING_ELSE = "除有误的行外没有需要导入的内容，未导入"
ITEM_MARK = "¦"  # before and behind each item in search_text, so that items are searched apart from names


def stage(plan: Plan, actor: Actor, filename: str, sha256: str, at: datetime) -> ImportBatch:
    """Keep the preview until somebody confirms or discards it."""
    if not permits(actor, Permission.FINDING_IMPORT):
        raise NotAllowed(NOT_YOURS)
    if not plan.rows and not plan.table.faults:
        raise NotLikeThis(EMPTY, field="file")
    batch = ImportBatch(
        org_id=actor.org_id, kind=queries.IMPORT, layout=LAYOUT, filename=filename[-200:], sha256=sha256, rows=len(plan.rows),
        samples=0, preview=preview(plan), created_at=at, created_by_id=actor.user_id,
    )  # fmt: skip
    _count(batch, plan)
    history.advance(batch, BatchStep.STAGE, actor)
    return batch


def _count(batch: ImportBatch, plan: Plan) -> None:
    counts = plan.counts
    batch.new_count, batch.unchanged_count, batch.refused_count = (
        counts[one] for one in (Action.NEW, Action.UNCHANGED, Action.REFUSED)
    )


def confirm(
    batch: ImportBatch, plan: Plan, actor: Actor, at: datetime, *, seen: int | None = None, skip_refused: bool = False
) -> None:
    """Keep every acceptable row of a file that has just been read again.

    Raises NotLikeThis when some are refused and skipping them was not chosen, or when nothing would change.
    """
    if plan.table.faults:
        raise NotLikeThis(f"文件未能完整读取，不能导入：{plan.table.faults[0].message}")
    know(batch.org_id, plan)  # somebody may have imported the same rows since the file was read
    refused, new = plan.counts[Action.REFUSED], plan.of(Action.NEW)
    if refused and not skip_refused:
        raise NotLikeThis(f"有 {refused} 行存在错误，未导入任何内容。请修改文件后重新上传，或选择“跳过 {refused} 行”只导入其余各行")
    if not new:
        raise NotLikeThis(NOTHING_ELSE if refused else UNCHANGED)
    history.advance(batch, BatchStep.CONFIRM, actor, seen=seen, comment=_told(plan, new))
    batch.confirmed_at, batch.preview = at, preview(plan)
    _count(batch, plan)
    session().flush()
    fresh = [planned for planned in new if not planned.revives]
    ids = reserve_ids(TABLE, len(fresh))  # the search box indexes them by their numbers, as they pass
    insert_many(TABLE, ({"id": number, **_values(planned, batch, at)} for number, planned in zip(ids, fresh, strict=True)))
    _revive([planned.kept.id for planned in new if planned.kept is not None], batch)


def _told(plan: Plan, new: Sequence[Planned]) -> str:
    revived, refused = sum(planned.revives for planned in new), plan.counts[Action.REFUSED]
    linked = sum(planned.links.any for planned in new if not planned.revives)
    told = [f"新增 {len(new) - revived} 行", f"恢复 {revived} 行" if revived else "", f"自动关联 {linked} 行"]
    told += [f"原文残缺 {plan.unread} 项" if plan.unread else "", f"跳过有误 {refused} 行" if refused else ""]
    return "，".join(one for one in told if one)


def _values(planned: Planned, batch: ImportBatch, at: datetime) -> dict[str, Any]:
    row, links, texts = planned.row, planned.links, planned.row.texts
    marked = [f"{ITEM_MARK}{item.item}{ITEM_MARK}" for item in row.items]
    return {
        "org_id": batch.org_id, "import_batch_id": batch.id, "line": row.line, "row_sha256": row.sha256, "ordinal": row.ordinal,
        "list_kind": row.kind, "number": texts.get("number"), "product_name": texts.get("product"),
        "producer_name": texts.get("producer"), "producer_address": texts.get("producer_address"),
        "sampled_name": texts.get("sampled"), "sampled_address": texts.get("sampled_address"), "spec": texts.get("spec"),
        "brand": texts.get("brand"), "made_written": texts.get("made"), "made_on": row.made_on,
        "category_written": texts.get("category"), "category_id": planned.category_id,
        "items": [item.as_kept for item in row.items], "unread_items": row.unread, "notice_no": texts.get("notice_no"),
        "noticed_on": row.noticed_on, "task_source": texts.get("task_source"), "laboratory": texts.get("laboratory"),
        "url": texts.get("url"), "remark": texts.get("remark"), "cells": dict(row.cells), "producer_id": links.producer_id,
        "sampled_enterprise_id": links.sampled_enterprise_id, "sample_id": links.sample_id, "link_note": links.note,
        "linked_at": at if links.any else None, "linked_by_id": None,
        "search_text": search_text(
            [*marked, texts.get("number"), texts.get("notice_no")],
            [texts.get(name) for name in ("product", "producer", "sampled")],
        ),
        "recorded_at": at, "voided_at": None, "version": 1,
    }  # fmt: skip


def _revive(finding_ids: Sequence[int], batch: ImportBatch) -> None:
    """Rows voided with their import come back, under the import that brought them again."""
    for start in range(0, len(finding_ids), PART):
        part = finding_ids[start : start + PART]
        session().execute(
            sa.update(TABLE)
            .where(TABLE.c.id.in_(part), TABLE.c.voided_at.is_not(None))
            .values(voided_at=None, import_batch_id=batch.id, version=TABLE.c.version + 1)
        )


def discard(batch: ImportBatch, actor: Actor, *, seen: int | None = None) -> None:
    """放弃: the preview is kept for the record and can no longer be confirmed."""
    history.advance(batch, BatchStep.DISCARD, actor, seen=seen)


def undo(batch: ImportBatch, actor: Actor, reason: str, at: datetime, *, seen: int | None = None) -> tuple[int, list[str]]:
    """Void the rows of one import; those that a person has linked since stay. How many, and the lines that stay."""
    history.advance(batch, BatchStep.UNDO, actor, comment=reason, seen=seen)
    batch.undone_at = at
    session().flush()
    of_batch = sa.and_(TABLE.c.import_batch_id == batch.id, TABLE.c.voided_at.is_(None))
    touched = sa.and_(
        TABLE.c.linked_by_id.is_not(None),
        sa.or_(*(TABLE.c[name].is_not(None) for name in ("producer_id", "sampled_enterprise_id", "sample_id"))),
    )
    kept = session().execute(sa.select(TABLE.c.line, TABLE.c.product_name).where(of_batch, touched).order_by(TABLE.c.line)).all()
    voided = session().execute(
        sa.update(TABLE).where(of_batch, sa.not_(touched)).values(voided_at=at, version=TABLE.c.version + 1)
    )
    return voided.rowcount, [f"第 {line} 行 {name or ''}" for line, name in kept]  # type: ignore[attr-defined]
