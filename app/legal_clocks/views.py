"""Pages of 法定期限: the list, one clock with its reasons and changes, and the steps people take on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock as time
from app import upload_limits
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import workflow
from app.domain.case_states import ClockChangeState, ClockChangeStep
from app.domain.deadlines import DeadlineLight
from app.domain.forecast import FEWEST, Outlook
from app.domain.permissions import Permission
from app.errors import NotFound
from app.forms import OfficeForm
from app.legal_clocks import changes, forecasting, forms, operations, queries
from app.legal_clocks.models import ClockChange, LegalClock
from app.lights import DEADLINES
from app.paging import page_size
from app.reference_data.books import calendar
from app.trail import trail

bp = Blueprint("legal_clocks", __name__, url_prefix="/clocks")
bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
KIND, CHANGE = LegalClock.__tablename__, ClockChange.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COUNTED_DAYS = 365
TONES = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red", None: "grey"}
STATE_TONES = {
    ClockChangeState.ASKED: "yellow", ClockChangeState.APPROVED: "green", ClockChangeState.DECLINED: "neutral",
    ClockChangeState.VOIDED: "neutral",
}  # fmt: skip
OUTLOOK_TONES = {Outlook.LATE: "red", Outlook.RISK: "yellow", Outlook.IN_TIME: "green", Outlook.UNKNOWN: "neutral"}
LEGEND = DEADLINES
BY_HAND = (ClockChangeStep.APPROVE, ClockChangeStep.DECLINE, ClockChangeStep.RESUME, ClockChangeStep.VOID)


@bp.get("/")
@authorize(Permission.CLOCK_LIST)
def index() -> ResponseReturnValue:
    actor, today, days = current_actor(), time.today(), calendar()
    filters = forms.filters_asked(request.args)
    number = int(text) if (text := request.args.get("page", "")).isascii() and text.isdigit() and 0 < len(text) < 7 else 1
    rows, total = queries.clocks(actor, filters, today, days, max(number, 1))
    return render_template(
        "legal_clocks/index.html", rows=rows, total=total, page=max(number, 1), more=number * page_size() < total, filters=filters,
        kept=forms.kept(filters), counts=queries.counts(actor, filters, today, days), names=queries.STATES,
        standings=[queries.standing(row, today, days) for row in rows], codes=queries.codes(actor), tones=TONES, legend=LEGEND,
        people=queries.by_person(actor, today), months=queries.monthly(actor, today - timedelta(days=COUNTED_DAYS)),
    )  # fmt: skip


@bp.get("/forecast")
@authorize(Permission.FORECAST_READ)
def forecast() -> ResponseReturnValue:
    actor, today, days = current_actor(), time.today(), calendar()
    past = forecasting.durations(actor, today, days)
    return render_template(
        "legal_clocks/forecast.html", rows=forecasting.forecast(actor, today, days, past), past=past, today=today, tones=OUTLOOK_TONES,
        fewest=FEWEST,
    )  # fmt: skip


@bp.get("/<int:clock_id>")
@authorize(Permission.CLOCK_READ, queries.clock)
def show(clock: LegalClock) -> ResponseReturnValue:
    return _page(clock)


@bp.post("/<int:clock_id>/ask")
@authorize(Permission.CLOCK_ASK, queries.clock)
@upload_limits.takes_files
def ask(clock: LegalClock) -> ResponseReturnValue:
    form, clock_id = forms.AskForm(), clock.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changes.ask(clock, form.request, current_actor(), time.now(), paper=form.filed, seen=form.version.data)
            return _done(clock_id, "已提交申请，等待另一人审批")
    return _refused(clock_id, form, ask_form=form)


def _decided(change: ClockChange, operation: Any, said: str) -> ResponseReturnValue:
    form, clock_id = forms.DecisionForm(), change.clock_id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operation(change, current_actor(), form.comment.data or "", time.now(), seen=form.version.data)
            return _done(clock_id, said)
    return _refused(clock_id, form)


@bp.post("/changes/<int:change_id>/approve")
@authorize(Permission.CLOCK_DECIDE, queries.change)
def approve(change: ClockChange) -> ResponseReturnValue:
    return _decided(change, changes.approve, "已批准，期限已重新计算")


@bp.post("/changes/<int:change_id>/decline")
@authorize(Permission.CLOCK_DECIDE, queries.change)
def decline(change: ClockChange) -> ResponseReturnValue:
    return _decided(change, changes.decline, "已作不予批准，期限不变")


@bp.post("/changes/<int:change_id>/resume")
@authorize(Permission.CLOCK_ASK, queries.change)
def resume(change: ClockChange) -> ResponseReturnValue:
    form, clock_id = forms.ResumeForm(), change.clock_id
    if form.validate_on_submit():
        day = form.resumed_on.data
        assert day is not None
        with form.keeping():
            with transaction():
                changes.resume(
                    change, day, current_actor(), form.comment.data or "", time.now(), seen=form.version.data
                )
            return _done(clock_id, "已恢复计时，期限已重新计算")
    return _refused(clock_id, form, resume_form=form)


@bp.post("/changes/<int:change_id>/void")
@authorize(Permission.CLOCK_READ, queries.change)
def void(change: ClockChange) -> ResponseReturnValue:
    """A request is taken back by who may ask, an approval by who may decide: the arrow asks."""
    form, clock_id = forms.DecisionForm(), change.clock_id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changes.void(change, current_actor(), form.comment.data or "", seen=form.version.data)
            return _done(clock_id, "已作废")
    return _refused(clock_id, form)


def _done(clock_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for(".show", clock_id=clock_id), 303)


def _refused(clock_id: int, form: OfficeForm, **kept: Any) -> ResponseReturnValue:
    """The clock as it is now, with the refusal and everything that was typed; sending it again is then meant."""
    found = queries.clock(current_actor(), clock_id)
    if found is None:
        raise NotFound("没有找到该期限，或不在您的管辖范围内")
    if isinstance(form, forms.AskForm):
        form.version.data, form.version.raw_data = found.version, None
    return _page(found, refusal=form, status=form.status, **kept)


def _page(
    clock: LegalClock, *, ask_form: forms.AskForm | None = None, resume_form: forms.ResumeForm | None = None,
    refusal: OfficeForm | None = None, status: int = 200,
) -> ResponseReturnValue:  # fmt: skip
    today, listed = time.today(), queries.changes_of(clock.id)
    paused = queries.paused_from(listed)
    rule = operations.rule_of(clock)
    return render_template(
        "legal_clocks/show.html", clock=clock, rule=rule, changes=listed, people=queries.people(listed), steps=_steps(listed),
        said={each.id: changes.words(each, rule.unit) for each in listed}, standing=queries.standing_of(clock, paused, today, calendar()),
        tones=TONES, state_tones=STATE_TONES, refusal=refusal, resume_form=resume_form, today=today,
        ask_form=ask_form or _empty_form(clock),
        counts_from=current_app.config["DISPOSAL_START_EVENT"], entries=trail(KIND, clock.id)[::-1],
    ), status  # fmt: skip


def _empty_form(clock: LegalClock) -> forms.AskForm | None:
    running = clock.done_on is None and clock.cancelled_at is None
    return forms.AskForm(formdata=None, version=clock.version) if running and can(Permission.CLOCK_ASK, clock) else None


def _steps(listed: Any) -> dict[int, set[str]]:
    """What this person may do with each change: the arrows and the permissions, nothing else."""
    return {
        each.id: {
            step.value for step in BY_HAND
            if (arrow := workflow.arrow(CHANGE, each.state, step)) is not None and can(arrow.permission, each)
            and (step is not ClockChangeStep.RESUME or (each.to_on is None and each.from_on is not None))
        }
        for each in listed
    }  # fmt: skip
