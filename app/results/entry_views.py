"""录入检验结果: the grid of one report. The verdicts are always the server's; the script only asks for them sooner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.decisions import queries as decisions
from app.domain.entry_rules import CELLS, merged, pasted
from app.domain.permissions import Permission
from app.errors import NotAllowedNow, Refused
from app.reference_data.standing import items_offered
from app.results import entry, entry_drafts, forms, operations, proposing, queries
from app.results.blueprint import bp
from app.results.previews import verdict_tone
from app.reviews import holding
from app.reviews import queries as reviews
from app.reviews.submit_views import report_to_correct, submit_report
from app.sampling.models import Sample

EDITABLE = ("registered", "reported")


@bp.route("/samples/<int:sample_id>/results", methods=["GET", "POST"])
@authorize(Permission.RESULT_ENTER, queries.sample)
def enter(sample: Sample) -> ResponseReturnValue:
    proposed = proposing.proposal(sample)
    form = forms.ReportForm(data=None if request.method == "POST" else _shown(sample, proposed))
    forms.offer_laboratories(form.laboratory, current_actor())
    if form.more.data or form.paste.data:
        _grow(form)
        return _page(sample, form, proposed)
    if form.validate_on_submit():
        typed = _completed(sample, form, proposed)
        with form.keeping():
            if form.preview.data:
                _keep_draft(sample, form)
                return _page(sample, form, proposed, preview=entry.previewed(current_actor(), sample, typed))
            flash(_save(sample, form, typed), "success")
            return redirect(_following(sample, form), 303)
        return _page(sample, form, proposed, preview=entry.previewed(current_actor(), sample, typed)), form.status
    return _page(sample, form, proposed), form.status if form.is_submitted() else 200


def _grow(form: forms.ReportForm) -> None:
    """增加行, or the pasted block read into the grid."""
    if form.paste.data:
        block = pasted(form.block.data or "")
        if block:
            form.set_rows(merged(form.grid, block))
            form.block.data = ""
        else:
            form.block.errors = ["没有读到内容：请在 Excel 中选中带表头或按表格列序排列的单元格，复制后粘贴到这里"]
    else:
        form.add_rows()


def _completed(sample: Sample, form: forms.ReportForm, proposed: proposing.Proposal) -> entry.Typed:
    """The form gets a line for every required item that was left out, so that what is said of it has a cell."""
    typed = entry.completed(sample, form.entered, proposed.items)
    if len(typed.entered.rows) > len(form.rows):
        form.set_rows([*form.grid, *typed.entered.rows[len(form.rows) :]])
    for fault in typed.demands:
        note = form.rows[fault.line - 1].form.note
        note.errors = [*note.errors, fault.message]
    return typed


def _save(sample: Sample, form: forms.ReportForm, typed: entry.Typed) -> Any:
    """Saved or submitted; the message, with where it leads."""
    actor, at = current_actor(), clock.now()
    outcome = entry.to_write(entry.prepare_entry(actor, sample, typed.entered), form.reason.data, typed.demands)
    with transaction():
        entry_drafts.close(actor, sample.id, at)
        if outcome is None:
            return "该报告已保存过，内容相同，未作更改"
        given: Any = {"reason": form.reason.data or None, "seen": form.version.data}
        if submit_report(sample, typed.entered, outcome, **given):
            return f"已提交送审：样品 {sample.number} 的检验报告，批准后生效"
        written = operations.enter(outcome, actor, at, **given)
    opened = f"，启动核查处置 {len(written.opened)} 件" if written.opened else ""
    resolved = f"，办结退修 {written.resolved} 件" if written.resolved else ""
    said = f"已保存样品 {sample.number} 的检验报告，共 {written.rows} 项{opened}{resolved}"
    return (said, "查看样品", url_for("sampling.show", sample_id=sample.id)) if can(Permission.SAMPLE_READ, sample) else said


def _following(sample: Sample, form: forms.ReportForm) -> str:
    """The same report, or the next sample of the laboratory that waits for its results."""
    if not form.save_next.data:
        return url_for(".enter", sample_id=sample.id, report=form.entered.report_no)
    following = queries.next_waiting(current_actor(), sample)
    if following is not None:
        return url_for(".enter", sample_id=following)
    flash("没有其他待出报告的样品了", "info")
    return url_for("sampling.index", state="registered")


# ---------------------------------------------------------------- what the page shows

def _shown(sample: Sample, proposed: proposing.Proposal) -> dict[str, Any]:
    """The report being corrected, the draft that was asked for, or a new report with the proposed items."""
    head: dict[str, Any] = {"version": sample.version}
    draft = entry_drafts.draft_of(current_actor(), sample.id)
    head["revision"] = draft.revision if draft else 0
    if draft is not None and request.args.get("draft") == "1":
        return head | forms.head_of_draft(draft.fields) | {"rows": _with_blanks(draft.fields.get("rows", []))}
    if (back := report_to_correct(sample)) is not None:
        return head | back | {"rows": _with_blanks(back["rows"])}
    report = entry.report_in_force(sample.id, request.args.get("report", ""))
    if report is None:
        rows = [one.cells for one in proposed.items]
        return head | {"laboratory": sample.laboratory_org_id, "received_on": sample.arrived_on, "rows": _with_blanks(rows)}
    return head | {
        "report_no": report.report_no, "reported_on": report.reported_on, "received_on": report.received_on,
        "laboratory": report.laboratory_org_id, "rows": _with_blanks([entry.cells_of(row) for row in report.rows]),
    }  # fmt: skip


def _with_blanks(rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """A few blank lines after what is there, as many as a new report has at least."""
    blank = max(forms.ROWS - len(rows), 2 if rows else 0)
    return [*rows, *({} for _ in range(blank))][: forms.MOST_ROWS]


def _page(sample: Sample, form: forms.ReportForm, proposed: proposing.Proposal, preview: Any = None) -> str:
    actor = current_actor()
    return render_template(
        "results/enter.html", decided=decisions.of_sample(actor, sample.id),
        sample=sample, form=form, preview=preview, reports=queries.reports_of(actor, sample.id),
        verdict_tone=verdict_tone, items=items_offered(), proposed=proposed, cells=CELLS,
        review_levels=holding.levels(), open_reviews=reviews.open_of_sample(actor, sample.id),
        editable=sample.state.value in EDITABLE, shows_sample="sampling.show" in current_app.view_functions,
        draft=entry_drafts.draft_of(actor, sample.id) if request.method == "GET" and request.args.get("draft") != "1" else None,
    )  # fmt: skip


# ---------------------------------------------------------------- what the script asks

@bp.post("/samples/<int:sample_id>/results/verdicts")
@authorize(Permission.RESULT_ENTER, queries.sample)
def verdicts(sample: Sample) -> ResponseReturnValue:
    """预览判定 without leaving the page: the verdict of every line, as the preview button shows it."""
    form = forms.ReportForm()
    forms.offer_laboratories(form.laboratory, current_actor())
    proposed = proposing.proposal(sample)
    typed = entry.completed(sample, form.previewed(sample.reported_on or clock.today()), proposed.items)
    try:
        told = entry.previewed(current_actor(), sample, replace(typed, held=()))
    except Refused as refusal:
        return jsonify(message=refusal.sentence), refusal.status
    return jsonify(lines={str(line): _told(one) for line, one in told.lines.items()}, conclusion=_concluded(told))


def _told(one: entry.JudgedLine) -> dict[str, str]:
    if one.fault or one.row is None:
        return {"tone": "red", "word": "有误", "text": one.fault or ""}
    word = "待核" if one.row.pending else one.row.verdict.value
    text = "；".join([*filter(None, [one.row.reason]), *one.row.settled.flags])
    return {"tone": verdict_tone(one.row.verdict, one.row.pending), "word": word, "text": text}


def _concluded(told: entry.Judged) -> str:
    conclusion = told.outcome.conclusion if told.outcome and not told.faults else None
    if conclusion is None:
        return ""
    return f"按填写的内容，样品结论为：监督“{conclusion.supervision.value}”，监测“{conclusion.monitoring.value}”。尚未保存。"


@bp.post("/samples/<int:sample_id>/results/draft")
@authorize(Permission.RESULT_ENTER, queries.sample)
def save_entry_draft(sample: Sample) -> ResponseReturnValue:
    """The script's half-minutely save. Answers with the revision, or with the sentence that the page shows."""
    form = forms.ReportForm()
    try:
        with transaction():
            revision = _draft(sample, form)
    except Refused as refusal:
        return jsonify(message=refusal.sentence), refusal.status
    return jsonify(revision=revision, saved=f"{clock.office_time(clock.now()):%H:%M:%S}")


def _draft(sample: Sample, form: forms.ReportForm) -> int:
    fields = entry_drafts.typed(request.form, form.grid)
    return entry_drafts.keep(current_actor(), sample, fields, form.revision.data or 0, clock.now())


def _keep_draft(sample: Sample, form: forms.ReportForm) -> None:
    """Without the script a preview keeps what was typed; another window's newer draft is left as it is."""
    try:
        with transaction():
            form.revision.data = _draft(sample, form)
    except NotAllowedNow as refusal:
        flash(refusal.sentence, "warning")


@bp.post("/samples/<int:sample_id>/results/draft/void")
@authorize(Permission.RESULT_ENTER, queries.sample)
def void_entry_draft(sample: Sample) -> ResponseReturnValue:
    if forms.OfficeForm().validate_on_submit():
        with transaction():
            entry_drafts.close(current_actor(), sample.id, clock.now())
        flash("草稿已放弃", "success")
    return redirect(url_for(".enter", sample_id=sample.id), 303)
