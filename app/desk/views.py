"""Pages of 常用查询, the outcome of 批量操作, and the tour of the first day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.accounts.forms import local_address
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.desk import forms, operations, queries, tour
from app.desk.models import BulkAction, SavedView
from app.domain.permissions import Permission
from app.downloads import operations as downloads
from app.downloads.lists import of_page
from app.downloads.queries import PLACES, query_of
from app.downloads.showing import page_of
from app.pages.addresses import address_of
from app.paging import SIZES, size_here
from app.trail import trail

bp = Blueprint("desk", __name__)


@bp.record_once
def _everywhere(state: Any) -> None:
    """What the macros of lists ask of their page: where its filter is kept, how many rows it has, whether its address narrows it down."""
    state.app.jinja_env.globals.update(
        views_here=views_here, rows_here=rows_here, filtered_here=filtered_here, said_here=said_here, first_here=first_here,
        filter_stands=filter_stands,
    )  # fmt: skip


def views_here() -> tuple[str, str] | None:
    """Where this list's saved views are, and where the present filter is saved; None where the page is no such list."""
    source = of_page(request.endpoint) if request and current_user.is_authenticated else None
    if source is None or not can(source.permission) or not can(Permission.VIEW_LIST):
        return None
    query = {**query_of(request.args), **(request.view_args or {})}
    return url_for("desk.index", list=source.code), _saving(source.code, query)


def rows_here() -> dict[str, Any] | None:
    """每页行数 of this page's list, and the address of its first page; None where the page has no such list."""
    size = size_here() if request else None
    if size is None:
        return None
    return {"size": size, "sizes": SIZES, "at": _first()}


def first_here() -> str | None:
    """The first page of the list that a further one is shown of; None on the first."""
    return _first() if request and any(value for name, value in request.args.items() if name in PLACES) else None


def _first() -> str:
    query = urlencode([(name, value) for name, value in request.args.items(multi=True) if name not in PLACES])
    return f"{request.path}?{query}" if query else request.path


def filter_stands() -> str:
    """Told by the macro of 查询条件: this page has one. Pages without are evidence of one figure, which is what its address asks."""
    g.filter_stands = True
    return ""


def filtered_here() -> bool:
    """Is this page a list that its filter narrows down? An empty one then offers the way back to the whole."""
    return bool(g.get("filter_stands")) and views_here() is not None and any(query_of(request.args).values())


def said_here() -> str | None:
    """The conditions in force in words, for a list whose conditions are folded; None where there are none, or no such list."""
    source = of_page(request.endpoint) if filtered_here() else None
    return None if source is None else queries.in_words(source, {**query_of(request.args), **(request.view_args or {})})


def _saving(list_code: str, query: Mapping[str, Any]) -> str:
    """The address of the form; conditions are whatever names the list's own address uses, ``endpoint`` among them."""
    conditions = queries.as_address(query)
    at = url_for("desk.save", list_code=list_code)
    return f"{at}?{conditions}" if conditions else at


@bp.get("/views/")
@authorize(Permission.VIEW_LIST)
def index() -> ResponseReturnValue:
    actor, code = current_actor(), request.args.get("list")
    lists = {source.code: source.title for source in queries.lists_of(actor)}
    chosen = code if code in lists else None
    return render_template(
        "desk/index.html", views=queries.shown_to(actor, chosen), chosen=chosen, title=lists.get(chosen or ""), lists=sorted(
            lists.items(), key=lambda item: item[1]
        ),
    )  # fmt: skip


@bp.route("/views/save/<list_code>", methods=["GET", "POST"])
@authorize(Permission.VIEW_LIST)
def save(list_code: str) -> ResponseReturnValue:
    actor, form = current_actor(), forms.SaveForm()
    source, query = downloads.source_for(actor, list_code), query_of(request.args)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = operations.save(actor, source, form.name.data or "", query, clock.now(), shared=form.shared.data)
            flash(f"已存为常用查询：{made.name}", "success")
            return redirect(url_for(".index", list=source.code), 303)
    page = render_template(
        "desk/save.html", form=form, source=source, words=queries.in_words(source, query),
        at=_saving(list_code, query),
        back=page_of(source, query),
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


@bp.get("/views/<int:view_id>")
@authorize(Permission.VIEW_EDIT, queries.view)
def show(view: SavedView) -> ResponseReturnValue:
    shown = next((one for one in queries.shown_to(current_actor()) if one.id == view.id), None)
    return render_template(
        "desk/show.html", view=view, shown=shown, form=forms.StepForm(formdata=None, data={"version": view.version}),
        entries=trail(operations.KIND, view.id)[::-1],
    )  # fmt: skip


@bp.post("/views/<int:view_id>/share")
@authorize(Permission.VIEW_EDIT, queries.view)
def share(view: SavedView) -> ResponseReturnValue:
    form = forms.StepForm()
    if form.validate_on_submit():
        shared = not view.shared
        with transaction():
            operations.share(current_actor(), view, shared, seen=form.version.data)
        flash("已与本单位同事共享" if shared else "已取消共享", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/views/<int:view_id>/remove")
@authorize(Permission.VIEW_EDIT, queries.view)
def remove(view: SavedView) -> ResponseReturnValue:
    form, name = forms.StepForm(), view.name
    if form.validate_on_submit():
        with transaction():
            operations.remove(current_actor(), view, seen=form.version.data)
        flash(f"已删除常用查询：{name}", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/rows-per-page")
@authorize(Permission.HOME)
def rows_per_page() -> ResponseReturnValue:
    """From the pager of any list, and back to that list."""
    written = request.form.get("rows", "")
    rows = int(written) if written.isascii() and written.isdigit() and len(written) < 4 else 0
    with transaction():
        operations.prefer_rows(current_actor(), rows, clock.now())
    return redirect(local_address(request.form.get("at")) or url_for("pages.home"), 303)


@bp.get("/bulk/<int:action_id>")
@authorize(Permission.BULK_READ, queries.action)
def bulk(action: BulkAction) -> ResponseReturnValue:
    return render_template("desk/bulk.html", action=action, address_of=address_of)


# ---------------------------------------------------------------- the first day

@bp.get("/tour")
@authorize(Permission.HOME)
def first_day() -> ResponseReturnValue:
    steps = tour.steps(current_actor())
    asked = request.args.get("step", "1")
    at = min(max(int(asked) if asked.isdecimal() and len(asked) < 3 else 1, 1), len(steps))
    return render_template("desk/tour.html", steps=steps, at=at, step=steps[at - 1])


@bp.post("/tour")
@authorize(Permission.HOME)
def seen() -> ResponseReturnValue:
    with transaction():
        operations.see_tour(current_actor(), clock.now())
    return redirect(url_for("pages.home"), 303)
