"""更换承检机构 as a whole: every task in a transaction of its own, by the operation of 改派; one that stays holds none of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm.exc import StaleDataError

from app.assignments import moving, operations, queries
from app.assignments.draft import check_laboratory
from app.db import session, transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotFound, NotLikeThis, Refused
from app.organisations.models import Organisation
from app.reference_data import standing

GONE = "没有找到该任务单，或不在您的管辖范围内"
NOT_YOURS = "您没有更换承检机构的权限，如确需办理请联系科室负责人"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one task; ``refusal`` is None where it was moved."""

    number: str
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """Where to and why, and which laboratories may be given work: asked once for all tasks."""

    laboratory_id: int
    in_use: frozenset[int]
    reason: str


def move_many(actor: Actor, chosen: Mapping[int, int | None], laboratory_id: int | None, reason: str | None) -> list[Outcome]:
    """``chosen``: the tasks with the version that the page showed. Raises NotAllowed or NotLikeThis where nothing at all can be moved."""
    if not permits(actor, Permission.ASSIGNMENT_MAKE):
        raise NotAllowed(NOT_YOURS)
    if not 1 <= len(chosen) <= moving.MOST:
        raise NotLikeThis(f"请选择要更换承检机构的任务单，一次 1 至 {moving.MOST} 个", field="task")
    if not (reason or "").strip():
        raise NotLikeThis("请填写更换理由", field="comment")
    wanted = session().get(Organisation, laboratory_id) if laboratory_id is not None else None
    check_laboratory(wanted)
    assert wanted is not None
    move = Move(wanted.id, frozenset(one.id for one in standing.laboratories()), (reason or "").strip())
    return [_one(actor, task_id, seen, move) for task_id, seen in chosen.items()]


def _one(actor: Actor, task_id: int, seen: int | None, move: Move) -> Outcome:
    number = f"序号 {task_id}"
    try:
        with transaction():
            task = queries.assignment(actor, task_id)
            if task is None:
                raise NotFound(GONE)
            number = task.number
            moving.refuse_unmovable(task, seen, move.laboratory_id, move.in_use)
            team = tuple(member.user_id for member in task.members)
            operations.reassign(task, actor, team, move.laboratory_id, move.reason, seen=seen)
    except Refused as refusal:
        return Outcome(number, refusal.sentence)
    except StaleDataError:
        return Outcome(number, moving.BUSY)
    return Outcome(number, None)
