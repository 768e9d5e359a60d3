"""What the pages of one retest share: the page itself, with the refusal and everything that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import can, current_actor
from app.domain import workflow
from app.domain.deadlines import DeadlineLight
from app.domain.permissions import Permission
from app.domain.samples import Verdict
from app.domain.workflow import DrawingState, RetestState, RetestStep
from app.forms import OfficeForm
from app.legal_clocks.queries import changes_of, paused_from, standing_of
from app.lights import DEADLINES
from app.official_documents.queries import of_record
from app.reference_data.books import calendar
from app.retests import designating, documents, feasibility, forms, queries, showing, testing
from app.retests.models import Retest
from app.trail import trail

bp = Blueprint("retests", __name__, url_prefix="/retests")
KIND = Retest.__tablename__
TONES = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red", None: "grey"}
STATE_TONES = {
    RetestState.APPLIED: "yellow", RetestState.DECLINED: "neutral", RetestState.ACCEPTED: "yellow", RetestState.DESIGNATED: "blue",
    RetestState.HANDED: "blue", RetestState.CONCLUDED: "yellow", RetestState.TOLD: "green", RetestState.TERMINATED: "neutral",
    RetestState.WITHDRAWN: "neutral",
}  # fmt: skip
LEGEND = DEADLINES
WAITING = {
    RetestState.APPLIED: "等待决定是否受理（不得为登记人本人）", RetestState.ACCEPTED: "等待随机确定复检机构",
    RetestState.DESIGNATED: "等待初检机构移交备份样品", RetestState.HANDED: "等待复检机构出具结论", RetestState.CONCLUDED: "等待通知申请人",
}  # fmt: skip
FORMS: Mapping[RetestStep, type[forms.StepForm]] = {
    RetestStep.ACCEPT: forms.AcceptForm, RetestStep.DECLINE: forms.DeclineForm, RetestStep.DESIGNATE: forms.DesignateForm,
    RetestStep.REDESIGNATE: forms.RedesignateForm, RetestStep.HAND_OVER: forms.HandOverForm, RetestStep.ARRIVE: forms.ArriveForm,
    RetestStep.CONCLUDE: forms.ConcludeForm, RetestStep.TELL: forms.TellForm, RetestStep.PAY: forms.PayForm,
    RetestStep.TERMINATE: forms.EndForm, RetestStep.WITHDRAW: forms.EndForm,
}  # fmt: skip
DAYS = (
    "decided_on", "designated_on", "redesignated_on", "handed_on", "arrived_on", "concluded_on", "result_received_on", "told_on",
    "ended_on",
)  # fmt: skip


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``case_retests(case)`` and ``sample_retests(sample)`` for the block of 复检 on those pages."""
    return {
        "case_retests": lambda case: showing.of_case(current_actor(), case),
        "sample_retests": lambda sample: showing.of_sample(current_actor(), sample),
    }


def again(retest_id: int, form: OfficeForm, step: RetestStep | None = None) -> ResponseReturnValue:
    """The retest as it is now, with the refusal and everything that was typed; sending it again is then meant."""
    found = queries.retest(current_actor(), retest_id)
    assert found is not None
    form._fields["version"].data, form._fields["version"].raw_data = found.version, None
    return page(found, form, step)


def page(retest: Retest, refusal: OfficeForm | None = None, step: RetestStep | None = None) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    steps = _steps(retest)
    applied = retest.state is RetestState.APPLIED
    return render_template(
        "retests/show.html", retest=retest, steps=steps, RetestStep=RetestStep, endpoints=current_app.view_functions,
        forms=_forms(retest, steps, refusal, step), refusal=refusal, refused_step=step,
        found=feasibility.of_retest(retest, today) if applied else None, kept=(retest.feasibility or "").splitlines(),
        clocks=_clocks(retest), tones=TONES, state_tones=STATE_TONES, legend=LEGEND, waiting=WAITING.get(retest.state),
        tested=testing.tested(retest), verdicts=forms.VERDICTS, sent=request.form, lawful=testing.lawful_payer(retest),
        papers=of_record(actor, retest), kinds=documents.offered(retest), people=people(retest),
        ripples=queries.ripples_of(retest) if retest.conclusion is not None else (), PASS=Verdict.PASS,
        failing=testing.still_failing(retest.sample_id), entries=trail(KIND, retest.id, calendar()), **_designation(retest, steps),
    ), refusal.status if refusal is not None else 200  # fmt: skip


def people(retest: Retest) -> dict[str, str | None]:
    """Names of the people and the office."""
    return {
        "asked_by": queries.person_name(retest.asked_by_id), "org": queries.organisation_name(retest.org_id),
        "decided_by": queries.person_name(retest.decided_by_id) if retest.decided_on else None,
    }


def _steps(retest: Retest) -> set[RetestStep]:
    """What this person may do now: the arrows and the permissions, and of the conclusion that the sample has arrived."""
    found = {
        step for step in RetestStep
        if (arrow := workflow.arrow(KIND, retest.state, step)) is not None and can(arrow.permission, retest)
    }  # fmt: skip
    return found - {RetestStep.CONCLUDE} if retest.arrived_on is None else found


def _forms(
    retest: Retest, steps: set[RetestStep], refusal: OfficeForm | None, refused_step: RetestStep | None
) -> dict[str, OfficeForm]:
    """A form for each step that may be taken; the refused one stays as it was typed."""
    found: dict[str, OfficeForm] = {}
    for step in steps & set(FORMS):
        typed = refusal if isinstance(refusal, forms.StepForm) and step is refused_step else None
        found[step.value] = (typed or FORMS[step](formdata=None, data=_values(retest, step))).apart(step.value)
    return found


def _values(retest: Retest, step: RetestStep) -> dict[str, Any]:
    today = clock.today()
    values: dict[str, Any] = {"version": retest.version, **dict.fromkeys(DAYS, today)}
    if step is RetestStep.ARRIVE and retest.arrived_on is not None:
        sealed = "是" if retest.seal_intact else "否"
        values |= {"arrived_on": retest.arrived_on, "backup_note": retest.backup_note, "seal_intact": sealed}
    if step is RetestStep.PAY:
        payer = retest.payer or testing.lawful_payer(retest)
        fee = f"{retest.fee:.2f}" if retest.fee is not None else None
        values |= {"payer": payer.value if payer else None, "fee": fee}
        values |= {"prepaid_on": retest.prepaid_on, "refunded_on": retest.refunded_on}
    return values


def _clocks(retest: Retest) -> list[tuple[Any, Any]]:
    """Every clock of the retest with how it stands today."""
    today, days = clock.today(), calendar()
    return [(each, standing_of(each, paused_from(changes_of(each.id)), today, days)) for each in queries.clocks_of(retest.id)]


def _designation(retest: Retest, steps: set[RetestStep]) -> dict[str, Any]:
    """The list to be frozen, the draw in force, and whether the laboratory may be named by hand."""
    drawing = queries.drawing_of(retest)
    open_list = retest.state is RetestState.ACCEPTED and (drawing is None or drawing.state is DrawingState.VOIDED)
    listed = designating.proposed(retest, clock.today()) if open_list else []
    left = designating.eligible(listed)
    drawn = designating.drawn(retest) if retest.state is RetestState.ACCEPTED else None
    return {
        "drawing": drawing, "listed": listed, "eligible": left, "drawn": drawn, "DRAWN": DrawingState.DRAWN,
        "freezes": open_list and bool(left) and can(Permission.DRAWING_MAKE),
        "designates": RetestStep.DESIGNATE in steps and (drawn is not None or (open_list and len(left) == 1)),
        "freeze_form": forms.FreezeForm(formdata=None, data={"version": retest.version}),
    }  # fmt: skip
