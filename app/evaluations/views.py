"""Pages of 规划评估: the list, one report with its table, its text, its steps and its files."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, taken_out
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.documents import DOCX
from app.domain import workflow
from app.domain.evaluations import SECTIONS
from app.domain.permissions import Permission
from app.domain.reporting_kinds import EvaluationKind
from app.domain.reporting_states import EvaluationState, EvaluationStep
from app.evaluations import drawings, files, forms, operations, queries
from app.evaluations.content import content, met_word, target_of
from app.evaluations.models import PlanEvaluation
from app.exports.queries import home_region, organisation_name, plan_of
from app.forms import seen, whole
from app.indicators import frames, tables
from app.indicators import queries as indicators
from app.reference_data.books import calendar, region_book
from app.sending import send_file
from app.step_views import StepPages
from app.trail import trail

bp = Blueprint("evaluations", __name__, url_prefix="/evaluations")
KIND = PlanEvaluation.__tablename__
TONES = {
    EvaluationState.DRAFT: "neutral", EvaluationState.SUBMITTED: "yellow", EvaluationState.APPROVED: "blue",
    EvaluationState.ARCHIVED: "green", EvaluationState.VOIDED: "neutral",
}  # fmt: skip
PHRASES = ("请补充未达到目标的原因分析。", "数据与月报不一致，请核对后重新取数。")


@bp.get("/")
@authorize(Permission.EVALUATION_LIST)
def index() -> ResponseReturnValue:
    filters = forms.filters_asked(request.args)
    before, after = request.args.get("before", type=whole), request.args.get("after", type=whole)
    page = queries.evaluations(current_actor(), filters, before=before, after=after)
    return render_template(
        "evaluations/index.html", page=page, kept=forms.kept(filters), states=list(EvaluationState), kinds=list(EvaluationKind),
        tones=TONES, plans=queries.plans(),
    )  # fmt: skip


def _new_form() -> forms.NewForm:
    form = forms.NewForm()
    home, book = home_region(current_actor()), region_book()
    plans = indicators.plans()
    offered = frames.offered(book, home, *(book.id(plan.region_code) for plan in plans))
    form.area.choices = [(one.code, book.full_name(one.id)) for one in offered]
    form.plan.choices = [(plan.code, plan.name) for plan in plans]
    if not form.is_submitted():
        nearest = plan_of(home) if home else None
        form.area.data, form.plan.data = (book.code(home) if home else None), (nearest.code if nearest else None)
        form.year.data, form.key.data = clock.today().year, secrets.token_hex(16)
    return form


@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.EVALUATION_EDIT)
def new() -> ResponseReturnValue:
    form = _new_form()
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", evaluation_id=earlier), 303)
        with form.keeping():
            with transaction():
                made = _drafted(form)
            flash(f"已建立：{made.number}，请补充文字后提交审批", "success")
            return redirect(url_for(".show", evaluation_id=made.id), 303)
    return render_template("evaluations/new.html", form=form), form.status if form.is_submitted() else 200


def _drafted(form: forms.NewForm) -> PlanEvaluation:
    actor = current_actor()
    place = frames.area_by_code(region_book(), form.area.data)
    plan = indicators.plan_by_code(actor, form.plan.data)
    month = int(form.month.data) if form.month.data else None
    kind = EvaluationKind(form.kind.data)
    return operations.draft(plan, place, kind, int(form.year.data or 0), month, actor, clock.now(), key=form.key.data or None)


# ---------------------------------------------------------------- one report

@bp.get("/<int:evaluation_id>")
@authorize(Permission.EVALUATION_READ, queries.evaluation)
def show(found: PlanEvaluation) -> ResponseReturnValue:
    return _page(found)


def _page(found: PlanEvaluation, refusal: Any = None) -> str:
    steps = {
        step.value
        for step in EvaluationStep
        if (arrow := workflow.arrow(KIND, found.state, step)) is not None and can(arrow.permission, found)
    }
    whole = content(found, current_actor())
    values = {"version": found.version, "title": found.title, **{section.code: found.sections.get(section.code) for section in SECTIONS}}
    return render_template(
        "evaluations/show.html", found=found, whole=whole, steps=steps, tones=TONES, sections=SECTIONS, phrases=PHRASES,
        text=refusal if isinstance(refusal, forms.TextForm) else forms.TextForm(formdata=None, data=values), written=tables.written,
        stepping=refusal if isinstance(refusal, forms.StepForm) else forms.StepForm(formdata=None, data={"version": found.version}),
        refusal=refusal, region=region_book().full_name(found.region_id), org_name=organisation_name(found.org_id),
        people=queries.people(found), timeline=trail(KIND, found.id, calendar()), met_word=met_word, target_of=target_of,
        chart=drawings.attainment_chart(whole),
    )  # fmt: skip


STEPS = StepPages("evaluation_id", queries.evaluation, _page)


@bp.post("/<int:evaluation_id>/text")
@authorize(Permission.EVALUATION_EDIT, queries.evaluation)
def edit(found: PlanEvaluation) -> ResponseReturnValue:
    return STEPS.take(
        found, forms.TextForm(), "已保存",
        lambda form: operations.edit(found, form.title.data or "", form.written, current_actor(), seen=form.version.data),
    )  # fmt: skip


def _clicked(found: PlanEvaluation, said: str, step: Callable[[int], None]) -> ResponseReturnValue:
    """A step by one click, with the version that the page showed."""
    with transaction():
        step(seen())
    flash(said, "success")
    return redirect(url_for(".show", evaluation_id=found.id), 303)


@bp.post("/<int:evaluation_id>/recount")
@authorize(Permission.EVALUATION_EDIT, queries.evaluation)
def recount(found: PlanEvaluation) -> ResponseReturnValue:
    return _clicked(found, "已按现在的记录重新取数", lambda version: operations.recount(found, current_actor(), clock.now(), seen=version))


@bp.post("/<int:evaluation_id>/submit")
@authorize(Permission.EVALUATION_EDIT, queries.evaluation)
def submit(found: PlanEvaluation) -> ResponseReturnValue:
    return _clicked(found, "已提交审批", lambda version: operations.submit(found, current_actor(), seen=version))


@bp.post("/<int:evaluation_id>/recall")
@authorize(Permission.EVALUATION_EDIT, queries.evaluation)
def recall(found: PlanEvaluation) -> ResponseReturnValue:
    return _clicked(found, "已撤回，可以修改", lambda version: operations.recall(found, current_actor(), seen=version))


@bp.post("/<int:evaluation_id>/approve")
@authorize(Permission.EVALUATION_DECIDE, queries.evaluation)
def approve(found: PlanEvaluation) -> ResponseReturnValue:
    return _clicked(found, "已批准，可以归档", lambda version: operations.approve(found, current_actor(), clock.now(), seen=version))


@bp.post("/<int:evaluation_id>/archive")
@authorize(Permission.EVALUATION_EDIT, queries.evaluation)
def archive(found: PlanEvaluation) -> ResponseReturnValue:
    return _clicked(found, "已归档", lambda version: operations.archive(found, current_actor(), clock.now(), seen=version))


@bp.post("/<int:evaluation_id>/return")
@authorize(Permission.EVALUATION_DECIDE, queries.evaluation)
def send_back(found: PlanEvaluation) -> ResponseReturnValue:
    return STEPS.take(
        found, forms.StepForm(), "已退回修改",
        lambda form: operations.send_back(found, current_actor(), form.comment.data or "", seen=form.version.data),
    )  # fmt: skip


@bp.post("/<int:evaluation_id>/void")
@authorize(Permission.EVALUATION_EDIT, queries.evaluation)
def void(found: PlanEvaluation) -> ResponseReturnValue:
    return STEPS.take(
        found, forms.StepForm(), "已作废",
        lambda form: operations.void(found, current_actor(), form.comment.data or "", seen=form.version.data),
    )  # fmt: skip


@bp.get("/<int:evaluation_id>/document.docx")
@authorize(Permission.EVALUATION_READ, queries.evaluation)
def document(found: PlanEvaluation) -> ResponseReturnValue:
    """文稿 as it stands."""
    actor = current_actor()
    made = files.document(found, content(found, actor), actor, organisation_name(found.org_id), queries.people(found))
    return _sent(found, made, "docx", DOCX)


@bp.get("/<int:evaluation_id>/workbook.xlsx")
@authorize(Permission.EVALUATION_READ, queries.evaluation)
def workbook(found: PlanEvaluation) -> ResponseReturnValue:
    """数据表 as it stands."""
    made = files.workbook(found, content(found, current_actor()), organisation_name(found.org_id))
    return _sent(found, made, "xlsx", operations.XLSX)


def _sent(found: PlanEvaluation, made: bytes, ending: str, mime: str) -> ResponseReturnValue:
    """The file; who took it out is in the history."""
    with transaction():
        taken_out.note(KIND, found.id, found.number, f"{found.title}.{ending}", current_actor(), made, org_id=found.org_id)
    response = send_file(io.BytesIO(made), mime, as_attachment=True, download_name=f"{found.title}_{found.number}.{ending}")
    response.headers["Cache-Control"] = "private, no-store"
    return response
