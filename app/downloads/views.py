"""Pages of 导出和下载中心: the dialog before an export, its progress, the files of the last weeks."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.downloads import forms, operations, queries, showing
from app.downloads.lists import ListSource, of_page
from app.downloads.models import ListExport
from app.errors import NotLikeThis
from app.penalties.forms import number
from app.sending import send_file

bp = Blueprint("downloads", __name__, url_prefix="/downloads")


@bp.record_once
def _everywhere(state: Any) -> None:
    """``export_here()`` and ``ticks_here()`` in the macros of lists: the same buttons on every list that can be taken out."""
    state.app.jinja_env.globals.update(export_here=export_here, ticks_here=ticks_here)


def export_here() -> str | None:
    """Where the list of this page is taken out, with the filter it shows; once on a page, for whoever may."""
    source = _list_here()
    if source is None or g.get("export_offered"):
        return None
    g.export_offered = True
    return showing.dialog_of(source.code, _query_here())


def ticks_here() -> str | None:
    """Where the ticked rows of this page's list are sent to be taken out (导出勾选)."""
    if "ticks_here" not in g:  # asked for by every row
        source = _list_here()
        g.ticks_here = showing.dialog_of(source.code, _query_here(), post=True) if source is not None and source.some is not None else None
    return g.ticks_here  # type: ignore[no-any-return]


def _list_here() -> ListSource | None:
    source = of_page(request.endpoint) if request and current_user.is_authenticated else None
    return source if source is not None and can(source.permission) else None


def _query_here() -> dict[str, Any]:
    return {**queries.query_of(request.args), **(request.view_args or {})}


@bp.get("/")
@authorize(Permission.DOWNLOAD_LIST)
def index() -> ResponseReturnValue:
    actor = current_actor()
    page = queries.exports(actor, before=number(request.args.get("before")), after=number(request.args.get("after")))
    return render_template(
        "downloads/index.html", page=page, standing=showing.standing, days=current_app.config["EXPORT_DAYS"],
        jobs=showing.jobs(queries.other_jobs(actor)), ends=showing.ends,
    )  # fmt: skip


@bp.get("/lists/<list_code>")
@authorize(Permission.DOWNLOAD_LIST)
def choose(list_code: str) -> ResponseReturnValue:
    actor = current_actor()
    source, query = operations.source_for(actor, list_code), queries.query_of(request.args)
    return _dialog(source, query, _titles(source, actor), forms.ChoiceForm())


@bp.post("/lists/<list_code>/ticked")
@authorize(Permission.DOWNLOAD_LIST)
def tick(list_code: str) -> ResponseReturnValue:
    """The boxes of a list to an address: nothing is written, and the dialog can be looked at again."""
    source = operations.source_for(current_actor(), list_code)
    ids = forms.ticked_ids(request.form.getlist(source.ticks))
    if not ids:
        raise NotLikeThis(operations.NOTHING_TICKED)
    return redirect(showing.dialog_of(list_code, {**queries.query_of(request.args), queries.TICKED: ids}), 303)


def _titles(source: ListSource, actor: Actor) -> Sequence[str] | None:
    """Of the export that is made again, else what this person has chosen before."""
    again = queries.export(actor, number(request.args.get("again")) or 0)
    if again is not None and again.list_code == source.code:
        return again.columns
    known = queries.remembered(actor, source.code)
    return known.columns if known else None


def _dialog(source: ListSource, query: Mapping[str, Any], titles: Sequence[str] | None, form: forms.ChoiceForm) -> Any:
    actor, taken = current_actor(), showing.taking(source, query, request.args.get("taking"))
    asked = operations.wanted(source, taken.query, None, None, actor)
    rows = operations.how_many(asked, actor)
    page = render_template(
        "downloads/choose.html", source=source, words=asked.words, rows=rows, inline=operations.INLINE,
        form=form, at=taken.at, taken=taken, takings=showing.takings(source, query), missing=len(asked.ids or ()) - rows,
        boxes=forms.boxes(source, asked.filters, titles), may_unmask=source.has_people and can(Permission.PERSONAL_UNMASK),
        back=showing.page_of(source, query),
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


@bp.post("/lists/<list_code>")
@authorize(Permission.DOWNLOAD_LIST)
def make(list_code: str) -> ResponseReturnValue:
    actor, at, form = current_actor(), clock.now(), forms.ChoiceForm()
    source, query, titles = operations.source_for(actor, list_code), queries.query_of(request.args), None
    if form.validate():
        with form.keeping():
            titles = forms.titles_chosen(source.columns(source.asked(request.args)), request.form)
            taken = showing.taking(source, query, request.args.get("taking")).query
            asked = operations.wanted(source, taken, titles, form.reason.data or "" if form.whole.data else None, actor)
            begun = _taken_out(asked, taken, form, actor, at)
            return redirect(url_for(".show", export_id=begun.id, take=None if begun.job_id else 1), 303)
    return _dialog(source, query, titles, form)  # type: ignore[no-any-return]


def _taken_out(asked: Any, query: Mapping[str, Any], form: forms.ChoiceForm, actor: Actor, at: Any) -> ListExport:
    """At once where that is short, else by the worker."""
    rows = operations.how_many(asked, actor)
    long = rows > operations.INLINE
    ready = None if long else operations.made(asked, actor, at)
    with transaction():
        if form.keep.data:
            operations.remember(asked, actor, at)
        if ready is None:
            expected = operations.how_many(asked, actor, operations.COUNTED)
            begun = operations.enqueue(asked, query, form.reason.data if form.whole.data else None, expected, actor, at)
        else:
            begun = operations.note(asked, query, actor, at)
            operations.keep(begun, asked, *ready, actor, at)
    missing = f"，{found}" if (found := operations.left_out(asked, begun)) else ""
    flash("内容较多，已转为后台导出，完成后在下载中心下载" if long else f"已导出 {begun.rows} {asked.source.unit}{missing}", "success")
    return begun


@bp.get("/<int:export_id>")
@authorize(Permission.DOWNLOAD_READ, queries.export)
def show(found: ListExport) -> ResponseReturnValue:
    """One export; asks again by itself while it is being made, with or without a script, and fetches what was just made."""
    row = queries.row_of(current_actor(), found.id)
    standing = showing.standing(row)
    page = render_template(
        "downloads/show.html", row=row, standing=standing, ends=showing.ends(row), again=showing.again(found),
    )  # fmt: skip
    response = current_app.make_response(page)
    if standing.unfinished:
        response.headers["Refresh"] = "3"
    elif standing.ready and request.args.get("take"):
        response.headers["Refresh"] = f"1; url={url_for('.file', export_id=found.id)}"
    return response


@bp.get("/<int:export_id>/file")
@authorize(Permission.DOWNLOAD_READ, queries.export)
def file(found: ListExport) -> ResponseReturnValue:
    content, name = operations.content_of(found), f"{found.title}{clock.office_time(found.created_at):%Y-%m-%d}.xlsx"
    with transaction():
        operations.take_out(found, current_actor())
    response = send_file(io.BytesIO(content), operations.XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
