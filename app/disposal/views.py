"""核查处置 pages: the list, one case with everything about it, and the steps people take on it."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app import clock, history
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.decisions import queries as decisions
from app.disposal import clocks, forms, operations, queries
from app.disposal.exports import case_sheets, conditions
from app.disposal.models import DisposalCase, Party
from app.domain import workflow
from app.domain.deadlines import AMBER_DAYS, AMBER_PERCENT, DeadlineLight
from app.domain.disposal import elements
from app.domain.permissions import Permission
from app.domain.workflow import CaseState, CaseStep
from app.forms import CONFLICT, VersionForm
from app.reference_data.books import calendar
from app.reviews import version_queries
from app.spreadsheet_stream import write_table
from app.trail import trail

bp = Blueprint("disposal", __name__, url_prefix="/disposal")
KIND = DisposalCase.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {DeadlineLight.GREEN: "green", DeadlineLight.AMBER: "yellow", DeadlineLight.RED: "red", None: "grey"}
STATE_TONES = {
    CaseState.OPEN: "yellow", CaseState.HANDLING: "blue", CaseState.AWAITING: "yellow", CaseState.CLOSED: "green",
    CaseState.CANCELLED: "neutral",
}  # fmt: skip
LEGEND = (
    (DeadlineLight.GREEN.value, "green", "期限充裕"),
    (DeadlineLight.AMBER.value, "yellow", f"剩余不超过 {AMBER_DAYS} 个工作日或期限的 {AMBER_PERCENT}%"),
    (DeadlineLight.RED.value, "red", "已过期限"),
)
PHRASES = ("同意。", "核查处置到位，同意办结。", "产品控制情况不完整，请补充。", "原因排查不清楚，请补充。", "整改复查材料不全，请补充。")
BY_HAND = (
    CaseStep.CLAIM, CaseStep.RECORD, CaseStep.SUBMIT, CaseStep.RECALL, CaseStep.APPROVE, CaseStep.RETURN,
)  # fmt: skip


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.CASE_LIST)
def index() -> ResponseReturnValue:
    actor, today, days = current_actor(), clock.today(), calendar()
    filters = forms.filters_asked(request.args, actor.user_id)
    page = queries.cases(actor, filters, today, after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "disposal/index.html", page=page, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor, today),
        handlers=queries.handlers(actor), bureaus=queries.bureaus(actor), parties=list(Party), lights=forms.LIGHTS,
        terms=[clocks.left_and_light(row, today, days) for row in page.rows], words=clocks.remaining_words,
        tones=TONES, state_tones=STATE_TONES, legend=LEGEND, states=list(CaseState),
    )


@bp.get("/export")
@authorize(Permission.CASE_LIST)
def export() -> ResponseReturnValue:
    """The list as asked for, as a workbook; who took it out is in the history."""
    actor, today = current_actor(), clock.today()
    filters = forms.filters_asked(request.args, actor.user_id)
    rows = queries.every_case(actor, filters, today)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.xlsx"
        write_table(path, case_sheets(rows, filters, actor, clock.now(), calendar()))
        content = path.read_bytes()
    with transaction():
        history.record(
            KIND, None, "export", actor, org_id=actor.org_id, name="核查处置案件",
            comment=f"{conditions(filters)}；共 {len(rows)} 件",
        )
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"核查处置案件{today}.xlsx")


# ---------------------------------------------------------------- one case

@bp.get("/<int:case_id>")
@authorize(Permission.CASE_READ, queries.case)
def show(case: DisposalCase) -> ResponseReturnValue:
    return _page(case)


@bp.post("/<int:case_id>/claim")
@authorize(Permission.CASE_CLAIM, queries.case)
def claim(case: DisposalCase) -> ResponseReturnValue:
    form = VersionForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.claim(case, current_actor(), clock.now(), seen=form.version.data)
            return _done(case, f"已领取：{case.number}，请在期限前办结")
    return _refused(case, form)


@bp.post("/<int:case_id>/record")
@authorize(Permission.CASE_HANDLE, queries.case)
def record(case: DisposalCase) -> ResponseReturnValue:
    form = forms.RecordForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = operations.record(
                    case, current_actor(), form.written, clock.now(), reason=form.reason.data, seen=form.version.data
                )
            return _done(case, "办理情况已保存" if changed else "内容没有变化")
    return _refused(case, form, record_form=form)


@bp.post("/<int:case_id>/submit")
@authorize(Permission.CASE_HANDLE, queries.case)
def submit(case: DisposalCase) -> ResponseReturnValue:
    form = VersionForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.submit(case, current_actor(), clock.now(), seen=form.version.data)
            return _done(case, f"已提交审核：{case.number}")
    return _refused(case, form)


@bp.post("/<int:case_id>/recall")
@authorize(Permission.CASE_RECALL, queries.case)
def recall(case: DisposalCase) -> ResponseReturnValue:
    form = VersionForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.recall(case, current_actor(), seen=form.version.data)
            return _done(case, f"已撤回：{case.number}，可以继续登记")
    return _refused(case, form)


@bp.post("/<int:case_id>/approve")
@authorize(Permission.CASE_APPROVE, queries.case)
def approve(case: DisposalCase) -> ResponseReturnValue:
    form = forms.DecisionForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.approve(case, current_actor(), clock.now(), form.comment.data, seen=form.version.data)
            return _done(case, f"审核通过，案件已办结：{case.number}")
    return _refused(case, form, decision_form=form)


@bp.post("/<int:case_id>/return")
@authorize(Permission.CASE_APPROVE, queries.case)
def return_to_handler(case: DisposalCase) -> ResponseReturnValue:
    form = forms.DecisionForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.return_to_handler(case, current_actor(), form.comment.data, seen=form.version.data)
            return _done(case, f"已退回经办人：{case.number}")
    return _refused(case, form, decision_form=form)


def _done(case: DisposalCase, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for(".show", case_id=case.id), 303)


def _refused(case: DisposalCase, form: Any, **kept: Any) -> ResponseReturnValue:
    """The case as it is now, with the refusal and everything that was typed; sending it again is then meant."""
    found = queries.case(current_actor(), case.id)
    assert found is not None
    conflict = form.status == CONFLICT and isinstance(form, forms.RecordForm)
    facing = form.face(found) if conflict else []
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, refusal=form, facing=facing, status=form.status, **kept)


def _page(
    case: DisposalCase,
    *,
    record_form: forms.RecordForm | None = None,
    decision_form: forms.DecisionForm | None = None,
    refusal: Any = None,
    facing: Sequence[Any] = (),
    status: int = 200,
) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    steps = {
        step.value
        for step in BY_HAND
        if (arrow := workflow.arrow(KIND, case.state, step)) is not None and can(arrow.permission, case)
    }
    saved = operations.record_of(case)
    return render_template(
        "disposal/show.html", case=case, steps=steps, saved=saved, elements=elements(case.mode, saved),
        form=record_form or (forms.RecordForm.of(case) if "record" in steps else None),
        decision=decision_form or (forms.DecisionForm.of(case) if "approve" in steps else None),
        refusal=refusal, facing=facing, phrases=PHRASES, clocks=clocks.of_case(case, today), tones=TONES,
        state_tones=STATE_TONES, legend=LEGEND, titles=forms.TITLES,
        decided_here=decisions.evidence(case.sample_id),
        rows=queries.failing_rows([case.sample_id]).get(case.sample_id, []), others=queries.other_cases(actor, case),
        org_name=queries.organisation_name(case.org_id), corrections=version_queries.corrections(case.sample_id),
        timeline=trail(KIND, case.id, calendar()), waiting=_waiting(case),
    ), status


def _waiting(case: DisposalCase) -> str | None:
    handler = case.handler.name if case.handler is not None else ""
    return {
        CaseState.OPEN: "等待办案人领取",
        CaseState.HANDLING: f"{handler} 办理中",
        CaseState.AWAITING: "等待审核人审核（不得为经办人本人）",
    }.get(case.state)
