"""Pages of 波及清单: the list, one of them with its tasks, one task with its history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.decisions.attempts import Attempt
from app.domain.case_kinds import RippleCause, RippleTaskKind
from app.domain.permissions import Permission
from app.domain.workflow import RippleTaskState, RippleTaskStep, arrow
from app.forms import OfficeForm
from app.reference_data.forms import number
from app.ripples import forms, operations, queries, showing
from app.ripples.models import Ripple, RippleTask
from app.trail import trail

bp = Blueprint("ripples", __name__, url_prefix="/ripples")
KIND = RippleTask.__tablename__
TONES = {RippleTaskState.OPEN: "yellow", RippleTaskState.DONE: "green", RippleTaskState.WAIVED: "neutral"}
PHRASES = ("已核对，当事人已知悉。", "已撤下并公布变更后的结论。", "已书面告知受送达人。", "已撤销并退还罚没款。")
BY_HAND = (RippleTaskStep.FINISH, RippleTaskStep.WAIVE, RippleTaskStep.REOPEN)
DONE = {"finish": "处理完毕", "waive": "无需处理", "reopen": "重新处理"}


@bp.get("/")
@authorize(Permission.RIPPLE_LIST)
def index() -> ResponseReturnValue:
    actor, filters = current_actor(), forms.filters_asked(request.args)
    page = queries.ripples(actor, filters, max(1, number(request.args.get("page")) or 1))
    return render_template(
        "ripples/index.html", page=page, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor),
        progress=queries.progress([row.id for row in page.rows]), causes=[(one.value, one.value) for one in RippleCause],
        kinds=[(one.value, one.value) for one in RippleTaskKind],
    )  # fmt: skip


@bp.get("/<int:ripple_id>")
@authorize(Permission.RIPPLE_READ, queries.ripple)
def show(ripple: Ripple) -> ResponseReturnValue:
    return _show(ripple, forms.BulkForm(formdata=None))


def _show(ripple: Ripple, form: forms.BulkForm, attempts: Sequence[Attempt] = (), said: str = "") -> ResponseReturnValue:
    tasks = queries.tasks(current_actor(), ripple.id)
    return render_template(
        "ripples/show.html", ripple=ripple, tasks=tasks, form=form, attempts=attempts, said=said, tones=TONES, phrases=PHRASES,
        addresses=showing.addresses(tasks), standings=showing.standings(tasks), source=showing.source(ripple),
        maker=queries.person_name(ripple.created_by_id), org_name=queries.organisation_name(ripple.org_id),
        left=[one for one in tasks if one.state is RippleTaskState.OPEN], entries=showing.told_of(tasks),
    ), form.status if form.errors else 200  # fmt: skip


@bp.post("/<int:ripple_id>/bulk")
@authorize(Permission.RIPPLE_HANDLE, queries.ripple)
def bulk(ripple: Ripple) -> ResponseReturnValue:
    """处理完毕 or 无需处理 for every ticked task; each succeeds or is refused by itself, and the page says which."""
    form, actor, ripple_id = forms.BulkForm(), current_actor(), ripple.id
    waived = request.form.get("step") == RippleTaskStep.WAIVE.value
    operation: Callable[..., None] = operations.waive if waived else operations.finish
    ids = forms.ids_asked(request.form)
    if not ids:
        form.form_errors.append("请至少勾选一项")
    if not form.validate_on_submit() or form.errors:
        return _show(ripple, form)
    attempts = [Attempt(one, one.id, one.number) for one in queries.several(actor, ids) if one.ripple_id == ripple_id]
    for attempt in attempts:
        seen = number(request.form.get(f"version-{attempt.id}")) or -1
        with attempt.keeping(), transaction():
            operation(attempt.subject, actor, clock.now(), form.note.data, seen=seen)
    return _show(_again(actor, ripple_id), forms.BulkForm(formdata=None), attempts, DONE["waive" if waived else "finish"])


def _again(actor: Any, ripple_id: int) -> Ripple:
    found = queries.ripple(actor, ripple_id)
    assert found is not None
    return found


# ---------------------------------------------------------------- one task

@bp.get("/tasks/<int:task_id>")
@authorize(Permission.RIPPLE_READ, queries.task)
def task(found: RippleTask) -> ResponseReturnValue:
    return _task(found)


def _task(found: RippleTask, form: OfficeForm | None = None) -> ResponseReturnValue:
    taken = ((step, arrow(KIND, found.state, step)) for step in BY_HAND)
    steps = {step.value for step, one in taken if one is not None and can(one.permission, found)}
    return render_template(
        "ripples/task.html", task=found, ripple=found.ripple, form=form, steps=steps, tones=TONES, phrases=PHRASES,
        address=showing.addresses([found])[found.id], standing=showing.standings([found]).get(found.id),
        doer=queries.person_name(found.done_by_id), org_name=queries.organisation_name(found.org_id),
        entries=trail(KIND, found.id)[::-1],
    ), form.status if form is not None else 200  # fmt: skip


def _stepped(found: RippleTask, step: str, operation: Callable[[forms.NoteForm], None]) -> ResponseReturnValue:
    form, task_id, name, ripple_id = forms.NoteForm(), found.id, found.number, found.ripple_id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operation(form)
            flash(f"{DONE[step]}：{name}", "success")
            return redirect(url_for(".show", ripple_id=ripple_id), 303)
    again = queries.task(current_actor(), task_id)  # a refusal has rolled everything back
    assert again is not None
    return _task(again, form)


@bp.post("/tasks/<int:task_id>/finish")
@authorize(Permission.RIPPLE_HANDLE, queries.task)
def finish(found: RippleTask) -> ResponseReturnValue:
    actor = current_actor()
    return _stepped(
        found, "finish", lambda form: operations.finish(found, actor, clock.now(), form.note.data, seen=form.version.data)
    )


@bp.post("/tasks/<int:task_id>/waive")
@authorize(Permission.RIPPLE_HANDLE, queries.task)
def waive(found: RippleTask) -> ResponseReturnValue:
    actor = current_actor()
    return _stepped(found, "waive", lambda form: operations.waive(found, actor, clock.now(), form.note.data, seen=form.version.data))


@bp.post("/tasks/<int:task_id>/reopen")
@authorize(Permission.RIPPLE_HANDLE, queries.task)
def reopen(found: RippleTask) -> ResponseReturnValue:
    actor = current_actor()
    return _stepped(found, "reopen", lambda form: operations.reopen(found, actor, form.note.data, seen=form.version.data))
