"""Pages of the sampling assignments (抽样任务单): the list, giving out one or several, one task and the steps on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.assignments import forms, lines, listing, moving, moving_views, operations, queries, showing, writing
from app.assignments.blueprint import bp
from app.assignments.draft import TaskDraft
from app.assignments.models import SamplingAssignment
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import workflow
from app.domain.permissions import Permission
from app.domain.samples import Link
from app.domain.workflow import AssignmentState, AssignmentStep
from app.forms import VersionForm
from app.paging import from_day
from app.reference_data import standing
from app.reference_data.books import calendar
from app.sampling.showing import category_paths
from app.trail import trail

__all__ = ["bp", "moving_views"]
KIND = SamplingAssignment.__tablename__


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.ASSIGNMENT_LIST)
def index() -> ResponseReturnValue:
    actor, today, days = current_actor(), clock.today(), calendar()
    filters = forms.filters_asked(request.args)
    after = request.args.get("after") or from_day(request.args.get("start"))
    page = listing.assignments(actor, filters, today, after=after, before=request.args.get("before"))
    return render_template(
        "assignments/index.html", page=page, filters=filters, kept=forms.kept(filters), counts=listing.counts(actor, today),
        names=listing.names([row.id for row in page.rows]), plans=queries.plans(actor),
        laboratories=standing.laboratories(offered=False),
        standings=[showing.standing(row, row.done, today, days) for row in page.rows], states=list(AssignmentState),
        state_tones=showing.STATE_TONES, legend=showing.LEGEND, words=showing.Words(),
        to_move=moving.count(actor) if can(Permission.ASSIGNMENT_MAKE) else 0,
    )


# ---------------------------------------------------------------- new tasks

@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.ASSIGNMENT_MAKE)
def new() -> ResponseReturnValue:
    """One task, or one for each region ticked. A link may name plan, category, region, link, enterprise, batches, drawing."""
    actor, asked = current_actor(), forms.asked_values(request.args)
    link = Link.__members__.get(request.args.get("link", "").upper()) or _link(request.args.get("link"))
    form = forms.TaskForm(data=writing.first_values(actor, asked, link, clock.today()))
    _offer(form)
    form.region_ids.choices = writing.regions_offered(actor, asked["region"], *(form.region_ids.data or []))
    if form.validate_on_submit():
        with form.keeping():
            made = _given_out(form.key.data or "", lambda: writing.drafts_typed(form, actor))
            return _to_made(made)
    return _new_page("assignments/new.html", form)


@bp.route("/several", methods=["GET", "POST"])
@authorize(Permission.ASSIGNMENT_MAKE)
def several() -> ResponseReturnValue:
    """The lines chosen elsewhere (``line`` in the address), given to one team together."""
    actor = current_actor()
    chosen = lines.read_all(request.values.getlist("line"))[: operations.MOST]
    asked = forms.asked_values(request.args)
    first = writing.first_values(actor, asked, None, clock.today())
    form = forms.LinesForm(data={name: first[name] for name in ("plan_id", "from_on", "to_on", "laboratory_id", "drawing_id")})
    _offer(form)
    faults: list[str] = []
    if request.method == "POST":
        chosen, faults = _with_batches(chosen, request.form.getlist("batches"))
        form.form_errors.extend(faults)
    if form.validate_on_submit() and not faults:
        with form.keeping():
            made = _given_out(form.key.data or "", lambda: writing.drafts_of_lines(form, chosen, actor))
            return _to_made(made)
    return _new_page("assignments/several.html", form, lines=chosen, enterprises=queries.enterprise_names(actor, chosen))


def _link(written: str | None) -> Link | None:
    return Link(written) if written in {link.value for link in Link} else None


def _offer(form: forms.CommonForm) -> None:
    actor = current_actor()
    form.offer(queries.plans(actor), standing.laboratories(), queries.samplers(actor))


def _with_batches(chosen: Sequence[lines.Line], typed: Sequence[str]) -> tuple[list[lines.Line], list[str]]:
    """The lines with the batches typed beside them."""
    if not chosen:
        return [], ["请先选择要下达的行"]
    found, faults = [], []
    for ordinal, line in enumerate(chosen, 1):
        number = typed[ordinal - 1].strip() if ordinal <= len(typed) else ""
        if number.isascii() and number.isdecimal() and 1 <= int(number[:9]) <= lines.MOST_BATCHES and len(number) < 9:
            found.append(replace(line, batches=int(number)))
        else:
            found.append(line)
            faults.append(f"第 {ordinal} 行批次数应为 1 至 {lines.MOST_BATCHES} 的整数")
    return found, faults


def _given_out(key: str, drafts: Any) -> Sequence[SamplingAssignment]:
    """The tasks of this form; sent twice, they are made once."""
    earlier = queries.of_form(key) if key else ()
    if earlier:
        return earlier
    wanted: list[TaskDraft] = drafts()
    with transaction():
        return operations.assign_several(wanted, current_actor(), clock.now())


def _to_made(made: Sequence[SamplingAssignment]) -> ResponseReturnValue:
    if len(made) == 1:
        flash(f"已下达：{made[0].number}", "success")
        return redirect(url_for(".show", assignment_id=made[0].id), 303)
    flash(f"已下达 {len(made)} 个任务：{made[0].number} 至 {made[-1].number}", "success")
    return redirect(url_for(".index"), 303)


def _new_page(template: str, form: forms.CommonForm, **values: Any) -> ResponseReturnValue:
    return render_template(
        template, form=form, paths=category_paths(), words=showing.Words(), **values
    ), form.status if form.is_submitted() else 200


# ---------------------------------------------------------------- one task

@bp.get("/<int:assignment_id>")
@authorize(Permission.ASSIGNMENT_READ, queries.assignment)
def show(task: SamplingAssignment) -> ResponseReturnValue:
    return _page(task)


@bp.post("/<int:assignment_id>/accept")
@authorize(Permission.ASSIGNMENT_ANSWER, queries.assignment)
def accept(task: SamplingAssignment) -> ResponseReturnValue:
    form = VersionForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.accept(task, current_actor(), seen=form.version.data)
            return _done(task, f"已接受：{task.number}，请在 {task.to_on} 前完成")
    return _refused(task, form)


@bp.post("/<int:assignment_id>/decline")
@authorize(Permission.ASSIGNMENT_ANSWER, queries.assignment)
def decline(task: SamplingAssignment) -> ResponseReturnValue:
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.decline(task, current_actor(), form.comment.data, seen=form.version.data)
            return _done(task, f"已退回：{task.number}，等待改派")
    return _refused(task, form, step_form=form)


@bp.post("/<int:assignment_id>/finish")
@authorize(Permission.ASSIGNMENT_ANSWER, queries.assignment)
def finish(task: SamplingAssignment) -> ResponseReturnValue:
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.finish(task, current_actor(), form.comment.data, seen=form.version.data)
            return _done(task, f"已办结：{task.number}")
    return _refused(task, form, step_form=form)


@bp.post("/<int:assignment_id>/cancel")
@authorize(Permission.ASSIGNMENT_EDIT, queries.assignment)
def cancel(task: SamplingAssignment) -> ResponseReturnValue:
    form = forms.StepForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.cancel(task, current_actor(), form.comment.data, seen=form.version.data)
            return _done(task, f"已取消：{task.number}")
    return _refused(task, form, step_form=form)


@bp.post("/<int:assignment_id>/reschedule")
@authorize(Permission.ASSIGNMENT_EDIT, queries.assignment)
def reschedule(task: SamplingAssignment) -> ResponseReturnValue:
    form = forms.RescheduleForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.reschedule(
                    task, current_actor(), (form.from_on.data, form.to_on.data), form.comment.data, clock.now(),
                    seen=form.version.data,
                )  # fmt: skip
            return _done(task, f"已调整时间：{task.number}")
    return _refused(task, form, dates_form=form)


@bp.post("/<int:assignment_id>/reassign")
@authorize(Permission.ASSIGNMENT_EDIT, queries.assignment)
def reassign(task: SamplingAssignment) -> ResponseReturnValue:
    form = forms.ReassignForm()
    form.offer(standing.laboratories(), queries.samplers_for(current_actor(), task))
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.reassign(
                    task, current_actor(), tuple(form.member_ids.data or ()), form.laboratory_id.data, form.comment.data,
                    seen=form.version.data,
                )  # fmt: skip
            return _done(task, f"已改派：{task.number}，等待新的抽样人员接受")
    return _refused(task, form, team_form=form)


def _done(task: SamplingAssignment, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for(".show", assignment_id=task.id), 303)


def _refused(task: SamplingAssignment, form: Any, **kept: Any) -> ResponseReturnValue:
    """The task as it is now, with the refusal and everything that was typed; sending it again is then meant."""
    found = queries.assignment(current_actor(), task.id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, refusal=form, status=form.status, **kept)


def _page(
    task: SamplingAssignment,
    *,
    step_form: Any = None,
    dates_form: Any = None,
    team_form: Any = None,
    refusal: Any = None,
    status: int = 200,
) -> ResponseReturnValue:
    actor, today, days = current_actor(), clock.today(), calendar()
    steps = _steps(task)
    sheets = queries.sheets(actor, task.id)
    done = queries.done([task.id]).get(task.id, 0)
    if "reassign" in steps and team_form is None:
        team_form = forms.ReassignForm.of(task)
        team_form.offer(standing.laboratories(), queries.samplers_for(actor, task))
    return render_template(
        "assignments/show.html", task=task, around=queries.around(task), steps=steps, sheets=sheets, words=showing.Words(),
        standing=showing.standing(task, done, today, days), counts_as_batch=queries.counts_as_batch,
        step_form=step_form or forms.StepForm.of(task), team_form=team_form,
        dates_form=dates_form or (forms.RescheduleForm.of(task) if "reschedule" in steps else None), refusal=refusal,
        timeline=trail(KIND, task.id, days), waiting=_waiting(task), state_tones=showing.STATE_TONES, legend=showing.LEGEND,
        registers=task.state is AssignmentState.ACCEPTED and can(Permission.SAMPLE_CREATE),
        prints=_print_endpoint(),
    ), status


def _steps(task: SamplingAssignment) -> set[str]:
    """The steps this reader may take now: the arrow and the permission, as for the routes themselves."""
    found = ((step, workflow.arrow(KIND, task.state, step)) for step in AssignmentStep)
    return {step.value for step, arrow in found if arrow is not None and can(arrow.permission, task)}


def _waiting(task: SamplingAssignment) -> str | None:
    return {
        AssignmentState.ASSIGNED: "等待抽样人员接受",
        AssignmentState.ACCEPTED: "抽样进行中",
        AssignmentState.DECLINED: "等待改派或取消",
    }.get(task.state)


def _print_endpoint() -> str | None:
    """Where the printed task sheet is made, when this installation has it."""
    return "printing.task_sheet" if "printing.task_sheet" in current_app.view_functions else None
