"""Pages of 静态风险要素: one enterprise's facts by kind, with every version, and their import from a file."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits, uploads
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise
from app.errors import NotFound
from app.forms import OfficeForm, VersionForm
from app.grading import facts_form, forms, imports, profiles, queries, workbooks
from app.grading.blueprint import bp
from app.grading.ruling import kinds_ruled, ruled_for
from app.results.models import ImportBatch
from app.sending import send_file
from app.trail import trail

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_KIND = "该企业没有适用分级规则的企业类型：请先在企业档案中更正企业类型"


@bp.get("/enterprises/<int:enterprise_id>/profile")
@authorize(Permission.RISK_READ, enterprises.enterprise)
def profile(enterprise: Enterprise) -> ResponseReturnValue:
    """The facts of one kind with every version; the form is made from the rules in force."""
    return _facts(enterprise)


@bp.post("/enterprises/<int:enterprise_id>/profile")
@authorize(Permission.RISK_SCORE, enterprises.enterprise)
def record_profile(enterprise: Enterprise) -> ResponseReturnValue:
    return _facts(enterprise)


def _facts(enterprise: Enterprise) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    known = dict(queries.kinds_of(enterprise.id))
    kinds = [kind for kind in known if kind in kinds_ruled(actor.org_path)]
    kind = request.args.get("kind") or (kinds[0] if kinds else "")
    ruled = ruled_for(enterprise.org_id, kind, today, known.get(kind, ())) if kind in kinds else None
    if ruled is None:
        raise NotFound(NO_KIND)
    standing = queries.profile(enterprise.id, kind)
    given = facts_form.shown(
        ruled.rules, standing.facts if standing else {}, today, standing.source if standing else None, standing.id if standing else None
    )
    form: Any = facts_form.form_of(ruled.rules)(data=given)
    if form.validate_on_submit() and (facts := facts_form.read(ruled.rules, form)) is not None:
        with form.keeping():
            found = profiles.Facts(kind, facts, form.seen_on.data, form.source.data or None)
            with transaction():
                profiles.record(
                    enterprise, found, actor, clock.now(), former=forms.number(form.former.data), titles=facts_form.words_of(ruled.rules)
                )
            flash("已登记静态要素", "success")
            return redirect(url_for(".profile", enterprise_id=enterprise.id, kind=kind), 303)
    page = render_template(
        "grading/profile.html", enterprise=enterprise, kind=kind, kinds=kinds, form=form, ruled=ruled,
        asked=facts_form.asked_of(ruled.rules), versions=queries.profiles(actor, enterprise.id, kind),
        classes=queries.classes(enterprise.id), may_record=can(Permission.RISK_SCORE, enterprise),
        by_class=facts_form.class_tables(ruled.rules),
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- imports

@bp.route("/profiles/import", methods=["GET", "POST"])
@authorize(Permission.RISK_SCORE)
@upload_limits.takes_files
def upload() -> ResponseReturnValue:
    """Upload, look, then confirm: nothing is recorded here."""
    actor = current_actor()
    kinds = kinds_ruled(actor.org_path)
    form: Any = forms.UploadForm(data={"kind": request.args.get("kind", "")})
    form.kind.choices = [("", "请选择"), *((kind, kind) for kind in kinds)]
    if form.validate_on_submit():
        with form.keeping():
            name, sha256 = uploads.keep(form.file.data)
            plan = imports.prepare(actor, sha256, name, form.kind.data)
            if plan.says_nothing_new:
                flash(f"{name}：{imports.NOTHING}", "info")
                return redirect(url_for(".upload"), 303)
            with transaction():
                batch = imports.stage(plan, actor, name, sha256, clock.now())
            return redirect(url_for(".import_batch", batch_id=batch.id), 303)
    return render_template("grading/upload.html", form=form, kinds=kinds), form.status if form.is_submitted() else 200


@bp.get("/profiles/import/template.xlsx")
@authorize(Permission.RISK_SCORE)
def template() -> ResponseReturnValue:
    kind = request.args.get("kind", "")
    return _workbook(workbooks.template(current_actor(), kind), f"{kind}{workbooks.TITLE}导入模板.xlsx")


@bp.get("/profiles/import/<int:batch_id>")
@authorize(Permission.IMPORT_READ, queries.batch)
def import_batch(batch: ImportBatch) -> ResponseReturnValue:
    return _batch(batch)


def _batch(batch: ImportBatch, form: OfficeForm | None = None) -> ResponseReturnValue:
    return render_template(
        "grading/batch.html", batch=batch, form=form, preview=uploads.preview_of(batch), steps=uploads.steps(batch),
        entries=trail(ImportBatch.__tablename__, batch.id)[::-1],
    ), form.status if form is not None else 200  # fmt: skip


@bp.post("/profiles/import/<int:batch_id>/confirm")
@authorize(Permission.IMPORT_READ, queries.batch)
def confirm_import(batch: ImportBatch) -> ResponseReturnValue:
    form, actor, batch_id = forms.ConfirmImportForm(), current_actor(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            plan = imports.prepare(actor, batch.sha256, batch.filename, batch.layout)
            with transaction():
                imports.confirm(batch, plan, actor, clock.now(), seen=form.version.data, skip_refused=form.skip_refused.data)
            flash(f"已导入：新登记 {batch.new_count} 家，更新 {batch.changed_count} 家，未变 {batch.unchanged_count} 家", "success")
            return redirect(url_for(".import_batch", batch_id=batch_id), 303)
    return _batch_again(batch_id, form)


@bp.post("/profiles/import/<int:batch_id>/discard")
@authorize(Permission.IMPORT_READ, queries.batch)
def discard_import(batch: ImportBatch) -> ResponseReturnValue:
    form, batch_id = VersionForm(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                imports.discard(batch, current_actor(), seen=form.version.data)
            flash("已放弃，本次上传没有登记任何内容", "success")
            return redirect(url_for(".upload"), 303)
    return _batch_again(batch_id, form)


def _batch_again(batch_id: int, form: OfficeForm) -> ResponseReturnValue:
    batch = queries.batch(current_actor(), batch_id)
    assert batch is not None
    return _batch(batch, form)


@bp.get("/profiles/import/<int:batch_id>/errors.xlsx")
@authorize(Permission.IMPORT_READ, queries.batch)
def errors(batch: ImportBatch) -> ResponseReturnValue:
    return _workbook(workbooks.errors(current_actor(), batch), "错误反馈.xlsx")


def _workbook(content: bytes, name: str) -> ResponseReturnValue:
    response = send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
