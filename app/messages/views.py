"""Pages of 站内消息: the inbox of a person and what he wants to be told."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.reporting_kinds import MessageKind
from app.forms import OfficeForm, whole
from app.messages import operations, queries
from app.messages.forms import SettingForm
from app.messages.models import Message
from app.pages.addresses import address_of

bp = Blueprint("messages", __name__, url_prefix="/messages")
STATES = {"unread": True, "read": False}
KEPT = ("state", "kind", "q")
LIST = "list:"


@bp.get("/")
@authorize(Permission.MESSAGE_LIST)
def index() -> ResponseReturnValue:
    kept = {name: value for name in KEPT if (value := request.args.get(name, "").strip()[:40])}
    kind = next((one for one in MessageKind if one.value == kept.get("kind")), None)
    filters = queries.Filters(STATES.get(kept.get("state", "")), kind, kept.get("q"))
    before, after = request.args.get("before", type=whole), request.args.get("after", type=whole)
    actor = current_actor()
    page = queries.messages(actor, filters, clock.now(), before=before, after=after)
    return render_template(
        "messages/index.html", page=page, kept=kept, kinds=list(MessageKind), link_of=link_of, setting=queries.setting(actor.user_id),
    )  # fmt: skip


def link_of(link: str | None) -> str | None:
    """Where a message leads, when this reader may look there."""
    if not link:
        return None
    if link.startswith(LIST):
        endpoint = link.removeprefix(LIST)
        return url_for(endpoint) if endpoint in current_app.view_functions else None
    kind, _, number = link.partition(":")
    return address_of(kind, int(number)) if number.isdigit() else None


@bp.post("/<int:message_id>/open")
@authorize(Permission.MESSAGE_READ, queries.message)
def open_(message: Message) -> ResponseReturnValue:
    """Read it and go where it leads: looking at a page changes nothing, pressing this does."""
    if OfficeForm().validate_on_submit():
        with transaction():
            operations.mark_read(current_actor(), [message.id], clock.now())
    return redirect(link_of(message.link) or url_for(".index"), 303)


@bp.post("/read")
@authorize(Permission.MESSAGE_LIST)
def read() -> ResponseReturnValue:
    """标为已读: the chosen ones, or all."""
    chosen = [int(one) for one in request.form.getlist("message") if one.isdigit()]
    if OfficeForm().validate_on_submit():
        with transaction():
            changed = _read(chosen)
        flash(f"已将 {changed} 条消息标为已读" if changed else "没有未读的消息", "success")
    return redirect(url_for(".index"), 303)


def _read(chosen: list[int]) -> int:
    actor, at = current_actor(), clock.now()
    return operations.mark_read(actor, chosen, at) if chosen else operations.mark_all_read(actor, at)


@bp.get("/settings")
@authorize(Permission.MESSAGE_LIST)
def settings() -> ResponseReturnValue:
    known = queries.setting(current_actor().user_id)
    form = SettingForm(formdata=None, muted=sorted(known.muted), digest=known.digest)
    return _settings_page(form, 200)


@bp.post("/settings")
@authorize(Permission.MESSAGE_LIST)
def save_settings() -> ResponseReturnValue:
    form = SettingForm()
    if not form.validate_on_submit():
        return _settings_page(form, form.status)
    with transaction():
        operations.set_up(current_actor(), form.muted.data or [], bool(form.digest.data), clock.now())
    flash("已保存消息设置", "success")
    return redirect(url_for(".settings"), 303)


def _settings_page(form: SettingForm, status: int) -> ResponseReturnValue:
    shown: dict[str, Any] = {"form": form, "digest_time": current_app.config["DIGEST_TIME"]}
    return render_template("messages/settings.html", **shown), status
