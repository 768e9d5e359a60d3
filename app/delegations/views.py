"""Pages of 审批委托: the list, granting, one delegation, taking it back."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.delegations import forms, operations, queries
from app.delegations.models import Delegation
from app.domain.permissions import DELEGABLE, NAMES, Permission, may_ever
from app.domain.workflow import DelegationState
from app.forms import OfficeForm
from app.reference_data.forms import number
from app.trail import trail

bp = Blueprint("delegations", __name__, url_prefix="/delegations")
KIND = Delegation.__tablename__
TONES = {queries.STANDING: "green", queries.COMING: "blue", queries.ENDED: "neutral", queries.REVOKED: "neutral"}


@bp.get("/")
@authorize(Permission.DELEGATION_LIST)
def index() -> ResponseReturnValue:
    actor, today, asked = current_actor(), clock.today(), request.args.get("state", "")
    view = asked if asked in queries.VIEWS else queries.STANDING
    page = queries.delegations(actor, view, today, number(request.args.get("before")))
    return render_template(
        "delegations/index.html", page=page, view=view, views=queries.VIEWS, view_of=queries.view_of, tones=TONES, today=today
    )


@bp.route("/new", methods=["GET", "POST"])
@authorize(Permission.DELEGATION_GRANT)
def new() -> ResponseReturnValue:
    actor = current_actor()
    form = forms.GrantForm(data={"from_on": clock.today()})
    people = queries.takers(actor)
    named = [(row.id, f"{row.name}（{row.position}）" if row.position else row.name) for row in people]
    form.to_user.choices = [(0, "请选择"), *named]
    if form.validate_on_submit():
        made = queries.of_form(form.key.data) if form.key.data else None
        with form.keeping():
            if made is None:
                with transaction():
                    made = operations.grant(form.wish, actor, clock.now())
                flash(f"已委托：{made.number}，到期自动失效", "success")
            return redirect(url_for(".show", delegation_id=made.id), 303)
    passing = [NAMES[permission] for permission in Permission if permission in DELEGABLE and may_ever(actor, permission)]
    return render_template(
        "delegations/new.html", form=form, passing=passing, longest=current_app.config["DELEGATION_DAYS"]
    ), form.status if form.is_submitted() else 200


@bp.get("/<int:delegation_id>")
@authorize(Permission.DELEGATION_READ, queries.delegation)
def show(delegation: Delegation) -> ResponseReturnValue:
    return _page(delegation)


@bp.post("/<int:delegation_id>/revoke")
@authorize(Permission.DELEGATION_REVOKE, queries.delegation)
def revoke(delegation: Delegation) -> ResponseReturnValue:
    form, delegation_id, name = forms.RevokeForm(), delegation.id, delegation.number
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.revoke(delegation, current_actor(), form.reason.data or "", clock.now(), seen=form.version.data)
            flash(f"已收回委托：{name}", "success")
            return redirect(url_for(".show", delegation_id=delegation_id), 303)
    again = queries.delegation(current_actor(), delegation_id)  # a refusal has rolled everything back
    assert again is not None
    return _page(again, form)


def _page(delegation: Delegation, form: OfficeForm | None = None) -> ResponseReturnValue:
    today = clock.today()
    view = queries.view_of(delegation, today)
    revocable = delegation.state is DelegationState.GRANTED and view != queries.ENDED and can(Permission.DELEGATION_REVOKE, delegation)
    return render_template(
        "delegations/show.html", delegation=delegation, view=view, views=queries.VIEWS, tones=TONES, revocable=revocable, form=form,
        entries=trail(KIND, delegation.id)[::-1],
    ), form.status if form is not None else 200
