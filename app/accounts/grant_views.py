"""Pages of 授权申请: the list, asking for an account, one request with what it changes, deciding, withdrawing."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts import grant_doubts, grant_forms, grant_queries, granting, queries, showing
from app.accounts.blueprint import bp
from app.accounts.grant_forms import KINDS, DecisionForm, GrantForm
from app.accounts.granting import Wish
from app.accounts.models import AccountGrant, User
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.trust_kinds import GrantKind
from app.domain.trust_states import GrantState
from app.errors import NotLikeThis
from app.forms import OfficeForm
from app.reference_data.forms import number
from app.step_views import StepPages
from app.trail import trail

NO_SUCH_KIND = "没有这种申请，请从用户页面重新进入"


@bp.get("/grants")
@authorize(Permission.GRANT_LIST)
def grants() -> ResponseReturnValue:
    asked = request.args.get("state", "")
    view = asked if asked in grant_queries.VIEWS else "asked"
    page = grant_queries.grants(current_actor(), view, number(request.args.get("before")))
    return render_template("accounts/grants.html", page=page, view=view, views=grant_queries.VIEWS, tones=showing.TONES)


@bp.route("/users/<int:user_id>/ask/<kind>", methods=["GET", "POST"])
@authorize(Permission.GRANT_ASK, lambda actor, user_id, kind: queries.user(actor, user_id) if kind in KINDS else None)
def ask_grant(user: User) -> ResponseReturnValue:
    granting.refuse_own(current_actor(), user)
    kind = KINDS[(request.view_args or {})["kind"]]
    form = GrantForm(data=_begun(user, kind))
    form.to_org_id.choices = [(0, "请选择"), *queries.choices(current_actor())]
    made = grant_queries.of_form(form.key.data) if form.is_submitted() else None
    if made is not None:
        return redirect(url_for(".show_grant", grant_id=made.id), 303)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = granting.ask(current_actor(), user, _wish(form, kind), clock.now(), seen=form.version.data)
            flash(showing.asked_words(made), "success")
            return redirect(url_for(".show_grant", grant_id=made.id), 303)
        again = queries.user(current_actor(), user.id)
        assert again is not None
        user = again
    return render_template(
        "accounts/ask_grant.html", form=form, user=user, kind=kind, code=(request.view_args or {})["kind"], work=showing.work(user.id, kind)
    ), form.status if form.is_submitted() else 200


def _begun(user: User, kind: GrantKind) -> dict[str, object]:
    roles = [role.value for role in user.roles] if kind is not GrantKind.RETURN else []
    return {"roles": roles, "effective_on": clock.today(), "version": user.version}


def _wish(form: GrantForm, kind: GrantKind) -> Wish:
    assert form.effective_on.data is not None
    org = queries.organisation(current_actor(), form.to_org_id.data) if kind is GrantKind.TRANSFER and form.to_org_id.data else None
    if kind is GrantKind.TRANSFER and org is None:
        raise NotLikeThis("请选择调入的单位（须在您的管辖范围内）", field="to_org_id")
    return Wish(
        kind, None if kind is GrantKind.LEAVE else form.chosen, form.effective_on.data, form.reason.data or "", org,
        form.position.data or None, _successor(form.successor.data), form.key.data or None,
    )  # fmt: skip


def _successor(username: str | None) -> int | None:
    if not username:
        return None
    found = grant_queries.person_by_username(current_actor(), username)
    if found is None:
        raise NotLikeThis(f"没有用户名为“{username}”的在管账号，请核对接替人", field="successor")
    return found.id


@bp.post("/users/<int:user_id>/disable")
@authorize(Permission.GRANT_ASK, queries.user)
def disable_user(user: User) -> ResponseReturnValue:
    """立即停用: at once, confirmed by the security administrator afterwards."""
    form = grant_forms.DecisionForm()
    reason = (form.comment.data or "").strip()
    if not reason:
        raise NotLikeThis("请填写停用原因")
    seen = form.version.data if form.version.data is not None else -1
    with transaction():
        made = granting.ask(current_actor(), user, Wish(GrantKind.LEAVE, None, clock.today(), reason), clock.now(), seen=seen)
    flash(f"已停用用户：{user.name}，其登录已全部退出；{made.number} 待安全管理员确认", "success")
    return redirect(url_for(".show_user", user_id=user.id), 303)


@bp.get("/grants/<int:grant_id>")
@authorize(Permission.GRANT_READ, grant_queries.grant)
def show_grant(grant: AccountGrant) -> ResponseReturnValue:
    return _page(grant)


def _page(grant: AccountGrant, form: OfficeForm | None = None) -> str:
    return render_template(
        "accounts/grant.html", grant=grant, form=form, about=showing.about(grant), tones=showing.TONES,
        steps=showing.steps(grant), work=showing.work(grant.user_id, grant.kind), entries=trail(AccountGrant.__tablename__, grant.id)[::-1],
    )


STEPS = StepPages("grant_id", grant_queries.grant, _page, ".show_grant")


@bp.get("/grants/<int:grant_id>/approve")
@authorize(Permission.GRANT_DECIDE, grant_queries.grant)
def confirm_grant(grant: AccountGrant) -> ResponseReturnValue:
    """The question before the approval: whose account, which roles, where, since when, and what speaks against it."""
    if grant.state is not GrantState.ASKED:
        return redirect(url_for(".show_grant", grant_id=grant.id), 303)
    return render_template(
        "accounts/confirm_grant.html", grant=grant, about=showing.about(grant), doubts=grant_doubts.doubts(grant),
        stop=grant_doubts.stop(grant, current_actor()), today=clock.today(),
    )  # fmt: skip


@bp.post("/grants/<int:grant_id>/approve")
@authorize(Permission.GRANT_DECIDE, grant_queries.grant)
def approve_grant(grant: AccountGrant) -> ResponseReturnValue:
    return STEPS.take(
        grant, DecisionForm(), lambda: showing.approved_words(grant),
        lambda form: granting.approve(grant, current_actor(), form.comment.data, clock.now(), seen=form.version.data),
    )  # fmt: skip


@bp.post("/grants/<int:grant_id>/refuse")
@authorize(Permission.GRANT_DECIDE, grant_queries.grant)
def refuse_grant(grant: AccountGrant) -> ResponseReturnValue:
    return STEPS.take(
        grant, DecisionForm(), f"不予批准：{grant.number}",
        lambda form: granting.refuse(grant, current_actor(), form.comment.data, clock.now(), seen=form.version.data),
    )  # fmt: skip


@bp.post("/grants/<int:grant_id>/withdraw")
@authorize(Permission.GRANT_ASK, grant_queries.grant)
def withdraw_grant(grant: AccountGrant) -> ResponseReturnValue:
    return STEPS.take(
        grant, DecisionForm(), f"已撤回申请：{grant.number}",
        lambda form: granting.withdraw(grant, current_actor(), form.comment.data, seen=form.version.data),
    )  # fmt: skip
