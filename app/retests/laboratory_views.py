"""Pages of 复检机构名录: the list, and one entry added, corrected or closed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.retests import forms, laboratories, queries
from app.retests.models import RetestLaboratory
from app.retests.pages import bp
from app.trail import trail

UNLINKED = "不是本系统中的承检机构"


@bp.get("/laboratories")
@authorize(Permission.REFERENCE_READ)
def laboratory_list() -> ResponseReturnValue:
    actor, today, q = current_actor(), clock.today(), (request.args.get("q") or "").strip()[:60] or None
    whole = request.args.get("all") == "1"
    rows = queries.laboratories(actor, None if whole else today, q)
    return render_template(
        "retests/laboratories.html", rows=rows, q=q, whole=whole, today=today, edits=can(Permission.REFERENCE_EDIT), reach=actor.reach,
        linked=dict(queries.laboratories_of_system()),
    )  # fmt: skip


@bp.route("/laboratories/new", methods=["GET", "POST"])
@authorize(Permission.REFERENCE_EDIT)
def laboratory_new() -> ResponseReturnValue:
    form = forms.LaboratoryForm(data={"valid_from": clock.today()}).offer(queries.laboratories_of_system())
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = laboratories.add(form.written, current_actor(), clock.now())
            flash(f"已登记：{made.name}", "success")
            return redirect(url_for(".laboratory_list"), 303)
    return render_template("retests/laboratory.html", form=form, row=None), form.status if form.is_submitted() else 200


@bp.route("/laboratories/<int:laboratory_id>/edit", methods=["GET", "POST"])
@authorize(Permission.REFERENCE_EDIT, queries.own_laboratory)
def laboratory_edit(row: RetestLaboratory) -> ResponseReturnValue:
    form = forms.LaboratoryForm(obj=row).offer(queries.laboratories_of_system(), UNLINKED)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = laboratories.edit(row, form.written, current_actor(), clock.now())
            flash("已保存" if changed else "内容没有变化", "success")
            return redirect(url_for(".laboratory_list"), 303)
    return _laboratory(row.id, form)


@bp.post("/laboratories/<int:laboratory_id>/close")
@authorize(Permission.REFERENCE_EDIT, queries.own_laboratory)
def laboratory_close(row: RetestLaboratory) -> ResponseReturnValue:
    form, name = forms.CloseForm(), row.name
    if form.validate_on_submit():
        with form.keeping():
            day = form.closed_on.data
            assert day is not None
            with transaction():
                laboratories.close(row, day, form.reason.data or "", current_actor(), clock.now())
            flash(f"已登记退出名录：{name}", "success")
            return redirect(url_for(".laboratory_list"), 303)
    return _laboratory(row.id, None, form)


def _laboratory(
    laboratory_id: int, form: forms.LaboratoryForm | None, closing: forms.CloseForm | None = None
) -> ResponseReturnValue:
    row = queries.own_laboratory(current_actor(), laboratory_id)
    assert row is not None
    shown = form or forms.LaboratoryForm(formdata=None, obj=row).offer(queries.laboratories_of_system(), UNLINKED)
    refused = next((each for each in (form, closing) if each is not None and each.is_submitted()), None)
    return render_template(
        "retests/laboratory.html", form=shown, row=row, refused=refused,
        closing=closing or forms.CloseForm(formdata=None, data={"closed_on": clock.today()}),
        entries=trail(laboratories.KIND, row.id)[::-1],
    ), refused.status if refused is not None else 200  # fmt: skip
