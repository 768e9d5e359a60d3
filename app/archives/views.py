"""Pages of 一户一档: the list by kind of enterprise, one archive, filling and taking back its elements."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits
from app.archives import forms, operations, queries, showing
from app.attachments.types import ACCEPT
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.archives import completeness
from app.domain.permissions import Permission
from app.enterprises import queries as enterprises
from app.enterprises import stations
from app.enterprises.models import Enterprise
from app.forms import OfficeForm
from app.reference import archive_elements
from app.reference_data.books import region_book
from app.sampling.showing import regions_to_choose

bp = Blueprint("archives", __name__, url_prefix="/archives")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``archive_of_enterprise(enterprise)`` for the page of an enterprise."""
    return {"archive_of_enterprise": showing.summary}


@bp.get("/")
@authorize(Permission.ENTERPRISE_LIST)
def index() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), forms.filters_asked(request.args)
    found = queries.enterprises(
        actor, filters, today, before=forms.number(request.args.get("before")), after=forms.number(request.args.get("after"))
    )
    elements = archive_elements.in_force(filters.kind, today)
    on_file = queries.filled([row.id for row in found.rows])
    told = {row.id: completeness(elements, on_file.get(row.id, set())) for row in found.rows}
    done, registered = queries.counts(actor, filters.kind, today)
    return render_template(
        "archives/index.html", page=found, filters=filters, kept=forms.kept(filters), told=told, kinds=archive_elements.kinds(today),
        places=regions_to_choose(), stations=stations.choices(actor), regions=region_book(), done=done, registered=registered,
        elements=elements,
    )  # fmt: skip


@bp.get("/<int:enterprise_id>")
@authorize(Permission.ENTERPRISE_READ, enterprises.enterprise)
def show(enterprise: Enterprise) -> ResponseReturnValue:
    return _page(enterprise)


def _page(enterprise: Enterprise, form: OfficeForm | None = None, *, whole: bool = False) -> ResponseReturnValue:
    versions = queries.versions(current_actor(), enterprise.id)
    summary = showing.summary(enterprise)
    by_code = {element.code: element for element in summary["elements"]}
    return render_template(
        "archives/show.html", enterprise=enterprise, archive=summary, whole=whole, refusal=form, mark=queries.mark(enterprise.id),
        current={one.code: one for one in versions if one.superseded_at is None}, earlier=[one for one in versions if one.superseded_at],
        by_code=by_code, shown=showing.shown, names=queries.names_of(versions, clock.today()),
    ), form.status if form is not None else 200  # fmt: skip


@bp.post("/<int:enterprise_id>/unmask")
@authorize(Permission.PERSONAL_UNMASK, enterprises.enterprise)
def unmask(enterprise: Enterprise) -> ResponseReturnValue:
    """Shown once, in the answer to the request that is on record."""
    with transaction():
        operations.unmask(enterprise, current_actor())
    return _page(enterprise, whole=True)


@bp.route("/<int:enterprise_id>/fill", methods=["GET", "POST"])
@authorize(Permission.ENTERPRISE_CORRECT, enterprises.enterprise)
@upload_limits.takes_files
def fill(enterprise: Enterprise) -> ResponseReturnValue:
    enterprise_id, name, today = enterprise.id, enterprise.name, clock.today()
    summary = showing.summary(enterprise)
    on_file = queries.current(enterprise_id)
    form: Any = forms.fill_form(summary["elements"], on_file, queries.mark(enterprise_id), today)
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                changed = operations.fill(
                    enterprise, form.given, form.seen_on.data, current_actor(), clock.now(), seen=form.seen.data or None
                )
            flash(f"已保存 {len(changed)} 项：{'、'.join(changed)}", "success")
            return redirect(url_for(".show", enterprise_id=enterprise_id), 303)
    if form.status == forms.CONFLICT:
        form.show_again(queries.mark(enterprise_id))
    kept = {code: row.value for code, row in queries.current(enterprise_id).items()}
    page = render_template(
        "archives/fill.html", form=form, elements=summary["elements"], enterprise_id=enterprise_id, name=name, kept=kept,
        on_file=queries.current(enterprise_id), shown=showing.shown, accept=ACCEPT,
    )  # fmt: skip
    return page, form.status if form.is_submitted() else 200


@bp.post("/<int:enterprise_id>/withdraw")
@authorize(Permission.ENTERPRISE_CORRECT, enterprises.enterprise)
def withdraw(enterprise: Enterprise) -> ResponseReturnValue:
    """撤下 an element that no longer holds; the version stays."""
    form, enterprise_id = forms.WithdrawForm(), enterprise.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                name = operations.withdraw(
                    enterprise, form.code.data or "", form.reason.data or "", current_actor(), clock.now(), seen=form.seen.data or None
                )
            flash(f"已撤下：{name}", "success")
            return redirect(url_for(".show", enterprise_id=enterprise_id), 303)
    found = enterprises.enterprise(current_actor(), enterprise_id)
    assert found is not None
    return _page(found, form)
