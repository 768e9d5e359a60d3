"""What the pages of one case share: the page itself, with the refusal and everything that was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import can, current_actor
from app.decisions import queries as decisions
from app.disposal import (
    approval_showing,
    block_drafts,
    clock_keeping,
    clocks,
    forms,
    locks,
    operations,
    penalty_source,
    queries,
)
from app.disposal.models import DisposalCase
from app.disposal.record_forms import NO_PENALTY, RecordForm
from app.disposal.supplement_showing import showing
from app.domain import workflow
from app.domain.case_record import TITLES
from app.domain.deadlines import DeadlineLight
from app.domain.disposal import in_place
from app.domain.quantity_balance import mismatches
from app.domain.workflow import CaseState, CaseStep
from app.forms import CONFLICT
from app.lights import DEADLINES
from app.objections import showing as objections
from app.reference_data.books import calendar, code_list
from app.reviews import version_queries
from app.ripples import showing as ripples
from app.trail import trail

bp = Blueprint("disposal", __name__, url_prefix="/disposal")
KIND = DisposalCase.__tablename__
TONES = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red", None: "grey"}
STATE_TONES = {
    CaseState.OPEN: "yellow", CaseState.HANDLING: "blue", CaseState.AWAITING: "yellow", CaseState.LEADING: "yellow",
    CaseState.CLOSED: "green", CaseState.CANCELLED: "neutral",
}  # fmt: skip
LEGEND = DEADLINES
PHRASES = ("同意。", "核查处置到位，同意办结。", "产品控制情况不完整，请补充。", "原因排查不清楚，请补充。", "整改复查材料不全，请补充。")
BY_HAND = (
    CaseStep.CLAIM, CaseStep.RECORD, CaseStep.SUBMIT, CaseStep.RECALL, CaseStep.APPROVE, CaseStep.RETURN, CaseStep.FORWARD,
)  # fmt: skip


def done(case: DisposalCase, sentence: str, anchor: str | None = None) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("disposal.show", case_id=case.id, _anchor=anchor), 303)


def refused(case: DisposalCase, form: Any, **kept: Any) -> ResponseReturnValue:
    """The case as it is now, with the refusal and everything that was typed; sending it again is then meant."""
    found = queries.case(current_actor(), case.id)
    assert found is not None
    conflict = form.status == CONFLICT and isinstance(form, RecordForm)
    facing = form.face(found) if conflict else []
    form.version.data, form.version.raw_data = found.version, None
    return page(found, refusal=form, facing=facing, status=form.status, **kept)


def page(
    case: DisposalCase,
    *,
    record_form: RecordForm | None = None,
    decision_form: forms.DecisionForm | None = None,
    refusal: Any = None,
    facing: Sequence[Any] = (),
    status: int = 200,
) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    drafts, going_on = block_drafts.offered(actor, case), bool(request.args.get("draft")) and record_form is None
    steps, desk = _steps(case), approval_showing.showing(actor, case, refusal, today)
    return render_template(
        "disposal/show.html", case=case, steps=steps, **_recorded(case),
        form=_record_form(case, record_form, "record" in steps, drafts if going_on else None), drafts=drafts, resumed=going_on,
        moved=block_drafts.moved(case, drafts), refused_record=record_form is not None,
        decision=decision_form or (forms.DecisionForm.of(case) if steps & {"approve", "forward"} else None), desk=desk,
        refusal=refusal, facing=facing, phrases=PHRASES, tones=TONES,
        clocks=[*clocks.of_case(case, today), *clock_keeping.serving(case, today)],
        state_tones=STATE_TONES, legend=LEGEND, titles=TITLES,
        no_penalty=code_list(NO_PENALTY), decided_here=decisions.evidence(case.sample_id),
        rows=queries.failing_rows([case.sample_id]).get(case.sample_id, []), others=queries.other_cases(actor, case),
        org_name=queries.organisation_name(case.org_id), corrections=version_queries.corrections(case.sample_id),
        timeline=trail(KIND, case.id, calendar()), waiting=_waiting(case), more=showing(actor, case, refusal), today=today,
        objections=objections.panel(case),
        ripples=ripples.panel(actor, case),
    ), status


def _steps(case: DisposalCase) -> set[str]:
    """What this person may do now: the arrows and the permissions; what a reviewer has opened is not recalled."""
    found = {
        step.value
        for step in BY_HAND
        if (arrow := workflow.arrow(KIND, case.state, step)) is not None and can(arrow.permission, case)
    }
    return found - {CaseStep.RECALL.value} if case.read_at is not None else found


def _recorded(case: DisposalCase) -> dict[str, Any]:
    """What is recorded, what of it does not add up, and how far the case is from closing: the same for every reader."""
    saved, found = operations.record_of(case), operations.elements_of(case)
    return {
        "saved": saved, "elements": found, "five": in_place(found), "unbalanced": mismatches(saved.quantities, case.sample.spec),
        "exempter": queries.person(case.exempted_by_id),
        "penalty_lock": penalty_source.not_typed(case.id) or locks.penalty_lock(case.sample_id),
    }  # fmt: skip


def _record_form(
    case: DisposalCase, typed: RecordForm | None, may_record: bool, drafts: block_drafts.Offered | None
) -> RecordForm | None:
    if typed is not None:
        return RecordForm.of(case).adopt(typed)
    if not may_record:
        return None
    form = RecordForm.of(case)
    return block_drafts.resumed(case, form, drafts) if drafts is not None else form


def _waiting(case: DisposalCase) -> str | None:
    handler = case.handler.name if case.handler is not None else ""
    return {
        CaseState.OPEN: "等待办案人领取",
        CaseState.HANDLING: f"{handler} 办理中",
        CaseState.AWAITING: "等待审核人审核（不得为经办人本人）",
        CaseState.LEADING: "等待局领导审批（不得为经办人和报批人本人）",
    }.get(case.state)
