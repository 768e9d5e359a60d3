"""监督检查, planned and begun: who will look at which enterprise when, by which checklist. Never commits, never sees a request.

    plan(enterprise, "餐饮服务提供者", InspectionNature.ROUTINE, actor, at, planned_on=…, lead_id=…, second_id=…)

What is found is recorded in ``recording``, what follows in ``finishing``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.checklists import queries as checklists
from app.checklists.models import Checklist
from app.domain.actors import Actor
from app.domain.supervision_kinds import InspectionNature
from app.domain.supervision_states import InspectionStep
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.errors import NotAllowedNow, NotLikeThis
from app.inspections import queries
from app.inspections.models import Inspection

NUMBERED = "检〔{}〕{}号"
COUNTER = "inspection"
TWICE = "刚刚已经安排，没有重复安排：请在监督检查列表中查看"
NOT_INSPECTED = (EnterpriseStatus.CLOSED, EnterpriseStatus.MERGED)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """安排 as it can still be changed before the inspection begins."""

    nature: InspectionNature
    planned_on: date | None = None
    lead_id: int | None = None
    second_id: int | None = None
    place: str | None = None
    others: str | None = None


def plan(
    enterprise: Enterprise, kind: str, nature: InspectionNature, actor: Actor, at: datetime, *, planned_on: date | None = None,
    lead_id: int | None = None, second_id: int | None = None, place: str | None = None, others: str | None = None,
    recheck_of: Inspection | None = None, key: str | None = None, asked: bool = False,
) -> Inspection:  # fmt: skip
    """安排检查 of an enterprise as one of its kinds. Inspectors may still be missing; they are needed before it begins.

    ``asked`` says that the caller has asked the permission of the step this one follows from (a draw, a schedule). Raises
    NotLikeThis for a kind without checklist or for people who cannot open the record, NotAllowedNow for an enterprise that is gone.
    """
    if enterprise.status in NOT_INSPECTED:
        raise NotAllowedNow(f"{enterprise.name}的状态为“{enterprise.status.value}”，不再安排检查")
    if recheck_of is not None and recheck_of.enterprise_id != enterprise.id:
        raise NotLikeThis("所复查的检查不是该企业的，请核对")
    _refuse_people(enterprise.org_id, lead_id, second_id, actor, asked)
    year = clock.office_time(at).year
    serial = counters.take(enterprise.org_id, COUNTER, year)[0]
    made = Inspection(
        org_id=enterprise.org_id, number=NUMBERED.format(year, serial), enterprise_id=enterprise.id, enterprise_name=enterprise.name,
        kind=kind, nature=nature, checklist_id=checklist_of(kind, planned_on or clock.office_time(at).date()).id,
        recheck_of_id=recheck_of.id if recheck_of is not None else None, place=place or enterprise.address, others=others,
        planned_on=planned_on, lead_id=lead_id, second_id=second_id, created_at=at, created_by_id=actor.user_id, submission_key=key,
    )  # fmt: skip
    told = f"{enterprise.name}（{kind}），{nature.value}" + (f"，计划 {planned_on}" if planned_on else "")
    try:
        history.advance(made, InspectionStep.PLAN, actor, comment=told, asked=asked)
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    return made


def checklist_of(kind: str, on: date) -> Checklist:
    """The checklist in force. Raises NotLikeThis where there is none."""
    found = checklists.checklist_for(kind, on)
    if found is None:
        covered = "、".join(checklists.kinds_covered(on)) or "无"
        raise NotLikeThis(f"{on} 没有适用于“{kind}”的检查要点表（已有：{covered}），请先在“检查要点表”中导入", field="kind")
    return found


def _refuse_people(org_id: int, lead_id: int | None, second_id: int | None, actor: Actor, asked: bool = False) -> None:
    if lead_id is not None and lead_id == second_id:
        raise NotLikeThis("两名检查人员不能是同一人，请另选一人", field="second_id")
    named = {"lead_id": lead_id, "second_id": second_id}
    if asked or not any(named.values()):
        return
    able = {one.id for one in queries.inspectors(actor, org_id)}
    for field, user_id in named.items():
        if user_id is not None and user_id not in able:
            raise NotLikeThis("所选人员不能记录该检查：须为承办单位或其上级单位的在岗抽样员或办案人，请另选一人", field=field)


def edit(inspection: Inspection, wanted: Arrangement, actor: Actor, *, seen: int | None = None) -> bool:
    """调整安排 before it begins. Returns False when nothing differs."""
    before = arrangement_of(inspection)
    names = Arrangement.__slots__
    changes = {name: (getattr(before, name), getattr(wanted, name)) for name in names if getattr(before, name) != getattr(wanted, name)}
    if not changes and (seen is None or seen == inspection.version):
        return False
    history.advance(inspection, InspectionStep.EDIT, actor, seen=seen, changes=changes)
    _refuse_people(inspection.org_id, wanted.lead_id, wanted.second_id, actor)
    if "planned_on" in changes:
        inspection.checklist_id = checklist_of(inspection.kind, wanted.planned_on or clock.today()).id
    for name in changes:
        setattr(inspection, name, getattr(wanted, name))
    return True


def arrangement_of(inspection: Inspection) -> Arrangement:
    return Arrangement(**{name: getattr(inspection, name) for name in Arrangement.__slots__})


def start(
    inspection: Inspection, actor: Actor, at: datetime, *, inspected_on: date | None = None, seen: int | None = None
) -> None:
    """开始检查, on the spot or when a record on paper is typed in: from now on by the checklist of the day of the inspection."""
    today = clock.office_time(at).date()
    day = inspected_on or today
    history.advance(inspection, InspectionStep.START, actor, seen=seen, changes={"inspected_on": (None, day)})
    if day > today:
        raise NotLikeThis(f"检查日期不能晚于今天（{today}），请核对", field="inspected_on")
    if inspection.lead_id is None or inspection.second_id is None:
        raise NotAllowedNow("监督检查须有两名以上检查人员：请先调整安排，补填检查人员")
    inspection.checklist_id = checklist_of(inspection.kind, day).id
    inspection.inspected_on = day
