"""Pages of 年度检查安排: the list, its figures, making it, and what is done with single duties."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, can, current_actor
from app.db import transaction
from app.domain.inspection_frequency import SUPERVISED
from app.domain.inspection_schedule import Pace, per_person
from app.domain.permissions import Permission
from app.domain.supervision_kinds import Grade
from app.enterprises import queries as enterprises
from app.errors import NotFound, NotLikeThis
from app.inspections import queries as inspections
from app.paging import from_day
from app.reference_data.books import region_book
from app.sampling.showing import regions_to_choose
from app.schedules import exports, forms, handling, loads, operations, queries, showing
from app.schedules.counting import Wanted
from app.schedules.models import InspectionDuty
from app.trail import trail

bp = Blueprint("schedules", __name__, url_prefix="/schedules")
KIND = InspectionDuty.__tablename__
MOST_AT_ONCE = 200


@bp.app_context_processor
def blocks() -> dict[str, Any]:
    """``schedules_of_enterprise(enterprise)`` for its page."""
    return {"schedules_of_enterprise": showing.panel}


# ---------------------------------------------------------------- the list

@bp.get("/")
@authorize(Permission.INSPECTION_LIST)
def index() -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    filters = forms.filters_asked(request.args, today)
    after = request.args.get("after") or from_day(request.args.get("start"))
    found = queries.duties(actor, filters, today, after=after, before=request.args.get("before"))
    counted = queries.counts(actor, filters.year, today)
    return render_template(
        "schedules/index.html", page=found, filters=filters, kept=forms.kept(filters), counts=counted, states=queries.STATES,
        pace=Pace(counted["live"], counted["due"], counted[queries.DONE], counted[queries.OVERDUE]), kinds=SUPERVISED,
        grades=[one.value for one in Grade], stations=queries.stations(actor), people=queries.people(actor), today=today,
        standing=exports.standing, tones=showing.TONES, may_make=can(Permission.SCHEDULE_MAKE), key=secrets.token_hex(16),
    )  # fmt: skip


@bp.get("/overview")
@authorize(Permission.INSPECTION_LIST)
def overview() -> ResponseReturnValue:
    """The year by month, station and person."""
    actor, today = current_actor(), clock.today()
    year = forms.filters_asked(request.args, today).year
    return render_template(
        "schedules/overview.html", year=year, today=today, months=loads.by_month(actor, year, today),
        stations=loads.by_station(actor, year, today), people=loads.by_person(actor, year, today),
    )  # fmt: skip


# ---------------------------------------------------------------- making it

@bp.get("/make")
@authorize(Permission.SCHEDULE_MAKE)
def preview() -> ResponseReturnValue:
    """What would be done; the question stands in the address."""
    today = clock.today()
    if "year" not in request.args:
        data = {"year": today.year, "from_on": today.replace(month=1, day=1)}
        return _make_page(forms.MakeForm(formdata=None, meta={"csrf": False}, data=data))
    form = forms.MakeForm(formdata=request.args, meta={"csrf": False})
    if not form.validate():
        return _make_page(form), form.status
    with form.keeping():
        return _make_page(form, operations.preview(_wanted(form), current_actor(), today))
    return _make_page(form), form.status


def _make_page(form: Any, found: operations.Preview | None = None) -> str:
    form.region.choices = [("", "全部辖区"), *((str(value), name) for value, name in regions_to_choose())]
    grades = [*(one.value for one in Grade), operations.UNGRADED, operations.NOT_IN_SERVICE]
    ids = {station for station, _ in found.load} if found else set()
    return render_template(
        "schedules/make.html", form=form, found=found, grades=grades, stations=queries.names_of(sorted(ids)),
        people=loads.people_at(current_actor()) if found else {}, per_person=per_person,
    )  # fmt: skip


def _wanted(form: Any) -> Wanted:
    """Raises NotLikeThis for a day outside the year."""
    year, region = form.year.data, forms.number(form.region.data)
    from_on = form.from_on.data or date(year, 1, 1)
    if from_on.year != year:
        raise NotLikeThis(f"“自哪天起安排”应在 {year} 年内，请核对", field="from_on")
    if region is not None and region not in region_book():
        raise NotLikeThis("没有这个行政区划，请重新选择", field="region")
    return Wanted(year, from_on, form.kind.data or None, region)


@bp.post("/make")
@authorize(Permission.SCHEDULE_MAKE)
def make() -> ResponseReturnValue:
    """Confirmed: done as previewed, or refused when something has changed since."""
    form, actor = forms.MakeForm(), current_actor()
    if form.validate_on_submit():
        with form.keeping():
            wanted = _wanted(form)
            found, changing = operations.computed(wanted, actor, clock.today())
            with transaction():
                operations.make(found, changing, actor, clock.now(), seen=form.digest.data)
            if found.nothing:
                flash("安排已是最新，没有需要变动的内容", "success")
            else:
                done = found.done + found.tied
                flash(f"已生成：新增 {found.added} 次，取消 {found.cancelled} 次，其中 {done} 次已有完成的检查对应", "success")
            return redirect(url_for(".index", year=wanted.year), 303)
    return _make_page(form), form.status


# ---------------------------------------------------------------- single duties

@bp.post("/assign")
@authorize(Permission.SCHEDULE_MAKE)
def assign_several() -> ResponseReturnValue:
    """批量指定检查人员, with what became of each."""
    form, actor = forms.AssignManyForm(), current_actor()
    ids = [one for one in map(forms.number, request.form.getlist("duty")) if one is not None][:MOST_AT_ONCE]
    back = redirect(url_for(".index", **forms.kept(forms.filters_asked(request.args, clock.today()))), 303)
    if not form.validate_on_submit() or not ids:
        flash("请先勾选要指定检查人员的安排", "warning")
        return back
    duties = queries.duties_of(actor, ids)
    with transaction():
        answered = handling.assign_many(duties, form.user_id, actor)
    refused = [f"{operations.name_of(one.duty)}：{one.refusal}" for one in answered if one.refusal]
    flash(f"已指定 {len(answered) - len(refused)} 项", "success")
    for sentence in refused[:10]:
        flash(sentence, "warning")
    return back


@bp.get("/<int:duty_id>")
@authorize(Permission.SCHEDULE_READ, queries.duty)
def show(duty: InspectionDuty) -> ResponseReturnValue:
    return _page(duty)


def _page(duty: InspectionDuty, refusal: Any = None) -> str:
    actor, today = current_actor(), clock.today()
    enterprise = enterprises.enterprise(actor, duty.enterprise_id)
    if enterprise is None:
        raise NotFound("该企业档案不在您的管辖范围内")
    found = {
        "assigning": forms.AssignForm(formdata=None, data={"version": duty.version, "assigned": str(duty.assigned_id or "")}),
        "cancelling": forms.CancelForm(formdata=None, data={"version": duty.version}),
        "inspecting": forms.InspectForm(formdata=None, data={
            "version": duty.version, "planned_on": today, "lead": str(duty.assigned_id or ""), "key": secrets.token_hex(16),
        }),
    }  # fmt: skip
    found = {name: refusal if isinstance(refusal, type(form)) else form for name, form in found.items()}
    able = [(str(one.id), one.name) for one in queries.inspectors(actor, duty.org_id)]
    for field in (found["assigning"].assigned, found["inspecting"].lead, found["inspecting"].second):
        field.choices = [("", "不指定"), *able]
    row = queries.row_of(actor, duty)
    is_open = duty.cancelled_at is None and duty.inspection_id is None
    return render_template(
        "schedules/show.html", duty=duty, row=row, enterprise=enterprise, today=today, refusal=refusal,
        standing=exports.standing(row, today),
        tones=showing.TONES, going=queries.under_way([duty.enterprise_id], duty.kind) if is_open else [], is_open=is_open,
        may_make=is_open and can(Permission.SCHEDULE_MAKE, duty), may_inspect=is_open and can(Permission.INSPECTION_MAKE, duty),
        timeline=trail(KIND, duty.id), **found,
    )  # fmt: skip


def _step(duty: InspectionDuty, form: Any, said: str, taken: Callable[[], Any]) -> ResponseReturnValue:
    duty_id = duty.id
    if form.validate_on_submit():
        with form.keeping():
            with transaction():
                taken()
            flash(said, "success")
            return redirect(url_for(".show", duty_id=duty_id), 303)
    found = queries.duty(current_actor(), duty_id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form), form.status


@bp.post("/<int:duty_id>/assign")
@authorize(Permission.SCHEDULE_MAKE, queries.duty)
def assign(duty: InspectionDuty) -> ResponseReturnValue:
    form = forms.AssignForm()
    return _step(duty, form, "已指定检查人员", lambda: handling.assign(duty, form.user_id, current_actor(), seen=form.version.data))


@bp.post("/<int:duty_id>/cancel")
@authorize(Permission.SCHEDULE_MAKE, queries.duty)
def cancel(duty: InspectionDuty) -> ResponseReturnValue:
    form = forms.CancelForm()
    return _step(
        duty, form, "已取消", lambda: handling.cancel(duty, form.reason.data or "", current_actor(), clock.now(), seen=form.version.data)
    )


@bp.post("/<int:duty_id>/inspect")
@authorize(Permission.INSPECTION_MAKE, queries.duty)
def inspect(duty: InspectionDuty) -> ResponseReturnValue:
    """由安排生成检查; the duty is done when that inspection is finished."""
    form, actor = forms.InspectForm(), current_actor()
    if form.validate_on_submit():
        if form.key.data and (earlier := inspections.submitted(form.key.data)) is not None:
            return redirect(url_for("inspections.show", inspection_id=earlier), 303)
        with form.keeping():
            with transaction():
                made = handling.inspect(
                    duty, actor, clock.now(), planned_on=form.planned_on.data, lead_id=forms.number(form.lead.data),
                    second_id=forms.number(form.second.data), key=form.key.data or None, seen=form.version.data,
                )  # fmt: skip
            flash(f"已安排检查：{made.number}", "success")
            return redirect(url_for("inspections.show", inspection_id=made.id), 303)
    found = queries.duty(actor, duty.id)
    assert found is not None
    form.version.data, form.version.raw_data = found.version, None
    return _page(found, form), form.status
