"""Pages of printed documents (文书打印), labels (标签), scanning (扫码查样) and templates (文书模板)."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, document_preview, documents
from app.assignments.models import SamplingAssignment
from app.authorize import authorize, current_actor
from app.blinding import shown
from app.db import transaction
from app.desk import operations as desk
from app.domain import documents as rules
from app.domain import labels as label_rules
from app.domain import scanning
from app.domain.documents import DocumentKind
from app.domain.permissions import Permission
from app.errors import NotAllowedNow, NotFound, NotLikeThis
from app.printing import forms, labels, operations, queries, template_views
from app.printing.blueprint import bp
from app.printing.operations import Document
from app.sampling.models import Sample
from app.sampling.queries import sample as fetch_sample
from app.sampling.showing import STATE_TONES
from app.sending import send_file

__all__ = ["bp", "template_views"]


def _sent(document: Document, subjects: list[Any]) -> ResponseReturnValue:
    response = send_file(
        io.BytesIO(document.content), documents.DOCX, as_attachment=True, download_name=operations.filename(document, subjects)
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(document: Document, *, trial: bool = False) -> ResponseReturnValue:
    pages = document_preview.pages(document.content)
    return render_template("printing/page.html", pages=pages, title=document.kind.value, trial=trial)


def _out(document: Document, subjects: list[Any], way: str | None) -> ResponseReturnValue:
    return _page(document) if way == "page" else _sent(document, subjects)


# ---------------------------------------------------------------- one sample

@bp.get("/samples/<int:sample_id>")
@authorize(Permission.SAMPLE_PRINT, fetch_sample)
def sample(found: Sample) -> ResponseReturnValue:
    return _of_sample(found, forms.PrintForm(formdata=None))


def _of_sample(found: Sample, form: forms.PrintForm) -> ResponseReturnValue:
    kinds = rules.of_sample(found.state, found.link)
    return render_template(
        "printing/sample.html", sample=found, kinds=kinds, form=form, copies=rules.COPIES, tones=STATE_TONES,
        times=queries.times(queries.SAMPLE, found.id), history=queries.printed(queries.SAMPLE, found.id), most=rules.MOST_COPIES,
    ), form.status if form.is_submitted() else 200  # fmt: skip


@bp.get("/samples/<int:sample_id>/preview")
@authorize(Permission.SAMPLE_PRINT, fetch_sample)
def preview(found: Sample) -> ResponseReturnValue:
    """How it will look, with personal data masked; not a print and not recorded as one."""
    kind = rules.by_code(request.args.get("kind", ""))
    if kind is None:
        raise NotFound("没有这种文书，请从样品的打印页面进入")
    return _page(operations.of_samples(kind, [found], current_actor(), masked=True), trial=True)


@bp.post("/samples/<int:sample_id>/print")
@authorize(Permission.SAMPLE_PRINT, fetch_sample)
def print_sample(found: Sample) -> ResponseReturnValue:
    form, actor, sample_id = forms.PrintForm(), current_actor(), found.id
    if form.validate_on_submit() and form.document is not None:
        with form.keeping():
            made = operations.of_samples(form.document, [found], actor, form.copies.data or 0)
            with transaction():
                operations.record(made, [found], actor, clock.now())
            return _out(made, [found], form.way.data)
    again = fetch_sample(actor, sample_id)
    assert again is not None
    return _of_sample(again, form)


# ---------------------------------------------------------------- several samples

@bp.get("/samples")
@authorize(Permission.SAMPLE_PRINT)
def bulk() -> ResponseReturnValue:
    return _bulk(forms.PrintForm(formdata=None), forms.ids_asked(request.args))


def _bulk(form: forms.PrintForm, ids: Any, told: operations.Sorted | None = None) -> ResponseReturnValue:
    found = queries.samples(current_actor(), ids)
    times = Counter(kind for one in found for kind in rules.of_sample(one.state, one.link))
    kinds = [(kind, times[kind]) for kind in DocumentKind if times[kind]]
    form.kind.choices = [(kind.code, kind.value) for kind, _ in kinds]
    return render_template(
        "printing/bulk.html", samples=found, kinds=kinds, form=form, tones=STATE_TONES, most=queries.MOST, asked=len(ids), told=told,
    ), form.status if form.is_submitted() else 200  # fmt: skip


@bp.post("/samples")
@authorize(Permission.SAMPLE_PRINT)
def print_bulk() -> ResponseReturnValue:
    """One file for all, each document on a page of its own."""
    form, actor, ids = forms.PrintForm(), current_actor(), forms.ids_asked(request.form)
    if form.validate_on_submit() and form.document is not None:
        with form.keeping():
            found = queries.samples(actor, ids)
            if len(ids) > queries.MOST:
                raise NotLikeThis(f"一次最多打印 {queries.MOST} 个样品：请分次选择")
            told = operations.sort_out(form.document, found, ids, actor)
            if told.refused and not (form.skip.data and told.fit):
                form.refuse(NotAllowedNow(f"有 {len(told.refused)} 个样品不能打印{form.document.value}，尚未打印；原因逐个列在下面"))
                return _bulk(form, ids, told)
            made = operations.of_samples(form.document, told.fit, actor, form.copies.data or 0)
            with transaction():
                operations.record(made, told.fit, actor, clock.now())
                _keep_outcome(f"批量打印{form.document.value}", told)
            return _out(made, told.fit, form.way.data)
    return _bulk(form, ids)


def _keep_outcome(title: str, told: operations.Sorted) -> None:
    """逐条结果 of several samples: what was printed, and what not with the reason."""
    if len(told.outcomes) > 1:
        begun = desk.open_action(current_actor(), queries.SAMPLE, title, len(told.outcomes), clock.now(), None)
        desk.finish(begun, told.outcomes)


# ---------------------------------------------------------------- a task

@bp.get("/assignments/<int:assignment_id>")
@authorize(Permission.ASSIGNMENT_READ, queries.assignment)
def task_sheet(task: SamplingAssignment) -> ResponseReturnValue:
    return _of_task(task, forms.TaskForm(formdata=None))


def _of_task(task: SamplingAssignment, form: forms.TaskForm) -> ResponseReturnValue:
    pages = document_preview.pages(operations.of_task(task, current_actor()).content)
    return render_template(
        "printing/task.html", task=task, form=form, pages=pages, history=queries.printed(queries.TASK, task.id)
    ), form.status if form.is_submitted() else 200


@bp.post("/assignments/<int:assignment_id>/print")
@authorize(Permission.ASSIGNMENT_READ, queries.assignment)
def print_task(task: SamplingAssignment) -> ResponseReturnValue:
    form, actor = forms.TaskForm(), current_actor()
    if form.validate_on_submit():
        made = operations.of_task(task, actor, form.copies.data or 0)
        with transaction():
            operations.record(made, [task], actor, clock.now())
        return _out(made, [task], form.way.data)
    return _of_task(task, form)


# ---------------------------------------------------------------- labels

@bp.route("/labels", methods=["GET", "POST"])
@authorize(Permission.SAMPLE_PRINT)
def label_sheet() -> ResponseReturnValue:
    """What is shown is what is printed. GET looks; POST puts on record that these labels were printed."""
    actor, printing = current_actor(), request.method == "POST"
    ids = forms.ids_asked(request.form if printing else request.args)
    form = forms.LabelForm(request.form if printing else request.args if "layout" in request.args else None)
    told = operations.sort_out(None, queries.samples(actor, ids), ids, actor)
    found = told.fit
    wanted = _wanted(form, found) if printing or "layout" in request.args else label_rules.Wanted()
    if wanted is not None and printing and found:
        with transaction():
            operations.record_labels(found, wanted.test + wanted.backup, actor, clock.now())
            _keep_outcome("批量打印标签", told)
        flash(f"已登记打印 {wanted.total(len(found))} 枚标签；没有自动打开打印窗口的，请按 Ctrl+P 打印", "success")
        return redirect(url_for(".label_sheet", sample=ids, **_kept(form), printed=1), 303)
    made = label_rules.sheets(labels.labels([shown(one, actor) for one in found], wanted), form.chosen, wanted.start) if wanted else []
    return render_template(
        "printing/labels.html", samples=found, form=form, sheets=made, wanted=wanted, layout=form.chosen,
        now="printed" in request.args, refused=told.refused, total=wanted.total(len(found)) if wanted else 0,
    ), form.status if form.errors else 200  # fmt: skip


def _kept(form: forms.LabelForm) -> dict[str, Any]:
    return {"layout": form.chosen.code, "test": form.test.data, "backup": form.backup.data, "start": form.start.data}


def _wanted(form: forms.LabelForm, found: list[Sample]) -> label_rules.Wanted | None:
    if not form.validate():
        return None
    wanted = label_rules.Wanted(form.test.data or 0, form.backup.data or 0, form.start.data or 0)
    if (sentence := label_rules.refusal(wanted, len(found), form.chosen)) is not None:
        form.refuse(NotLikeThis(sentence))
        return None
    return wanted


# ---------------------------------------------------------------- scanning

@bp.get("/scan")
@authorize(Permission.SAMPLE_LIST)
def scan() -> ResponseReturnValue:
    """The sample whose code was scanned; several of the same local number are offered to choose from."""
    scanned = request.args.get("q", "")[: scanning.LONGEST]
    found: Any = []
    if scanned.strip():
        actor, sample_id = current_actor(), scanning.sample_id(scanned)
        if sample_id is not None and fetch_sample(actor, sample_id) is not None:
            return redirect(url_for("sampling.show", sample_id=sample_id), 303)
        found = queries.named(actor, scanning.number(scanned)) if sample_id is None else []
        if len(found) == 1:
            return redirect(url_for("sampling.show", sample_id=found[0].id), 303)
    missing = bool(scanned.strip()) and not found
    return render_template(
        "printing/scan.html", scanned=scanned, found=found, missing=missing, tones=STATE_TONES,
        read=scanning.number(scanned) if missing else "",
    ), 404 if missing else 200  # fmt: skip

