"""Pages of 比较分析 that look ahead: balance, what a rate may become, the year's end, and the score of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.authorize import authorize, current_actor
from app.comparisons import balancing, drawings, forecasts, outlook, score
from app.comparisons.addresses import Comparing, comparing, whole
from app.comparisons.page_views import again, bp, page, resolve
from app.comparisons.questions import question
from app.comparisons.workbooks import wants_workbook
from app.domain.balance import SAMPLING_BALANCE
from app.domain.figures import half_up
from app.domain.indicators import Part
from app.domain.permissions import Permission
from app.domain.progress import AXES, Axis
from app.errors import NotLikeThis
from app.indicators import queries
from app.indicators.addresses import position

SIZE = 50


@bp.get("/balance")
@authorize(Permission.INDICATOR_READ)
def balance() -> ResponseReturnValue:
    asked = comparing("batch_count", fixed=True)
    year, actor = asked.frame.period.year, asked.frame.actor
    found = balancing.balanced(actor, whole("plan_id"), year)
    tables = [table for _, table in found.tables] if found else []
    return page(
        "comparisons/balance.html", "balance", asked, tables, found=found, plans=balancing.offered(actor, year), spans=False, axes=AXES,
        definition=SAMPLING_BALANCE.definition,
        filters=False, drawings=_balance_charts(found, asked) if found and not wants_workbook() else (),
    )  # fmt: skip


def _balance_charts(found: balancing.Balanced, asked: Comparing) -> list[Any]:
    address, drawn = resolve(asked), []
    for section, table in found.tables:
        if not section.meter.contributions or section.axis is not Axis.MONTH:
            continue
        rows = [row.cells for row in table.rows]
        links = [address(cells[1].opens) or url_for("progress.index") for cells in rows]
        ones = sorted(section.meter.contributions, key=lambda one: int(one.key))
        fair = [Decimal(half_up(one.fair, 1)) for one in ones]
        drawn.append(drawings.balance([cells[0].shown for cells in rows], [one.done for one in ones], fair, links, table.title))
    return drawn


# ---------------------------------------------------------------- before the period closes

@bp.get("/what-if")
@authorize(Permission.INDICATOR_READ)
def what_if() -> ResponseReturnValue:
    asked, target = comparing(), (request.args.get("target") or "").strip()
    if asked.question.formula.numerator is not Part.PASSED:
        asked = comparing_as("pass_rate")
    found = outlook.outlook(asked.frame, asked.question, asked.threshold, target)
    return page("comparisons/what_if.html", "what_if", asked, [found.table], found=found, target=target)


@bp.get("/what-if/pending")
@authorize(Permission.INDICATOR_READ)
def pending() -> ResponseReturnValue:
    asked = comparing()
    found = outlook.pending(asked.frame, asked.question, position(), SIZE)
    return render_template(
        "comparisons/pending.html", asked=asked, page=found, address=resolve(asked), again=again(found.next), first=again(None)
    )


@bp.get("/forecast")
@authorize(Permission.INDICATOR_READ)
def forecast() -> ResponseReturnValue:
    asked, target = comparing("batch_count"), (request.args.get("target") or "").strip()
    if not forecasts.volume(asked.question):
        asked = comparing_as("batch_count")
    plan = queries.plan_by_code(asked.frame.actor, code) if (code := request.args.get("plan", "")) else None
    found = forecasts.forecasts(asked.frame, forecasts.volumes(plan, asked.frame) if plan else [asked.question], target)
    address, year = resolve(asked), asked.frame.period.year
    drawn = [] if wants_workbook() else [drawings.year_so_far(one, year, address) for one in found.lines[:6] if one.months]
    return page(
        "comparisons/forecast.html", "forecast", asked, [found.table], found=found, target=target, drawings=drawn, plan=plan,
        plans=queries.plans(), spans=False, hidden={"plan": plan.code if plan else None},
    )  # fmt: skip


def comparing_as(figure: str) -> Comparing:
    """The same address about another figure, where the one it names makes no sense on the page."""
    asked = comparing()
    filters = {} if asked.question.planned else asked.filters
    return Comparing(question(current_actor(), figure, filters), asked.frame, asked.span, asked.as_of, filters)


@bp.get("/score")
@authorize(Permission.INDICATOR_READ)
def scores() -> ResponseReturnValue:
    asked = comparing("batch_count", fixed=True)
    every = queries.plans()
    code = request.args.get("plan") or _nearest(every, asked)
    plan = queries.plan_by_code(asked.frame.actor, code)
    found = score.scored(plan, asked.frame)
    return page(
        "comparisons/score.html", "scores", asked, [found.table], found=found, plan=plan, plans=every, filters=False,
        hidden={"plan": plan.code},
    )  # fmt: skip


def _nearest(every: Sequence[Any], asked: Comparing) -> str:
    """The plan of the area shown, or of what it lies in; else the first."""
    if not every:
        raise NotLikeThis("基础数据尚未装载规划，请先运行 flask reference load")
    up = set(asked.frame.area.book.codes_up(asked.frame.area.id))
    return str(next((one.code for one in every if one.region_code in up), every[0].code))
