"""Pages of 限时报告: the list, one report, its form, acknowledging, printing."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, document_preview, documents
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import urgent as rules
from app.domain.deadlines import DeadlineLight
from app.domain.permissions import Permission
from app.domain.workflow import UrgentState, UrgentStep, arrow
from app.forms import OfficeForm
from app.printing import operations as printing
from app.reference_data.forms import number
from app.sending import send_file
from app.trail import trail
from app.urgent import forms, operations, queries
from app.urgent.form_fields import has_producer, recipients, visible
from app.urgent.models import UrgentReport
from app.urgent.printing import document

bp = Blueprint("urgent", __name__, url_prefix="/urgent")
KIND = UrgentReport.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red", None: "grey"}
STATE_TONES = {
    UrgentState.OPEN: "red", UrgentState.REPORTED: "yellow", UrgentState.ACKNOWLEDGED: "green", UrgentState.CANCELLED: "neutral",
}  # fmt: skip
AMBER_HOURS = rules.AMBER.seconds // 3600
LEGEND = (
    (DeadlineLight.GREEN.value, "green", "时限充裕，或已按时报告"),
    (DeadlineLight.AMBER.value, "yellow", f"剩余不超过 {AMBER_HOURS} 小时"),
    (DeadlineLight.RED.value, "red", "已过时限，或逾期报告"),
)
BY_HAND = (UrgentStep.REPORT, UrgentStep.CORRECT, UrgentStep.ACKNOWLEDGE)
LOOKING = "仅供查看，不登记打印。正式打印请返回，点“打印”或“Word 文件”。"
PHRASES = ("已责令被抽样单位下架封存，停止销售。", "已通知生产企业所在地监管部门。", "已启动核查处置。")


@bp.app_template_global("urgent_light")
def urgent_light(row: Any) -> tuple[str, str, str] | None:
    """Word, tone and remaining time of a report; None when it no longer runs."""
    if row.state is UrgentState.CANCELLED:
        return None
    now = clock.now()
    light = rules.light(row.due_at, now, row.reported_at)
    return light.value, TONES[light], rules.remaining(row.due_at, now, row.reported_at)


@bp.get("/")
@authorize(Permission.URGENT_LIST)
def index() -> ResponseReturnValue:
    actor, now, filters = current_actor(), clock.now(), forms.filters_asked(request.args)
    return render_template(
        "urgent/index.html", page=queries.reports(actor, filters, now, number(request.args.get("before"))), filters=filters,
        kept=forms.kept(filters), counts=queries.counts(actor, now), states=list(UrgentState), lights=forms.LIGHTS,
        state_tones=STATE_TONES, legend=LEGEND,
    )  # fmt: skip


def _file(content: bytes, kind: str, name: str) -> ResponseReturnValue:
    response = send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ---------------------------------------------------------------- one report

@bp.get("/<int:report_id>")
@authorize(Permission.URGENT_READ, queries.report)
def show(report: UrgentReport) -> ResponseReturnValue:
    return _show(report)


def _show(report: UrgentReport, form: OfficeForm | None = None) -> ResponseReturnValue:
    found = ((step, arrow(KIND, report.state, step)) for step in BY_HAND)
    return render_template(
        "urgent/show.html", report=report, sample=report.sample, filled=visible(report, current_actor()), form=form,
        state_tones=STATE_TONES,
        steps={step.value for step, taken in found if taken is not None and can(taken.permission, report)},
        rows=queries.adverse_rows(report.sample_id), multiple=rules.multiple, legend=LEGEND,
        people=queries.person_names(report.reported_by_id, report.acknowledged_by_id), entries=trail(KIND, report.id)[::-1],
        waiting={UrgentState.OPEN: "等待填报", UrgentState.REPORTED: "等待审核人签收"}.get(report.state),
    ), form.status if form is not None else 200  # fmt: skip


@bp.route("/<int:report_id>/report", methods=["GET", "POST"])
@authorize(Permission.URGENT_REPORT, queries.report)
def fill(report: UrgentReport) -> ResponseReturnValue:
    """填报, or 更正 of what was reported."""
    form = forms.UrgentForm(data=forms.known(report, current_actor()))
    report_id, correcting = report.id, report.state in (UrgentState.REPORTED, UrgentState.ACKNOWLEDGED)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                if correcting:
                    operations.correct(
                        report, form.filled, current_actor(), form.reason.data or "", clock.now(), seen=form.version.data
                    )
                else:
                    operations.report(report, form.filled, current_actor(), clock.now(), seen=form.version.data)
            flash("限时报告已更正" if correcting else "限时报告已填报，等待签收", "success")
            return redirect(url_for(".show", report_id=report_id), 303)
    return _filling(report_id, form, correcting)


def _filling(report_id: int, form: forms.UrgentForm, correcting: bool) -> ResponseReturnValue:
    report = queries.report(current_actor(), report_id)  # a refusal has rolled everything back
    assert report is not None
    return render_template(
        "urgent/fill.html", report=report, sample=report.sample, form=form, correcting=correcting, recipients=recipients(current_actor()),
        names_of=forms.names_of, rows=queries.adverse_rows(report.sample_id), multiple=rules.multiple, phrases=PHRASES,
        has_producer=has_producer(report.sample), state_tones=STATE_TONES,
        open=report.state is not UrgentState.CANCELLED,
    ), form.status if form.is_submitted() else 200  # fmt: skip


@bp.post("/<int:report_id>/acknowledge")
@authorize(Permission.URGENT_ACKNOWLEDGE, queries.report)
def acknowledge(report: UrgentReport) -> ResponseReturnValue:
    form, report_id, name = forms.AcknowledgeForm(), report.id, report.number
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.acknowledge(report, current_actor(), clock.now(), form.comment.data, seen=form.version.data)
            flash(f"已签收：{name}", "success")
            return redirect(url_for(".show", report_id=report_id), 303)
    again = queries.report(current_actor(), report_id)
    assert again is not None
    return _show(again, form)


# ---------------------------------------------------------------- on paper

@bp.get("/<int:report_id>/preview")
@authorize(Permission.URGENT_READ, queries.report)
def preview(report: UrgentReport) -> ResponseReturnValue:
    """How it will look; not a print and not recorded as one."""
    made = document(report, current_actor())
    return render_template(
        "printing/page.html", pages=document_preview.pages(made.content), title=made.kind.value, trial=True, looking=LOOKING
    )


@bp.post("/<int:report_id>/print")
@authorize(Permission.URGENT_READ, queries.report)
def print_report(report: UrgentReport) -> ResponseReturnValue:
    """A page to print or a Word file; either is a print on record."""
    actor, made = current_actor(), document(report, current_actor())
    with transaction():
        printing.record(made, [report], actor, clock.now())
    if request.form.get("way") == "page":
        return render_template("printing/page.html", pages=document_preview.pages(made.content), title=made.kind.value, trial=False)
    return _file(made.content, documents.DOCX, printing.filename(made, [report]))
