"""检查人员名录: the list, one person, importing from a workbook."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, history, upload_limits, uploads
from app.assignments.forms import read_id
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.workflow import BatchState
from app.enterprises.forms import ConfirmForm, UploadForm
from app.errors import NotLikeThis
from app.forms import OfficeForm, VersionForm
from app.random_inspections import forms, importing, inspectors
from app.random_inspections.inspectors import Details
from app.random_inspections.models import Inspector
from app.random_inspections.page_views import bp, workbook
from app.results.models import ImportBatch
from app.trail import trail


@bp.get("/inspectors", endpoint="inspectors")
@authorize(Permission.INSPECTOR_EDIT)
def inspector_list() -> ResponseReturnValue:
    actor, filters, today = current_actor(), inspectors.filters_asked(request.args), clock.today()
    before, after = read_id(request.args.get("before")), read_id(request.args.get("after"))
    found = inspectors.listed(actor, filters, today, before=before, after=after)
    return render_template(
        "random_inspections/inspectors.html", page=found, filters=filters, kept=forms.kept(filters), today=today,
        standings=inspectors.STANDINGS, departments=inspectors.DEPARTMENTS,
    )  # fmt: skip


def _details(form: Any) -> Details:
    user = inspectors.user_named(current_actor(), form.username.data) if form.username.data else None
    if form.username.data and user is None:
        raise NotLikeThis("没有该用户名的用户，或不在您的管辖范围内：请核对或留空", field="username")
    return Details(
        form.name.data, form.certificate_no.data, form.valid_from.data, form.valid_to.data, form.department.data or None,
        form.speciality.data or None, user.id if user is not None else None,
    )  # fmt: skip


@bp.route("/inspectors/new", methods=["GET", "POST"])
@authorize(Permission.INSPECTOR_EDIT)
def new_inspector() -> ResponseReturnValue:
    form = forms.InspectorForm(data={"valid_from": clock.today()})
    if form.validate_on_submit():
        with form.keeping():
            details = _details(form)
            with transaction():
                made = inspectors.add(details, current_actor(), clock.now())
            flash(f"已登记：{made.name}", "success")
            return redirect(url_for(".inspector", inspector_id=made.id), 303)
    content = render_template(
        "random_inspections/inspector.html", form=form, inspector=None, end_form=None, timeline=[], today=clock.today()
    )
    return content, form.status if form.is_submitted() else 200


@bp.route("/inspectors/<int:inspector_id>", methods=["GET", "POST"])
@authorize(Permission.INSPECTOR_EDIT, inspectors.inspector)
def inspector(inspector: Inspector) -> ResponseReturnValue:
    """One person; the POST changes what is on record."""
    shown = {name: getattr(inspector, name) for name in ("name", "certificate_no", "department", "speciality", "valid_from", "valid_to")}
    shown |= {"username": inspectors.username_of(inspector.user_id), "version": inspector.version}
    form, inspector_id = forms.InspectorForm(data=shown), inspector.id
    if form.validate_on_submit():
        with form.keeping():
            details = _details(form)
            with transaction():
                changed = inspectors.change(inspector, details, current_actor(), seen=form.version.data or -1)
            flash("已修改" if changed else "没有需要修改的内容", "success")
            return redirect(url_for(".inspector", inspector_id=inspector_id), 303)
    return _inspector(inspector_id, form=form), form.status if form.is_submitted() else 200


def _inspector(inspector_id: int, *, form: Any = None, end_form: Any = None) -> str:
    found = inspectors.inspector(current_actor(), inspector_id)
    assert found is not None
    version = {"version": found.version}
    if form is None:
        shown = {name: getattr(found, name) for name in ("name", "certificate_no", "department", "speciality", "valid_from", "valid_to")}
        form = forms.InspectorForm(formdata=None, data=shown | version | {"username": inspectors.username_of(found.user_id)})
    ending = end_form or forms.EndForm(formdata=None, data=version | {"last_day": clock.today()})
    return render_template(
        "random_inspections/inspector.html", form=form, inspector=found, end_form=ending, timeline=trail(inspectors.KIND, found.id),
        today=clock.today(),
    )  # fmt: skip


@bp.post("/inspectors/<int:inspector_id>/end")
@authorize(Permission.INSPECTOR_EDIT, inspectors.inspector)
def end_inspector(inspector: Inspector) -> ResponseReturnValue:
    form, inspector_id = forms.EndForm(), inspector.id
    if form.validate_on_submit():
        with form.keeping():
            assert form.last_day.data is not None
            with transaction():
                inspectors.end(
                    inspector, form.last_day.data, form.reason.data or "", current_actor(), clock.now(), seen=form.version.data
                )
            flash(f"已移出名录，最后有效日 {form.last_day.data}", "success")
            return redirect(url_for(".inspector", inspector_id=inspector_id), 303)
    return _inspector(inspector_id, end_form=form), form.status


# ---------------------------------------------------------------- imports

@bp.route("/inspectors/import", methods=["GET", "POST"])
@authorize(Permission.INSPECTOR_EDIT)
@upload_limits.takes_files
def upload_inspectors() -> ResponseReturnValue:
    """Upload, look, then confirm: nothing is registered here."""
    form, actor = UploadForm(), current_actor()
    if form.validate_on_submit():
        with form.keeping():
            name, sha256 = uploads.keep(form.file.data)
            plan = importing.prepare(actor, sha256, name, clock.today())
            if plan.says_nothing_new:
                flash(f"{name}：{importing.UNCHANGED}", "info")
                return redirect(url_for(".upload_inspectors"), 303)
            with transaction():
                batch = importing.stage(plan, actor, name, sha256, clock.now())
            return redirect(url_for(".inspector_batch", batch_id=batch.id), 303)
    return render_template("random_inspections/upload.html", form=form), form.status if form.is_submitted() else 200


@bp.get("/inspectors/import/template.xlsx")
@authorize(Permission.INSPECTOR_EDIT)
def inspector_template() -> ResponseReturnValue:
    return workbook(importing.template(), f"{importing.TITLE}导入模板.xlsx", "检查人员名录导入模板")


@bp.get("/inspectors/import/<int:batch_id>")
@authorize(Permission.INSPECTOR_EDIT, inspectors.batch)
def inspector_batch(batch: ImportBatch) -> ResponseReturnValue:
    return _batch(batch)


def _batch(batch: ImportBatch, form: OfficeForm | None = None) -> ResponseReturnValue:
    staged = batch.state is BatchState.STAGED and can(Permission.INSPECTOR_EDIT, batch)
    return render_template(
        "random_inspections/batch.html", batch=batch, form=form, preview=uploads.preview_of(batch), staged=staged,
        entries=trail(ImportBatch.__tablename__, batch.id)[::-1],
    ), form.status if form is not None else 200  # fmt: skip


@bp.post("/inspectors/import/<int:batch_id>/confirm")
@authorize(Permission.INSPECTOR_EDIT, inspectors.batch)
def confirm_inspectors(batch: ImportBatch) -> ResponseReturnValue:
    form, actor, batch_id = ConfirmForm(), current_actor(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            plan = importing.prepare(actor, batch.sha256, batch.filename, clock.today())
            with transaction():
                importing.confirm(batch, plan, actor, clock.now(), seen=form.version.data, skip_refused=form.skip_refused.data)
            flash(f"已导入：新增 {batch.new_count} 人，修改 {batch.changed_count} 人，未变 {batch.unchanged_count} 人", "success")
            return redirect(url_for(".inspector_batch", batch_id=batch_id), 303)
    return _again(batch_id, form)


@bp.post("/inspectors/import/<int:batch_id>/discard")
@authorize(Permission.INSPECTOR_EDIT, inspectors.batch)
def discard_inspectors(batch: ImportBatch) -> ResponseReturnValue:
    form, batch_id = VersionForm(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                importing.discard(batch, current_actor(), seen=form.version.data)
            flash("已放弃，本次上传没有登记任何内容", "success")
            return redirect(url_for(".upload_inspectors"), 303)
    return _again(batch_id, form)


def _again(batch_id: int, form: OfficeForm) -> ResponseReturnValue:
    batch = inspectors.batch(current_actor(), batch_id)
    assert batch is not None
    return _batch(batch, form)


@bp.get("/inspectors/import/<int:batch_id>/errors.xlsx")
@authorize(Permission.INSPECTOR_EDIT, inspectors.batch)
def inspector_errors(batch: ImportBatch) -> ResponseReturnValue:
    actor = current_actor()
    content = importing.errors(actor, batch, clock.today())
    with transaction():
        history.record(ImportBatch.__tablename__, batch.id, "export", actor, org_id=batch.org_id, name=batch.number)
    return workbook(content, "错误反馈.xlsx", "检查人员名录错误反馈")
