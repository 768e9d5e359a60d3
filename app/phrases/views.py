"""Pages of 常用语: a person's own and the office's; and what is offered beside every opinion."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain import phrases as rules
from app.domain.permissions import Permission
from app.phrases import forms, operations, queries

bp = Blueprint("phrases", __name__, url_prefix="/phrases")


@bp.record_once
def _everywhere(state: Any) -> None:
    """``phrases_here()`` in the macros of forms: what is offered beside an opinion."""
    state.app.jinja_env.globals["phrases_here"] = phrases_here


def phrases_here() -> queries.Offered | None:
    """The phrases of whoever looks at this page, asked once; None for a stranger."""
    if "phrases_here" not in g:
        g.phrases_here = queries.offered(current_actor()) if request and current_user.is_authenticated else None
    return g.phrases_here  # type: ignore[no-any-return]


@bp.route("/", methods=["GET", "POST"])
@authorize(Permission.PHRASE_OWN)
def own() -> ResponseReturnValue:
    return _list(office=False)


@bp.route("/office", methods=["GET", "POST"])
@authorize(Permission.PHRASE_OFFICE)
def office() -> ResponseReturnValue:
    return _list(office=True)


def _list(*, office: bool) -> ResponseReturnValue:
    actor, form = current_actor(), forms.ListForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = operations.keep(
                    actor, rules.written(form.text.data or ""), clock.now(), office=office, seen=form.seen.data
                )
            flash(f"常用语：{changed.words}", "success")
            return redirect(url_for(".office" if office else ".own"), 303)
    standing = queries.kept(actor, office=office)
    if not form.is_submitted():
        begun = [one.text for one in standing] or (list(rules.DEFAULTS) if office else [])
        form = forms.ListForm(formdata=None, data={"text": "\n".join(begun)})
    form.seen.data = queries.stamp(standing)
    page = render_template(
        "phrases/list.html", form=form, office=office, may_office=can(Permission.PHRASE_OFFICE), standing=standing, defaults=rules.DEFAULTS,
        offered=queries.offered(actor), most=rules.MOST, longest=rules.LONGEST,
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200
