"""Pages of 外部公示: the list, one finding with what was read of it, and imports from upload to undoing."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, files, history, upload_limits, uploads
from app.announcements import forms, importing, imports, jobs, operations, queries, workbooks
from app.announcements.models import ExternalFinding
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.announcement_items import Outcome
from app.domain.permissions import Permission
from app.domain.result_kinds import ListKind
from app.forms import OfficeForm, VersionForm
from app.jobs import Job, enqueue
from app.paging import size_asked
from app.reference_data.books import category_book
from app.results.models import ImportBatch
from app.sending import send_file
from app.trail import trail

bp = Blueprint("announcements", __name__, url_prefix="/announcements")
bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
KIND = operations.KIND
TONES = {ListKind.PASS: "green", ListKind.FAIL: "red"}
OUTCOME_TONES = {
    Outcome.FAIL.value: "red", Outcome.PASS.value: "yellow", Outcome.TORN.value: "yellow", Outcome.OPEN.value: "neutral",
    Outcome.ABSENT.value: "neutral",
}  # fmt: skip
KEPT_SHOWN = 20


@bp.get("/")
@authorize(Permission.FINDING_LIST)
def index() -> ResponseReturnValue:
    actor, filters = current_actor(), forms.filters_asked(request.args)
    size, kept = size_asked(request.args.get("size")), forms.kept(filters)
    page = queries.findings(
        actor, filters, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after")), size=size
    )
    return render_template(
        "announcements/index.html", page=page, filters=filters, kept=kept, size=size, kinds=list(ListKind),
        words=workbooks.conditions(actor, filters) if kept else None, tones=TONES, outcome_tones=OUTCOME_TONES,
        note=workbooks.NOT_COUNTED, roots=category_book().roots(),
    )  # fmt: skip


def _workbook(content: bytes, filename: str) -> ResponseReturnValue:
    response = send_file(io.BytesIO(content), workbooks.XLSX, as_attachment=True, download_name=filename)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ---------------------------------------------------------------- one finding

@bp.get("/<int:finding_id>")
@authorize(Permission.FINDING_READ, queries.finding)
def show(finding: ExternalFinding) -> ResponseReturnValue:
    return _show(finding)


def _show(finding: ExternalFinding, form: OfficeForm | None = None) -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "announcements/show.html", finding=finding, form=form, seen=queries.seen_with(actor, finding), roles=operations.ROLES,
        file=queries.file_of(actor, finding), categories=category_book(), tones=TONES, outcome_tones=OUTCOME_TONES,
        note=workbooks.NOT_COUNTED, link_form=form if isinstance(form, forms.LinkForm) else forms.LinkForm(formdata=None),
        entries=trail(KIND, finding.id)[::-1],
    ), form.status if form is not None else 200  # fmt: skip


@bp.post("/<int:finding_id>/link")
@authorize(Permission.FINDING_LINK, queries.finding)
def link(finding: ExternalFinding) -> ResponseReturnValue:
    form, actor, finding_id = forms.LinkForm(), current_actor(), finding.id
    if form.validate_on_submit():
        with form.keeping():
            target = operations.target_of(actor, form.role.data, form.target.data or "")
            with transaction():
                operations.link(
                    finding, form.role.data, target, actor, form.reason.data or "", clock.now(), seen=form.version.data
                )
            flash(f"已关联：{target.words}", "success")
            return redirect(url_for(".show", finding_id=finding_id), 303)
    return _again(finding_id, form)


@bp.post("/<int:finding_id>/unlink")
@authorize(Permission.FINDING_LINK, queries.finding)
def unlink(finding: ExternalFinding) -> ResponseReturnValue:
    form, finding_id = forms.UnlinkForm(), finding.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.unlink(
                    finding, form.role.data, current_actor(), form.reason.data or "", clock.now(), seen=form.version.data
                )
            flash("已取消关联", "success")
            return redirect(url_for(".show", finding_id=finding_id), 303)
    return _again(finding_id, form)


def _again(finding_id: int, form: OfficeForm) -> ResponseReturnValue:
    finding = queries.finding(current_actor(), finding_id)
    assert finding is not None
    return _show(finding, form)


@bp.post("/match")
@authorize(Permission.FINDING_IMPORT)
def match() -> ResponseReturnValue:
    """Propose links anew, enterprises and samples having been registered since the import."""
    with transaction():
        matched = operations.match_again(current_actor(), clock.now())
    flash(f"已重新匹配：{matched} 条公示找到了名称、代码或抽样编号相同的记录" if matched else "没有新的匹配，未作任何更改", "success")
    return redirect(url_for(".index"), 303)


# ---------------------------------------------------------------- imports

@bp.route("/import", methods=["GET", "POST"])
@authorize(Permission.FINDING_IMPORT)
@upload_limits.takes_files
def upload() -> ResponseReturnValue:
    """Upload, look, then confirm: nothing is kept here."""
    form, actor = forms.UploadForm(), current_actor()
    if form.validate_on_submit():
        with form.keeping():
            name, sha256 = uploads.keep(form.file.data)
            if files.path_of(sha256).stat().st_size > jobs.LARGE_BYTES:
                return _later(jobs.STAGE, {"sha256": sha256, "filename": name})
            plan = imports.prepare(actor, sha256, name)
            if plan.says_nothing_new:
                flash(f"{name}：{importing.UNCHANGED}", "info")
                return redirect(url_for(".upload"), 303)
            with transaction():
                batch = importing.stage(plan, actor, name, sha256, clock.now())
            return redirect(url_for(".import_batch", batch_id=batch.id), 303)
    return render_template("announcements/upload.html", form=form), form.status if form.is_submitted() else 200


def _later(kind: str, payload: dict[str, Any]) -> ResponseReturnValue:
    with transaction():
        job = enqueue(kind, payload, current_actor())
    return redirect(url_for(".progress", job_id=job.id), 303)


@bp.get("/import/jobs/<int:job_id>")
@authorize(Permission.JOB_READ, queries.job)
def progress(job: Job) -> ResponseReturnValue:
    """A page that asks again by itself, with or without a script."""
    batch = queries.batch_of_job(current_actor(), job)
    response = current_app.make_response(render_template("announcements/progress.html", job=job, batch=batch))
    if job.ended_at is None:
        response.headers["Refresh"] = "3"
    return response


@bp.get("/import/<int:batch_id>")
@authorize(Permission.IMPORT_READ, queries.batch)
def import_batch(batch: ImportBatch) -> ResponseReturnValue:
    return _batch(batch)


def _batch(batch: ImportBatch, form: OfficeForm | None = None) -> ResponseReturnValue:
    return render_template(
        "announcements/batch.html", batch=batch, form=form, preview=imports.preview_of(batch), steps=uploads.steps(batch),
        entries=trail(ImportBatch.__tablename__, batch.id)[::-1],
    ), form.status if form is not None else 200  # fmt: skip


@bp.post("/import/<int:batch_id>/confirm")
@authorize(Permission.IMPORT_READ, queries.batch)
def confirm(batch: ImportBatch) -> ResponseReturnValue:
    form, actor, batch_id = forms.ConfirmForm(), current_actor(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            if batch.rows > jobs.LARGE_ROWS:
                given = {"batch_id": batch_id, "skip_refused": form.skip_refused.data, "seen": form.version.data}
                return _later(jobs.CONFIRM, given)
            plan = imports.prepare(actor, batch.sha256, batch.filename)
            with transaction():
                importing.confirm(batch, plan, actor, clock.now(), seen=form.version.data, skip_refused=form.skip_refused.data)
            flash(f"已导入：新增 {batch.new_count} 行，已有 {batch.unchanged_count} 行", "success")
            return redirect(url_for(".import_batch", batch_id=batch_id), 303)
    return _batch_again(batch_id, form)


@bp.post("/import/<int:batch_id>/discard")
@authorize(Permission.IMPORT_READ, queries.batch)
def discard(batch: ImportBatch) -> ResponseReturnValue:
    form, batch_id = VersionForm(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                importing.discard(batch, current_actor(), seen=form.version.data)
            flash("已放弃，本次上传没有导入任何内容", "success")
            return redirect(url_for(".upload"), 303)
    return _batch_again(batch_id, form)


@bp.post("/import/<int:batch_id>/undo")
@authorize(Permission.IMPORT_READ, queries.batch)
def undo(batch: ImportBatch) -> ResponseReturnValue:
    form, batch_id = forms.UndoForm(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                voided, stay = importing.undo(batch, current_actor(), form.comment.data or "", clock.now(), seen=form.version.data)
            flash(f"已撤销：{voided} 条公示不再列出，再次导入同一文件可以恢复", "success")
            for line in stay[:KEPT_SHOWN]:
                flash(f"{line}：已有人工关联，未撤销", "warning")
            return redirect(url_for(".import_batch", batch_id=batch_id), 303)
    return _batch_again(batch_id, form)


def _batch_again(batch_id: int, form: OfficeForm) -> ResponseReturnValue:
    batch = queries.batch(current_actor(), batch_id)
    assert batch is not None
    return _batch(batch, form)


@bp.get("/import/<int:batch_id>/errors.xlsx")
@authorize(Permission.IMPORT_READ, queries.batch)
def errors(batch: ImportBatch) -> ResponseReturnValue:
    content = workbooks.errors(current_actor(), batch)
    with transaction():
        history.record(ImportBatch.__tablename__, batch.id, "export", current_actor(), org_id=batch.org_id, name=batch.number)
    return _workbook(content, "错误反馈.xlsx")
