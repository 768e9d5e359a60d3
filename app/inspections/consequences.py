"""What follows from an inspection in other parts of the record. Called inside the transaction, after the inspection itself is written.

Each function asks the features concerned one after another; none of them may import this module or ``finishing``.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.actors import Actor
from app.grading import events as risk_events
from app.inspections.models import Inspection
from app.rectifications import operations as rectifications
from app.schedules import following


def finished(inspection: Inspection, actor: Actor, at: datetime) -> None:
    """检查完成: its result stands."""
    following.recount(inspection, actor)
    risk_events.follow([inspection.enterprise_id], actor, at)


def corrected(inspection: Inspection, actor: Actor, at: datetime) -> None:
    """更正: result, measure, findings or date may differ from what followed before."""
    following.recount(inspection, actor)
    risk_events.follow([inspection.enterprise_id], actor, at)


def voided(inspection: Inspection, actor: Actor, at: datetime) -> None:
    """作废: what had followed from it follows no longer."""
    following.recount(inspection, actor)
    rectifications.inspection_voided(inspection, actor)
    risk_events.follow([inspection.enterprise_id], actor, at)
