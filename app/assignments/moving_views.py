"""The page of 更换承检机构: tasks of laboratories that are given no new work, chosen and moved to another."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.assignments import forms, moving, moving_jobs, showing
from app.assignments.blueprint import bp
from app.assignments.forms import read_id
from app.authorize import authorize, current_actor
from app.domain.permissions import Permission
from app.reference_data import standing


@bp.route("/laboratories", methods=["GET", "POST"])
@authorize(Permission.ASSIGNMENT_MAKE)
def laboratories() -> ResponseReturnValue:
    """What cannot be moved stays, and says why; pressed again nothing more is moved."""
    form = forms.MoveForm()
    form.offer(standing.laboratories())
    outcomes = None
    if form.validate_on_submit():
        with form.keeping():
            outcomes = moving_jobs.move_many(current_actor(), _chosen(), form.laboratory_id.data, form.comment.data)
    actor, laboratory_id = current_actor(), read_id(request.args.get("laboratory"))
    rows = moving.rows(actor, laboratory_id)
    if not form.is_submitted():
        form.laboratory_id.data = moving.successor(rows)
    return render_template(
        "assignments/laboratories.html", form=form, rows=rows, outcomes=outcomes, total=moving.count(actor), most=moving.MOST,
        why=moving.why_gone(row.laboratory_org_id for row in rows), words=showing.Words(), state_tones=showing.STATE_TONES,
        chosen=_chosen(), laboratory_id=laboratory_id,
    ), form.status if form.errors else 200


def _chosen() -> dict[int, int | None]:
    """The ticked tasks, each with the version that the page showed."""
    found: dict[int, int | None] = {}
    for written in request.form.getlist("task"):
        number, _, version = written.partition(":")
        if (task_id := read_id(number)) is not None:
            found[task_id] = read_id(version) if read_id(version) is not None else -1
    return found
