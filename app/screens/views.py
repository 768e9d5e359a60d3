"""大屏 (领导驾驶舱): one page, 1920 × 1080, read from across a room; it asks for itself again every few minutes, without a script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app import charts, clock
from app.authorize import authorize, can, current_actor
from app.disposal import queries as cases
from app.domain.intervals import is_small
from app.domain.permissions import Permission
from app.indicators import queries, tables
from app.indicators.addresses import Here, here
from app.inspections import queries as inspections
from app.reference.comparison_rules import small_below
from app.risk_warnings import queries as warnings
from app.screens import queries as screen

bp = Blueprint("screens", __name__, url_prefix="/screen")
WIDTH = 1080
LATEST = 4
P = Permission


@bp.get("/")
@authorize(Permission.INDICATOR_READ)
def show() -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    plans = queries.plans()
    plan = queries.plan_by_code(actor, request.args.get("plan") or screen.plan_of_reader(actor, plans) or "")
    asked = here(plan)
    wall = screen.wall(plan, asked)
    threshold = small_below(today)
    return render_template(
        "screens/show.html", plan=plan, here=asked, wall=wall, plans=plans, areas=asked.areas(), now=clock.now(),
        seconds=current_app.config["SCREEN_SECONDS"], written=tables.written, records=_records(asked), chart=_chart(wall, asked),
        few=lambda figure: is_small(figure.denominator, threshold),
        cases=cases.counts(actor, today) if can(P.CASE_LIST) else None,
        inspections=inspections.counts(actor, today) if can(P.INSPECTION_LIST) else None,
        warnings=warnings.published_latest(actor, LATEST) if can(P.WARNING_LIST) else None,
    )  # fmt: skip


def _records(asked: Here) -> Any:
    """``records(line, side, …)``: the list behind a figure of this area and period."""

    def address(line: Any, side: str, **more: Any) -> str:
        planned = line.planned
        return url_for("indicators.show_records", code=planned.plan.code, no=planned.row.no, side=side, **{**asked.args, **more})

    return address


def _chart(wall: screen.Wall, asked: Here) -> Markup | None:
    """Each month against what was due in it; a bar opens the records of its month."""
    line, records = wall.volume, _records(asked)
    if line is None or not wall.months:
        return None
    heights = [screen.height(one, line) for one in wall.months]
    links = [records(line, "numerator", month=one.month, to_date=None) for one in wall.months]
    pace = [due for _, due in heights]
    paced = pace if any(one is not None for one in pace) else []
    return charts.bar_line(
        [f"{one.month}月" for one in wall.months], [shown for shown, _ in heights], links, paced,
        f"{line.planned.row.name}：各月完成与时序进度", line.planned.formula.unit, width=WIDTH,
    )  # fmt: skip
