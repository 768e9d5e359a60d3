"""Pages of 企业自查报告: who owes, who has reported, who is late."""

from __future__ import annotations

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
from app.domain import self_reports as rules
from app.domain import workflow
from app.domain.enterprises import KINDS
from app.domain.permissions import Permission
from app.domain.supervision_states import SelfReportState, SelfReportStep
from app.errors import NotLikeThis
from app.penalties.forms import number
from app.reference_data.books import calendar, region_book
from app.sampling.showing import region_names
from app.self_reports import forms, operations, queries
from app.self_reports.models import SelfReport
from app.trail import trail

bp = Blueprint("self_reports", __name__, url_prefix="/self-reports")
bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
KIND = operations.KIND
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {SelfReportState.DUE: "yellow", SelfReportState.RECEIVED: "green", SelfReportState.WAIVED: "neutral"}
SHOWN = 5


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``self_reports_of_enterprise(enterprise)`` for its page."""
    return {"self_reports_of_enterprise": lambda enterprise: queries.of_enterprise(current_actor(), enterprise.id)}


@bp.app_template_global("self_report_standing")
def standing(row: Any) -> tuple[str, str]:
    """A tone and words for one report as it stands today."""
    if row.state is SelfReportState.WAIVED:
        return "neutral", "免报"
    return rules.standing(row.due_on, row.received_on, clock.today())


@bp.app_template_global("self_report_period")
def period(label: str) -> str:
    return rules.period_words(label)


@bp.get("/")
@authorize(Permission.SELF_REPORT_LIST)
def index() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    found = queries.self_reports(actor, filters, today, before=number(request.args.get("before")), after=number(request.args.get("after")))
    return render_template(
        "self_reports/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor, filters, today),
        states=list(SelfReportState), tones=TONES, kinds=KINDS, periods=queries.known_periods(actor), stations=queries.stations(actor),
        regions=region_book(), today=today,
    )  # fmt: skip


@bp.route("/require", methods=["GET", "POST"])
@authorize(Permission.SELF_REPORT_HANDLE)
def require() -> ResponseReturnValue:
    """Look first at how many would be asked, then ask them."""
    form: Any = forms.RequireForm()
    looked = None
    if form.validate_on_submit():
        with form.keeping():
            kind, label = form.kind.data, form.period.data
            found, rule = operations.period_for(kind, label)
            if request.form.get("confirm"):
                with transaction():
                    added = operations.require(kind, label, current_actor(), clock.now(), region_id=form.region_id)
                said = f"已列为应报：{added} 家（{found.words}）" if added else "没有新增的应报企业，名单与上次相同"
                flash(said, "success" if added else "info")
                return redirect(url_for(".index", kind=kind, period=found.label), 303)
            total, new = queries.counted_owing(current_actor(), kind, found.label, form.region_id)
            looked = {"total": total, "new": new, "period": found, "rule": rule, "due_on": found.due_on(rule.due_days)}
    page = render_template("self_reports/require.html", form=form, looked=looked, places=region_names(), year=clock.today().year)
    return page, form.status if form.is_submitted() and looked is None else 200


# ---------------------------------------------------------------- several at once

def _several(step: Callable[[SelfReport], None], said: str) -> ResponseReturnValue:
    """Each row on its own: what refuses one does not stop the others, and every refusal is told."""
    ids = [found for written in request.form.getlist("report") if (found := number(written)) is not None]
    back = redirect(url_for(".index", **forms.kept(forms.filters_asked(request.args))), 303)
    if not ids:
        flash("请先勾选要办理的企业", "warning")
        return back
    with transaction():
        outcomes = operations.each(queries.chosen(current_actor(), ids), step)
    done, refused = [one for one in outcomes if one.refusal is None], [one for one in outcomes if one.refusal]
    if done:
        flash(f"{said} {len(done)} 份", "success")
    for one in refused[:SHOWN]:
        flash(f"{one.name}：{one.refusal}", "warning")
    if len(refused) > SHOWN:
        flash(f"另有 {len(refused) - SHOWN} 份未办理，原因同上或状态已变化，请刷新后核对", "warning")
    return back


@bp.post("/receive-several")
@authorize(Permission.SELF_REPORT_HANDLE)
def receive_several() -> ResponseReturnValue:
    form: Any = forms.SeveralForm()
    if not form.validate_on_submit() or form.received_on.data is None:
        flash("请填写收到日期，如 2026-11-20", "warning")
        return redirect(url_for(".index", **forms.kept(forms.filters_asked(request.args))), 303)
    actor, at, written = current_actor(), clock.now(), operations.Received(form.received_on.data)
    return _several(lambda report: operations.receive(report, written, actor, at), "已登记收到")


@bp.post("/urge-several")
@authorize(Permission.SELF_REPORT_HANDLE)
def urge_several() -> ResponseReturnValue:
    actor, at = current_actor(), clock.now()
    return _several(lambda report: operations.urge(report, actor, at), "已催报")


# ---------------------------------------------------------------- one report

@bp.get("/<int:report_id>")
@authorize(Permission.SELF_REPORT_READ, queries.self_report)
def show(report: SelfReport) -> ResponseReturnValue:
    return _page(report)


def _page(report: SelfReport, refusal: Any = None) -> str:
    steps = {
        step.value
        for step in SelfReportStep
        if (arrow := workflow.arrow(KIND, report.state, step)) is not None and can(arrow.permission, report)
    }
    known = {"version": report.version, "received_on": report.received_on or clock.today(), "problems": report.problems}
    known |= {"rectified": report.rectified, "summary": report.summary}
    shape = forms.CorrectForm if report.state is SelfReportState.RECEIVED else forms.ReceiveForm
    fresh_step = forms.StepForm(formdata=None, data={"version": report.version})
    return render_template(
        "self_reports/show.html", report=report, enterprise=report.enterprise, steps=steps, tones=TONES, refusal=refusal, accept=ACCEPT,
        receiving=refusal if isinstance(refusal, forms.ReceiveForm) else shape(formdata=None, data=known),
        stepping=refusal if isinstance(refusal, forms.StepForm) else fresh_step,
        files=attachments_of(current_actor(), KIND, report.id), timeline=trail(KIND, report.id, calendar()),
    )  # fmt: skip


def _step(report: SelfReport, form: Any, said: str, taken: Callable[[Any], None]) -> ResponseReturnValue:
    report_id = report.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken(form)
            flash(said, "success")
            return redirect(url_for(".show", report_id=report_id), 303)
    found = queries.self_report(current_actor(), report_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form), form.status


def _file(report: SelfReport, form: Any) -> None:
    """The report itself, where it came as a file."""
    upload = form.file.data
    if upload is not None and upload.filename:
        attachments.save(current_actor(), KIND, report.id, report.org_id, upload.filename, upload.stream.read(), clock.now())


@bp.post("/<int:report_id>/receive")
@authorize(Permission.SELF_REPORT_HANDLE, queries.self_report)
@upload_limits.takes_files
def receive(report: SelfReport) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.receive(report, form.written, current_actor(), clock.now(), seen=form.version.data)
        _file(report, form)

    return _step(report, forms.ReceiveForm(), "已登记收到", taken)


@bp.post("/<int:report_id>/correct")
@authorize(Permission.SELF_REPORT_HANDLE, queries.self_report)
@upload_limits.takes_files
def correct(report: SelfReport) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.correct(report, form.written, current_actor(), form.comment.data, clock.now(), seen=form.version.data)
        _file(report, form)

    return _step(report, forms.CorrectForm(), "已更正", taken)


@bp.post("/<int:report_id>/urge")
@authorize(Permission.SELF_REPORT_HANDLE, queries.self_report)
def urge(report: SelfReport) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.urge(report, current_actor(), clock.now(), form.comment.data or None, seen=form.version.data)

    return _step(report, forms.StepForm(), "已催报", taken)


@bp.post("/<int:report_id>/waive")
@authorize(Permission.SELF_REPORT_WAIVE, queries.self_report)
def waive(report: SelfReport) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        _reason(form)
        operations.waive(report, current_actor(), form.comment.data, seen=form.version.data)

    return _step(report, forms.StepForm(), "已登记免报", taken)


@bp.post("/<int:report_id>/reopen")
@authorize(Permission.SELF_REPORT_WAIVE, queries.self_report)
def reopen(report: SelfReport) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        _reason(form)
        operations.reopen(report, current_actor(), form.comment.data, seen=form.version.data)

    return _step(report, forms.StepForm(), "已恢复应报", taken)


def _reason(form: Any) -> None:
    if not (form.comment.data or "").strip():
        raise NotLikeThis("请填写理由", field="comment")
