"""Pages of 任职: recorded and ended on the page of the person."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts import positions, queries
from app.accounts.blueprint import bp
from app.accounts.models import User
from app.accounts.position_forms import EndForm, PositionForm
from app.accounts.positions import Written
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis


@bp.route("/users/<int:user_id>/positions/new", methods=["GET", "POST"])
@authorize(Permission.USER_EDIT, queries.user)
def new_position(user: User) -> ResponseReturnValue:
    form = PositionForm(data={"org_id": user.org_id, "from_on": clock.today()})
    form.org_id.choices = queries.choices(current_actor())
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                positions.add(user, _written(form), current_actor(), clock.now())
            flash(f"已登记{user.name}的任职", "success")
            return redirect(url_for(".show_user", user_id=user.id), 303)
    return render_template("accounts/new_position.html", form=form, user=user), form.status if form.is_submitted() else 200


def _written(form: PositionForm) -> Written:
    org = queries.organisation(current_actor(), form.org_id.data)
    if org is None:
        raise NotFound("没有找到该机构，可能已停用或不在您的管辖范围内")
    assert form.from_on.data is not None
    return Written(org, form.department.data, form.title.data, not form.part_time.data, form.from_on.data, form.until_on.data)


@bp.post("/users/<int:user_id>/positions/<int:position_id>/end")
@authorize(Permission.USER_EDIT, lambda actor, user_id, position_id: queries.user(actor, user_id))
def end_position(user: User) -> ResponseReturnValue:
    form = EndForm()
    row = positions.position(current_actor(), user.id, (request.view_args or {})["position_id"])
    if row is None:
        raise NotFound("没有找到该任职记录")
    if not form.validate_on_submit() or form.until_on.data is None:
        raise NotLikeThis("请填写任职结束日期，如 2026-12-31")
    with transaction():
        positions.end(user, row, form.until_on.data, current_actor(), seen=form.version.data)
    flash(f"已结束{user.name}的任职", "success")
    return redirect(url_for(".show_user", user_id=user.id), 303)
