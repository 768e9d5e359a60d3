"""Pages of 行政处罚: the list, filing, one penalty and what its handler writes."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.disposal import queries as cases
from app.disposal.models import DisposalCase
from app.domain.case_kinds import PenaltyOutcome
from app.domain.permissions import Permission
from app.domain.workflow import PenaltyState
from app.penalties import afterwards, forms, operations, publishing, queries, showing, step_views
from app.penalties.models import Penalty
from app.penalties.operations import Filing
from app.penalties.pages import STATE_TONES, bp, done, page, refused
from app.penalties.recording import record_of

__all__ = ["bp", "step_views"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``penalties_of_case(case)`` and ``penalties_of_enterprise(id)`` for the panels on other pages."""
    return {"penalties_of_case": showing.panel, "penalties_of_enterprise": showing.of_enterprise}


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.PENALTY_LIST)
def index() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    found = queries.penalties(
        actor, filters, today, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    return render_template(
        "penalties/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor, today),
        states=list(PenaltyState), outcomes=list(PenaltyOutcome), tones=STATE_TONES, to_publish=queries.TO_PUBLISH,
        to_remove=queries.REMOVALS, removals=queries.removals(actor, today) if filters.due == queries.REMOVALS else [],
    )  # fmt: skip


# ---------------------------------------------------------------- filing

@bp.route("/cases/<int:case_id>/file", methods=["GET", "POST"])
@authorize(Permission.PENALTY_HANDLE, cases.case)
def file(case: DisposalCase) -> ResponseReturnValue:
    today = clock.today()
    form: Any = forms.FileForm(data=_begun(case) | {"filed_on": today, "version": case.version, "key": secrets.token_hex(16)})
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", penalty_id=earlier), 303)
        with form.keeping():
            with transaction():
                made = operations.file(
                    case, Filing(form.found_on.data, form.filed_on.data, form.party_code.data or None, form.other_province.data),
                    current_actor(), clock.now(), key=form.key.data or None, seen=form.version.data,
                )  # fmt: skip
            flash(f"已立案：{made.number}", "success")
            return redirect(url_for(".show", penalty_id=made.id), 303)
        now = cases.case(current_actor(), case.id)
        form.version.data, form.version.raw_data = now.version if now else None, None
    return render_template("penalties/file.html", form=form, case=case), form.status if form.is_submitted() else 200


def _begun(case: DisposalCase) -> dict[str, Any]:
    known = queries.party_of(case)
    return {"found_on": case.received_on, "party_code": known.code, "other_province": known.other_province}


# ---------------------------------------------------------------- one penalty

@bp.get("/<int:penalty_id>")
@authorize(Permission.PENALTY_READ, queries.penalty)
def show(penalty: Penalty) -> ResponseReturnValue:
    return page(penalty)


@bp.post("/<int:penalty_id>/record")
@authorize(Permission.PENALTY_HANDLE, queries.penalty)
def record(penalty: Penalty) -> ResponseReturnValue:
    form: Any = forms.RecordForm()
    penalty_id = penalty.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = operations.record(
                    penalty, form.written(record_of(penalty)), current_actor(), typed_total=form.typed_total, seen=form.version.data
                )
            return done(penalty_id, "已保存" if changed else "内容没有变化")
    return refused(penalty_id, form)


@bp.post("/<int:penalty_id>/execute")
@authorize(Permission.PENALTY_HANDLE, queries.penalty)
def execute(penalty: Penalty) -> ResponseReturnValue:
    form: Any = forms.ExecuteForm()
    penalty_id = penalty.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                afterwards.execute(
                    penalty, current_actor(), form.served_on.data, form.executed_on.data, form.paid_amount, form.execution.data or None,
                    clock.now(), seen=form.version.data,
                )  # fmt: skip
            return done(penalty_id, "已登记执行")
    return refused(penalty_id, form)


@bp.post("/<int:penalty_id>/close")
@authorize(Permission.PENALTY_HANDLE, queries.penalty)
def close(penalty: Penalty) -> ResponseReturnValue:
    form: Any = forms.CloseForm()
    penalty_id = penalty.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                afterwards.close(
                    penalty, current_actor(), form.closed_on.data, clock.now(), served_on=form.served_on.data, seen=form.version.data
                )
            return done(penalty_id, "已结案")
    return refused(penalty_id, form)


@bp.post("/<int:penalty_id>/correct")
@authorize(Permission.PENALTY_HANDLE, queries.penalty)
def correct(penalty: Penalty) -> ResponseReturnValue:
    form: Any = forms.CorrectForm()
    penalty_id = penalty.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = afterwards.correct(
                    penalty, current_actor(), form.written, form.reason.data or "", clock.now(), seen=form.version.data
                )
            return done(penalty_id, "已更正" if changed else "内容没有变化")
    return refused(penalty_id, form)


@bp.post("/<int:penalty_id>/publish")
@authorize(Permission.PENALTY_HANDLE, queries.penalty)
def publish(penalty: Penalty) -> ResponseReturnValue:
    form: Any = forms.PublicationForm()
    penalty_id = penalty.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                publishing.publish(
                    penalty, current_actor(), form.published_on.data, clock.now(), document_no=form.document_no.data or None,
                    url=form.url.data or None, seen=form.version.data,
                )  # fmt: skip
            return done(penalty_id, "已登记公示", "publications")
    return refused(penalty_id, form)


@bp.post("/<int:penalty_id>/unpublish")
@authorize(Permission.PENALTY_HANDLE, queries.penalty)
def unpublish(penalty: Penalty) -> ResponseReturnValue:
    form: Any = forms.RemovalForm()
    penalty_id = penalty.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                publishing.unpublish(
                    penalty, current_actor(), form.publication.data, form.removed_on.data, form.reason.data or "", clock.now(),
                    seen=form.version.data,
                )  # fmt: skip
            return done(penalty_id, "已登记停止公示", "publications")
    return refused(penalty_id, form)
