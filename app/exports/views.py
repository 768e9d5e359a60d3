"""抽检月报 pages."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.exports import operations, queries
from app.exports.forms import ReturnForm
from app.exports.models import MonthlyReturn
from app.forms import VersionForm, seen
from app.indicators import frames
from app.indicators import queries as indicator_queries
from app.reference_data.books import region_book
from app.trail import trail

bp = Blueprint("exports", __name__, url_prefix="/returns")


@bp.get("/")
@authorize(Permission.RETURN_READ)
def index() -> ResponseReturnValue:
    found = queries.returns(current_actor(), request.args.get("before", type=int))
    shown = found[: queries.PAGE]
    older = url_for(".index", before=shown[-1].id) if len(found) > queries.PAGE else None
    first = url_for(".index") if "before" in request.args else None
    return render_template("exports/index.html", returns=shown, older=older, first=first)


def _form() -> ReturnForm:
    form = ReturnForm()
    home = queries.home_region(current_actor())
    book = region_book()
    plans = indicator_queries.plans()
    offered = frames.offered(book, home, *(book.id(plan.region_code) for plan in plans))
    form.area.choices = [(one.code, book.full_name(one.id)) for one in offered]
    form.plan.choices = [(plan.code, plan.name) for plan in plans]
    if not form.is_submitted():
        nearest = queries.plan_of(home) if home else None
        form.area.data = book.code(home) if home else None
        form.plan.data = nearest.code if nearest else None
        form.year.data, form.month.data = clock.today().year, clock.today().month
    return form


@bp.get("/new")
@authorize(Permission.RETURN_MAKE)
def new() -> ResponseReturnValue:
    return render_template("exports/new.html", form=_form())


@bp.post("/new")
@authorize(Permission.RETURN_MAKE)
def make() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return render_template("exports/new.html", form=form), 422
    with form.keeping():
        actor = current_actor()
        place = frames.area_by_code(region_book(), form.area.data)
        plan = indicator_queries.plan_by_code(actor, form.plan.data)
        with transaction():
            made = operations.make(actor, place, plan, int(form.year.data or 0), int(form.month.data or 0), clock.now())
        flash("月报草稿已生成，请核对后封存", "success")
        return redirect(url_for(".show", return_id=made.id), 303)
    return render_template("exports/new.html", form=form), form.status


@bp.get("/<int:return_id>")
@authorize(Permission.RETURN_READ, queries.monthly_return)
def show(found: MonthlyReturn) -> ResponseReturnValue:
    return render_template(
        "exports/show.html",
        found=found,
        form=VersionForm(version=found.version),
        region=region_book().full_name(found.region_id),
        org_name=queries.organisation_name(found.org_id),
        entries=trail("monthly_return", found.id),
    )


@bp.post("/<int:return_id>/seal")
@authorize(Permission.RETURN_SEAL, queries.monthly_return)
def seal(found: MonthlyReturn) -> ResponseReturnValue:
    with transaction():
        operations.seal(found, current_actor(), seen(), clock.now())
    flash(f"已封存：{found.number}", "success")
    return redirect(url_for(".show", return_id=found.id), 303)
