"""Pages of 数字证书: the bindings, asking for one, deciding, revoking; and the second step of signing in with one."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.accounts import certificate_queries, certificates, factors, queries, sessions
from app.accounts.certificates import Binding
from app.accounts.factor_forms import CertificateForm, EndForm, GivenForm
from app.accounts.factor_views import bp
from app.accounts.forms import local_address
from app.accounts.models import User, UserCertificate
from app.accounts.presented import presented, read
from app.accounts.proof import FactorWanted
from app.accounts.returning_views import resume
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.errors import NotAllowedNow, Refused
from app.forms import seen


def by_itself() -> None:
    """After the password: a certificate that the browser has shown already is looked at without another page."""
    if current_user.factor_wanted is FactorWanted.CODE and current_user.proof.by_certificate and presented() is not None:
        refusal = _give()
        if refusal is not None:
            flash(refusal.sentence, "warning")


def _give() -> Refused | None:
    with transaction():
        refusal = certificates.give(current_actor(), presented(), clock.now(), current_user.session_id)
    if refusal is None:
        current_user.factor_wanted = None
    return refusal


@bp.post("/factor/certificate")
@authorize(Permission.SIGNED_IN)
def give_certificate() -> ResponseReturnValue:
    """The second page of signing in, with the certificate that the browser shows."""
    form = GivenForm(next=local_address(request.args.get("next")))
    if current_user.factor_wanted is None:
        return redirect(form.target or url_for("pages.home"), 303)
    refusal = _give()
    if isinstance(refusal, NotAllowedNow):
        sessions.leave()
        flash(factors.LOCKED, "danger")
        return redirect(url_for("accounts.sign_in"), 303)
    if refusal is not None:
        form.code.errors = []
        return render_template("accounts/give_code.html", form=form, refusal=refusal.sentence), refusal.status
    return resume(form.kept.data, current_user.user.id) or redirect(form.target or url_for("pages.home"), 303)


@bp.get("/certificates")
@authorize(Permission.GRANT_LIST)
def certificate_list() -> ResponseReturnValue:
    rows = certificate_queries.all_of(current_actor())
    return render_template(
        "accounts/certificates.html", rows=rows, today=clock.today(), word=certificate_queries.word, tones=certificate_queries.TONES,
        on=current_app.config["CLIENT_CERTIFICATES"],
    )  # fmt: skip


@bp.route("/users/<int:user_id>/certificates/new", methods=["GET", "POST"])
@authorize(Permission.GRANT_ASK, queries.user)
def ask_certificate(user: User) -> ResponseReturnValue:
    form = CertificateForm(data={"from_on": clock.today()})
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = certificates.ask(current_actor(), _wanted(user, form), clock.now())
            flash(f"已提出绑定数字证书（序列号 {made.serial}），待安全管理员批准", "success")
            return redirect(url_for(".certificate_list"), 303)
        again = queries.user(current_actor(), user.id)
        assert again is not None
        user = again
    return render_template("accounts/ask_certificate.html", form=form, user=user), form.status if form.is_submitted() else 200


def _wanted(user: User, form: CertificateForm) -> Binding:
    assert form.from_on.data is not None
    shown = read((form.certificate.data or "").encode("utf-8", "replace"))
    return Binding(user, shown, form.from_on.data, form.until_on.data, form.reason.data or "")


def _step(done: str, step: Any, made: UserCertificate, **more: Any) -> ResponseReturnValue:
    with transaction():
        step(made, current_actor(), now=clock.now(), seen=seen(), **more)
    flash(f"{done}：序列号 {made.serial}", "success")
    return redirect(url_for(".certificate_list"), 303)


def _reason() -> str:
    return EndForm().reason.data or ""


@bp.post("/certificates/<int:certificate_id>/approve")
@authorize(Permission.GRANT_DECIDE, certificate_queries.certificate)
def approve_certificate(made: UserCertificate) -> ResponseReturnValue:
    return _step("已批准绑定数字证书", certificates.approve, made)


@bp.post("/certificates/<int:certificate_id>/refuse")
@authorize(Permission.GRANT_DECIDE, certificate_queries.certificate)
def refuse_certificate(made: UserCertificate) -> ResponseReturnValue:
    return _step("不予绑定数字证书", certificates.refuse, made, reason=_reason())


@bp.post("/certificates/<int:certificate_id>/withdraw")
@authorize(Permission.GRANT_ASK, certificate_queries.certificate)
def withdraw_certificate(made: UserCertificate) -> ResponseReturnValue:
    return _step("已撤回数字证书申请", certificates.withdraw, made, reason=_reason())


@bp.post("/certificates/<int:certificate_id>/revoke")
@authorize(Permission.GRANT_DECIDE, certificate_queries.certificate)
def revoke_certificate(made: UserCertificate) -> ResponseReturnValue:
    return _step("已撤销数字证书，其登录已全部退出", certificates.revoke, made, reason=_reason())
