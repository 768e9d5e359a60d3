"""What people do with single duties: give them to somebody, cancel one with a reason, make an inspection of one. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.supervision_kinds import InspectionNature
from app.enterprises import queries as enterprises
from app.errors import NotAllowed, NotAllowedNow, NotFound, NotLikeThis, Refused
from app.inspections import operations as inspections
from app.inspections.models import Inspection
from app.schedules import queries
from app.schedules.counting import BY_RULE
from app.schedules.models import InspectionDuty
from app.schedules.operations import name_of, put

CHANGED = "该检查安排已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中"
NOT_YOURS = "您没有调整检查安排的权限，如确需办理请联系科室负责人"


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one of several duties."""

    duty: InspectionDuty
    refusal: str | None


def assign(duty: InspectionDuty, user_id: int | None, actor: Actor, *, seen: int | None = None) -> bool:
    """指定检查人员; None takes the duty from whoever had it. Returns False when nothing differs."""
    _admit(duty, actor, seen)
    if user_id is not None and user_id not in {one.id for one in queries.inspectors(actor, duty.org_id)}:
        raise NotLikeThis("所选人员不能检查该企业：须为承办单位或其上级单位的在岗抽样员或办案人，请另选一人", field="assigned")
    if user_id == duty.assigned_id:
        return False
    put(duty, {"assigned_id": user_id}, "assign_duty", actor)
    return True


def assign_many(duties: Sequence[InspectionDuty], user_id: int | None, actor: Actor) -> list[Answered]:
    """The same for several; each one's refusal is told beside it."""
    found = []
    for duty in duties:
        try:
            assign(duty, user_id, actor)
        except Refused as refusal:
            found.append(Answered(duty, refusal.sentence))
        else:
            found.append(Answered(duty, None))
    return found


def cancel(duty: InspectionDuty, reason: str, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """取消, with the reason: the duty stays in the record, and the schedule does not make it again."""
    _admit(duty, actor, seen)
    reason = reason.strip().removeprefix(BY_RULE).strip()  # those words are the schedule's own
    if not reason:
        raise NotLikeThis("请填写取消原因", field="reason")
    put(duty, {"cancelled_at": at, "cancel_why": reason[:300]}, "cancel_duty", actor, reason)


def _admit(duty: InspectionDuty, actor: Actor, seen: int | None) -> None:
    if not permits(actor, Permission.SCHEDULE_MAKE, duty):
        raise NotAllowed(NOT_YOURS)
    if seen is not None and seen != duty.version:
        raise NotAllowedNow(CHANGED)
    _refuse_closed(duty)


def _refuse_closed(duty: InspectionDuty) -> None:
    if duty.cancelled_at is not None:
        raise NotAllowedNow(f"该检查安排已取消（{duty.cancel_why}），不能再办理")
    if duty.inspection_id is not None:
        raise NotAllowedNow("该检查安排已由完成的检查对应，不能再办理")


def inspect(
    duty: InspectionDuty, actor: Actor, at: datetime, *, planned_on: date | None, lead_id: int | None,
    second_id: int | None, key: str | None = None, seen: int | None = None,
) -> Inspection:  # fmt: skip
    """安排检查 of a duty. The duty is done when the inspection is finished, not before.

    Raises NotAllowedNow where the duty is closed or an inspection of the enterprise is already under way.
    """
    if seen is not None and seen != duty.version:
        raise NotAllowedNow(CHANGED)
    _refuse_closed(duty)
    going = queries.under_way([duty.enterprise_id], duty.kind)
    if going:
        raise NotAllowedNow(f"该企业已有正在办理的检查（{going[0].number}），完成后自动对应本次安排，不重复安排")
    enterprise = enterprises.enterprise(actor, duty.enterprise_id)
    if enterprise is None:
        raise NotFound("该企业档案不在您的管辖范围内")
    made = inspections.plan(
        enterprise, duty.kind, InspectionNature.ROUTINE, actor, at, planned_on=planned_on, lead_id=lead_id or duty.assigned_id,
        second_id=second_id, key=key,
    )  # fmt: skip
    put(duty, {"assigned_id": made.lead_id}, "assign_duty", actor, f"已安排检查 {made.number}（{name_of(duty)}）")
    return made
