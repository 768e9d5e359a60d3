"""Pages of the sampling tasks (抽检任务)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.samples import Level, Purpose
from app.indicators import records
from app.indicators.addresses import position
from app.indicators.frames import area_by_code, period
from app.indicators.records import Side
from app.indicators.tables import written
from app.planning import operations, queries
from app.planning.forms import ChangeForm, TaskForm
from app.planning.models import SamplingTask
from app.reference_data.books import region_book
from app.trail import trail

bp = Blueprint("planning", __name__, url_prefix="/tasks")
ROWS = 50


@bp.get("/")
@authorize(Permission.TASK_READ)
def tasks() -> ResponseReturnValue:
    text = request.args.get("year", "")
    year = period(int(text)).year if text.isascii() and text.isdecimal() and len(text) < 6 else clock.today().year
    found = queries.tasks(current_actor(), year)
    years = sorted({year, *range(clock.today().year - 5, clock.today().year + 2)}, reverse=True)
    return render_template("planning/tasks.html", tasks=found, year=year, years=years, written=written)


@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.TASK_EDIT)
def new() -> ResponseReturnValue:
    actor = current_actor()
    form = TaskForm(year=clock.today().year) if request.method == "GET" else TaskForm()
    form.area.choices = [(one.code, f"{one.name}（{one.code}）") for one in queries.areas(actor)]
    if not form.validate_on_submit():
        return render_template("planning/new.html", form=form), form.status if form.is_submitted() else 200
    found = area_by_code(region_book(), form.area.data)
    quota = operations.Quota(
        found, form.year.data or 0, Level(form.level.data), Purpose(form.purpose.data), form.batches.data or 0
    )
    with form.keeping():
        with transaction():
            operations.set_task(actor, quota, clock.now())
        flash(f"已编制任务数：{found.name}{quota.year}年{quota.purpose.value} {quota.batches} 批次", "success")
        return redirect(url_for(".tasks", year=quota.year), 303)
    return render_template("planning/new.html", form=form), form.status


@bp.get("/<int:task_id>")
@authorize(Permission.TASK_READ, queries.task)
def show(task: SamplingTask) -> ResponseReturnValue:
    return _page(task, ChangeForm(formdata=None, batches=task.batches), 200)


@bp.post("/<int:task_id>")
@authorize(Permission.TASK_EDIT, queries.task)
def change(task: SamplingTask) -> ResponseReturnValue:
    form = ChangeForm()
    if not form.validate_on_submit():
        return _page(task, form, form.status)
    actor = current_actor()
    place = queries.frame(actor, task).area
    with form.keeping():
        with transaction():
            changed = operations.change_task(
                actor, task, place, form.batches.data or 0, form.reason.data or "", clock.now()
            )
        flash(f"任务数已变更为 {changed.batches} 批次", "success")
        return redirect(url_for(".show", task_id=changed.id), 303)
    return _page(task, form, form.status)


def _page(task: SamplingTask, form: ChangeForm, status: int) -> ResponseReturnValue:
    actor = current_actor()
    frame, page = queries.frame(actor, task), None
    if task.superseded_at is None:
        page = records.page(frame, queries.asked(task), Side.NUMERATOR, position(), ROWS)
    versions = queries.versions(actor, task)
    entries = sorted((entry for one in versions for entry in trail("sampling_task", one.id)), key=lambda entry: entry.at)
    return render_template(
        "planning/show.html", task=task, area=frame.area, form=form, page=page, versions=versions, entries=entries
    ), status
