"""接口密钥 pages, and the written contract of the interface; ``v1_views`` is the interface itself."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.api import contract, forms, operations, queries, v1_views
from app.api.models import ApiKey
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.api_keys import ApiScope, holder_complaint, key_complaint
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis
from app.forms import whole
from app.sending import send_file
from app.trail import trail

bp = Blueprint("api", __name__)
bp.register_blueprint(v1_views.bp)


@bp.get("/api-keys")
@authorize(Permission.API_KEY_LIST)
def keys() -> ResponseReturnValue:
    filters, today = forms.filters_asked(), clock.today()
    page = queries.keys(current_actor(), filters, today, before=request.args.get("before", type=whole))
    kept = {name: request.args[name] for name in ("q", "state") if request.args.get(name)}
    return render_template(
        "api/keys.html", page=page, filters=filters, states=forms.STATES.items(), scope_of=ApiScope, standing=_standing,
        kept=kept, began="before" not in request.args,
    )  # fmt: skip


def _standing(row: ApiKey, holder: object) -> tuple[str, str]:
    """Does the key count, in a word with its tone."""
    if complaint := key_complaint(row, clock.today()):
        return complaint, "neutral"
    if complaint := holder_complaint(holder, clock.now()):  # type: ignore[arg-type]
        return complaint, "yellow"
    return "有效", "green"


@bp.route("/api-keys/new", methods=["GET", "POST"])
@authorize(Permission.API_KEY_ISSUE)
def issue() -> ResponseReturnValue:
    form, actor = forms.new_key(), current_actor()
    if form.validate_on_submit():
        with form.keeping():
            holder = queries.holder(actor, form.username.data or "")
            if holder is None:
                raise NotLikeThis("没有这个用户，或不在您的管辖范围内，请核对用户名", field="username")
            with transaction():
                issued = operations.issue(holder, form.wanted, actor, clock.now(), clock.today())
            return render_template("api/once.html", key=issued.key, written=issued.written, holder=holder, scope_of=ApiScope)
    return render_template("api/new.html", form=form), form.status if form.is_submitted() else 200


@bp.get("/api-keys/<int:key_id>")
@authorize(Permission.API_KEY_EDIT, queries.key)
def show_key(key: ApiKey) -> ResponseReturnValue:
    return _show(key)


def _show(key: ApiKey, form: forms.RevokeForm | None = None) -> ResponseReturnValue:
    return render_template(
        "api/key.html", key=key, form=form, standing=_standing(key, key.user), scope_of=ApiScope, calls=queries.calls_of(key),
        entries=trail(operations.KIND, key.id)[::-1],
    ), form.status if form is not None else 200  # fmt: skip


@bp.post("/api-keys/<int:key_id>/revoke")
@authorize(Permission.API_KEY_EDIT, queries.key)
def revoke(key: ApiKey) -> ResponseReturnValue:
    form, key_id, name = forms.RevokeForm(), key.id, key.name
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.revoke(key, current_actor(), clock.now(), form.reason.data or "")
            flash(f"已吊销密钥：{name}，使用该密钥的程序立即失去访问权限", "success")
            return redirect(url_for(".show_key", key_id=key_id), 303)
    again = queries.key(current_actor(), key_id)
    assert again is not None
    return _show(again, form)


@bp.get("/api-keys/docs")
@authorize(Permission.API_KEY_LIST)
def docs() -> ResponseReturnValue:
    written = contract.document()
    return render_template("api/docs.html", info=written.get("info", {}), operations=contract.operations(written))


@bp.get("/api-keys/openapi.yaml")
@authorize(Permission.API_KEY_LIST)
def openapi() -> ResponseReturnValue:
    if not contract.FILE.is_file():
        raise NotFound("本次安装没有附带接口文档，请联系系统管理员")
    return send_file(contract.FILE, mimetype="application/yaml", as_attachment=True, download_name="openapi.yaml")
