"""Pages of 风险事件: the list with the records they come from, recording by hand, voiding by a reviewer."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.disposal.forms import Day
from app.domain.permissions import Permission
from app.domain.risk_events import BY_HAND
from app.domain.supervision_kinds import RiskEventKind
from app.domain.supervision_states import RiskEventState
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise
from app.forms import OfficeForm
from app.grading import event_queries, events, queries, showing
from app.grading.blueprint import bp
from app.grading.forms import ReasonForm, _text, number
from app.grading.models import RiskEvent
from app.reference_data.books import calendar
from app.trail import trail

STATE_TONES = {RiskEventState.RECORDED: "green", RiskEventState.VOIDED: "neutral"}
STEPS = (("1", "上调 1 级"), ("2", "上调 2 级"), ("-1", "下调 1 级"))


class EventForm(OfficeForm):
    """登记风险事件."""

    kind = SelectField("情形", choices=[(one.value, one.value) for one in BY_HAND], validators=[InputRequired("请选择情形")])
    occurred_on = Day("发生日期", [InputRequired("请填写发生日期")])
    steps = SelectField("调整", choices=list(STEPS), validators=[InputRequired("请选择上调或下调")])
    document = _text("依据文件", 200, DataRequired("请填写依据文件的名称和文号"))
    key = HiddenField(validators=[Length(max=60)])


@bp.get("/events", endpoint="events")
@authorize(Permission.RISK_LIST)
def all_events() -> ResponseReturnValue:
    kind = next((one for one in RiskEventKind if one.value == request.args.get("kind")), None)
    q = " ".join((request.args.get("q") or "").split())[:60] or None
    page = event_queries.events(
        current_actor(), kind, q, before=number(request.args.get("before")), after=number(request.args.get("after"))
    )
    kept = {name: value for name, value in (("kind", kind.value if kind else None), ("q", q)) if value}
    return render_template(
        "grading/events.html", page=page, kind=kind, q=q, kept=kept, kinds=list(RiskEventKind), tones=STATE_TONES,
        address=showing.evidence_address,
    )  # fmt: skip


@bp.get("/events/<int:event_id>")
@authorize(Permission.RISK_READ, event_queries.event)
def event(event: RiskEvent) -> ResponseReturnValue:
    return _event_page(event)


def _event_page(event: RiskEvent, refusal: Any = None) -> str:
    enterprise = enterprises.enterprise(current_actor(), event.enterprise_id)
    may_void = event.state is RiskEventState.RECORDED and not event.automatic and can(Permission.RISK_DECIDE, event)
    source = showing.evidence_address(event.source_kind, event.source_id, event.enterprise_id, "")
    grades = [row for row in queries.of_enterprise(current_actor(), event.enterprise_id)] if enterprise is not None else []
    return render_template(
        "grading/event.html", event=event, enterprise=enterprise, may_void=may_void, source=source, tones=STATE_TONES, grades=grades,
        grade_tones=showing.GRADE_TONES, refusal=refusal, timeline=trail(RiskEvent.__tablename__, event.id, calendar()),
    )  # fmt: skip


@bp.route("/enterprises/<int:enterprise_id>/events/new", methods=["GET", "POST"])
@authorize(Permission.RISK_SCORE, enterprises.enterprise)
def new_event(enterprise: Enterprise) -> ResponseReturnValue:
    """What stands in no record of the program, with its document."""
    form: Any = EventForm(data={"key": secrets.token_hex(16), "occurred_on": clock.today()})
    if form.validate_on_submit():
        if form.key.data and (earlier := event_queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".event", event_id=earlier), 303)
        with form.keeping():
            with transaction():
                made = events.record(
                    enterprise, RiskEventKind(form.kind.data), form.occurred_on.data, int(form.steps.data), form.document.data,
                    current_actor(), clock.now(), key=form.key.data or None,
                )  # fmt: skip
            flash(f"已登记风险事件 {made.number}", "success")
            return redirect(url_for(".event", event_id=made.id), 303)
    page = render_template("grading/event_new.html", form=form, enterprise=enterprise)
    return page, form.status if form.is_submitted() else 200


@bp.post("/events/<int:event_id>/void")
@authorize(Permission.RISK_DECIDE, event_queries.event)
def void_event(event: RiskEvent) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                events.void(event, current_actor(), form.comment.data or "", clock.now(), seen=form.version.data)
            flash(f"已作废：{event.number}", "success")
            return redirect(url_for(".event", event_id=event.id), 303)
    return _event_page(event, form), form.status


