"""Time-out and coming back: how long the session still counts, going on with it, and signing in again without losing a form."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from app import clock
from app.accounts import forms, returning, sessions
from app.accounts.blueprint import bp
from app.authorize import authorize
from app.domain.permissions import Permission
from app.errors import SignInFirst

STATUS = 401
OVER = "登录已超时，刚才的内容还没有提交。请重新登录，登录后可以继续提交，已填写的内容不会丢失"


def init_app(app: Flask) -> None:
    @app.errorhandler(SignInFirst)
    def sign_in_first(error: SignInFirst) -> ResponseReturnValue:
        """A page is come back to by its address; a form is carried along, or what was typed would be gone."""
        if request.method == "GET":
            return redirect(url_for("accounts.sign_in", next=request.full_path), 303)
        sealed = returning.seal()
        if sealed is None:
            return redirect(url_for("accounts.sign_in"), 303)
        form = forms.SignInForm(formdata=None, kept=sealed)
        return render_template("accounts/sign_in.html", form=form, refusal=None, left=False, over=OVER), STATUS


@bp.get("/session")
@authorize(Permission.PUBLIC)
def session_state() -> ResponseReturnValue:
    """For the open pages of a browser: is this session good, for how long yet, and the token of its forms. Asking does not prolong it.

    ``{"state": "in" | "code" | "out", "user": name or null, "seconds": whole seconds left, "token": for the forms of that session}``
    """
    if not current_user.is_authenticated:
        return {"state": "out", "user": None, "seconds": 0, "token": generate_csrf()}
    state = "in" if current_user.factor_wanted is None and not current_user.must_change else "code"
    left = int(current_user.left.total_seconds())
    return {"state": state, "user": current_user.user.username, "seconds": left, "token": generate_csrf()}


@bp.post("/session")
@authorize(Permission.SIGNED_IN)
def continue_session() -> ResponseReturnValue:
    """继续使用: the person is there, though he presses nothing else."""
    sessions.touch(clock.now(), timedelta(0))
    return session_state()


def resume(sealed: str | None, user_id: int) -> str | None:
    """The page that goes on with the form held back, for whoever was sending it."""
    kept = returning.unseal(sealed, user_id)
    return None if kept is None else render_template("accounts/resume.html", kept=kept)
