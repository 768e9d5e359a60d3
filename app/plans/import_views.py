"""Excel in and out: templates, exports, upload → preview → confirm, the errors to correct."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, history, upload_limits, uploads
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.forms import OfficeForm, VersionForm
from app.plans import importing, queries, workbooks
from app.plans.blueprint import bp
from app.plans.forms import ConfirmForm, UploadForm
from app.plans.models import SamplingPlan
from app.results.models import ImportBatch
from app.sending import send_file
from app.trail import trail


def _workbook(content: bytes, filename: str) -> ResponseReturnValue:
    response = send_file(io.BytesIO(content), workbooks.XLSX, as_attachment=True, download_name=filename)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _exported(plan: SamplingPlan, write: Callable[..., bytes], noun: str) -> ResponseReturnValue:
    actor = current_actor()
    content = write(plan, actor.name, clock.now())
    with transaction():
        history.record(plan.__tablename__, plan.id, "export", actor, org_id=plan.org_id, name=plan.title, comment=noun)
    return _workbook(content, f"{plan.title}{noun}.xlsx")


@bp.get("/<int:plan_id>/export.xlsx")
@authorize(Permission.PLAN_READ, queries.plan)
def export_quotas(plan: SamplingPlan) -> ResponseReturnValue:
    return _exported(plan, workbooks.quota_export, workbooks.QUOTAS)


@bp.get("/<int:plan_id>/items.xlsx")
@authorize(Permission.PLAN_READ, queries.plan)
def export_items(plan: SamplingPlan) -> ResponseReturnValue:
    return _exported(plan, workbooks.item_export, workbooks.ITEMS)


@bp.get("/<int:plan_id>/template.xlsx")
@authorize(Permission.PLAN_EDIT, queries.plan)
def quota_template(plan: SamplingPlan) -> ResponseReturnValue:
    return _workbook(workbooks.quota_template(plan), f"{workbooks.QUOTAS}导入模板.xlsx")


@bp.get("/<int:plan_id>/items-template.xlsx")
@authorize(Permission.PLAN_EDIT, queries.plan)
def item_template(plan: SamplingPlan) -> ResponseReturnValue:
    return _workbook(workbooks.item_template(plan), f"{workbooks.ITEMS}导入模板.xlsx")


@bp.route("/<int:plan_id>/import", methods=["GET", "POST"])
@authorize(Permission.PLAN_EDIT, queries.plan)
@upload_limits.takes_files
def upload_quotas(plan: SamplingPlan) -> ResponseReturnValue:
    return _upload(plan, queries.QUOTA_IMPORT)


@bp.route("/<int:plan_id>/items/import", methods=["GET", "POST"])
@authorize(Permission.PLAN_EDIT, queries.plan)
@upload_limits.takes_files
def upload_items(plan: SamplingPlan) -> ResponseReturnValue:
    return _upload(plan, queries.ITEM_IMPORT)


def _upload(plan: SamplingPlan, kind: str) -> ResponseReturnValue:
    """Upload, look, then confirm: nothing is written here."""
    form, actor, plan_id = UploadForm(), current_actor(), plan.id
    if form.validate_on_submit():
        with form.keeping():
            name, sha256 = uploads.keep(form.file.data)
            found = importing.prepare(kind, plan, sha256, name)
            if found.says_nothing_new:
                flash(f"{name}：{importing.UNCHANGED}", "info")
                return redirect(request.path, 303)
            with transaction():
                batch = importing.stage(kind, plan, found, actor, name, sha256, clock.now())
            return redirect(url_for(".import_batch", batch_id=batch.id), 303)
    current = queries.plan(actor, plan_id)
    page = render_template("plans/upload.html", plan=current, form=form, items=kind == queries.ITEM_IMPORT)
    return page, form.status if form.is_submitted() else 200


@bp.get("/imports/<int:batch_id>")
@authorize(Permission.IMPORT_READ, queries.import_batch)
def import_batch(batch: ImportBatch) -> ResponseReturnValue:
    return _batch(batch)


def _batch(batch: ImportBatch, form: OfficeForm | None = None) -> ResponseReturnValue:
    return render_template(
        "plans/batch.html", batch=batch, plan=queries.plan_of_batch(batch), form=form, preview=uploads.preview_of(batch),
        steps=uploads.steps(batch), noun=importing.NOUNS[batch.kind], items=batch.kind == queries.ITEM_IMPORT,
        entries=trail(ImportBatch.__tablename__, batch.id)[::-1],
    ), form.status if form is not None else 200  # fmt: skip


@bp.post("/imports/<int:batch_id>/confirm")
@authorize(Permission.IMPORT_READ, queries.import_batch)
def confirm_import(batch: ImportBatch) -> ResponseReturnValue:
    form, actor, batch_id = ConfirmForm(), current_actor(), batch.id
    plan = queries.plan_of_batch(batch)
    if form.validate_on_submit():
        with form.keeping():
            found = importing.prepare(batch.kind, plan, batch.sha256, batch.filename)
            with transaction():
                importing.confirm(
                    batch, plan, found, actor, clock.now(), form.comment.data or None, seen=form.version.data,
                    skip_refused=form.skip_refused.data,
                )  # fmt: skip
            flash(f"已导入：新增 {batch.new_count}，更正 {batch.changed_count}，未变 {batch.unchanged_count}", "success")
            return redirect(url_for(".import_batch", batch_id=batch_id), 303)
    return _again(batch_id, form)


@bp.post("/imports/<int:batch_id>/discard")
@authorize(Permission.IMPORT_READ, queries.import_batch)
def discard_import(batch: ImportBatch) -> ResponseReturnValue:
    form, batch_id = VersionForm(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                importing.discard(batch, queries.plan_of_batch(batch), current_actor(), seen=form.version.data)
            flash("已放弃，本次上传没有写入任何内容", "success")
            return redirect(url_for(".import_batch", batch_id=batch_id), 303)
    return _again(batch_id, form)


def _again(batch_id: int, form: OfficeForm) -> ResponseReturnValue:
    """The page with what was refused; read anew, because a refusal has rolled everything back."""
    batch = queries.import_batch(current_actor(), batch_id)
    assert batch is not None
    return _batch(batch, form)


@bp.get("/imports/<int:batch_id>/errors.xlsx")
@authorize(Permission.IMPORT_READ, queries.import_batch)
def import_errors(batch: ImportBatch) -> ResponseReturnValue:
    content = workbooks.errors(queries.plan_of_batch(batch), batch)
    with transaction():
        history.record(ImportBatch.__tablename__, batch.id, "export", current_actor(), org_id=batch.org_id, name=batch.number)
    return _workbook(content, "错误反馈.xlsx")
