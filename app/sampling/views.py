"""Pages of samples: the list, one sheet, the steps between. Typing and correcting a sheet are in ``app.sheets``."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits, uploads
from app.announcements.hints import of_sample as findings_of
from app.authorize import authorize, can, current_actor
from app.custody import photos as pictures
from app.custody import queries as custody
from app.db import transaction
from app.decisions import queries as decisions
from app.domain.lint import RULES
from app.domain.numbering import number_warnings
from app.domain.permissions import Permission
from app.domain.samples import Domain, Link, Purpose
from app.domain.workflow import SampleState, SampleStep, arrow
from app.forms import OfficeForm, VersionForm
from app.objections import showing as objections
from app.official_documents import showing as papers
from app.paging import size_asked
from app.rapid_tests.queries import of_sample as rapid_tests_of
from app.reference_data.books import category_book, region_book
from app.results.models import ImportBatch
from app.results.overturned import overturned_of
from app.reviews import return_queries, version_queries
from app.ripples import showing as ripples
from app.sampling import exports, forms, importing, imports, numbers, operations, personal, queries, templates
from app.sampling.asked import filters_asked, kept, number
from app.sampling.blueprint import bp
from app.sampling.models import Sample
from app.sampling.showing import STATE_TONES, VERDICT_TONES, regions_to_choose
from app.sending import send_file
from app.sheet_checks import queries as sheet_checks
from app.trail import trail
from app.urgent import queries as urgent

KIND = Sample.__tablename__
SHOWN_PICTURES = 6  # on the page of the sheet; all of them are on the page of its custody
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/")
@authorize(Permission.SAMPLE_LIST)
def index() -> ResponseReturnValue:
    actor, filters = current_actor(), filters_asked(request.args)
    size = size_asked(request.args.get("size"))
    before = number(request.args.get("before")) or _from_number(request.args.get("start", "").strip())
    page = queries.samples(actor, filters, before=before, after=number(request.args.get("after")), size=size)
    return render_template(
        "sampling/index.html", page=page, filters=filters, kept=kept(filters), size=size,
        categories=category_book(), regions=regions_to_choose(), state_tones=STATE_TONES, verdict_tones=VERDICT_TONES,
        corrected=version_queries.corrected([row.id for row in page.rows]),
        states=list(SampleState), purposes=list(Purpose), links=list(Link), domains=list(Domain),
        conclusions=queries.CONCLUSIONS, plans=queries.plans_to_choose(actor), words=exports.conditions(filters) if kept(filters) else None,
    )  # fmt: skip


def _from_number(written: str) -> int | None:
    """Where a jump to this number begins: at the sample itself, with the older ones after it."""
    if not written:
        return None
    found = queries.id_numbered(current_actor(), written[:60])
    if found is None:
        flash(f"没有编号为“{written[:60]}”的样品，或不在您的管辖范围内；以下从最新的列起", "warning")
    return found + 1 if found is not None else None


# ---------------------------------------------------------------- one sheet

@bp.get("/<int:sample_id>")
@authorize(Permission.SAMPLE_READ, queries.sample)
def show(sample: Sample) -> ResponseReturnValue:
    return _show(sample, personal.shown(sample.id, current_actor()))


def _show(sample: Sample, people: list[personal.Shown], form: OfficeForm | None = None, whole: bool = False) -> Any:
    actor = current_actor()
    status = form.status if form is not None and form.is_submitted() else 200
    reports = queries.reports(sample.id)
    chain = custody.panel(sample, clock.today())
    return render_template(
        "sampling/show.html", pictures=pictures.album(sample, actor).rows[:SHOWN_PICTURES] if chain.photos else (),
        findings=findings_of(actor, sample.number), decisions=decisions.of_sample(actor, sample.id),
        urgent=urgent.of_sample(actor, sample.id),
        rapid=rapid_tests_of(actor, sample.id), sample=sample, people=people, whole=whole, form=form, reports=reports,
        in_force=[report for report in reports if report.superseded_at is None], versions=queries.fact_versions(sample.id),
        cases=queries.cases_of(actor, sample.id), entries=trail(KIND, sample.id)[::-1],
        names=queries.organisation_names(sample.org_id, sample.organiser_org_id, sample.laboratory_org_id),
        task=queries.task_named(sample), own_number=numbers.given_here(sample.number),
        regions=region_book(), categories=category_book(), warnings=number_warnings(sample.number),
        reviewed=return_queries.panel(sample, actor), steps=_steps(sample),
        custody=chain, checked_rules=list(RULES.values()),
        checked=sheet_checks.panel(sample, actor, clock.today()), state_tones=STATE_TONES, verdict_tones=VERDICT_TONES,
        enter="results.enter" in current_app.view_functions, cased="disposal.show" in current_app.view_functions,
        official=papers.of_sample(actor, sample), objections=objections.of_sample(actor, sample),
        ripples=ripples.of_sample(actor, sample.id),
        overturned=overturned_of(sample.id),
    ), status  # fmt: skip


def _steps(sample: Sample) -> set[str]:
    """The steps this reader may take now: the arrow and the permission, as for the routes themselves."""
    steps = (SampleStep.CORRECT, SampleStep.VOID, SampleStep.REVIVE, SampleStep.REPORT, SampleStep.AMEND)
    found = ((step, arrow(KIND, sample.state, step)) for step in steps)
    return {step.value for step, taken in found if taken is not None and can(taken.permission, sample)}


@bp.post("/<int:sample_id>/void")
@authorize(Permission.SAMPLE_VOID, queries.sample)
def void(sample: Sample) -> ResponseReturnValue:
    form, actor, sample_id = forms.ReasonForm(), current_actor(), sample.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.void(sample, actor, form.reason.data or "", clock.now(), seen=form.version.data)
            flash(f"已作废：{sample.number}", "success")
            return redirect(url_for(".show", sample_id=sample_id), 303)
    return _again(sample_id, form)


@bp.post("/<int:sample_id>/revive")
@authorize(Permission.SAMPLE_VOID, queries.sample)
def revive(sample: Sample) -> ResponseReturnValue:
    form, actor, sample_id = VersionForm(), current_actor(), sample.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.revive(sample, actor, clock.now(), seen=form.version.data)
            flash(f"已恢复：{sample.number}", "success")
            return redirect(url_for(".show", sample_id=sample_id), 303)
    return _again(sample_id, form)


def _again(sample_id: int, form: OfficeForm) -> ResponseReturnValue:
    """The page again with what was refused; read anew, because a refusal has rolled everything back."""
    sample = queries.sample(current_actor(), sample_id)
    assert sample is not None
    return _show(sample, personal.shown(sample_id, current_actor()), form)  # type: ignore[no-any-return]


@bp.post("/<int:sample_id>/unmask")
@authorize(Permission.PERSONAL_UNMASK, queries.sample)
def unmask(sample: Sample) -> ResponseReturnValue:
    """Shown once, in the answer to the request that is on record; never in an address."""
    with transaction():
        people = operations.unmask(sample, current_actor())
    return _show(sample, people, whole=True)  # type: ignore[no-any-return]


# ---------------------------------------------------------------- imports

@bp.route("/import", methods=["GET", "POST"])
@authorize(Permission.SAMPLE_CREATE)
@upload_limits.takes_files
def upload() -> ResponseReturnValue:
    """Upload, look, then confirm: nothing is registered here."""
    form, actor = forms.UploadForm(), current_actor()
    if form.validate_on_submit():
        with form.keeping():
            name, sha256 = uploads.keep(form.file.data)
            plan = imports.prepare(actor, sha256, name)
            if plan.says_nothing_new:
                flash(f"{name}：{importing.UNCHANGED}", "info")
                return redirect(url_for(".upload"), 303)
            with transaction():
                batch = importing.stage(plan, actor, name, sha256, clock.now())
            return redirect(url_for(".import_batch", batch_id=batch.id), 303)
    return render_template("sampling/upload.html", form=form), form.status if form.is_submitted() else 200


@bp.get("/import/template")
@authorize(Permission.SAMPLE_CREATE)
def template() -> ResponseReturnValue:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        templates.write(path)
        content = io.BytesIO(path.read_bytes())
    return send_file(content, XLSX, as_attachment=True, download_name="抽样单导入模板.xlsx")


@bp.get("/import/<int:batch_id>")
@authorize(Permission.IMPORT_READ, queries.batch)
def import_batch(found: ImportBatch) -> ResponseReturnValue:
    return _batch(found)


def _batch(found: ImportBatch, form: OfficeForm | None = None) -> ResponseReturnValue:
    return render_template(
        "sampling/batch.html", batch=found, form=form, entries=trail("import_batch", found.id)[::-1],
        steps=uploads.steps(found), layouts=imports.LAYOUTS, preview=uploads.preview_of(found),
    ), form.status if form is not None else 200  # fmt: skip


@bp.post("/import/<int:batch_id>/confirm")
@authorize(Permission.IMPORT_READ, queries.batch)
def confirm(found: ImportBatch) -> ResponseReturnValue:
    form, actor, batch_id = forms.ConfirmForm(), current_actor(), found.id
    if form.validate_on_submit():
        with form.keeping():
            plan = imports.prepare(actor, found.sha256, found.filename)
            with transaction():
                importing.confirm(
                    found, plan, actor, clock.now(), seen=form.version.data, skip_refused=bool(form.skip_refused.data)
                )
            flash(f"已导入：新增 {found.new_count} 批，更正 {found.changed_count} 批，未变 {found.unchanged_count} 批", "success")
            return redirect(url_for(".import_batch", batch_id=batch_id), 303)
    return _batch_again(batch_id, form)


@bp.post("/import/<int:batch_id>/discard")
@authorize(Permission.IMPORT_READ, queries.batch)
def discard(found: ImportBatch) -> ResponseReturnValue:
    form, batch_id = VersionForm(), found.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                importing.discard(found, current_actor(), seen=form.version.data)
            flash("已放弃，本次上传没有登记任何内容", "success")
            return redirect(url_for(".upload"), 303)
    return _batch_again(batch_id, form)


@bp.post("/import/<int:batch_id>/undo")
@authorize(Permission.RESULT_UNDO, queries.batch)
def undo(found: ImportBatch) -> ResponseReturnValue:
    form, batch_id = forms.ReasonForm(), found.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                count, stay = importing.undo(
                    found, current_actor(), form.reason.data or "", clock.now(), seen=form.version.data
                )
            flash(f"已撤销：作废 {count} 批", "success")
            if stay:
                flash(f"以下 {len(stay)} 批导入后已被办理，保留不动：{'、'.join(stay[:20])}", "warning")
            return redirect(url_for(".import_batch", batch_id=batch_id), 303)
    return _batch_again(batch_id, form)


def _batch_again(batch_id: int, form: OfficeForm) -> ResponseReturnValue:
    found = queries.batch(current_actor(), batch_id)
    assert found is not None
    return _batch(found, form)
