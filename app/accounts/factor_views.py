"""Pages of 动态口令: bind it, give it after the password, renew the recovery codes, take it away, reset somebody else's."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.accounts import factor_forms as forms
from app.accounts import factor_queries, factors, queries, sessions
from app.accounts.forms import local_address
from app.accounts.models import User
from app.accounts.returning_views import resume
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain import one_time_codes as codes
from app.domain.permissions import Permission
from app.errors import NotAllowedNow, Refused

bp = Blueprint("factors", __name__)


@bp.get("/factor")
@authorize(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    return _page(forms.CodeForm(formdata=None, next=local_address(request.args.get("next"))))


def _page(form: forms.CodeForm, status: int = 200) -> ResponseReturnValue:
    factor = factor_queries.factor_of(current_user.user.id)
    bound = factor is not None and factor.confirmed_at is not None
    shown = _to_be_read(factors.secret_of(factor)) if factor is not None and not bound else {}
    left = len(factor_queries.unused_codes(current_user.user.id)) if bound else 0
    return render_template("accounts/factor.html", form=form, factor=factor, bound=bound, left=left, **shown), status


def _to_be_read(secret: bytes) -> dict[str, str]:
    """The secret as a picture for the telephone and as text for typing; on this page only, until a code has been given."""
    import segno
    from flask import current_app

    written = codes.address(secret, current_app.config["SITE_NAME"], current_user.user.username)
    picture = segno.make(written, error="m", micro=False).svg_data_uri(scale=5, border=3)
    return {"picture": picture, "text": codes.in_groups(codes.as_text(secret))}


@bp.post("/factor/begin")
@authorize(Permission.SIGNED_IN)
def begin() -> ResponseReturnValue:
    with transaction():
        factors.start_binding(current_actor(), clock.now())
    return redirect(url_for(".show", next=local_address(request.form.get("next"))), 303)


@bp.post("/factor/bind")
@authorize(Permission.SIGNED_IN)
def bind() -> ResponseReturnValue:
    form = forms.CodeForm()
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = factors.bind(current_actor(), form.code.data or "", clock.now(), current_user.session_id)
            return render_template("accounts/recovery_codes.html", codes=made, target=form.target)
    return _page(form, form.status)


@bp.route("/factor/code", methods=["GET", "POST"])
@authorize(Permission.SIGNED_IN)
def give() -> ResponseReturnValue:
    """The second page of signing in."""
    form = forms.GivenForm(next=local_address(request.args.get("next")))
    if current_user.factor_wanted is None:
        return redirect(form.target or url_for("pages.home"), 303)
    if not form.validate_on_submit():
        return render_template("accounts/give_code.html", form=form), form.status if form.is_submitted() else 200
    shown = factors.examine(current_user.user.id, current_user.user.username, form.code.data or "", password_too=False)
    with transaction():
        refusal = factors.give(current_actor(), shown, clock.now(), current_user.session_id)
    if refusal is not None:
        return _refused(form, refusal) or (render_template("accounts/give_code.html", form=form), form.status)
    if shown.recovery_id is not None:
        flash("您使用了一个恢复码，用过的恢复码不能再用。手机丢失的，请解除绑定后在新手机上重新绑定", "warning")
        return redirect(url_for(".show"), 303)
    waiting = resume(form.kept.data, current_user.user.id)
    return waiting or redirect(form.target or url_for("pages.home"), 303)


def _refused(form: forms.CodeForm, refusal: Refused) -> ResponseReturnValue | None:
    """Say it at the field, or at the door where the account has been locked and every session ended."""
    if isinstance(refusal, NotAllowedNow) or not sessions.is_open(current_user.session_id):
        sessions.leave()
        flash(factors.LOCKED, "danger")
        return redirect(url_for("accounts.sign_in"), 303)
    form.refuse(refusal)
    return None


@bp.post("/factor/recovery-codes")
@authorize(Permission.SIGNED_IN)
def renew() -> ResponseReturnValue:
    form = forms.GivenForm()
    if not form.validate_on_submit():
        return _page(form, form.status)
    shown = factors.examine(current_user.user.id, current_user.user.username, form.code.data or "", password_too=False)
    with transaction():
        outcome = factors.renew_codes(current_actor(), shown, clock.now(), current_user.session_id)
    if isinstance(outcome, Refused):
        return _refused(form, outcome) or _page(form, form.status)
    return render_template("accounts/recovery_codes.html", codes=outcome, target=None)


@bp.post("/factor/remove")
@authorize(Permission.SIGNED_IN)
def remove() -> ResponseReturnValue:
    form = forms.GivenForm()
    if not form.validate_on_submit():
        return _page(form, form.status)
    shown = factors.examine(current_user.user.id, current_user.user.username, form.code.data or "", password_too=False)
    with transaction():
        refusal = factors.remove(current_actor(), shown, clock.now(), current_user.session_id)
    if refusal is not None:
        return _refused(form, refusal) or _page(form, form.status)
    flash("已解除动态口令绑定", "success")
    return redirect(url_for(".show"), 303)


@bp.post("/users/<int:user_id>/reset-factor")
@authorize(Permission.FACTOR_RESET, queries.user)
def reset(user: User) -> ResponseReturnValue:
    with transaction():
        factors.reset(current_actor(), user, clock.now(), request.form.get("reason"))
    flash(f"已重置动态口令：{user.name}。其登录已全部退出，下次登录时重新绑定", "success")
    return redirect(url_for("accounts.show_user", user_id=user.id), 303)
