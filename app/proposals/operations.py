"""A proposal taken over into a plan: only the lines that somebody ticked, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.domain.actors import Actor
from app.domain.quotas import Cell
from app.errors import NotLikeThis
from app.plans import quota_saving
from app.plans.models import SamplingPlan

TOLD = 5  # reasons told one by one


def accept(
    plan: SamplingPlan, ticked: Mapping[Cell, int], shown: Mapping[Cell, int | None], actor: Actor, reason: str, at: datetime
) -> int:
    """采纳建议. Checked like every change of quotas; ``shown`` is what the page showed beside the proposal."""
    if not ticked:
        raise NotLikeThis("请先勾选要采纳的建议")
    if not reason.strip():
        raise NotLikeThis("请填写采纳建议的原因", field="reason")
    try:
        changed = quota_saving.save_quotas(plan, ticked, actor, at, reason.strip(), seen=shown)
    except quota_saving.QuotasRefused as refused:
        raise NotLikeThis(_every(refused)) from refused
    if not changed:
        raise NotLikeThis("勾选的建议与现有批次相同，无需保存")
    return changed


def _every(refused: quota_saving.QuotasRefused) -> str:
    """Each reason once, however many of the ticked cells it concerns."""
    told = list(dict.fromkeys(sentence for sentences in refused.faults.values() for sentence in sentences))
    more = f"；另有 {len(told) - TOLD} 处" if len(told) > TOLD else ""
    return "；".join(told[:TOLD]) + more
