"""Conflicts of an import (导入冲突): kept with its batch, decided by somebody, and remembered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from app import history
from app.db import session
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.reconcile import ITEM, LONGEST, Fate
from app.domain.result_import import COMPARED, Action
from app.domain.result_kinds import Choice
from app.domain.workflow import BatchState
from app.errors import NotAllowed, NotAllowedNow, NotFound, NotLikeThis
from app.results.bases import BY_ITSELF, KEPT, TAKEN
from app.results.models import ImportBatch, ImportConflict
from app.results.reconciling import Found
from app.results.report_headers import REPORT, TITLES
from app.results.sheet_reconciling import SHEET
from app.results.staging import Prepared
from app.reviews import holding
from app.sampling.columns import title

STEP = "decide_conflict"
OPEN_STATES = (BatchState.STAGED, BatchState.UNDONE)
COLUMNS = ("base", "ours", "theirs", "choice", "reason", "decided_at", "decided_by_id")


def title_of(item: str, field: str) -> str:
    """The words for a field of a conflict."""
    if field == ITEM:
        return "整行（检验项目）"
    if item == SHEET:
        return title(field)
    return TITLES.get(field, field) if item == REPORT else COMPARED.get(field, field)


def decided_in(prepared: Prepared) -> bool:
    """Did somebody decide about this file? Then confirming it records that, even where nothing is left to write."""
    return any(found.difference.fate is Fate.CONFLICT for found in _told(prepared))


def _told(prepared: Prepared) -> list[Found]:
    if prepared.reconciler is None:
        return []
    accepted = [outcome.planned.number for outcome in prepared.outcomes if outcome.action is not Action.REFUSED]
    return prepared.reconciler.kept_and_open(accepted)


# ---------------------------------------------------------------- kept with the batch

Key = tuple[str, str, str, str]


def keep(batch: ImportBatch, prepared: Prepared, at: datetime) -> None:
    """What is open, decided or kept of this file, as of now. A question that no longer arises and was never answered goes."""
    told = _told(prepared)
    known = {_key(row): row for row in _rows(batch)} if batch.id else {}
    wanted = {(one.sample.number, one.report_no, one.difference.item, one.difference.field): one for one in told}
    for key, row in known.items():
        if key not in wanted and (row.choice is None or row.reason in BY_ITSELF):
            session().delete(row)
    for key, found in wanted.items():
        _put(known.get(key), batch, found, at)


def _rows(batch: ImportBatch) -> Sequence[ImportConflict]:
    return session().scalars(
        sa.select(ImportConflict).where(ImportConflict.import_batch_id == batch.id).order_by(ImportConflict.id)
    ).all()


def _key(row: ImportConflict) -> Key:
    return row.number, row.report_no, row.item, row.field


def _put(row: ImportConflict | None, batch: ImportBatch, found: Found, at: datetime) -> None:
    values = _values(found, at)
    if row is None:
        number, report_no, one = found.sample.number, found.report_no, found.difference
        session().add(ImportConflict(
            org_id=batch.org_id, import_batch_id=batch.id, sample_id=found.sample.id, number=number, report_no=report_no,
            item=one.item[:200], field=one.field, recorded_at=at, **values,
        ))  # fmt: skip
        return
    same = all((getattr(row, name) or "") == (values[name] or "") for name in ("ours", "theirs"))
    if not same or values["choice"] is not row.choice:
        for name in COLUMNS:
            setattr(row, name, values[name])


def _values(found: Found, at: datetime) -> dict[str, Any]:
    one = found.difference
    values: dict[str, Any] = {name: getattr(one, name)[:LONGEST] or None for name in ("base", "ours", "theirs")}
    by_itself = {Fate.KEPT: (Choice.OURS, KEPT), Fate.TAKEN: (Choice.THEIRS, TAKEN)}.get(one.fate)
    if by_itself is not None:
        return values | {"choice": by_itself[0], "reason": by_itself[1], "decided_at": at, "decided_by_id": None}
    decision = {"choice": found.choice, "reason": found.reason}
    return values | decision | {"decided_at": found.decided_at, "decided_by_id": found.decided_by_id}


# ---------------------------------------------------------------- deciding


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose value stands: of some conflicts by id, or of every open one of the file."""

    choices: Mapping[int, Choice]
    everything: Choice | None
    reason: str


def decide(
    batch: ImportBatch, decision: Decision, actor: Actor, at: datetime, *, seen: int | None = None
) -> Sequence[ImportConflict]:
    """裁定导入冲突.

    Raises NotAllowed, NotAllowedNow when the batch is no longer open or was changed since, NotLikeThis without a reason or
    a choice, NotFound for a conflict that is not this batch's.
    """
    if not permits(actor, Permission.CONFLICT_DECIDE, batch):
        raise NotAllowed("您没有裁定导入冲突的权限，如确需办理请联系本单位统计人员")
    holding.refuse_held(batch.id, "裁定冲突", also_returned=False)
    if batch.state not in OPEN_STATES or (seen is not None and seen != batch.version):
        raise NotAllowedNow("该导入批次已被他人办理或更新，请刷新页面核对后再裁定；您的选择仍保留在表单中")
    if not decision.reason.strip():
        raise NotLikeThis("请填写裁定理由", field="reason")
    chosen = _chosen(_rows(batch), decision)
    for row, choice in chosen:
        row.choice, row.reason = choice, decision.reason.strip()[:300]
        row.decided_at, row.decided_by_id = at, actor.user_id
    _record(batch, [row for row, _ in chosen], actor, decision.reason)
    flag_modified(batch, "preview")  # the version moves: of two people deciding at once the second is told
    session().flush()
    return [row for row, _ in chosen]


def _chosen(rows: Sequence[ImportConflict], decision: Decision) -> list[tuple[ImportConflict, Choice]]:
    asked = {row.id: row for row in rows if row.reason not in BY_ITSELF}
    if strange := decision.choices.keys() - asked.keys():
        raise NotFound(f"本次导入没有编号为 {'、'.join(map(str, sorted(strange)))} 的冲突，请刷新页面核对")
    chosen = [(asked[number], choice) for number, choice in decision.choices.items() if asked[number].choice is not choice]
    if decision.everything is not None:
        rest = [row for row in asked.values() if row.choice is None and row.id not in decision.choices]
        chosen += [(row, decision.everything) for row in rest]
    if not chosen:
        raise NotLikeThis("请至少选择一项冲突的裁定结果", field="everything")
    return chosen


def _record(batch: ImportBatch, rows: Collection[ImportConflict], actor: Actor, reason: str) -> None:
    """In the history of the import and of each sample: what was decided, why, and between which values."""
    by_sample: dict[int, list[ImportConflict]] = {}
    for row in rows:
        if row.sample_id is not None:
            by_sample.setdefault(row.sample_id, []).append(row)
    said = f"裁定冲突 {len(rows)} 处：{reason.strip()}"
    history.record(batch.__tablename__, batch.id, STEP, actor, org_id=batch.org_id, name=batch.number, comment=said)
    for sample_id, some in by_sample.items():
        changes = {f"{row.report_no} {row.item} {title_of(row.item, row.field)}": _change(row) for row in some}
        history.record(
            "sample", sample_id, STEP, actor, org_id=some[0].org_id, name=some[0].number,
            comment=f"第 {batch.id} 次导入冲突裁定：{reason.strip()}", changes=changes,
        )  # fmt: skip


def _change(row: ImportConflict) -> tuple[str, str]:
    """Before and after would be the same where ours stays, so both say whose value it was."""
    assert row.choice is not None
    stands = row.ours if row.choice is Choice.OURS else row.theirs
    return f"本系统“{row.ours or '空'}”，新文件“{row.theirs or '空'}”", f"{row.choice.value}“{stands or '空'}”"
