"""Pages of organisations."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, history
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.forms import seen
from app.organisations import forms, operations, queries
from app.organisations.models import Organisation, OrganisationKind
from app.reference_data import standing
from app.reference_data.standing import WordKind

bp = Blueprint("organisations", __name__, url_prefix="/organisations")


@bp.get("/")
@authorize(Permission.ORGANISATION_READ)
def index() -> ResponseReturnValue:
    filters = forms.filters_asked()
    branches = queries.tree(current_actor(), filters)
    people = queries.people([branch.row.id for branch in branches])
    return render_template(
        "organisations/index.html", branches=branches, people=people, filters=filters,
        kinds=[(kind.value, kind.value) for kind in OrganisationKind],
        state=request.args.get("state"),
    )


@bp.get("/<int:org_id>")
@authorize(Permission.ORGANISATION_READ, queries.organisation)
def show(organisation: Organisation) -> ResponseReturnValue:
    return render_template(
        "organisations/show.html", organisation=organisation, parent=queries.name_of(organisation.parent_id),
        region=queries.region(organisation.region_id), people=queries.people([organisation.id]).get(organisation.id, 0),
        entries=history.entries_of(Organisation.__tablename__, organisation.id),
        state=standing.words(WordKind.LABORATORY, [organisation.id])[organisation.id] if is_laboratory(organisation) else None,
    )


def is_laboratory(organisation: Organisation) -> bool:
    return organisation.kind is OrganisationKind.LABORATORY


@bp.route("/<int:org_id>/new", methods=["GET", "POST"])
@authorize(Permission.ORGANISATION_EDIT, queries.organisation)
def new(parent: Organisation) -> ResponseReturnValue:
    form = forms.NewOrganisationForm()
    above = parent.name  # kept: a refusal rolls back and expires the row
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                made = operations.create(current_actor(), parent, form.code.data or "", form.details, clock.now())
            flash(f"已新建机构：{made.name}", "success")
            return redirect(url_for(".show", org_id=made.id), 303)
    return _page("organisations/new.html", form, parent=parent, above=above)


def _page(template: str, form: forms.OrganisationForm, **values: object) -> ResponseReturnValue:
    return render_template(template, form=form, **values), form.status if form.is_submitted() else 200


@bp.route("/<int:org_id>/edit", methods=["GET", "POST"])
@authorize(Permission.ORGANISATION_EDIT, queries.organisation)
def edit(organisation: Organisation) -> ResponseReturnValue:
    region = queries.region(organisation.region_id)
    form = forms.OrganisationForm(obj=organisation, region_code=region.code if region else None)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                operations.edit(current_actor(), organisation, form.details, form.version.data or -1)
            flash(f"已保存机构：{organisation.name}", "success")
            return redirect(url_for(".show", org_id=organisation.id), 303)
    return _page("organisations/edit.html", form, organisation=organisation)


@bp.post("/<int:org_id>/deactivate")
@authorize(Permission.ORGANISATION_EDIT, queries.organisation)
def deactivate(organisation: Organisation) -> ResponseReturnValue:
    with transaction():
        operations.deactivate(current_actor(), organisation, seen())
    flash(f"已停用机构：{organisation.name}", "success")
    return redirect(url_for(".show", org_id=organisation.id), 303)


@bp.post("/<int:org_id>/activate")
@authorize(Permission.ORGANISATION_EDIT, queries.organisation)
def activate(organisation: Organisation) -> ResponseReturnValue:
    with transaction():
        operations.activate(current_actor(), organisation, seen())
    flash(f"已启用机构：{organisation.name}", "success")
    return redirect(url_for(".show", org_id=organisation.id), 303)
