"""Pages of 监督检查: the list, planning, one inspection."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.checklists.queries import kinds_covered
from app.db import transaction
from app.domain.permissions import Permission, may_ever
from app.domain.supervision_kinds import InspectionNature, InspectionResult
from app.domain.supervision_states import InspectionState
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise
from app.inspections import forms, operations, publication_views, queries, recording_views, showing, step_views
from app.inspections.blueprint import bp
from app.inspections.models import Inspection
from app.inspections.pages import done, page

__all__ = ["bp", "publication_views", "recording_views", "step_views"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``inspections_of_enterprise(enterprise)`` for the page of an enterprise."""
    return {"inspections_of_enterprise": showing.panel}


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.INSPECTION_LIST)
def index() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    found = queries.inspections(
        actor, filters, today, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    return render_template(
        "inspections/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=queries.counts(actor, today),
        states=list(InspectionState), natures=list(InspectionNature), results=list(InspectionResult), kinds=kinds_covered(today),
        tones=showing.STATE_TONES, result_tones=showing.RESULT_TONES, today=today, places=queries.organisations(actor),
        people=queries.inspectors_of_reach(actor), may_plan=may_ever(actor, Permission.INSPECTION_MAKE),
    )  # fmt: skip


# ---------------------------------------------------------------- planning

@bp.route("/new/<int:enterprise_id>", methods=["GET", "POST"])
@authorize(Permission.INSPECTION_MAKE, enterprises.enterprise)
def new(enterprise: Enterprise) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    form: Any = forms.PlanForm(data={"key": secrets.token_hex(16), "place": enterprise.address, "planned_on": today})
    form.offer(queries.inspectors(actor, enterprise.org_id))
    form.kind.choices = kind_choices(enterprise)
    if form.validate_on_submit():
        if form.key.data and (earlier := queries.submitted(form.key.data)) is not None:
            return redirect(url_for(".show", inspection_id=earlier), 303)
        with form.keeping():
            with transaction():
                wanted = form.arrangement
                made = operations.plan(
                    enterprise, form.kind.data, wanted.nature, actor, clock.now(), planned_on=wanted.planned_on, lead_id=wanted.lead_id,
                    second_id=wanted.second_id, place=wanted.place, others=wanted.others, key=form.key.data or None,
                )  # fmt: skip
            return done(made.id, f"已安排检查：{made.number}")
    page_ = render_template("inspections/new.html", form=form, enterprise=enterprise)
    return page_, form.status if form.is_submitted() else 200


def kind_choices(enterprise: Enterprise) -> list[tuple[str, str]]:
    """Its own kinds that have a checklist; all that have one where it has none of them."""
    covered = kinds_covered(clock.today())
    own = [kind for kind in covered if kind in {one.kind for one in enterprise.kinds}]
    return [(kind, kind) for kind in own or covered]


@bp.get("/new")
@authorize(Permission.INSPECTION_LIST)
def choose() -> ResponseReturnValue:
    """Which enterprise is to be inspected: found by name or code."""
    asked = " ".join((request.args.get("q") or "").split())[:60] or None
    if (enterprise_id := forms.number(request.args.get("enterprise"))) is not None:
        return redirect(url_for(".new", enterprise_id=enterprise_id), 303)
    found = enterprises.enterprises(current_actor(), enterprises.Filters(q=asked)).rows if asked else []
    return render_template("inspections/choose.html", q=asked, rows=found)


@bp.route("/<int:inspection_id>/edit", methods=["GET", "POST"])
@authorize(Permission.INSPECTION_MAKE, queries.inspection)
def edit(inspection: Inspection) -> ResponseReturnValue:
    actor, inspection_id = current_actor(), inspection.id
    form: Any = forms.EditForm.of(inspection)
    form.offer(queries.inspectors(actor, inspection.org_id))
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = operations.edit(inspection, form.arrangement, actor, seen=form.version.data)
            flash("已保存" if changed else "内容没有变化", "success")
            return redirect(url_for(".show", inspection_id=inspection_id), 303)
    found = queries.inspection(actor, inspection_id)
    return render_template("inspections/edit.html", form=form, inspection=found), form.status if form.is_submitted() else 200


@bp.get("/<int:inspection_id>")
@authorize(Permission.INSPECTION_READ, queries.inspection)
def show(inspection: Inspection) -> ResponseReturnValue:
    return page(inspection)
