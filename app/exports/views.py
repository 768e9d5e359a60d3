"""报表报送: the list, making a return, one return."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, jobs
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.indicators import FORMULAS
from app.domain.permissions import Permission
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.workflow import ReturnState
from app.exports import building, ending, forms, making, operations, paper_views, queries, showing, step_views
from app.exports.blueprint import bp
from app.exports.models import MonthlyReturn
from app.indicators import frames
from app.indicators import queries as indicator_queries
from app.paging import page_size
from app.penalties.forms import number
from app.reference_data.books import region_book

__all__ = ["bp", "paper_views", "step_views"]


@bp.app_template_global("return_heading")
def return_heading(row: Any) -> str:
    return showing.heading(row)


@bp.app_template_global("return_counted_early")
def return_counted_early(row: Any) -> bool:
    return ending.counted_early(row)


@bp.app_template_global("definition_name")
def definition_name(code: str) -> str:
    formula = FORMULAS.get(code)
    return formula.name if formula is not None else code


@bp.get("/")
@authorize(Permission.RETURN_READ)
def index() -> ResponseReturnValue:
    actor, filters = current_actor(), forms.filters_asked(request.args)
    size = page_size()
    found = queries.returns(actor, filters, number(request.args.get("before")), size + 1)
    rows, kept = found[:size], forms.kept(filters)
    areas, templates = queries.choices(actor)
    return render_template(
        "exports/index.html", returns=rows, filters=filters, kept=kept, tones=showing.TONES, counts=queries.counts(actor),
        older=url_for(".index", before=rows[-1].id, **kept) if len(found) > size else None,
        first=url_for(".index", **kept) if "before" in request.args else None, states=list(ReturnState), kinds=list(ReturnPeriod),
        areas=areas, templates=templates, year=clock.today().year,
    )  # fmt: skip


def _form() -> Any:
    form = forms.ReturnForm()
    actor, book = current_actor(), region_book()
    home = queries.home_region(actor)
    plans = indicator_queries.plans()
    offered = frames.offered(book, home, *(book.id(plan.region_code) for plan in plans))
    form.area.choices = [(one.code, book.full_name(one.id)) for one in offered]
    nearest = queries.plan_around(home) if home else None
    asked = [] if nearest else [("", "请选择")]  # somebody else's targets are chosen by a person, not by the order of the list
    form.plan.choices = [*asked, *((plan.code, plan.name) for plan in plans)]
    form.template.choices = making.styles(actor)
    if not form.is_submitted():
        form.key.data = secrets.token_hex(16)
        form.area.data = book.code(home) if home else None
        form.plan.data = nearest.code if nearest else ""
        ended = clock.today().replace(day=1) - timedelta(days=1)  # only a month that is over can be sealed
        form.year.data, form.month.data = ended.year, ended.month
    return form


@bp.get("/new")
@authorize(Permission.RETURN_MAKE)
def new() -> ResponseReturnValue:
    return render_template("exports/new.html", form=_form())


@bp.post("/new")
@authorize(Permission.RETURN_MAKE)
def make() -> ResponseReturnValue:
    """At once where it is small; a large one is counted by the worker, and the page shows how far it is."""
    form = _form()
    if form.validate_on_submit():
        with form.keeping():
            actor, at = current_actor(), clock.now()
            place = frames.area_by_code(region_book(), form.area.data)
            plan = indicator_queries.plan_by_code(actor, form.plan.data)
            template = making.template_chosen(actor, form.template.data, form.kind.data)
            wish = operations.Wish(place, plan, form.period, template, form.key.data or None)
            operations.refuse_unbegun(wish.period, at)
            if queries.size(frames.Frame(building.office(actor.org_id), place, wish.period)) > queries.AT_ONCE:
                with transaction():
                    job = jobs.enqueue(queries.MAKE_JOB, making.payload(wish, place.code, plan.code), actor)
                return redirect(url_for(".progress", job_id=job.id), 303)
            prepared = operations.prepare(wish, actor, at)
            with transaction():
                made = operations.keep(prepared, actor, at)
            flash("报表草稿已生成，请核对审核结果后提交审批", "success")
            return redirect(url_for(".show", return_id=made.id), 303)
    return render_template("exports/new.html", form=form), form.status


@bp.get("/jobs/<int:job_id>")
@authorize(Permission.JOB_READ, queries.job)
def progress(job: jobs.Job) -> ResponseReturnValue:
    """A page that asks again by itself, with or without a script."""
    made = queries.by_key(current_actor(), job.payload.get("key"))
    response = current_app.make_response(render_template("exports/progress.html", job=job, made=made))
    if job.ended_at is None:
        response.headers["Refresh"] = "3"
    return response


@bp.get("/<int:return_id>")
@authorize(Permission.RETURN_READ, queries.monthly_return)
def show(found: MonthlyReturn) -> ResponseReturnValue:
    return render_template("exports/show.html", **showing.shown(found))
