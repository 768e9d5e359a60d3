"""再次确认身份: before a decision a page asks for the password or a code, and then carries on with what was sent.

The page that asks holds every field of the form that was sent and posts to the same address: the decision runs once, with its fields, under
its own permission and its own token. Asked are the routes of a signed permission before anything happens, and, whatever the route, the step
itself when history takes it (``ConfirmFirst``), with nothing written.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.accounts import factors, sessions
from app.accounts.proof import Proof, is_fresh
from app.authorize import permission_of
from app.db import transaction
from app.domain.permissions import may_ever
from app.domain.signing import SIGNED
from app.errors import ConfirmFirst, NotAllowedNow, Refused

FIELD = "identity_proof"  # what the person types on the page that asks
LONGEST = 128
STATUS = 422


def init_app(app: Flask) -> None:
    app.before_request(confirm)

    @app.errorhandler(ConfirmFirst)
    def ask_first(error: ConfirmFirst) -> ResponseReturnValue:
        return ask()


def confirm() -> ResponseReturnValue | None:
    """Before every POST of a signed-in person: look at what he typed to say who he is, or ask him where this route decides."""
    if request.method != "POST" or "shian_key" in g or not current_user.is_authenticated or current_user.factor_wanted is not None:
        return None
    if FIELD in request.form:
        return _look(request.form[FIELD])
    if current_user.must_change or is_fresh(current_user.proof, clock.now()):
        return None
    permission = permission_of(request.endpoint) if request.endpoint else None
    return ask() if permission in SIGNED and may_ever(current_user.actor, permission) else None


def _look(written: str) -> ResponseReturnValue | None:
    if not written or len(written) > LONGEST:
        return ask("请填写密码或动态口令")
    shown = factors.examine(current_user.user.id, current_user.user.username, written, password_too=True)
    with transaction():
        outcome = factors.confirm(current_user.actor, shown, clock.now(), current_user.session_id)
    if isinstance(outcome, Refused):
        return _refused(outcome)
    proof: Proof = current_user.proof
    current_user.proof = replace(proof, confirmed_at=clock.now(), confirmed_by=outcome.value)
    return None


def _refused(refusal: Refused) -> ResponseReturnValue:
    if isinstance(refusal, NotAllowedNow) or not sessions.is_open(current_user.session_id):  # locked, now or before
        sessions.leave()
        flash(factors.LOCKED, "danger")
        return redirect(url_for("accounts.sign_in"), 303)
    return ask(refusal.sentence)


def ask(refusal: str | None = None) -> ResponseReturnValue:
    """The page that asks, with everything that was sent but the token, which it makes anew, and files, which no page can give back."""
    kept = [(name, value) for name, values in request.form.lists() for value in values if name not in (FIELD, "csrf_token")]
    return render_template(
        "accounts/confirm.html", kept=kept, refusal=refusal, field=FIELD, with_code=current_user.proof.by_code,
        action=request.script_root + request.full_path.rstrip("?"), files=any(one.filename for one in request.files.values()),
    ), STATUS  # fmt: skip
