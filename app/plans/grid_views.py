"""批次表: quotas typed like in a spreadsheet, one save, the server decides."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.permissions import Permission
from app.domain.samples import AreaType, Link
from app.domain.workflow import PlanState
from app.plans import grid, queries, quota_saving, showing
from app.plans.blueprint import bp
from app.plans.forms import GridForm
from app.plans.models import SamplingPlan
from app.plans.naming import Ground, ground

NO_CATEGORY = "没有这个食品分类：请从列表中选择完整的分类路径"


@bp.get("/<int:plan_id>/grid")
@authorize(Permission.PLAN_READ, queries.plan)
def show_grid(plan: SamplingPlan) -> ResponseReturnValue:
    return _grid(plan, GridForm(formdata=None), grid.Typed())


@bp.post("/<int:plan_id>/grid")
@authorize(Permission.PLAN_EDIT, queries.plan)
def save_grid(plan: SamplingPlan) -> ResponseReturnValue:
    form, typed, plan_id = GridForm(), grid.read_typed(request.form), plan.id
    if "add" in request.form:
        form.clashes = quota_saving.clashes_of(typed.wanted, queries.quotas_by_cell(plan.id), typed.seen)
        return _grid(plan, form, typed, 200 if _add(form, ground(plan)) else 422)
    plane = grid.slice_asked(request.args, ground(plan))
    if form.validate_on_submit() and not _unreadable(plan, form, typed):
        with form.keeping():
            with transaction():
                changed = quota_saving.save_quotas(
                    plan, typed.wanted, current_actor(), clock.now(), form.reason.data or None, seen=typed.seen
                )
            flash(f"已保存 {changed} 格" if changed else "批次没有变化，未作任何更改", "success" if changed else "info")
            return redirect(url_for(".show_grid", plan_id=plan_id, **plane.query), 303)
    found = queries.plan(current_actor(), plan_id)  # a refusal has rolled everything back
    assert found is not None
    return _grid(found, form, typed, form.status)


def _unreadable(plan: SamplingPlan, form: GridForm, typed: grid.Typed) -> bool:
    """Where some numbers cannot be read, say at once what is wrong with the others too."""
    if typed.strange:
        form.form_errors.append(f"有 {typed.strange} 格不是本计划的单元格（例如没有这个月份），请刷新页面后重填")
    if typed.faults or typed.strange:
        form.fault(typed.faults)
        form.fault(quota_saving.faults_of(typed.wanted, queries.quotas_by_cell(plan.id), ground(plan)))
    return bool(typed.faults or typed.strange)


def _add(form: GridForm, land: Ground) -> bool:
    """Add the row of a category; nothing is saved."""
    written = form.category.data or ""
    meant = land.categories.resolve(written) if written else None
    if meant is None or not meant.exact:
        form.category.errors = [NO_CATEGORY]
        return False
    form.added.data = ",".join(map(str, dict.fromkeys([*form.added_ids, meant.id])))
    form.category.data = ""
    return True


def _grid(plan: SamplingPlan, form: GridForm, typed: grid.Typed, status: int = 200) -> ResponseReturnValue:
    land = ground(plan)
    plane = grid.slice_asked(request.args, land)
    quotas = queries.quotas_by_cell(plan.id)
    made = grid.GridMaker(land, quotas, plane).make(typed, form.faults, [one for one in form.added_ids if one in land.categories])
    return render_template(
        "plans/grid.html", plan=plan, form=form, grid=made, editable=showing.editable(plan), choices=_choices(land), land=land,
        state_words=showing.state_words(plan), tone=showing.TONES[plan.state], paths=land.category_paths(),
        needs_reason=plan.state is PlanState.AMENDING, axes=grid.COLUMN_AXES,
    ), status  # fmt: skip


def _choices(land: Ground) -> dict[str, list[tuple[Any, str]]]:
    """Where each axis may be held."""
    return {
        "region": [(number, land.region_name(number)) for number in land.inside()],
        "link": [(link.value, link.value) for link in Link],
        "month": [(month, f"{month}月") for month in range(1, 13)],
        "area_type": [(kind.value, kind.value) for kind in AreaType],
    }
