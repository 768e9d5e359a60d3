"""Pages of rapid tests (快检记录): the list, counts, recording, correcting, sending to the laboratory, importing."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits, uploads
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import rapid_tests as rules
from app.domain.permissions import Permission
from app.domain.sampling_kinds import RapidResult
from app.domain.workflow import RapidState, RapidStep, arrow
from app.errors import NotLikeThis
from app.forms import OfficeForm, VersionForm
from app.paging import size_asked
from app.rapid_tests import forms, imports, operations, queries, workbooks
from app.rapid_tests.details import Reader
from app.rapid_tests.models import RapidTest
from app.rapid_tests.objection import clock_of
from app.reference_data.books import category_book, region_book
from app.reference_data.standing import WordKind, not_offered
from app.results.models import ImportBatch
from app.sampling import queries as samples
from app.sampling.showing import region_names, regions_to_choose
from app.sending import send_file
from app.trail import trail

bp = Blueprint("rapid_tests", __name__, url_prefix="/rapid-tests")
bp.record_once(lambda state: upload_limits.init_app(state.app))  # type: ignore[arg-type]
KIND = operations.KIND
TONES = {RapidResult.NEGATIVE: "green", RapidResult.POSITIVE: "red", RapidResult.INVALID: "neutral"}
STATE_TONES = {RapidState.RECORDED: "blue", RapidState.SENT: "green", RapidState.VOIDED: "neutral"}


@bp.get("/")
@authorize(Permission.RAPID_READ)
def index() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    size, kept = size_asked(request.args.get("size")), forms.kept(filters)
    page = queries.tests(
        actor, filters, today, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after")), size=size
    )
    return render_template(
        "rapid_tests/index.html", page=page, filters=filters, kept=kept, size=size, today=today,
        results=list(RapidResult), states=list(RapidState), places=regions_to_choose(), regions=region_book(), tones=TONES,
        state_tones=STATE_TONES, words=workbooks.conditions(filters) if kept else None, unsent=RapidState.RECORDED,
    )  # fmt: skip


@bp.get("/counts")
@authorize(Permission.RAPID_READ)
def counts() -> ResponseReturnValue:
    """How many tests and positives by item or by place; every number opens the records behind it."""
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    by = "region_id" if request.args.get("by") == "region_id" else "item"
    kept = forms.kept(filters)
    kept.pop("counted", None)
    return render_template(
        "rapid_tests/counts.html", groups=queries.groups(actor, filters, today, by), whole=queries.whole(actor, filters, today),
        by=by, filters=filters, kept=kept, places=regions_to_choose(), regions=region_book(), results=RapidResult,
    )  # fmt: skip


def _workbook(content: bytes, filename: str) -> ResponseReturnValue:
    response = send_file(io.BytesIO(content), workbooks.XLSX, as_attachment=True, download_name=filename)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ---------------------------------------------------------------- one record

@bp.get("/<int:test_id>")
@authorize(Permission.RAPID_READ, queries.test)
def show(test: RapidTest) -> ResponseReturnValue:
    return _show(test)


def _show(test: RapidTest, form: OfficeForm | None = None) -> ResponseReturnValue:
    return render_template(
        "rapid_tests/show.html", test=test, form=form, sample=queries.sample_of(current_actor(), test), tones=TONES,
        state_tones=STATE_TONES, regions=region_book(), categories=category_book(), steps=_steps(test), titles=rules.TITLES,
        objection=clock_of(test, clock.now()), entries=trail(KIND, test.id)[::-1], prefilled=_prefilled(test),
    ), form.status if form is not None else 200  # fmt: skip


def _steps(test: RapidTest) -> set[str]:
    found = ((step, arrow(KIND, test.state, step)) for step in RapidStep)
    steps = {step.value for step, taken in found if taken is not None and can(taken.permission, test)}
    return steps if test.result is RapidResult.POSITIVE else steps - {RapidStep.SEND.value}


def _prefilled(test: RapidTest) -> str | None:
    """The sampling sheet, begun with what the rapid test knows."""
    if "sampling.new" not in current_app.view_functions:
        return None
    known: dict[str, Any] = {
        "rapid": test.id, "enterprise": test.enterprise_id, "category_id": test.category_id, "region_id": test.region_id,
        "link": test.link.value if test.link else None,
    }  # fmt: skip
    return url_for("sampling.new", **{name: value for name, value in known.items() if value is not None})


def _read(form: forms.RapidForm) -> Any:
    """The details of what was typed, or None with every fault at its field."""
    reading = rules.read(form.written, clock.office_time(clock.now()).replace(tzinfo=None))
    reader = Reader(current_actor(), {code.upper() for code in [reading.texts.get("credit_code")] if code})
    details, faults = reader.details(reading)
    return details if form.take(faults) else None


@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.RAPID_RECORD)
def new() -> ResponseReturnValue:
    form = forms.RapidForm(data={"tested_on": clock.today().isoformat()})
    if form.validate_on_submit() and (details := _read(form)) is not None:
        with form.keeping():
            with transaction():
                made = operations.record(details, current_actor(), clock.now())
            flash(f"已登记：{made.number}", "success")
            return redirect(url_for(".show", test_id=made.id), 303)
    return render_template("rapid_tests/new.html", form=form, **_lists()), form.status if form.is_submitted() else 200


def _lists() -> dict[str, Any]:
    book, gone = category_book(), not_offered(WordKind.CATEGORY)
    return {"places": region_names(), "categories": [root.path for root in book.roots() if root.id not in gone]}


@bp.route("/<int:test_id>/correct", methods=["GET", "POST"])
@authorize(Permission.RAPID_EDIT, queries.test)
def correct(test: RapidTest) -> ResponseReturnValue:
    test_id, number = test.id, test.number  # a refusal expires the row
    form = forms.CorrectionForm(data=forms.shown(test, queries.enterprise_code(test.enterprise_id)))
    if form.validate_on_submit() and (details := _read(form)) is not None:
        with form.keeping():
            with transaction():
                operations.correct(test, details, current_actor(), form.reason.data or "", seen=form.version.data)
            flash(f"已更正：{number}", "success")
            return redirect(url_for(".show", test_id=test_id), 303)
    page = render_template("rapid_tests/correct.html", form=form, test_id=test_id, number=number, **_lists())
    return page, form.status if form.is_submitted() else 200


@bp.post("/<int:test_id>/void")
@authorize(Permission.RAPID_EDIT, queries.test)
def void(test: RapidTest) -> ResponseReturnValue:
    form, test_id = forms.ReasonForm(), test.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.void(test, current_actor(), form.reason.data or "", seen=form.version.data)
            flash("已作废，该记录不再计入快检统计", "success")
            return redirect(url_for(".show", test_id=test_id), 303)
    return _again(test_id, form)


@bp.post("/<int:test_id>/sent")
@authorize(Permission.RAPID_EDIT, queries.test)
def sent(test: RapidTest) -> ResponseReturnValue:
    """Link the laboratory sample that was taken because of this test."""
    form, test_id, actor = forms.SentForm(), test.id, current_actor()
    if form.validate_on_submit():
        with form.keeping():
            sample = samples.sample_numbered(actor, form.number.data or "")
            if sample is None:
                raise NotLikeThis(f"没有找到样品“{form.number.data}”：请核对抽样编号，或先登记抽样单", field="number")
            with transaction():
                operations.sent(test, sample, actor, clock.now(), seen=form.version.data)
            flash(f"已关联送检样品：{sample.number}", "success")
            return redirect(url_for(".show", test_id=test_id), 303)
    return _again(test_id, form)


def _again(test_id: int, form: OfficeForm) -> ResponseReturnValue:
    test = queries.test(current_actor(), test_id)
    assert test is not None
    return _show(test, form)


# ---------------------------------------------------------------- imports

@bp.route("/import", methods=["GET", "POST"])
@authorize(Permission.RAPID_RECORD)
@upload_limits.takes_files
def upload() -> ResponseReturnValue:
    """Upload, look, then confirm: nothing is recorded here."""
    form, actor = forms.UploadForm(), current_actor()
    if form.validate_on_submit():
        with form.keeping():
            name, sha256 = uploads.keep(form.file.data)
            plan = imports.prepare(actor, sha256, name)
            if plan.says_nothing_new:
                flash(f"{name}：{imports.UNCHANGED}", "info")
                return redirect(url_for(".upload"), 303)
            with transaction():
                batch = imports.stage(plan, actor, name, sha256, clock.now())
            return redirect(url_for(".import_batch", batch_id=batch.id), 303)
    return render_template("rapid_tests/upload.html", form=form), form.status if form.is_submitted() else 200


@bp.get("/import/template.xlsx")
@authorize(Permission.RAPID_RECORD)
def template() -> ResponseReturnValue:
    return _workbook(workbooks.template(), f"{workbooks.TITLE}导入模板.xlsx")


@bp.get("/import/<int:batch_id>")
@authorize(Permission.IMPORT_READ, queries.batch)
def import_batch(batch: ImportBatch) -> ResponseReturnValue:
    return _batch(batch)


def _batch(batch: ImportBatch, form: OfficeForm | None = None) -> ResponseReturnValue:
    return render_template(
        "rapid_tests/batch.html", batch=batch, form=form, preview=uploads.preview_of(batch), steps=uploads.steps(batch),
        entries=trail(ImportBatch.__tablename__, batch.id)[::-1],
    ), form.status if form is not None else 200  # fmt: skip


@bp.post("/import/<int:batch_id>/confirm")
@authorize(Permission.IMPORT_READ, queries.batch)
def confirm(batch: ImportBatch) -> ResponseReturnValue:
    form, actor, batch_id = forms.ConfirmForm(), current_actor(), batch.id
    if form.validate_on_submit():
        with form.keeping():
            plan = imports.prepare(actor, batch.sha256, batch.filename)
            with transaction():
                imports.confirm(batch, plan, actor, clock.now(), seen=form.version.data, skip_refused=form.skip_refused.data)
            flash(f"已导入：新增 {batch.new_count} 条，已有 {batch.unchanged_count} 条", "success")
            return redirect(url_for(".import_batch", batch_id=batch_id), 303)
    return _batch_again(batch_id, form)


@bp.post("/import/<int:batch_id>/discard")
@authorize(Permission.IMPORT_READ, queries.batch)
def discard(batch: ImportBatch) -> ResponseReturnValue:
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


@bp.get("/import/<int:batch_id>/errors.xlsx")
@authorize(Permission.IMPORT_READ, queries.batch)
def errors(batch: ImportBatch) -> ResponseReturnValue:
    return _workbook(workbooks.errors(current_actor(), batch), "错误反馈.xlsx")
