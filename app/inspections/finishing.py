"""监督检查, finished: the result stands and is to be made public; corrected, linked to a case, voided. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from app import clock, history
from app.domain import inspections as rules
from app.domain.actors import Actor
from app.domain.inspections import PUBLISH, InspectionRecord
from app.domain.supervision_states import InspectionStep
from app.errors import NotAllowedNow, NotLikeThis
from app.inspections import consequences, queries
from app.inspections.models import Inspection
from app.inspections.recording import Answer, changes_of, lacking, put, refuse
from app.legal_clocks import operations as clocks


def finish(inspection: Inspection, actor: Actor, at: datetime, *, finished_on: date | None = None, seen: int | None = None) -> None:
    """完成检查. ``finished_on`` is the day on which the result was formed (结果形成日期), from which the time for making it public runs.

    Raises FaultyInspection with everything that is still missing.
    """
    today = clock.office_time(at).date()
    day = finished_on or today
    result = inspection.result.value if inspection.result else None
    history.advance(
        inspection, InspectionStep.FINISH, actor, seen=seen, comment=f"检查结果：{result}" if result else None,
        changes={"finished_on": (None, day)},
    )  # fmt: skip
    missing = lacking(inspection)
    if missing:
        raise NotAllowedNow(f"还不能完成检查：{'；'.join(missing.values())}")
    assert inspection.inspected_on is not None
    fault = rules.finish_fault(inspection.inspected_on, day, today)
    if fault is not None:
        raise NotLikeThis(fault, field="finished_on")
    inspection.finished_on, inspection.finished_at = day, at
    keep_clock(inspection, actor)
    consequences.finished(inspection, actor, at)


def keep_clock(inspection: Inspection, actor: Actor) -> None:
    """检查结果形成后二十个工作日内公开 (第三十九条)."""
    assert inspection.finished_on is not None
    name = f"{inspection.number} {inspection.enterprise_name}"
    inspection.publish_due_on = clocks.start(inspection, PUBLISH, inspection.finished_on, actor, name=name).due_on


def correct(
    inspection: Inspection, written: InspectionRecord, answers: Mapping[int, Answer], reason: str, actor: Actor, at: datetime, *,
    seen: int | None = None,
) -> int:  # fmt: skip
    """更正 of a finished inspection, with the reason; before and after are in its history. Returns how much differs."""
    changes = changes_of(inspection, written, answers)
    history.advance(inspection, InspectionStep.CORRECT, actor, seen=seen, comment=reason, changes=changes)
    if not changes:
        raise NotLikeThis("没有需要更正的内容，请修改后再保存")
    put(inspection, written, answers)
    refuse({field: sentence for field, sentence in lacking(inspection).items() if field != "signatures"})
    if inspection.inspected_on is not None and inspection.finished_on is not None and inspection.inspected_on > inspection.finished_on:
        refuse({"inspected_on": f"检查日期不能晚于结果形成日期（{inspection.finished_on}），请核对"})
    consequences.corrected(inspection, actor, at)
    return len(changes)


def link(
    inspection: Inspection, filing_no: str | None, penalty_id: int | None, actor: Actor, *, seen: int | None = None
) -> None:
    """关联立案: to a penalty case of the same enterprise here, or by the number of one kept elsewhere."""
    changes = {"filing_no": (inspection.filing_no, filing_no), "penalty_id": (inspection.penalty_id, penalty_id)}
    history.advance(inspection, InspectionStep.LINK, actor, seen=seen, changes={k: v for k, v in changes.items() if v[0] != v[1]})
    if not filing_no and penalty_id is None:
        raise NotLikeThis("请填写立案文号，或选择本系统中的处罚案件", field="filing_no")
    if penalty_id is not None:
        penalty = queries.penalty_of(actor, penalty_id)
        if penalty is None or penalty.enterprise_id != inspection.enterprise_id:
            raise NotLikeThis("所选处罚案件的当事人不是该企业，请核对", field="penalty")
        filing_no = filing_no or penalty.number
    inspection.filing_no, inspection.penalty_id = filing_no, penalty_id


def void(inspection: Inspection, reason: str, actor: Actor, at: datetime, *, seen: int | None = None) -> None:
    """作废, with the reason; its clock is cancelled, what followed from it follows no longer."""
    if inspection.published_on is not None:
        raise NotAllowedNow("检查结果已经公示，请先撤回公示，再作废检查")
    history.advance(inspection, InspectionStep.VOID, actor, comment=reason, seen=seen)
    inspection.voided_at = at
    clocks.cancel(inspection, actor, reason="检查作废")
    consequences.voided(inspection, actor, at)
