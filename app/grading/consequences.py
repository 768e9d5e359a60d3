"""What follows from another grade in force in other parts of the record. Called inside the transaction, after the grades are written.

Every path that puts a grade in force, replaces or voids one tells it here: one grade, an event, the yearly run.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.supervision_states import GradeState
from app.grading.models import RiskGrade, RiskRun
from app.schedules import following


def grades_changed(pairs: Iterable[tuple[int, str]], actor: Actor, at: datetime) -> None:
    """The grade in force of these (enterprise id, 企业类型) is another one, or there is none any more."""
    following.follow_grades(pairs, actor, at)


def run_confirmed(run: RiskRun, actor: Actor, at: datetime) -> None:
    """The same of every enterprise of a yearly run."""
    graded = sa.select(RiskGrade.enterprise_id).where(RiskGrade.run_id == run.id, RiskGrade.state == GradeState.CONFIRMED)
    grades_changed(((enterprise_id, run.kind) for enterprise_id in session().scalars(graded).all()), actor, at)
