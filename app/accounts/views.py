"""Pages of people: sign-in and passwords, users, one's own sessions."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock, history
from app.accounts import (
    certificate_views,
    factor_queries,
    factor_views,
    forms,
    grant_queries,
    grant_views,
    granting,
    matrix_views,
    online_views,
    operations,
    position_views,
    positions,
    queries,
    review_views,
    sessions,
    showing,
    sign_ins,
)
from app.accounts.blueprint import bp
from app.accounts.factor_forms import GivenForm
from app.accounts.grant_forms import NewUserForm
from app.accounts.granting import Wish
from app.accounts.models import AccountGrant, User, UserSession
from app.accounts.operations import Details, OneTime
from app.accounts.proof import FactorWanted
from app.accounts.returning_views import OVER, resume
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.actors import Role
from app.domain.browsers import browser_words
from app.domain.permissions import Permission
from app.domain.trust_kinds import GrantKind
from app.errors import NotFound
from app.forms import seen

__all__ = ["bp", "certificate_views", "grant_views", "matrix_views", "online_views", "position_views", "review_views"]
bp.register_blueprint(factor_views.bp)
CLEAR = '"cache", "cookies", "storage"'


@bp.route("/sign-in", methods=["GET", "POST"])
@authorize(Permission.PUBLIC)
def sign_in() -> ResponseReturnValue:
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(url_for("pages.home"), 303)
    form = forms.SignInForm(next=forms.local_address(request.args.get("next")))
    if not form.validate_on_submit():
        return _sign_in_page(form, form.status if form.is_submitted() else 200)
    sign_ins.refuse_if_slowed(request.remote_addr, clock.now())
    evidence = sign_ins.examine(form.username.data or "", form.password.data or "")
    held = current_user.session_id if current_user.is_authenticated else None
    with transaction():
        admission = sign_ins.admit(
            evidence, clock.now(), ip=request.remote_addr, agent=request.user_agent.string, replaces=held
        )
    if admission.token is None:
        return _sign_in_page(form, form.status, admission.refusal)
    sessions.enter(admission.token, admission.last)
    certificate_views.by_itself()
    return _go_on(form)


def _go_on(form: forms.SignInForm) -> ResponseReturnValue:
    """Where signing in leads: to the form that was being sent when the session ended, to the page asked for, or home."""
    if current_user.factor_wanted is FactorWanted.CODE and form.kept.data:
        code = GivenForm(formdata=None, next=form.target, kept=form.kept.data)
        return render_template("accounts/give_code.html", form=code)
    waiting = None if current_user.factor_wanted or current_user.must_change else resume(form.kept.data, current_user.user.id)
    return waiting or redirect(form.target or url_for("pages.home"), 303)


def _sign_in_page(form: forms.SignInForm, status: int, refusal: str | None = None) -> ResponseReturnValue:
    over = OVER if form.kept.data and refusal is None else None
    return render_template("accounts/sign_in.html", form=form, refusal=refusal, left="left" in request.args, over=over), status


@bp.post("/sign-out")
@authorize(Permission.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    with transaction():
        sign_ins.sign_out(current_actor(), current_user.session_id, current_user.user.username, clock.now())
    sessions.leave()
    response: Response = make_response(redirect(url_for(".sign_in", left=1), 303))
    response.headers["Clear-Site-Data"] = CLEAR
    return response


@bp.route("/password", methods=["GET", "POST"])
@authorize(Permission.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    form = forms.PasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/password.html", form=form), form.status if form.is_submitted() else 200
    evidence = sign_ins.examine(current_user.user.username, form.current.data or "")
    with transaction():
        refusal = operations.change_password(
            current_actor(), evidence, form.new.data or "", clock.now(), current_user.session_id
        )
    if refusal is not None:
        form.refuse(refusal)
        return render_template("accounts/password.html", form=form), form.status
    flash("密码已修改，您在其他电脑上的登录已退出", "success")
    return redirect(url_for("pages.home"), 303)


@bp.get("/users")
@authorize(Permission.USER_LIST)
def users() -> ResponseReturnValue:
    now, filters = clock.now(), forms.filters_asked()
    page = queries.users(
        current_actor(), filters, now, after=request.args.get("after"), before=request.args.get("before")
    )
    kept = {name: value for name, value in request.args.items() if name in ("q", "org", "role", "state")}
    return render_template(
        "accounts/users.html", page=page, filters=filters, kept=kept, now=now, locked=queries.locked,
        organisations=queries.choices(current_actor()), states=queries.STATES.items(), roles=[(role.value, role.value) for role in Role],
    )


@bp.route("/users/new", methods=["GET", "POST"])
@authorize(Permission.USER_CREATE)
def new_user() -> ResponseReturnValue:
    form = NewUserForm(data={"effective_on": clock.today()})
    form.org_id.choices = queries.choices(current_actor())
    made = grant_queries.of_form(form.key.data) if form.is_submitted() else None
    if made is not None:  # the second click: the one-time password has been shown, the request stands
        return redirect(url_for(".show_grant", grant_id=made.id), 303)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                details, wish = _asked(form)
                made, user, once = granting.ask_new(current_actor(), form.username.data or "", details, wish, clock.now())
            return _once_page(user, once, made)
    return render_template("accounts/new_user.html", form=form), form.status if form.is_submitted() else 200


def _asked(form: NewUserForm) -> tuple[Details, Wish]:
    org = queries.organisation(current_actor(), form.org_id.data)
    if org is None:
        raise NotFound("没有找到该机构，可能已停用或不在您的管辖范围内")
    assert form.effective_on.data is not None
    position = form.position.data or None
    wish = Wish(
        GrantKind.NEW, form.chosen, form.effective_on.data, form.reason.data or "", position=position, key=form.key.data or None
    )
    return Details(form.name.data or "", org, form.chosen, position), wish


def _once_page(user: User, once: OneTime, grant: AccountGrant | None = None) -> ResponseReturnValue:
    """The one-time password is on this answer and nowhere else: not in an address, a cookie or a log."""
    return render_template("accounts/once.html", user=user, once=once, grant=grant)


@bp.get("/users/<int:user_id>")
@authorize(Permission.USER_READ, queries.user)
def show_user(user: User) -> ResponseReturnValue:
    return render_template(
        "accounts/user.html", user=user, entries=history.entries_of(User.__tablename__, user.id),
        locked=queries.locked(user, clock.now()), roles=operations.in_words(user.roles), grants=grant_queries.of_user(user.id),
        posts=positions.of_user(user.id), offices=positions.offices(user.id), tones=showing.TONES, today=clock.today(),
        factor=factor_queries.state_of(user),
    )


@bp.route("/users/<int:user_id>/edit", methods=["GET", "POST"])
@authorize(Permission.USER_EDIT, queries.user)
def edit_user(user: User) -> ResponseReturnValue:
    form = forms.UserForm(obj=user)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.rename(current_actor(), user, form.name.data or "", form.version.data or -1)
            flash(f"已保存用户：{form.name.data}", "success")
            return redirect(url_for(".show_user", user_id=user.id), 303)
    return render_template("accounts/edit_user.html", form=form, user=user), form.status if form.is_submitted() else 200


@bp.post("/users/<int:user_id>/reset-password")
@authorize(Permission.USER_RESET, queries.user)
def reset_password(user: User) -> ResponseReturnValue:
    with transaction():
        once = operations.reset_password(current_actor(), user, seen(), clock.now())
    return _once_page(user, once)


@bp.post("/users/<int:user_id>/unlock")
@authorize(Permission.USER_UNLOCK, queries.user)
def unlock_user(user: User) -> ResponseReturnValue:
    with transaction():
        operations.unlock(current_actor(), user, seen(), clock.now())
    flash(f"已解锁用户：{user.name}", "success")
    return redirect(url_for(".show_user", user_id=user.id), 303)


@bp.get("/my-sessions")
@authorize(Permission.SIGNED_IN)
def my_sessions() -> ResponseReturnValue:
    rows = queries.own_sessions(current_actor(), clock.now())
    return render_template(
        "accounts/my_sessions.html", rows=rows, this=current_user.session_id,
        browsers={row.id: browser_words(row.agent) for row in rows},
    )


@bp.post("/my-sessions/<int:session_id>/end")
@authorize(Permission.SIGNED_IN, queries.own_session)
def end_session(record: UserSession) -> ResponseReturnValue:
    with transaction():
        operations.end_session(current_actor(), record, clock.now())
    flash("该登录已结束", "success")
    return redirect(url_for(".my_sessions"), 303)
