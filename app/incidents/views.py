"""Pages of 安全事故: the register, one incident, its rating by another person."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits
from app.attachments import operations as attachments
from app.attachments.queries import attachments_of
from app.attachments.types import ACCEPT
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import incidents as rules
from app.domain import workflow
from app.domain.permissions import Permission
from app.domain.supervision_kinds import IncidentDomain, Severity
from app.domain.supervision_states import IncidentState, IncidentStep
from app.errors import NotLikeThis
from app.incidents import forms, operations, queries
from app.incidents.models import Incident
from app.penalties.forms import number
from app.reference_data.books import calendar, region_book
from app.sampling.showing import region_names
from app.trail import trail

bp = Blueprint("incidents", __name__, url_prefix="/incidents")
bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
KIND = Incident.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    IncidentState.REPORTED: "yellow", IncidentState.RATED: "blue", IncidentState.CLOSED: "green", IncidentState.VOIDED: "neutral",
}  # fmt: skip
PHRASES = ("经评估，符合该级别的条件。", "经调查不属于安全事故，未达级别。")


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``incidents_of_enterprise(enterprise)`` for its page."""
    return {"incidents_of_enterprise": lambda enterprise: queries.of_enterprise(current_actor(), enterprise.id)}


@bp.get("/")
@authorize(Permission.INCIDENT_LIST)
def index() -> ResponseReturnValue:
    actor, filters = current_actor(), forms.filters_asked(request.args)
    found = queries.incidents(actor, filters, before=number(request.args.get("before")), after=number(request.args.get("after")))
    return render_template(
        "incidents/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor), tones=TONES,
        states=list(IncidentState), domains=list(IncidentDomain), severities=list(Severity),
    )  # fmt: skip


def _enterprise(written: str | None) -> int | None:
    """The enterprise named in the form."""
    if not written:
        return None
    found = queries.enterprises_named(current_actor(), written)
    if len(found) != 1:
        how = "请填写统一社会信用代码或完整名称，未建档的请先登记企业或留空"
        raise NotLikeThis(f"企业档案中与“{written[:40]}”一致的有 {len(found)} 个：{how}", field="enterprise")
    return found[0].id


@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.INCIDENT_REPORT)
def new() -> ResponseReturnValue:
    today = clock.today()
    asked = {"enterprise": request.args.get("enterprise", "")[:200], "occurred_on": today, "reported_on": today}
    form: Any = forms.ReportForm(data={"key": secrets.token_hex(16), **asked})
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", incident_id=earlier), 303)
        with form.keeping():
            with transaction():
                written = form.written(_enterprise(form.enterprise.data))
                made = operations.report(written, current_actor(), clock.now(), key=form.key.data or None)
            flash(f"已登记：{made.number}，请他人核定级别", "success")
            return redirect(url_for(".show", incident_id=made.id), 303)
    page = render_template("incidents/new.html", form=form, places=region_names())
    return page, form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- one incident

@bp.get("/<int:incident_id>")
@authorize(Permission.INCIDENT_READ, queries.incident)
def show(incident: Incident) -> ResponseReturnValue:
    return _page(incident)


def _page(incident: Incident, refusal: Any = None) -> str:
    steps = {
        step.value
        for step in IncidentStep
        if (arrow := workflow.arrow(KIND, incident.state, step)) is not None and can(arrow.permission, incident)
    }
    suggested = rules.suggested(incident.domain, incident.ill, incident.dead)
    level = incident.severity or incident.proposed_severity or suggested
    rating = forms.RateForm(
        formdata=None, data={"version": incident.version, "severity": level.value if level else "", "document": incident.rating_document}
    )
    return render_template(
        "incidents/show.html", incident=incident, steps=steps, tones=TONES, refusal=refusal, phrases=PHRASES, suggested=suggested,
        rating=refusal if isinstance(refusal, forms.RateForm) else rating,
        stepping=refusal if isinstance(refusal, forms.StepForm) else forms.StepForm(formdata=None, data={"version": incident.version}),
        region=region_book().full_name(incident.region_id) if incident.region_id else None, enterprise=queries.enterprise_of(incident),
        people=queries.person_names(incident.proposed_by_id, incident.rated_by_id), accept=ACCEPT,
        files=attachments_of(current_actor(), KIND, incident.id), filing=can(Permission.INCIDENT_REPORT, incident),
        timeline=trail(KIND, incident.id, calendar()),
        waiting="等待核定级别（核定人不得为登记人本人）" if incident.state is IncidentState.REPORTED else None,
    )  # fmt: skip


def _step(incident: Incident, form: Any, said: str, taken: Callable[[Any], None]) -> ResponseReturnValue:
    incident_id = incident.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken(form)
            flash(said, "success")
            return redirect(url_for(".show", incident_id=incident_id), 303)
    found = queries.incident(current_actor(), incident_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form), form.status


@bp.route("/<int:incident_id>/correct", methods=["GET", "POST"])
@authorize(Permission.INCIDENT_REPORT, queries.incident)
def correct(incident: Incident) -> ResponseReturnValue:
    incident_id, number_, named = incident.id, incident.number, queries.enterprise_of(incident)
    values = {name: getattr(incident, name) for name in operations.TITLES if name not in ("region_id", "enterprise_id")}
    values |= {
        "domain": incident.domain.value, "version": incident.version,
        "proposed_severity": incident.proposed_severity.value if incident.proposed_severity else "",
        "region": region_book().full_name(incident.region_id) if incident.region_id else "",
        "enterprise": (named.credit_code or named.name) if named else "",
    }  # fmt: skip
    form: Any = forms.CorrectForm(data=values)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                unchanged = bool(named) and form.enterprise.data == values["enterprise"]
                firm = incident.enterprise_id if unchanged else _enterprise(form.enterprise.data)
                operations.correct(
                    incident, form.written(firm), current_actor(), form.comment.data, clock.now(), seen=form.version.data
                )
            flash("已更正，请他人核定级别", "success")
            return redirect(url_for(".show", incident_id=incident_id), 303)
    if form.status == 409 and (found := queries.incident(current_actor(), incident_id)) is not None:
        form.version.data, form.version.raw_data = found.version, None
    page = render_template("incidents/correct.html", form=form, incident_id=incident_id, number=number_, places=region_names())
    return page, form.status if form.is_submitted() else 200


@bp.post("/<int:incident_id>/rate")
@authorize(Permission.INCIDENT_RATE, queries.incident)
def rate(incident: Incident) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.rate(
            incident, Severity(form.severity.data), current_actor(), form.comment.data, clock.now(), document=form.document.data,
            seen=form.version.data,
        )  # fmt: skip

    return _step(incident, forms.RateForm(), "已核定级别", taken)


@bp.post("/<int:incident_id>/close")
@authorize(Permission.INCIDENT_RATE, queries.incident)
def close(incident: Incident) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.close(incident, current_actor(), form.comment.data, clock.now(), seen=form.version.data)

    return _step(incident, forms.StepForm(), "已结束处置", taken)


@bp.post("/<int:incident_id>/reopen")
@authorize(Permission.INCIDENT_RATE, queries.incident)
def reopen(incident: Incident) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.reopen(incident, current_actor(), form.comment.data, seen=form.version.data)

    return _step(incident, forms.StepForm(), "已恢复处置", taken)


@bp.post("/<int:incident_id>/void")
@authorize(Permission.INCIDENT_RATE, queries.incident)
def void(incident: Incident) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.void(incident, current_actor(), form.comment.data, clock.now(), seen=form.version.data)

    return _step(incident, forms.StepForm(), "已作废", taken)


@bp.post("/<int:incident_id>/files")
@authorize(Permission.INCIDENT_REPORT, queries.incident)
@upload_limits.takes_files
def attach(incident: Incident) -> ResponseReturnValue:
    form: Any = forms.FileForm()
    incident_id, org_id = incident.id, incident.org_id
    if form.validate_on_submit():
        upload = form.file.data
        with form.keeping():
            with transaction():
                kept = attachments.save(
                    current_actor(), KIND, incident_id, org_id, upload.filename or "", upload.stream.read(), clock.now()
                )
            flash(f"已保存附件：{kept.filename}", "success")
            return redirect(url_for(".show", incident_id=incident_id), 303)
    found = queries.incident(current_actor(), incident_id)
    assert found is not None
    return _page(found, form), form.status
