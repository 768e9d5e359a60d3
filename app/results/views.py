"""检验结果 pages: imports from upload to undoing, the grid of a report, and items that wait for the laboratory."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app import clock, files, history, upload_limits, uploads
from app.authorize import authorize, current_actor, permission_of
from app.db import transaction
from app.decisions import queries as decisions
from app.domain.permissions import Permission
from app.domain.workflow import BatchState
from app.forms import VersionForm, whole
from app.jobs import Job, enqueue
from app.layouts.queries import described as mapping_of
from app.results import (
    conflict_views,
    entry_views,
    forms,
    intake,
    jobs,
    mapping_views,
    operations,
    preview_pages,
    queries,
    row_views,
    sheets,
    staging,
    text_views,
)
from app.results.blueprint import bp
from app.results.models import ImportBatch
from app.results.previews import preview_of
from app.reviews import holding
from app.reviews import queries as reviews
from app.reviews.submit_views import submit_file
from app.sending import send_file

__all__ = ["bp", "entry_views", "mapping_views", "row_views", "text_views"]
STATE_TONES = {
    BatchState.STAGED: "yellow", BatchState.CONFIRMED: "green", BatchState.UNDONE: "neutral", BatchState.DISCARDED: "neutral",
}  # fmt: skip
OTHER_IMPORTS = (
    ("导入抽样单", "sampling.upload"),
    ("导入企业档案", "enterprises.upload"),
)
SHOWN_BY = {
    "results": "results.show", "samples": "sampling.import_batch", "enterprises": "enterprises.import_batch",
    "rapid_tests": "rapid_tests.import_batch", "announcements": "announcements.import_batch",
    "plan_quotas": "plans.import_batch", "plan_items": "plans.import_batch", "risk_profiles": "grading.import_batch",
}  # fmt: skip


# ---------------------------------------------------------------- imports


@bp.get("/imports")
@authorize(Permission.IMPORT_LIST)
def batches() -> ResponseReturnValue:
    form = forms.asked()
    before, after = (request.args.get(name, type=whole) for name in ("before", "after"))
    page = queries.batches(current_actor(), form.filters, before=before, after=after)
    kept: dict[str, Any] = {field.name: request.args[field.name] for field in form if request.args.get(field.name)}
    return render_template(
        "results/batches.html", form=form, page=page, kinds=forms.KINDS, layouts=staging.LAYOUTS, tones=STATE_TONES,
        address_of=_address_of, others=[(title, endpoint, permission_of(endpoint)) for title, endpoint in OTHER_IMPORTS],
        newer=page.newer and url_for(".batches", **kept, after=page.newer),
        older=page.older and url_for(".batches", **kept, before=page.older),
        first=url_for(".batches", **kept) if before or after else None,
    )  # fmt: skip


def _address_of(kind: str, batch_id: int) -> str | None:
    endpoint = SHOWN_BY.get(kind, "")
    return url_for(endpoint, batch_id=batch_id) if endpoint in current_app.view_functions else None


@bp.route("/imports/upload", methods=["GET", "POST"])
@authorize(Permission.IMPORT_STAGE)
@upload_limits.takes_files
def upload() -> ResponseReturnValue:
    form = forms.UploadForm()
    forms.offer_laboratories(form.laboratory, current_actor())
    if form.validate_on_submit():
        with form.keeping():
            filename, sha256 = uploads.keep(form.file.data)
            later = {"sha256": sha256, "filename": filename, **jobs.as_payload(form.options)}
            if files.path_of(sha256).stat().st_size > jobs.LARGE_BYTES:
                return _later(jobs.STAGE, later)
            table = staging.read_table(sha256, filename, staging.headers_for(current_actor(), form.options))
            if len(table.rows) > jobs.LARGE_ROWS:
                return _later(jobs.STAGE, later)
            prepared = staging.prepare(current_actor(), table, form.options)
            intake.keep_pages(prepared)
            with transaction():
                staged = intake.stage(current_actor(), filename, sha256, prepared, clock.now())
            if staged.identical:
                flash(staged.sentence, "info")
            unclear = table.headers_unclear and not staged.identical
            return redirect(url_for("results.columns" if unclear else ".show", batch_id=staged.batch.id), 303)
    page = render_template("results/upload.html", form=form, laboratory=staging.reports_for_itself(current_actor()))
    return page, form.status if form.is_submitted() else 200


def _later(kind: str, payload: dict[str, Any]) -> Response:
    with transaction():
        job = enqueue(kind, payload, current_actor())
    return redirect(url_for(".progress", job_id=job.id), 303)  # type: ignore[return-value]


@bp.get("/imports/<int:batch_id>")
@authorize(Permission.IMPORT_READ, queries.any_batch)
def show(batch: ImportBatch) -> ResponseReturnValue:
    """Histories name an import by its number alone; sheets and enterprises have pages of their own."""
    if batch.kind != operations.KIND:
        return redirect(url_for(SHOWN_BY[batch.kind], batch_id=batch.id), 303)
    return _batch_page(batch, _confirm_form(batch))


def _confirm_form(batch: ImportBatch) -> forms.ConfirmForm:
    shown = {"version": batch.version, "laboratory": batch.laboratory_org_id, "reported_on": batch.reported_on}
    form = forms.ConfirmForm(data=shown)
    forms.offer_laboratories(form.laboratory, current_actor())
    return form


def _batch_page(batch: ImportBatch, form: forms.ConfirmForm, preview: dict[str, Any] | None = None) -> str:
    shown = preview or batch.preview or {}
    action = forms.ACTIONS.get(request.args.get("only", ""))
    kept = preview_pages.page_of(shown["pages"], action, request.args.get("page", 1, type=whole)) if shown.get("pages") else None
    return render_template(
        "results/show.html", batch=batch, form=form, preview=shown, tones=STATE_TONES, page=kept, only=action,
        kinds_shown=forms.ACTIONS, mapping=mapping_of(current_actor(), batch.layout_mapping_id),
        layouts=staging.LAYOUTS, laboratory=staging.reports_for_itself(current_actor()), entries=queries.history_of(batch),
        review_levels=holding.levels(), review=reviews.open_of_batch(current_actor(), batch.id),
        undo_form=forms.UndoForm(formdata=None, data={"version": batch.version}), **conflict_views.shown(batch),
    )  # fmt: skip


@bp.post("/imports/<int:batch_id>/confirm")
@authorize(Permission.IMPORT_STAGE, queries.batch)
def confirm(batch: ImportBatch) -> ResponseReturnValue:
    form, preview = _confirm_form(batch), None
    if form.validate_on_submit():
        with form.keeping():
            if batch.rows > jobs.LARGE_ROWS:
                return _confirm_later(batch, form)
            prepared = staging.prepare_again(current_actor(), batch, form.options)
            intake.keep_pages(prepared)
            preview = prepared.preview = preview_of(prepared)
            if holding.levels():
                return submit_file(batch, prepared, skip_refused=form.skip_refused.data, seen=form.version.data)
            with transaction():
                written = operations.confirm(
                    batch, prepared, current_actor(), clock.now(), skip_refused=form.skip_refused.data, seen=form.version.data
                )
            flash(_said(written), "success")
            return redirect(url_for(".show", batch_id=batch.id), 303)
    return _batch_page(batch, form, preview), form.status


def _confirm_later(batch: ImportBatch, form: forms.ConfirmForm) -> Response:
    given = {"batch_id": batch.id, "skip_refused": form.skip_refused.data, "seen": form.version.data}
    return _later(jobs.CONFIRM, {**given, **jobs.as_payload(form.options)})


def _said(written: operations.Written) -> str:
    told = f"已导入 {written.samples} 批样品、{written.rows} 行结果"
    if written.opened:
        told += f"，启动核查处置 {len(written.opened)} 件"
    if written.resolved:
        told += f"，办结退修 {written.resolved} 件"
    return f"{told}，撤销案件 {len(written.cancelled)} 件" if written.cancelled else told


@bp.post("/imports/<int:batch_id>/discard")
@authorize(Permission.IMPORT_STAGE, queries.batch)
def discard(batch: ImportBatch) -> ResponseReturnValue:
    form = VersionForm()
    with transaction():
        operations.discard(batch, current_actor(), seen=form.version.data if form.validate_on_submit() else -1)
    flash("已放弃本次导入，未写入任何数据", "info")
    return redirect(url_for(".batches"), 303)


@bp.post("/imports/<int:batch_id>/undo")
@authorize(Permission.RESULT_UNDO, queries.batch)
def undo(batch: ImportBatch) -> ResponseReturnValue:
    form = forms.UndoForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                undone = operations.undo(
                    batch, current_actor(), clock.now(), form.comment.data or "", seen=form.version.data
                )
            flash(f"已撤销：{len(undone.withdrawn)} 批样品的结果已撤回，撤销案件 {len(undone.cancelled)} 件", "success")
            for number, why in undone.kept[:20]:
                flash(f"{number} 未撤销：{why}", "warning")
            return redirect(url_for(".show", batch_id=batch.id), 303)
    for message in (*form.form_errors, *form.comment.errors, *form.version.errors):
        flash(message, "danger")
    return _batch_page(batch, _confirm_form_anew(batch)), form.status


def _confirm_form_anew(batch: ImportBatch) -> forms.ConfirmForm:
    form = forms.ConfirmForm(formdata=None, data={"version": batch.version, "reported_on": batch.reported_on})
    forms.offer_laboratories(form.laboratory, current_actor())
    return form


@bp.get("/imports/<int:batch_id>/errors.xlsx")
@authorize(Permission.IMPORT_READ, queries.batch)
def errors(batch: ImportBatch) -> ResponseReturnValue:
    content = sheets.errors(current_actor(), batch)
    with transaction():
        history.record("import_batch", batch.id, "export", current_actor(), org_id=batch.org_id, name=batch.number)
    return send_file(content, mimetype=sheets.XLSX, as_attachment=True, download_name="错误反馈.xlsx")


@bp.get("/imports/template.xlsx")
@authorize(Permission.IMPORT_STAGE)
def template() -> ResponseReturnValue:
    return send_file(
        sheets.template(), mimetype=sheets.XLSX, as_attachment=True, download_name=f"{sheets.TEMPLATE}.xlsx"
    )


@bp.get("/imports/jobs/<int:job_id>")
@authorize(Permission.JOB_READ, queries.job)
def progress(job: Job) -> ResponseReturnValue:
    """A page that asks again by itself, with or without a script."""
    batch = queries.batch_of_job(current_actor(), job)
    response = current_app.make_response(render_template("results/progress.html", job=job, batch=batch))
    if job.ended_at is None:
        response.headers["Refresh"] = "3"
    return response


# ---------------------------------------------------------------- 待核


@bp.get("/pending-items")
@authorize(Permission.SAMPLE_LIST)
def pending() -> ResponseReturnValue:
    before, after = (request.args.get(name, type=whole) for name in ("before", "after"))
    actor = current_actor()
    page = queries.pending_samples(actor, before=before, after=after)
    items = queries.pending_rows(actor, [row.id for row in page.rows])
    rows = [row for found in items.values() for row in found]
    return render_template(
        "results/pending.html", page=page, items=items, beside=decisions.of_rows(actor, [row.id for row in rows]),
        earlier=decisions.earlier(actor, rows),
        newer=page.newer and url_for(".pending", after=page.newer),
        older=page.older and url_for(".pending", before=page.older),
        shows_sample="sampling.show" in current_app.view_functions,
    )  # fmt: skip
