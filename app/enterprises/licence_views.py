"""Pages of 许可证: which have run out or are about to, and the licences of one enterprise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.enterprises import KINDS, licence_notice
from app.domain.permissions import Permission
from app.enterprises import licence_forms, licence_queries, licences, queries, stations
from app.enterprises.blueprint import bp
from app.enterprises.licence_queries import Due
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.forms import OfficeForm, whole
from app.reference_data.books import region_book
from app.sampling.showing import regions_to_choose

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/licences", endpoint="licences")
@authorize(Permission.ENTERPRISE_LIST)
def due() -> ResponseReturnValue:
    actor, today, filters = current_actor(), clock.today(), licence_forms.filters_asked(request.args)
    after, before = (licence_forms.place(request.args.get(name)) for name in ("after", "before"))
    page = licence_queries.licences(actor, filters, today, after=after, before=before)
    return render_template(
        "enterprises/licences.html", page=page, filters=filters, kept=licence_forms.kept(filters),
        counts=licence_queries.counts(actor, today),
        dues=list(Due), kinds=KINDS, places=regions_to_choose(), stations=stations.choices(actor), regions=region_book(), today=today,
        notice_of=licence_notice, written=licence_forms.written, first=after is not None or before is not None,
    )  # fmt: skip


# ---------------------------------------------------------------- one enterprise

@bp.get("/<int:enterprise_id>/licences")
@authorize(Permission.ENTERPRISE_READ, queries.enterprise)
def licences_of(enterprise: Enterprise) -> ResponseReturnValue:
    return _page(enterprise)


def _page(enterprise: Enterprise, refused: OfficeForm | None = None) -> ResponseReturnValue:
    every, today = licence_queries.of_enterprise(enterprise.id), clock.today()
    form = refused if isinstance(refused, licence_forms.LicenceForm) else _fresh(enterprise, every)
    page = render_template(
        "enterprises/licences_of.html", enterprise=enterprise, held=[row for row in every if row.ended_at is None],
        ended=[row for row in every if row.ended_at is not None], form=form, refused=refused, today=today, notice_of=licence_notice,
        replaced=next((row for row in every if row.id == form.licence_id.data), None),
        may_edit=can(Permission.ENTERPRISE_CORRECT, enterprise) and enterprise.status is not EnterpriseStatus.MERGED,
        quiet=enterprise.status in (EnterpriseStatus.CLOSED, EnterpriseStatus.MERGED),
    )  # fmt: skip
    return page, refused.status if refused is not None else 200


def _fresh(enterprise: Enterprise, every: list[Any]) -> Any:
    """Empty, or with what the licence says that is to be renewed."""
    asked = request.args.get("replace", type=whole)
    row = next((one for one in every if one.id == asked and one.ended_at is None), None)
    values: dict[str, Any] = {"version": enterprise.version}
    if row is not None:
        values |= {name: getattr(row, name) for name in ("kind", "number", "scope", "issued_by")} | {"licence_id": row.id}
    return licence_forms.LicenceForm(formdata=None, data=values)


@bp.post("/<int:enterprise_id>/licences")
@authorize(Permission.ENTERPRISE_CORRECT, queries.enterprise)
def record_licence(enterprise: Enterprise) -> ResponseReturnValue:
    form: Any = licence_forms.LicenceForm()

    def taken() -> str:
        actor, at, seen = current_actor(), clock.now(), form.version.data
        if form.licence_id.data:
            made = licences.replace(enterprise, form.licence_id.data, form.entry, form.reason.data or "", actor, at, seen=seen)
            return f"已换证：{made.number}"
        made = licences.add(enterprise, form.entry, actor, at, main=form.main.data, seen=seen)
        return f"已登记许可证：{made.number}"

    return _step(enterprise, form, taken)


@bp.post("/<int:enterprise_id>/licences/end")
@authorize(Permission.ENTERPRISE_CORRECT, queries.enterprise)
def end_licence(enterprise: Enterprise) -> ResponseReturnValue:
    form: Any = licence_forms.StepForm()

    def taken() -> str:
        one = licences.end(enterprise, form.licence_id.data, form.reason.data or "", current_actor(), clock.now(), seen=form.version.data)
        return f"已作失效处理：{one.number or '许可证'}"

    return _step(enterprise, form, taken)


@bp.post("/<int:enterprise_id>/licences/main")
@authorize(Permission.ENTERPRISE_CORRECT, queries.enterprise)
def main_licence(enterprise: Enterprise) -> ResponseReturnValue:
    form: Any = licence_forms.StepForm()

    def taken() -> str:
        return f"已设为主证：{licences.make_main(enterprise, form.licence_id.data, current_actor(), seen=form.version.data).number}"

    return _step(enterprise, form, taken)


def _step(enterprise: Enterprise, form: Any, taken: Callable[[], str]) -> ResponseReturnValue:
    enterprise_id = enterprise.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                said = taken()
            flash(said, "success")
            return redirect(url_for(".licences_of", enterprise_id=enterprise_id), 303)
    found = queries.enterprise(current_actor(), enterprise_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form)
