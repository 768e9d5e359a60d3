"""检查结果公示: made public, withdrawn, or kept from the public with the reason. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock, history
from app.domain import inspection_publication as rules
from app.domain.actors import Actor
from app.domain.inspections import PUBLISH
from app.domain.permissions import Permission, permits
from app.domain.supervision_states import InspectionState, InspectionStep
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis, Refused
from app.inspections import finishing
from app.inspections.models import Inspection
from app.legal_clocks import operations as clocks

KIND = Inspection.__tablename__
LONGEST_REASON = 300
CHANGED = "该记录已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中"


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one of several inspections."""

    inspection: Inspection
    refusal: str | None


def publish(
    inspection: Inspection, published_on: date, where: str, actor: Actor, at: datetime, *, seen: int | None = None
) -> None:
    """公示; the legal clock stops on that day. Raises NotAllowedNow where it is public already or kept from the public."""
    _refuse_unfit(inspection, published_on, where, clock.office_time(at).date())
    changes = {"published_on": (None, published_on), "published_where": (None, where.strip())}
    history.advance(inspection, InspectionStep.PUBLISH, actor, seen=seen, changes=changes)
    inspection.published_on, inspection.published_at, inspection.published_where = published_on, at, where.strip()
    clocks.stop(inspection, PUBLISH, published_on, f"已公示：{where.strip()}"[:200], actor)


def _refuse_unfit(inspection: Inspection, published_on: date, where: str, today: date) -> None:
    if inspection.state is not InspectionState.FINISHED:
        return  # the table of steps says so
    if inspection.published_on is not None:
        raise NotAllowedNow(f"检查结果已于 {inspection.published_on} 公示，不重复登记；有误的请先撤回公示")
    if inspection.not_public is not None:
        raise NotAllowedNow(f"已登记不予公示（{inspection.not_public}），需要公示的请先取消不予公示")
    if not where.strip():
        raise NotLikeThis("请填写公示载体，如“本局门户网站”", field="where")
    assert inspection.finished_on is not None
    fault = rules.publish_fault(published_on, inspection.finished_on, today)
    if fault is not None:
        raise NotLikeThis(fault, field="published_on")


def publish_many(
    inspections: Sequence[Inspection], published_on: date, where: str, actor: Actor, at: datetime
) -> list[Answered]:
    """The same for several at once; what was refused is told beside each and changes nothing."""
    found = []
    for one in inspections:
        try:
            if not permits(actor, Permission.INSPECTION_PUBLISH, one):
                raise NotAllowed("您没有公示该检查结果的权限")
            publish(one, published_on, where, actor, at)
        except Refused as refusal:
            found.append(Answered(one, refusal.sentence))
        else:
            found.append(Answered(one, None))
    return found


def withdraw(inspection: Inspection, reason: str, actor: Actor, *, seen: int | None = None) -> None:
    """撤回公示, with the reason: the result is to be made public again, in the same time."""
    if inspection.state is InspectionState.FINISHED and inspection.published_on is None:
        raise NotAllowedNow("检查结果还没有公示，无需撤回")
    changes = {"published_on": (inspection.published_on, None), "published_where": (inspection.published_where, None)}
    history.advance(inspection, InspectionStep.WITHDRAW, actor, comment=reason, seen=seen, changes=changes)
    inspection.published_on = inspection.published_at = inspection.published_where = None
    finishing.keep_clock(inspection, actor)


def keep_private(inspection: Inspection, reason: str, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """不予公示, with what the law says (国家秘密、商业秘密、个人隐私 …): the clock stops."""
    _admit(inspection, actor, seen)
    if inspection.published_on is not None:
        raise NotAllowedNow("检查结果已经公示，请先撤回公示")
    if inspection.not_public is not None:
        raise NotAllowedNow(f"已登记不予公示（{inspection.not_public}）")
    if not reason.strip():
        raise NotLikeThis("请填写不予公示的理由和依据", field="reason")
    _set(inspection, reason.strip()[:LONGEST_REASON], "keep_private", actor)
    clocks.stop(inspection, PUBLISH, clock.office_time(at).date(), "不予公示", actor)


def allow_public(inspection: Inspection, reason: str, actor: Actor, *, seen: int | None = None) -> None:
    """取消不予公示: the result is to be made public after all."""
    _admit(inspection, actor, seen)
    if inspection.not_public is None:
        raise NotAllowedNow("该检查没有登记不予公示")
    if not reason.strip():
        raise NotLikeThis("请填写取消的理由", field="reason")
    _set(inspection, None, "allow_public", actor, reason.strip())
    finishing.keep_clock(inspection, actor)


def _admit(inspection: Inspection, actor: Actor, seen: int | None) -> None:
    if not permits(actor, Permission.INSPECTION_PUBLISH, inspection):
        raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人")
    if seen is not None and seen != inspection.version:
        raise NotAllowedNow(CHANGED)
    if inspection.state is not InspectionState.FINISHED:
        raise NotAllowedNow("检查还没有完成，没有结果可以公示")


def _set(inspection: Inspection, reason: str | None, step: str, actor: Actor, comment: str | None = None) -> None:
    changes: dict[str, tuple[Any, Any]] = {"not_public": (inspection.not_public, reason)}
    inspection.not_public = reason
    sa.orm.attributes.flag_modified(inspection, "not_public")
    history.record(
        KIND, inspection.id, step, actor, org_id=inspection.org_id, name=inspection.number, comment=comment or reason, changes=changes
    )
