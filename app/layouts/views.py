"""Pages of 导入格式对照: what is remembered of headers that somebody mapped."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.result_columns import RESULT_COLUMNS
from app.forms import whole
from app.history import entries_of
from app.layouts import forms, operations, queries
from app.layouts.models import LayoutMapping

bp = Blueprint("layouts", __name__)


@bp.get("/layouts")
@authorize(Permission.LAYOUT_READ)
def index() -> ResponseReturnValue:
    voided = request.args.get("voided") == "1"
    page = queries.mappings(current_actor(), voided=voided, before=request.args.get("before", type=whole))
    return render_template("layouts/index.html", page=page, voided=voided, before=request.args.get("before", type=whole))


@bp.get("/layouts/<int:mapping_id>")
@authorize(Permission.LAYOUT_READ, queries.mapping)
def show(mapping: LayoutMapping) -> ResponseReturnValue:
    return _show(mapping, forms.VoidForm(formdata=None))


def _show(mapping: LayoutMapping, form: forms.VoidForm) -> str:
    named = {place: RESULT_COLUMNS[field][0] for field, place in mapping.columns.items() if field in RESULT_COLUMNS}
    return render_template(
        "layouts/show.html", mapping=queries.described(current_actor(), mapping.id), named=named, form=form,
        entries=entries_of(operations.KIND, mapping.id),
    )  # fmt: skip


@bp.post("/layouts/<int:mapping_id>/void")
@authorize(Permission.LAYOUT_EDIT, queries.mapping)
def void(mapping: LayoutMapping) -> ResponseReturnValue:
    form, mapping_id, name = forms.VoidForm(), mapping.id, mapping.name
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.void(mapping, current_actor(), form.comment.data or "", clock.now())
            flash(f"已作废对照：{name}", "success")
            return redirect(url_for(".show", mapping_id=mapping_id), 303)
    again = queries.mapping(current_actor(), mapping_id)  # a refusal has rolled everything back
    assert again is not None
    return _show(again, form), form.status
