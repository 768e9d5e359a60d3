"""Pages of the progress of plans (计划进度) and of the balance (均衡性)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.authorize import authorize, current_actor
from app.domain import progress as definitions
from app.domain.balance import SAMPLING_BALANCE
from app.domain.fact_filters import UNCLASSIFIED
from app.domain.pace import Light
from app.domain.permissions import Permission
from app.domain.progress import AXES, MEASURES, Axis, Measure
from app.errors import NotLikeThis
from app.indicators.addresses import position
from app.indicators.tables import written
from app.plans import queries as plans
from app.plans.models import SamplingPlan
from app.progress import queries, tables
from app.progress.addresses import chosen_year
from app.progress.drawings import months_chart
from app.progress.evenness import evenness

bp = Blueprint("progress", __name__, url_prefix="/progress")
ROWS = 50
TONES = {Light.GREEN: "green", Light.AMBER: "yellow", Light.RED: "red", Light.NONE: "grey"}
SHARED: dict[str, Any] = {"tones": TONES, "written": written, "defined": definitions, "measures": MEASURES}


@bp.get("/")
@authorize(Permission.PLAN_READ)
def index() -> ResponseReturnValue:
    actor, year = current_actor(), chosen_year()
    found = tables.overview(actor, year)
    names = queries.organisation_names(laid.plan.org_id for laid, _ in found)
    years = sorted({year, *range(clock.today().year - 5, clock.today().year + 2)}, reverse=True)
    return render_template("progress/index.html", found=found, names=names, year=year, years=years, **SHARED)


@bp.get("/<int:plan_id>")
@authorize(Permission.PLAN_READ, plans.plan)
def show(plan: SamplingPlan) -> ResponseReturnValue:
    axis = chosen_axis()
    table = tables.table(current_actor(), plan, axis, request.args.get("inside") or None)
    months = queries.counts(current_actor(), plan, Axis.MONTH)
    return render_template(
        "progress/show.html", plan=plan, table=table, axis=axis, axes=AXES, chart=months_chart(table.laid, months),
        evenness=evenness(current_actor(), table.laid, months), balance_definition=SAMPLING_BALANCE.definition, **SHARED,
    )  # fmt: skip


def chosen_axis() -> Axis:
    written_axis = request.args.get("by") or Axis.CATEGORY.value
    if written_axis not in {one.value for one in Axis}:
        raise NotLikeThis("没有这种划分方式，请从计划进度页面重新选择", field="by")
    return Axis(written_axis)


def measured(actor: Any, plan_id: int, measure: str) -> SamplingPlan | None:
    """The plan of an address that names a measure there is."""
    return plans.plan(actor, plan_id) if measure in {one.value for one in Measure} else None


@bp.get("/<int:plan_id>/records/<measure>")
@authorize(Permission.PLAN_READ, measured)
def show_records(plan: SamplingPlan) -> ResponseReturnValue:
    actor, measure = current_actor(), Measure((request.view_args or {})["measure"])
    by, node, key = request.args.get("by"), request.args.get("inside") or None, request.args.get("group") or None
    parts = queries.parts_of(actor, plan, chosen_axis(), node) if by else None
    page = queries.records(actor, plan, measure, parts, key, position(), ROWS)
    part = "" if parts is None or key is None else parts.rest if key == UNCLASSIFIED else parts.labels[key]
    here = {"plan_id": plan.id, "measure": measure.value, "by": by, "inside": node, "group": key}
    return render_template(
        "progress/records.html", plan=plan, measure=measure, parts=parts, part=part, page=page, here=here, axes=AXES, **SHARED
    )
