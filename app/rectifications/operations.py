"""责令改正, ordered and followed to its re-check. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from app import clock, counters, history
from app.db import session
from app.domain import official_documents
from app.domain import rectifications as rules
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.permissions import Permission, permits
from app.domain.supervision_kinds import InspectionMeasure, InspectionNature
from app.domain.supervision_states import InspectionState, RectificationState, RectificationStep
from app.enterprises import queries as enterprises
from app.errors import NotAllowed, NotAllowedNow, NotFound, NotLikeThis
from app.inspections import operations as inspections
from app.inspections.models import Inspection
from app.official_documents import queries as papers
from app.rectifications import queries
from app.rectifications.models import RectificationOrder

KIND = RectificationOrder.__tablename__
COUNTER = f"document-{DocumentKind.RECTIFY_ORDER.code}"  # one run of numbers for every 责令改正通知书 of the bureau
TWICE = "刚刚已经责令改正，没有重复制作：请在责令改正列表中查看"
NOTHING_FAILED = "该检查没有不符合项目，处理也不是责令改正：请先核对检查记录"


@dataclass(frozen=True, slots=True)
class Written:
    """What an order says."""

    requirement: str
    basis: str | None
    at_once: bool
    ordered_on: date
    due_on: date


def order(inspection: Inspection, written: Written, actor: Actor, at: datetime, *, key: str | None = None) -> RectificationOrder:
    """责令改正 after a finished inspection. Raises NotAllowedNow where nothing was to be put right or an order already stands."""
    if not permits(actor, Permission.RECTIFY_HANDLE, inspection):
        raise NotAllowed("您没有办理责令改正的权限，如确需办理请联系科室负责人")
    if inspection.state is not InspectionState.FINISHED:
        raise NotAllowedNow("检查还没有完成，请先完成检查，再制作责令改正通知书")
    if not queries.failing_of(inspection.id) and inspection.measure not in (InspectionMeasure.RECTIFY, InspectionMeasure.PENALTY):
        raise NotAllowedNow(NOTHING_FAILED)
    session().refresh(inspection, with_for_update=True)  # two at once: the second sees what the first ordered
    standing = queries.standing_of(inspection.id)
    if standing is not None:
        raise NotAllowedNow(f"该检查已有责令改正通知书（{standing.number}），不重复制作；有误的请先作废")
    assert inspection.inspected_on is not None
    _check(written, inspection.inspected_on, clock.office_time(at).date())
    made = RectificationOrder(
        org_id=inspection.org_id, number=_number(inspection.org_id, written.ordered_on.year), inspection_id=inspection.id,
        enterprise_id=inspection.enterprise_id, enterprise_name=inspection.enterprise_name, requirement=written.requirement.strip(),
        basis=written.basis, at_once=written.at_once, ordered_on=written.ordered_on, due_on=written.due_on, handler_id=actor.user_id,
        penalty_id=inspection.penalty_id, filing_no=inspection.filing_no, created_at=at, created_by_id=actor.user_id, submission_key=key,
    )  # fmt: skip
    told = f"{inspection.enterprise_name}，{'立即改正' if written.at_once else f'限 {written.due_on} 前改正'}"
    try:
        history.advance(made, RectificationStep.ORDER, actor, comment=told)
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    return made


def _check(written: Written, inspected_on: date, today: date) -> None:
    if not written.requirement.strip():
        raise NotLikeThis("请填写改正要求", field="requirement")
    fault = rules.order_fault(written.ordered_on, written.due_on, inspected_on, today, at_once=written.at_once)
    if fault is not None:
        raise NotLikeThis(fault[1], field=fault[0])


def _number(org_id: int, year: int) -> str:
    """津蓟市监责改〔2026〕3号, of the bureau that signs."""
    office = papers.office_of(org_id)
    prefix = office.document_prefix or official_documents.default_prefix(office.name, papers.region_code(office.region_id))
    kind = official_documents.KINDS[DocumentKind.RECTIFY_ORDER]
    return official_documents.number(prefix, kind, year, counters.take(office.id, COUNTER, year)[0])


# ---------------------------------------------------------------- its course

def _take(
    one: RectificationOrder, step: RectificationStep, actor: Actor, values: Mapping[str, Any], *, comment: str | None,
    seen: int | None, asked: bool = False,
) -> None:  # fmt: skip
    """One step with what it writes: state and columns are one change, the table holds that one is never without the other."""
    changes = {name: (getattr(one, name), value) for name, value in values.items() if getattr(one, name) != value}
    with session().no_autoflush:
        history.advance(one, step, actor, comment=comment, seen=seen, changes=changes, asked=asked)
        for name, value in values.items():
            setattr(one, name, value)


def term_of(one: RectificationOrder) -> date:
    """The day by which it has to be put right."""
    return one.extended_to or one.due_on


def extend(one: RectificationOrder, extended_to: date, reason: str, actor: Actor, *, seen: int | None = None) -> None:
    """延长整改期限, by the reviewer."""
    due = term_of(one)
    _take(one, RectificationStep.EXTEND, actor, {"extended_to": extended_to}, comment=reason, seen=seen)
    _refuse("extended_to", rules.extension_fault(extended_to, due))


def report(one: RectificationOrder, reported_on: date, text: str, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """登记企业的整改报告."""
    _take(one, RectificationStep.REPORT, actor, {"reported_on": reported_on, "report": text.strip()}, comment=None, seen=seen)
    _refuse("reported_on", rules.report_fault(reported_on, one.ordered_on, clock.office_time(at).date()))
    if not text.strip():
        raise NotLikeThis("请填写整改情况", field="report")


def settle(
    one: RectificationOrder, passed: bool, rechecked_on: date, text: str, actor: Actor, at: datetime, *, seen: int | None = None
) -> None:
    """复查: passed, or not with what is still wrong."""
    step = RectificationStep.PASS if passed else RectificationStep.FAIL
    _take(one, step, actor, {"rechecked_on": rechecked_on, "recheck": text.strip() or None}, comment=text, seen=seen)
    today = clock.office_time(at).date()
    _refuse("rechecked_on", rules.recheck_fault(rechecked_on, one.ordered_on, one.reported_on, today))
    if not text.strip():
        raise NotLikeThis("请填写复查情况", field="comment")


def again(
    one: RectificationOrder, written: Written, reason: str, actor: Actor, at: datetime, *, seen: int | None = None
) -> None:
    """再次责令改正: a new term; what the last round found stays in the history."""
    before = one.rechecked_on
    values = {
        "requirement": written.requirement.strip(), "ordered_on": written.ordered_on, "due_on": written.due_on, "at_once": written.at_once,
        "extended_to": None, "reported_on": None, "report": None, "rechecked_on": None, "recheck": None, "recheck_id": None,
        "rounds": one.rounds + 1,
    }  # fmt: skip
    with session().no_autoflush:
        _take(one, RectificationStep.ORDER_AGAIN, actor, values, comment=reason, seen=seen)
        assert before is not None
        if not written.requirement.strip():
            raise NotLikeThis("请填写改正要求", field="requirement")
        fault = rules.again_fault(written.ordered_on, written.due_on, before, clock.office_time(at).date())
        if fault is not None:
            raise NotLikeThis(fault[1], field=fault[0])


def link(one: RectificationOrder, filing_no: str | None, penalty_id: int | None, actor: Actor, *, seen: int | None = None) -> None:
    """关联立案: a penalty case of the same enterprise here, or the number of one kept elsewhere."""
    if penalty_id is not None:
        penalty = queries.penalty_of(actor, penalty_id)
        if penalty is None or penalty.enterprise_id != one.enterprise_id:
            raise NotLikeThis("所选处罚案件的当事人不是该企业，请核对", field="penalty")
        filing_no = filing_no or penalty.number
    _take(one, RectificationStep.LINK, actor, {"filing_no": filing_no, "penalty_id": penalty_id}, comment=None, seen=seen)
    if not filing_no:
        raise NotLikeThis("请填写立案文号，或选择本系统中的处罚案件", field="filing_no")


def void(one: RectificationOrder, reason: str, actor: Actor, *, seen: int | None = None) -> None:
    """作废, with the reason; its number stays used up."""
    _take(one, RectificationStep.VOID, actor, {}, comment=reason, seen=seen)


def plan_recheck(
    one: RectificationOrder, planned_on: date, lead_id: int | None, second_id: int | None, actor: Actor, at: datetime, *,
    key: str | None = None, seen: int | None = None,
) -> Inspection:  # fmt: skip
    """安排回头看: an inspection of its own, linked with the order; its result is entered here when it is finished."""
    if seen is not None and seen != one.version:
        raise NotAllowedNow("该记录已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中")
    if one.state not in rules.OPEN:
        raise NotAllowedNow("该责令改正已复查或作废，不再安排回头看")
    if one.recheck_id is not None and not queries.is_void(one.recheck_id):
        raise NotAllowedNow("已经安排回头看，不重复安排：请在该次检查中记录，或先作废")
    enterprise, origin = enterprises.enterprise(actor, one.enterprise_id), queries.inspection_of(actor, one.inspection_id)
    if enterprise is None or origin is None:
        raise NotFound("该企业档案不在您的管辖范围内")
    made = inspections.plan(
        enterprise, origin.kind, InspectionNature.RECHECK, actor, at, planned_on=planned_on, lead_id=lead_id, second_id=second_id,
        recheck_of=origin, key=key,
    )  # fmt: skip
    one.recheck_id = made.id
    told = f"安排回头看 {made.number}，计划 {planned_on}"
    history.record(KIND, one.id, "recheck_rectification", actor, org_id=one.org_id, name=one.number, comment=told)
    return made


def _refuse(field: str, fault: str | None) -> None:
    if fault is not None:
        raise NotLikeThis(fault, field=field)


# ---------------------------------------------------------------- what other features tell

def inspection_voided(inspection: Inspection, actor: Actor) -> None:
    """The inspection counts no more: its orders that are still open go with it."""
    for one in queries.open_of(inspection.id):
        if one.state in (RectificationState.ORDERED, RectificationState.REPORTED):
            _take(one, RectificationStep.VOID, actor, {}, comment=f"所依据的检查 {inspection.number} 已作废", seen=None, asked=True)
