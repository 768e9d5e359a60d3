"""更换承检机构: open tasks of laboratories that are given no new work any more, and which of them may be moved to another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.assignments.listing import COLUMNS, Laboratory
from app.assignments.models import SamplingAssignment
from app.db import session
from app.domain.actors import Actor
from app.domain.workflow import AssignmentState
from app.enterprises.models import Enterprise
from app.errors import NotAllowedNow
from app.organisations.models import Organisation
from app.plans.models import SamplingPlan
from app.reference_data import standing
from app.reference_data.standing import WordKind
from app.scope import scope

OPEN = (AssignmentState.ASSIGNED, AssignmentState.ACCEPTED, AssignmentState.DECLINED)
MOST = 200  # tasks moved by one press
BUSY = "该任务单刚被他人修改，请刷新页面核对后再选择"


def _waiting() -> list[sa.ColumnElement[bool]]:
    """Open tasks whose laboratory is not among those that may be given work."""
    in_use = [one.id for one in standing.laboratories()]
    return [
        SamplingAssignment.state.in_(OPEN), SamplingAssignment.laboratory_org_id.is_not(None),
        SamplingAssignment.laboratory_org_id.not_in(in_use),
    ]  # fmt: skip


def count(actor: Actor) -> int:
    asked = sa.select(sa.func.count(SamplingAssignment.id)).where(*_waiting())
    return session().scalar(scope(asked, SamplingAssignment, actor)) or 0


def rows(actor: Actor, laboratory_id: int | None = None, most: int | None = MOST) -> Sequence[Any]:
    """These tasks, due soonest first; as many as one press moves."""
    statement = (
        sa.select(*COLUMNS, SamplingAssignment.version, SamplingAssignment.laboratory_org_id)
        .join(Organisation, Organisation.id == SamplingAssignment.org_id)
        .outerjoin(SamplingPlan, SamplingPlan.id == SamplingAssignment.plan_id)
        .outerjoin(Laboratory, Laboratory.id == SamplingAssignment.laboratory_org_id)
        .outerjoin(Enterprise, Enterprise.id == SamplingAssignment.enterprise_id)
        .where(*_waiting())
        .order_by(SamplingAssignment.to_on, SamplingAssignment.id)
        .limit(most)
    )
    if laboratory_id is not None:
        statement = statement.where(SamplingAssignment.laboratory_org_id == laboratory_id)
    return session().execute(scope(statement, SamplingAssignment, actor)).all()


def why_gone(laboratory_ids: Iterable[int]) -> Mapping[int, str]:
    """How each laboratory stands: retired since when and with which successor, or its office is out of use."""
    found = ((one, standing.ended(WordKind.LABORATORY, one)) for one in set(laboratory_ids))
    return {one: ended.state if ended is not None else "机构已停用" for one, ended in found}


def successor(rows_: Sequence[Any]) -> int | None:
    """The successor named when the laboratory was retired, where all these tasks have one and the same."""
    named = {standing.successor_in_use(WordKind.LABORATORY, one) for one in {row.laboratory_org_id for row in rows_}}
    return named.pop() if len(named) == 1 else None


def refuse_unmovable(task: SamplingAssignment, seen: int | None, laboratory_id: int, in_use: Collection[int]) -> None:
    """``in_use``: the laboratories that may be given work, asked once for all the tasks of a press."""
    names = standing.laboratory_names()
    if task.laboratory_org_id == laboratory_id:
        raise NotAllowedNow(f"承检机构已是“{names[laboratory_id]}”，无须更换")
    if seen is not None and seen != task.version:
        raise NotAllowedNow(BUSY)
    if task.laboratory_org_id is None or task.laboratory_org_id in in_use:
        named = f"承检机构“{names[task.laboratory_org_id]}”在用" if task.laboratory_org_id else "没有指定承检机构"
        raise NotAllowedNow(f"该任务单{named}，不在此处更换；确需更换的，请在任务单中改派")
