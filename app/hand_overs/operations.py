"""One matter handed to another person, by the operation that gives such matters out. Never commits, never sees a request.

Whoever had it before stays among its hands: he, or his successor, does not review it later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app import history
from app.accounts.models import User
from app.assignments import operations as assignments
from app.assignments import queries as assigned
from app.authorize import reach
from app.db import session
from app.disposal import assigning
from app.disposal import queries as cases
from app.domain.actors import Actor, Role
from app.domain.case_states import CaseState
from app.domain.hand_overs import WorkKind
from app.domain.permission_tests import with_hand
from app.domain.permissions import Permission, permits
from app.domain.supervision_states import InspectionState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.hand_overs.queries import Piece
from app.inspections import operations as inspecting
from app.inspections import queries as inspections
from app.penalties import queries as penalties
from app.penalties.models import Penalty
from app.rectifications import queries as rectifications
from app.rectifications.models import RectificationOrder
from app.schedules import handling
from app.schedules import queries as schedules

GONE = "该事项已不在其名下，或不在您的管辖范围内，无须移交"
NOT_YOURS = "您没有移交工作的权限，如确需办理请联系科室负责人"


def hand_over(piece: Piece, person: User, successor: User, actor: Actor, reason: str, at: datetime) -> None:
    """移交 one matter. Raises NotAllowed, NotAllowedNow or NotLikeThis with the reason why this one stays where it is."""
    if not permits(actor, Permission.WORK_HAND_OVER, person):
        raise NotAllowed(NOT_YOURS)
    if not successor.active:
        raise NotLikeThis(f"{successor.name}的账号已停用，请另选接替人", field="successor")
    if successor.id == person.id:
        raise NotLikeThis("接替人不能是本人，请另选一人", field="successor")
    _BY_KIND[piece.kind](piece.id, person, successor, actor, reason, at)
    session().flush()


def _found(row: Any) -> Any:
    if row is None:
        raise NotAllowedNow(GONE)
    return row


def _still_his(holds: bool) -> None:
    if not holds:
        raise NotAllowedNow(GONE)


def _case(case_id: int, person: User, successor: User, actor: Actor, reason: str, at: datetime) -> None:
    case = _found(cases.case(actor, case_id))
    _still_his(case.handler_id == person.id)
    if case.state is not CaseState.HANDLING:
        raise NotAllowedNow("案件正在审核，退回或审核完毕后再移交；审核人可先退回补充")
    assigning.give(case, successor.id, actor, at, reason=reason)


def _penalty(penalty_id: int, person: User, successor: User, actor: Actor, reason: str, at: datetime) -> None:
    """What did not go with its case: the case is closed or under review, the penalty goes on."""
    penalty: Penalty = _found(penalties.penalty(actor, penalty_id))
    _still_his(penalty.handler_id == person.id)
    if Role.HANDLER not in successor.roles or penalty.org_id not in _reach_of(successor):
        raise NotLikeThis(f"{successor.name}不是该处罚承办单位或其上级单位的办案人，请另选接替人")
    decided = {penalty.reviewed_by_id, penalty.legal_by_id, penalty.decided_by_id, penalty.reviewed_for_id, penalty.legal_for_id}
    if successor.id in decided:
        raise NotLikeThis(f"{successor.name}审核或审批过该处罚，不能再办理，请另选接替人")
    changes = {"handler_id": (penalty.handler_id, successor.id)}
    penalty.hands = with_hand(with_hand(penalty.hands, penalty.handler_id), successor.id)
    penalty.handler_id = successor.id
    history.record(
        Penalty.__tablename__, penalty.id, "hand_over", actor, org_id=penalty.org_id, name=penalty.number, comment=reason,
        changes=changes,
    )  # fmt: skip


def _reach_of(user: User) -> frozenset[int]:
    return reach(user.organisation.path)


def _assignment(task_id: int, person: User, successor: User, actor: Actor, reason: str, at: datetime) -> None:
    task = _found(assigned.assignment(actor, task_id))
    members = [member.user_id for member in task.members]
    _still_his(person.id in members)
    if successor.id in members:
        raise NotLikeThis(f"{successor.name}已在该任务单的抽样组中，请另选接替人")
    if task.laboratory_org_id is None:
        raise NotAllowedNow("该任务单没有指定承检机构，请在任务单中改派")
    team = tuple(successor.id if one == person.id else one for one in members)
    assignments.reassign(task, actor, team, task.laboratory_org_id, reason)


def _inspection(inspection_id: int, person: User, successor: User, actor: Actor, reason: str, at: datetime) -> None:
    found = _found(inspections.inspection(actor, inspection_id))
    wanted = inspecting.arrangement_of(found)
    _still_his(person.id in (wanted.lead_id, wanted.second_id))
    if found.state is not InspectionState.PLANNED:
        raise NotAllowedNow("检查已经开始，须由原检查人员完成记录；不能完成的，请作废后重新安排")
    leads = wanted.lead_id == person.id
    changed = replace(wanted, lead_id=successor.id) if leads else replace(wanted, second_id=successor.id)
    inspecting.edit(found, changed, actor)


def _duty(duty_id: int, person: User, successor: User, actor: Actor, reason: str, at: datetime) -> None:
    duty = _found(schedules.duty(actor, duty_id))
    _still_his(duty.assigned_id == person.id)
    handling.assign(duty, successor.id, actor)


def _rectification(order_id: int, person: User, successor: User, actor: Actor, reason: str, at: datetime) -> None:
    order: RectificationOrder = _found(rectifications.order(actor, order_id))
    _still_his(order.handler_id == person.id)
    if not permits(_as_actor(successor), Permission.RECTIFY_HANDLE, order):
        raise NotLikeThis(f"{successor.name}不能办理该责令改正：须为承办单位或其上级单位的办案人、抽样员，请另选接替人")
    changes = {"handler_id": (order.handler_id, successor.id)}
    order.handler_id = successor.id
    history.record(
        RectificationOrder.__tablename__, order.id, "hand_over", actor, org_id=order.org_id, name=order.number, comment=reason,
        changes=changes,
    )  # fmt: skip


def _as_actor(user: User) -> Actor:
    return Actor(user.id, user.name, user.roles, user.org_id, user.organisation.path, _reach_of(user))


def note(person: User, successors: Mapping[str, int], refused: int, actor: Actor, reason: str) -> None:
    """What was handed over, in the history of the person's account: numbers only."""
    told = {name: (None, f"{number} 项") for name, number in successors.items()}
    if refused:
        told["未移交"] = (None, f"{refused} 项")
    history.record(
        User.__tablename__, person.id, "hand_over_work", actor, org_id=person.org_id, name=person.username, comment=reason, changes=told
    )


_BY_KIND: Mapping[WorkKind, Callable[[int, User, User, Actor, str, datetime], None]] = {
    WorkKind.CASE: _case, WorkKind.PENALTY: _penalty, WorkKind.ASSIGNMENT: _assignment, WorkKind.INSPECTION: _inspection,
    WorkKind.DUTY: _duty, WorkKind.RECTIFICATION: _rectification,
}  # fmt: skip
