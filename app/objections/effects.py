"""What a concluded objection changes: verdicts (改判合格), the whole sample (抽样无效), the producer it is charged to (假冒)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.db import session
from app.disposal.queries import failing_rows
from app.domain.actors import Actor
from app.domain.case_kinds import ObjectionEffect, RippleCause
from app.domain.samples import Verdict
from app.domain.workflow import SampleState
from app.errors import NotAllowedNow, NotLikeThis
from app.objections.models import Objection
from app.results import overturning
from app.results.models import ResultRow
from app.sampling import operations as sampling
from app.sampling.models import Sample

Verdicts = Sequence[int]  # ids of result rows
ABSENT = frozenset({"", "/", "无", "不详", "未标注", "-", "—"})
NOT_FAILING = "选择的检验项目中有的已不是不合格项（报告可能已更正），请刷新页面后重新选择"
GONE = "样品已作废或已撤回报告，检验结论不再有效，不能再改变：请选择“不改变检验结论”"


def producer_named(sample: Sample) -> bool:
    return (sample.producer_name or "").strip() not in ABSENT


def failing(objection: Objection) -> list[ResultRow]:
    """The items that may be judged 合格: 不合格项 of the reports in force."""
    return list(failing_rows([objection.sample_id]).get(objection.sample_id, []))


def named(objection: Objection, items: Verdicts) -> str | None:
    """The names of the chosen items, for the history."""
    return "、".join(row.item for row in failing(objection) if row.id in items) or None if items else None


def apply(objection: Objection, effect: ObjectionEffect, items: Verdicts, actor: Actor, at: datetime) -> None:
    """Inside the transaction of the conclusion; the permission asked was that of concluding."""
    if effect is ObjectionEffect.NONE:
        return
    sample = session().scalars(
        sa.select(Sample).where(Sample.id == objection.sample_id).execution_options(populate_existing=True)
    ).one()
    reason = f"{objection.number}：{objection.decision}"
    if effect is ObjectionEffect.INVALID:
        _void(sample, objection, actor, at, reason)
        return
    if sample.state is not SampleState.REPORTED:
        raise NotAllowedNow(GONE)
    if effect is ObjectionEffect.PASS:
        _overturn(sample, objection, items, actor, at, reason)
    else:
        overturning.disown_producer(sample, actor, at, source=objection, reason=reason)


def _overturn(sample: Sample, objection: Objection, items: Verdicts, actor: Actor, at: datetime, reason: str) -> None:
    if not set(items) <= {row.id for row in failing(objection)}:
        raise NotLikeThis(NOT_FAILING, field="items")
    overturning.overturn(
        sample, {row_id: Verdict.PASS for row_id in items}, actor, at, basis=overturning.OBJECTION, cause=RippleCause.OBJECTION,
        source=objection, reason=reason,
    )  # fmt: skip


def _void(sample: Sample, objection: Objection, actor: Actor, at: datetime, reason: str) -> None:
    if sample.state is SampleState.VOIDED:
        raise NotAllowedNow(GONE)
    told = f"异议成立，抽样无效：{reason}"
    sampling.void(sample, actor, told, at, asked=True, cause=RippleCause.OBJECTION, source=objection)
