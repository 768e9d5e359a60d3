"""Pages of 风险分级: score sheets, grades, events and the yearly run."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits
from app.attachments import operations as attachments
from app.attachments.queries import attachments_of
from app.attachments.types import ACCEPT
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import workflow
from app.domain.permissions import Permission
from app.domain.supervision_kinds import Grade, GradeCause
from app.domain.supervision_states import GradeState, GradeStep
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise
from app.forms import seen
from app.grading import (
    event_views,
    forms,
    listing,
    operations,
    pages,
    paper,
    profile_views,
    queries,
    recounting,
    run_views,
    showing,
    simulation_views,
)
from app.grading.blueprint import bp
from app.grading.models import RiskGrade
from app.grading.ruling import kinds_ruled
from app.reference_data.books import calendar, region_book
from app.sampling.showing import regions_to_choose
from app.sending import send_file
from app.trail import trail

__all__ = ["bp", "event_views", "profile_views", "run_views", "simulation_views"]
KIND = RiskGrade.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PHRASES = ("同意。", "同意评定意见。", "依据不足，请补充。", "与检查情况不符，请核实后重新评分。")
WAITING = {
    GradeState.DRAFT: "等待经办人提交审核", GradeState.PROPOSED: "等待审核（审核人不得为提交人本人）",
}  # fmt: skip


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``grades_of_enterprise(enterprise)`` and ``grade_marks(ids)`` for other pages."""
    return {"grades_of_enterprise": showing.panel, "grade_marks": showing.marks, "grade_tones": showing.GRADE_TONES}


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.RISK_LIST)
def index() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    kinds = kinds_ruled(actor.org_path)
    found = listing.graded(
        actor, filters, kinds, today, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    return render_template(
        "grading/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=listing.counts(actor, filters, kinds, today),
        kinds=kinds, grades=list(Grade), tones=showing.GRADE_TONES, today=today, with_=lambda **other: forms.kept(filters, **other),
        places=regions_to_choose(), regions=region_book(), stations=listing.stations(actor), may_score=can(Permission.RISK_SCORE),
        open_counts=listing.open_counts(actor), open_states=(GradeState.DRAFT, GradeState.PROPOSED),
        may_import=can(Permission.RISK_SCORE) and can(Permission.IMPORT_STAGE),
    )  # fmt: skip


@bp.get("/sheets")
@authorize(Permission.RISK_LIST)
def sheets() -> ResponseReturnValue:
    """评分表: those being made, those waiting for a decision, those of the past."""
    actor = current_actor()
    state = next((one for one in GradeState if one.value == request.args.get("state")), None)
    found = listing.sheets(
        actor, state, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    return render_template(
        "grading/sheets.html", page=found, state=state, states=list(GradeState), counts=listing.open_counts(actor),
        kept={"state": state.value} if state else {}, tones=showing.GRADE_TONES, state_tones=showing.STATE_TONES,
    )  # fmt: skip


def _sent(content: bytes, kind: str, name: str) -> ResponseReturnValue:
    response = send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# ---------------------------------------------------------------- one enterprise

@bp.get("/enterprises/<int:enterprise_id>")
@authorize(Permission.RISK_READ, enterprises.enterprise)
def of_enterprise(enterprise: Enterprise) -> ResponseReturnValue:
    """等级记录: every grade the enterprise has had."""
    return render_template("grading/of_enterprise.html", enterprise=enterprise)


@bp.route("/enterprises/<int:enterprise_id>/new", methods=["GET", "POST"])
@authorize(Permission.RISK_SCORE, enterprises.enterprise)
def new(enterprise: Enterprise) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    ruled = kinds_ruled(actor.org_path)
    kinds = [kind for kind, _ in queries.kinds_of(enterprise.id) if kind in ruled]
    asked = {
        "key": secrets.token_hex(16), "year": today.year, "kind": request.args.get("kind", kinds[0] if kinds else ""),
        "cause": request.args.get("cause", ""),
    }  # fmt: skip
    form: Any = forms.ScoreForm(data=asked)
    form.kind.choices = [(kind, kind) for kind in kinds]
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", grade_id=earlier), 303)
        with form.keeping():
            wanted = operations.Asked(
                form.kind.data, form.year.data, GradeCause(form.cause.data), form.reason.data or "",
                Grade(form.grade.data) if form.grade.data else None, form.document.data or "",
            )  # fmt: skip
            with transaction():
                made = operations.score(enterprise, wanted, actor, clock.now(), key=form.key.data or None)
            flash(f"已建立评分表 {made.number}：{operations.told(made)}", "success")
            return redirect(url_for(".show", grade_id=made.id), 303)
    page = render_template("grading/new.html", form=form, enterprise=enterprise, kinds=kinds, panel_=showing.panel(enterprise))
    return page, form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- one score sheet

@bp.get("/<int:grade_id>")
@authorize(Permission.RISK_READ, queries.grade)
def show(grade: RiskGrade) -> ResponseReturnValue:
    return _page(grade)


def _page(grade: RiskGrade, refusal: Any = None) -> str:
    steps = {
        step.value
        for step in GradeStep
        if (arrow := workflow.arrow(KIND, grade.state, step)) is not None and can(arrow.permission, grade)
    }
    today = clock.today()
    begins = max(today, queries.first_day(grade.year))
    deciding = forms.ConfirmForm(formdata=None, data={"version": grade.version, "effective_from": begins})
    return render_template(
        "grading/show.html", grade=grade, sheet=pages.sheet(grade), steps=steps, tones=showing.GRADE_TONES,
        state_tones=showing.STATE_TONES, refusal=refusal, phrases=PHRASES,
        deciding=refusal if isinstance(refusal, forms.ConfirmForm) else deciding,
        filing=can(Permission.RISK_SCORE, grade), accept=ACCEPT, files=attachments_of(current_actor(), KIND, grade.id),
        adding=refusal if isinstance(refusal, forms.FileForm) else forms.FileForm(formdata=None),
        people=queries.person_names(grade.proposed_by_id, grade.decided_by_id), former=queries.number_of(grade.former_id),
        now=pages.now(grade) if request.args.get("now") == "1" else None,
        timeline=trail(KIND, grade.id, calendar()), waiting=WAITING.get(grade.state),
    )  # fmt: skip


def _step(grade: RiskGrade, form: Any, said: str, taken: Callable[[Any], None]) -> ResponseReturnValue:
    grade_id = grade.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken(form)
            flash(said, "success")
            return redirect(url_for(".show", grade_id=grade_id), 303)
    found = queries.grade(current_actor(), grade_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form), form.status


def _pressed(grade: RiskGrade, said: str, taken: Callable[[int], None]) -> ResponseReturnValue:
    grade_id = grade.id
    with transaction():
        taken(seen())
    flash(said, "success")
    return redirect(url_for(".show", grade_id=grade_id), 303)


@bp.post("/<int:grade_id>/rescore")
@authorize(Permission.RISK_SCORE, queries.grade)
def rescore(grade: RiskGrade) -> ResponseReturnValue:
    return _pressed(grade, "已按现有记录重新评分", lambda version: operations.rescore(grade, current_actor(), clock.now(), seen=version))


@bp.post("/<int:grade_id>/propose")
@authorize(Permission.RISK_SCORE, queries.grade)
def propose(grade: RiskGrade) -> ResponseReturnValue:
    return _pressed(grade, "已提交审核，请他人审核", lambda version: operations.propose(grade, current_actor(), seen=version))


@bp.post("/<int:grade_id>/recall")
@authorize(Permission.RISK_SCORE, queries.grade)
def recall(grade: RiskGrade) -> ResponseReturnValue:
    return _pressed(grade, "已撤回送审", lambda version: operations.recall(grade, current_actor(), seen=version))


@bp.post("/<int:grade_id>/return")
@authorize(Permission.RISK_DECIDE, queries.grade)
def give_back(grade: RiskGrade) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.give_back(grade, current_actor(), form.comment.data or "", seen=form.version.data)

    return _step(grade, forms.ReasonForm(), "已退回经办人", taken)


@bp.post("/<int:grade_id>/confirm")
@authorize(Permission.RISK_DECIDE, queries.grade)
def confirm(grade: RiskGrade) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.confirm(
            grade, current_actor(), clock.now(), form.effective_from.data, comment=form.comment.data or None, seen=form.version.data
        )

    return _step(grade, forms.ConfirmForm(), "已确认等级", taken)


@bp.post("/<int:grade_id>/discard")
@authorize(Permission.RISK_SCORE, queries.grade)
def discard(grade: RiskGrade) -> ResponseReturnValue:
    """作废 of a sheet that was never decided on, by whoever scores."""
    return _voided(grade, GradeState.DRAFT, "评分表已作废")


@bp.post("/<int:grade_id>/void")
@authorize(Permission.RISK_DECIDE, queries.grade)
def void(grade: RiskGrade) -> ResponseReturnValue:
    """作废 of a grade in force, by another person than who proposed it."""
    return _voided(grade, GradeState.CONFIRMED, "等级已作废；此前的等级（如有）恢复有效")


def _voided(grade: RiskGrade, state: GradeState, said: str) -> ResponseReturnValue:
    def taken(form: Any) -> None:
        operations.void(grade, state, current_actor(), form.comment.data or "", seen=form.version.data)

    return _step(grade, forms.ReasonForm(), said, taken)


@bp.post("/<int:grade_id>/files")
@authorize(Permission.RISK_SCORE, queries.grade)
@upload_limits.takes_files
def attach(grade: RiskGrade) -> ResponseReturnValue:
    """依据文件: minutes, approvals and the like, kept with the sheet."""
    form: Any = forms.FileForm()
    grade_id, org_id = grade.id, grade.org_id
    if form.validate_on_submit():
        upload = form.file.data
        with form.keeping():
            with transaction():
                kept = attachments.save(
                    current_actor(), KIND, grade_id, org_id, upload.filename or "", upload.stream.read(), clock.now()
                )
            flash(f"已保存依据文件：{kept.filename}", "success")
            return redirect(url_for(".show", grade_id=grade_id), 303)
    found = queries.grade(current_actor(), grade_id)
    assert found is not None
    return _page(found, form), form.status


@bp.get("/verify")
@authorize(Permission.RISK_LIST)
def verify() -> ResponseReturnValue:
    """复核重算: the latest grades counted again from what they kept."""
    actor = current_actor()
    rows = list(recounting.verified(queries.latest(actor, recounting.SHOWN)))
    return render_template("grading/verify.html", counted=len(rows), wrong=[one for one in rows if not one.same], most=recounting.SHOWN)


@bp.get("/<int:grade_id>/sheet.docx")
@authorize(Permission.RISK_READ, queries.grade)
def sheet(grade: RiskGrade) -> ResponseReturnValue:
    """食品生产经营者风险等级确定表."""
    actor = current_actor()
    made = paper.sheet(grade, actor)
    with transaction():
        paper.record(made, grade, actor, clock.now())
    return _sent(made.content, paper.DOCX, f"风险等级确定表_{grade.number}.docx")
