"""Pages of 年度评定: made, previewed, submitted, confirmed by another person."""

from __future__ import annotations

import secrets
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import workflow
from app.domain.permissions import Permission
from app.domain.supervision_kinds import Grade
from app.domain.supervision_states import RiskRunState, RiskRunStep
from app.forms import seen
from app.grading import jobs, run_forms, run_queries, run_showing, runs, showing
from app.grading.blueprint import bp
from app.grading.forms import ReasonForm, number
from app.grading.judging import Unfit
from app.grading.models import RiskRun
from app.grading.ruling import kinds_ruled
from app.reference_data.books import calendar, region_book
from app.sampling.showing import regions_to_choose
from app.trail import trail

KIND = RiskRun.__tablename__
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PHRASES = ("同意。", "同意年度评定结果。", "请核实等级变动较大的企业后重新报送。")
WAITING = {RiskRunState.PREVIEWED: "等待提交审核", RiskRunState.SUBMITTED: "等待审核（审核人不得为提交人本人）"}


# ---------------------------------------------------------------- the list, a new run

@bp.get("/runs", endpoint="runs")
@authorize(Permission.RISK_LIST)
def all_runs() -> ResponseReturnValue:
    return _runs(_blank_form())


def _blank_form() -> Any:
    return run_forms.RunForm(data={"key": secrets.token_hex(16), "year": clock.today().year})


def _runs(form: Any, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    _choices(form)
    found = run_queries.runs(actor, before=number(request.args.get("before")), after=number(request.args.get("after")))
    return render_template(
        "grading/runs.html", page=found, form=form, may_run=can(Permission.RISK_RUN), tones=run_showing.RUN_TONES, regions=region_book()
    ), status  # fmt: skip


def _choices(form: Any) -> None:
    form.kind.choices = [(kind, kind) for kind in kinds_ruled(current_actor().org_path)]
    form.region_id.choices = [("", "本辖区全部"), *((str(one), name) for one, name in regions_to_choose())]


@bp.post("/runs")
@authorize(Permission.RISK_RUN)
def begin_run() -> ResponseReturnValue:
    """Few enterprises are graded at once, many in the background."""
    form: Any = run_forms.RunForm()
    _choices(form)
    if form.validate_on_submit():
        if form.key.data and (earlier := run_queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".run", run_id=earlier), 303)
        with form.keeping():
            wanted = runs.Wanted(form.kind.data, form.year.data, number(form.region_id.data))
            with transaction():
                made = runs.prepare(wanted, current_actor(), clock.now(), key=form.key.data or None)
                if made.counts["large"]:
                    jobs.later(runs.PREVIEW, made, current_actor())
            return _previewed(made)
    return _runs(form, form.status)


def _previewed(made: RiskRun) -> ResponseReturnValue:
    run_id, where = made.id, redirect(url_for(".run", run_id=made.id), 303)
    if not made.counts["large"]:
        jobs.preview_all(run_id, current_actor())
    return where


# ---------------------------------------------------------------- one run

@bp.get("/runs/<int:run_id>")
@authorize(Permission.RISK_READ, run_queries.run)
def run(run: RiskRun) -> ResponseReturnValue:
    job, working = run_showing.job_of(run), False
    working = job is not None and job.ended_at is None
    response = current_app.make_response(_page(run))
    if working:
        response.headers["Refresh"] = "3"
    return response


def _page(run: RiskRun, refusal: Any = None) -> str:
    actor, today, filters = current_actor(), clock.today(), run_forms.filters_asked(request.args)
    found = run_queries.graded(
        actor, run, filters, before=number(request.args.get("before")), after=number(request.args.get("after"))
    )
    steps = {
        step.value for step in RiskRunStep
        if (arrow := workflow.arrow(KIND, run.state, step)) is not None and can(arrow.permission, run)
    }  # fmt: skip
    asked: dict[str, Any] = {"version": run.version, "effective_from": max(today, today.replace(year=run.year, month=1, day=1))}
    if isinstance(refusal, ReasonForm):
        asked["comment"] = refusal.comment.data
    form = refusal if isinstance(refusal, run_forms.DecideForm) else run_forms.DecideForm(data=asked, formdata=None)
    return render_template(
        "grading/run.html", run=run, page=found, rows=run_showing.moved(found.rows), filters=filters, kept=run_forms.kept(filters),
        with_=lambda **other: run_forms.kept(filters, **other), directions=run_showing.DIRECTIONS, tones=run_showing.TONES,
        run_tones=run_showing.RUN_TONES, grade_tones=showing.GRADE_TONES, grades=list(Grade), unfit=list(Unfit), steps=steps,
        job=run_showing.job_of(run), form=form, refusal=refusal, regions=region_book(), phrases=PHRASES,
        timeline=trail(KIND, run.id, calendar()), waiting=WAITING.get(run.state),
    )  # fmt: skip


@bp.get("/runs/<int:run_id>/left-out")
@authorize(Permission.RISK_READ, run_queries.run)
def run_left_out(run: RiskRun) -> ResponseReturnValue:
    """未能评定的企业, with the reason as it is now."""
    after = number(request.args.get("after")) or 0
    rows = run_showing.left_out(current_actor(), run, after)
    more = rows[-1].evidence.enterprise_id if len(rows) == run_queries.PAGE else None
    return render_template("grading/run_left_out.html", run=run, rows=rows, more=more)


@bp.post("/runs/<int:run_id>/continue")
@authorize(Permission.RISK_RUN, run_queries.run)
def continue_run(run: RiskRun) -> ResponseReturnValue:
    """继续预览 after it was broken off."""
    job = run_showing.job_of(run)
    if run.state is RiskRunState.PREVIEWED and not run.counts["complete"] and (job is None or job.ended_at is not None):
        if run.counts["large"]:
            with transaction():
                jobs.later(runs.PREVIEW, run, current_actor())
        return _previewed(run)
    return redirect(url_for(".run", run_id=run.id), 303)


@bp.post("/runs/<int:run_id>/submit")
@authorize(Permission.RISK_RUN, run_queries.run)
def submit_run(run: RiskRun) -> ResponseReturnValue:
    with transaction():
        runs.submit(run, current_actor(), seen=seen())
    flash(f"已提交审核：{run.number}，请他人审核", "success")
    return redirect(url_for(".run", run_id=run.id), 303)


@bp.post("/runs/<int:run_id>/discard")
@authorize(Permission.RISK_RUN, run_queries.run)
def discard_run(run: RiskRun) -> ResponseReturnValue:
    with transaction():
        runs.discard(run, current_actor(), seen=seen())
    flash(f"已放弃：{run.number}，其中的等级都不生效", "success")
    return redirect(url_for(".run", run_id=run.id), 303)


@bp.post("/runs/<int:run_id>/return")
@authorize(Permission.RISK_DECIDE, run_queries.run)
def return_run(run: RiskRun) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                runs.give_back(run, current_actor(), form.comment.data or "", seen=form.version.data)
            flash(f"已退回：{run.number}", "success")
            return redirect(url_for(".run", run_id=run.id), 303)
    return _page(run, form), form.status


@bp.post("/runs/<int:run_id>/confirm")
@authorize(Permission.RISK_DECIDE, run_queries.run)
def confirm_run(run: RiskRun) -> ResponseReturnValue:
    form: Any = run_forms.DecideForm()
    if form.validate_on_submit():
        with form.keeping():
            if run.counts["large"] and run.state is RiskRunState.SUBMITTED:
                return _confirm_later(run, form)
            with transaction():
                count = runs.confirm(
                    run, current_actor(), clock.now(), form.effective_from.data, form.comment.data, seen=form.version.data
                )
            flash(f"已确认 {count} 家企业的风险等级，{form.effective_from.data} 起生效", "success")
            return redirect(url_for(".run", run_id=run.id), 303)
    return _page(run, form), form.status


def _confirm_later(run: RiskRun, form: Any) -> ResponseReturnValue:
    with transaction():
        runs.refuse_unready(run, form.effective_from.data, seen=form.version.data, job=run_showing.job_of(run))
        day = form.effective_from.data.isoformat()
        jobs.later(runs.CONFIRM, run, current_actor(), effective_from=day, comment=form.comment.data, seen=run.version + 1)
    flash("企业较多，正在后台确认，本页会自动更新", "success")
    return redirect(url_for(".run", run_id=run.id), 303)
