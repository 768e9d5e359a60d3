"""Pages of the register of enterprises (企业档案): the list, one enterprise, registering, correcting, importing."""

from __future__ import annotations

import io
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, files, history, upload_limits, uploads
from app.announcements.hints import of_enterprise as findings_of
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.enterprises import KINDS, kinds_words, licence_notice
from app.domain.permissions import Permission
from app.enterprises import (
    former_names,
    forms,
    importing,
    imports,
    jobs,
    licence_views,
    marks,
    operations,
    queries,
    sample_record,
    showing,
    stations,
    workbooks,
)
from app.enterprises.blueprint import bp
from app.enterprises.details import details_of, differences, in_words
from app.enterprises.import_views import later
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.forms import OfficeForm, VersionForm
from app.merges.showing import of_enterprise as merged_records
from app.paging import size_asked
from app.reference_data.books import region_book
from app.results.models import ImportBatch
from app.ripples.showing import of_enterprise
from app.sampling.showing import STATE_TONES, VERDICT_TONES, region_names, regions_to_choose
from app.sending import send_file
from app.trail import told, trail

__all__ = ["bp", "licence_views"]
KIND = operations.KIND
CONFLICT = 409
TONES = {
    EnterpriseStatus.ACTIVE: "green", EnterpriseStatus.PAUSED: "yellow", EnterpriseStatus.CLOSED: "neutral",
    EnterpriseStatus.MERGED: "neutral",
}  # fmt: skip


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """What the page of an enterprise shows of its register; ``enterprise_marks(ids)`` for every page that names enterprises."""
    return {
        "licences_of_enterprise": showing.licences, "register_of_enterprise": showing.register,
        "enterprise_marks": lambda ids: marks.of(current_actor(), ids),
    }  # fmt: skip


@bp.get("/")
@authorize(Permission.ENTERPRISE_LIST)
def index() -> ResponseReturnValue:
    filters, size = forms.filters_asked(request.args), size_asked(request.args.get("size"))
    page = queries.enterprises(
        current_actor(), filters, before=forms.number(request.args.get("before")),
        after=forms.number(request.args.get("after")), size=size,
    )  # fmt: skip
    kept = forms.kept(filters)
    return render_template(
        "enterprises/index.html", page=page, filters=filters, kept=kept, size=size, regions=region_book(),
        kinds_words=kinds_words, tones=TONES, kinds=KINDS, statuses=list(EnterpriseStatus), places=regions_to_choose(),
        words=workbooks.conditions(filters) if kept else None, own=current_actor().org_id, stations=stations.choices(current_actor()),
        formerly=former_names.matching([row.id for row in page.rows], filters.q),
    )  # fmt: skip


def _workbook(content: bytes, filename: str) -> ResponseReturnValue:
    response = send_file(io.BytesIO(content), workbooks.XLSX, as_attachment=True, download_name=filename)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ---------------------------------------------------------------- one enterprise

@bp.get("/<int:enterprise_id>")
@authorize(Permission.ENTERPRISE_READ, queries.enterprise)
def show(enterprise: Enterprise) -> ResponseReturnValue:
    actor, entries = current_actor(), history.entries_of(KIND, enterprise.id)
    merges, record = merged_records(enterprise), sample_record.record(actor, enterprise.id)
    every = [*entries, *(entry for other in merges["others"] for entry in history.entries_of(KIND, other))]
    return render_template(
        "enterprises/show.html", enterprise=enterprise, tones=TONES, regions=region_book(),
        kinds=kinds_words(details_of(enterprise).kinds), org_name=queries.organisation_name(enterprise.org_id),
        notice_of_licence=licence_notice(enterprise.licence_until, clock.today()), former=former_names.of(enterprise, entries),
        taken=queries.sampled_at(actor, enterprise.id), made=queries.produced_by(actor, enterprise.id),
        findings=findings_of(actor, enterprise.id), ripple_tasks=of_enterprise(actor, enterprise.id),
        cases=queries.cases_of(actor, enterprise.id), state_tones=STATE_TONES,
        entries=told(sorted(every, key=lambda entry: entry.seq))[::-1], merges=merges, record=record,
        picture=sample_record.picture(record, enterprise.id) if record.years else None,
        documents=sample_record.documents(actor, enterprise.id),
        verdict_tones=VERDICT_TONES, latest=queries.LATEST, closed=EnterpriseStatus.CLOSED,
        sampled="sampling.show" in current_app.view_functions, cased="disposal.show" in current_app.view_functions,
    )  # fmt: skip


@bp.get("/<int:enterprise_id>/samples")
@authorize(Permission.ENTERPRISE_READ, queries.enterprise)
def samples(enterprise: Enterprise) -> ResponseReturnValue:
    """The batches behind a figure of the page of an enterprise."""
    year, conclusion = forms.number(request.args.get("year")), request.args.get("conclusion")
    conclusion = conclusion if conclusion in sample_record.CONCLUSIONS else None
    page = sample_record.batches(
        current_actor(), enterprise.id, year, conclusion, before=forms.number(request.args.get("before")),
        after=forms.number(request.args.get("after")),
    )  # fmt: skip
    return render_template(
        "enterprises/samples.html", enterprise=enterprise, page=page, kept={"year": year, "conclusion": conclusion},
        conclusions=list(sample_record.CONCLUSIONS), state_tones=STATE_TONES, verdict_tones=VERDICT_TONES,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.ENTERPRISE_CREATE)
def new() -> ResponseReturnValue:
    form = forms.EnterpriseForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = operations.create(form.details, current_actor(), clock.now())
            flash(f"已登记：{made.name}", "success")
            return redirect(url_for(".show", enterprise_id=made.id), 303)
    return _form("enterprises/new.html", form)


@bp.post("/<int:enterprise_id>/unmask")
@authorize(Permission.PERSONAL_UNMASK, queries.enterprise)
def unmask(enterprise: Enterprise) -> ResponseReturnValue:
    """Shown once, in the answer to the request that is on record; never in an address."""
    with transaction():
        operations.unmask(enterprise, current_actor())
    return render_template("enterprises/people.html", enterprise=enterprise)


def _form(template: str, form: forms.EnterpriseForm, **values: object) -> ResponseReturnValue:
    page = render_template(template, form=form, places=region_names(), **values)
    return page, form.status if form.is_submitted() else 200


@bp.route("/<int:enterprise_id>/correct", methods=["GET", "POST"])
@authorize(Permission.ENTERPRISE_CORRECT, queries.enterprise)
def correct(enterprise: Enterprise) -> ResponseReturnValue:
    operations.refuse_merged(enterprise)
    enterprise_id, name, people = enterprise.id, enterprise.name, forms.people_masked(enterprise)  # a refusal expires the row
    form = forms.CorrectionForm(data=forms.shown(enterprise), kept=forms.kept_people(enterprise))
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.correct(
                    enterprise, form.details, current_actor(), form.reason.data or None, seen=form.version.data
                )
            flash(f"已更正：{form.name.data}", "success")
            return redirect(url_for(".show", enterprise_id=enterprise_id), 303)
    facing = _facing(enterprise_id, form) if form.status == CONFLICT else {}
    return _form("enterprises/correct.html", form, enterprise_id=enterprise_id, name=name, facing=facing, people=people)


def _facing(enterprise_id: int, form: forms.CorrectionForm) -> operations.Changes:
    """What the other has saved beside what was typed; the form may then be sent again, knowingly."""
    saved = queries.enterprise(current_actor(), enterprise_id)
    if saved is None:  # it has moved to another bureau meanwhile
        return {}
    form.show_again(saved.version)
    return in_words(differences(details_of(saved), form.details))


# ---------------------------------------------------------------- imports

@bp.route("/import", methods=["GET", "POST"])
@authorize(Permission.ENTERPRISE_IMPORT)
@upload_limits.takes_files
def upload() -> ResponseReturnValue:
    """Upload, look, then confirm: nothing is registered here."""
    form, actor = forms.UploadForm(), current_actor()
    if form.validate_on_submit():
        with form.keeping():
            name, sha256 = uploads.keep(form.file.data)
            if files.path_of(sha256).stat().st_size > jobs.LARGE_BYTES:
                return later(jobs.STAGE, {"sha256": sha256, "filename": name})
            plan = imports.prepare(actor, sha256, name)
            if plan.says_nothing_new:
                flash(f"{name}：{importing.UNCHANGED}", "info")
                return redirect(url_for(".upload"), 303)
            with transaction():
                batch = importing.stage(plan, actor, name, sha256, clock.now())
            return redirect(url_for(".import_batch", batch_id=batch.id), 303)
    return render_template("enterprises/upload.html", form=form), form.status if form.is_submitted() else 200


@bp.get("/import/template.xlsx")
@authorize(Permission.ENTERPRISE_IMPORT)
def template() -> ResponseReturnValue:
    return _workbook(workbooks.template(current_actor()), f"{workbooks.TITLE}导入模板.xlsx")


@bp.get("/import/<int:batch_id>")
@authorize(Permission.IMPORT_READ, queries.batch)
def import_batch(batch: ImportBatch) -> ResponseReturnValue:
    return _batch(batch)


def _batch(batch: ImportBatch, form: OfficeForm | None = None) -> ResponseReturnValue:
    return render_template(
        "enterprises/batch.html", batch=batch, form=form, preview=uploads.preview_of(batch), steps=uploads.steps(batch),
        entries=trail(ImportBatch.__tablename__, batch.id)[::-1],
    ), form.status if form is not None else 200  # fmt: skip


@bp.post("/import/<int:batch_id>/confirm")
@authorize(Permission.IMPORT_READ, queries.batch)
def confirm(batch: ImportBatch) -> ResponseReturnValue:
    form, actor, batch_id = forms.ConfirmForm(), current_actor(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            if batch.rows > jobs.LARGE_ROWS:
                given = {"batch_id": batch_id, "seen": form.version.data, "skip_refused": form.skip_refused.data}
                return later(jobs.CONFIRM, given)
            plan = imports.prepare(actor, batch.sha256, batch.filename)
            with transaction():
                importing.confirm(
                    batch, plan, actor, clock.now(), seen=form.version.data, skip_refused=form.skip_refused.data
                )
            flash(f"已导入：新增 {batch.new_count} 家，更正 {batch.changed_count} 家，未变 {batch.unchanged_count} 家", "success")
            return redirect(url_for(".import_batch", batch_id=batch_id), 303)
    return _again(batch_id, form)


@bp.post("/import/<int:batch_id>/discard")
@authorize(Permission.IMPORT_READ, queries.batch)
def discard(batch: ImportBatch) -> ResponseReturnValue:
    form, batch_id = VersionForm(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                importing.discard(batch, current_actor(), seen=form.version.data)
            flash("已放弃，本次上传没有登记任何内容", "success")
            return redirect(url_for(".upload"), 303)
    return _again(batch_id, form)


def _again(batch_id: int, form: OfficeForm) -> ResponseReturnValue:
    """The page with what was refused; read anew, because a refusal has rolled everything back."""
    batch = queries.batch(current_actor(), batch_id)
    assert batch is not None
    return _batch(batch, form)


@bp.get("/import/<int:batch_id>/errors.xlsx")
@authorize(Permission.IMPORT_READ, queries.batch)
def errors(batch: ImportBatch) -> ResponseReturnValue:
    content = workbooks.errors(current_actor(), batch)
    with transaction():
        history.record(
            ImportBatch.__tablename__, batch.id, "export", current_actor(), org_id=batch.org_id, name=batch.number
        )
    return _workbook(content, "错误反馈.xlsx")
