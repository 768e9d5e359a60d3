"""A proposal taken over into a plan: only the lines that somebody ticked, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.domain.actors import Actor
from app.domain.quotas import Cell
from app.errors import NotLikeThis
from app.plans import quota_saving
from app.plans.models import SamplingPlan


def accept(
    plan: SamplingPlan, ticked: Mapping[Cell, int], shown: Mapping[Cell, int | None], actor: Actor, reason: str, at: datetime
) -> int:
    """采纳建议. Checked like every change of quotas; ``shown`` is what the page showed beside the proposal."""
    if not ticked:
        raise NotLikeThis("请先勾选要采纳的建议")
    if not reason.strip():
        raise NotLikeThis("请填写采纳建议的原因", field="reason")
    changed = quota_saving.save_quotas(plan, ticked, actor, at, reason.strip(), seen=shown)
    if not changed:
        raise NotLikeThis("勾选的建议与现有批次相同，无需保存")
    return changed
