"""Score sheets that wait for a decision, for the home page."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from app.domain.supervision_states import GradeState
from app.grading.models import RiskGrade
from app.penalties.waiting import Waiting
from app.scope import scope

LIST = "grading.sheets"


def waiting(actor: Actor) -> Iterator[Waiting]:
    """Those proposed by somebody else."""
    if may_ever(actor, Permission.RISK_DECIDE):
        proposed = sa.select(RiskGrade.id).where(RiskGrade.state == GradeState.PROPOSED, RiskGrade.proposed_by_id != actor.user_id)
        yield "待审核的风险等级", scope(proposed, RiskGrade, actor), LIST, {"state": GradeState.PROPOSED.value}
