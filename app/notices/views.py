"""Pages of 变动告知."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.notices import NoticeKind
from app.domain.permissions import Permission
from app.forms import OfficeForm, whole
from app.notices import operations, queries
from app.notices.models import AmendmentNotice

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("/")
@authorize(Permission.NOTICE_LIST)
def index() -> ResponseReturnValue:
    number = max(1, request.args.get("page", 1, type=whole))
    page = queries.notices(current_actor(), queries.filters_asked(request.args), number)
    kept = {name: value for name in queries.KEPT if (value := request.args.get(name))}
    return render_template("notices/index.html", page=page, kept=kept, kinds=list(NoticeKind), actor=current_actor())


@bp.post("/<int:notice_id>/read")
@authorize(Permission.NOTICE_READ, queries.notice)
def read(notice: AmendmentNotice) -> ResponseReturnValue:
    if OfficeForm().validate_on_submit():
        with transaction():
            operations.mark_read(notice, current_actor(), clock.now())
        flash("已标记为已读", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/read")
@authorize(Permission.NOTICE_LIST)
def read_all() -> ResponseReturnValue:
    if OfficeForm().validate_on_submit():
        with transaction():
            changed = operations.mark_all_read(current_actor(), clock.now())
        flash(f"已将 {changed} 条告知标记为已读" if changed else "没有未读的告知", "success")
    return redirect(url_for(".index"), 303)
