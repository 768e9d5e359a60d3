"""Pages of 比较分析: every number opens its records, every page is a workbook too."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.authorize import authorize
from app.comparisons import ahead_views, by_part, disposal, drawings, heatmap, levels, listed, years
from app.comparisons import items as items_of
from app.comparisons.addresses import comparing, whole
from app.comparisons.listed import Slice
from app.comparisons.page_views import again, bp, page, resolve
from app.comparisons.parts import ORG, WAYS, parts
from app.comparisons.workbooks import wants_workbook
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.indicators.addresses import position
from app.indicators.groups import By
from app.indicators.records import Side

__all__ = ["ahead_views", "bp"]  # whose routes hang on the same blueprint
SIZE = 50
PLAIN = (By.LINK.value, By.PURPOSE.value, By.LEVEL.value, By.CATEGORY.value, "laboratory", "source", By.MONTH.value, ORG)


# ---------------------------------------------------------------- parts

@bp.get("/")
@authorize(Permission.INDICATOR_READ)
def index() -> ResponseReturnValue:
    return regions()


@bp.get("/regions")
@authorize(Permission.INDICATOR_READ)
def regions() -> ResponseReturnValue:
    asked = comparing()
    found = by_part.compared(asked.frame, asked.question, By.AREA.value, asked.threshold)
    drawn = () if wants_workbook() else (drawings.parted(asked.question, found, resolve(asked)),)
    return page("comparisons/parts.html", "regions", asked, [found.table], drawings=drawn, ways=())


@bp.get("/parts")
@authorize(Permission.INDICATOR_READ)
def parts_of() -> ResponseReturnValue:
    asked, by, node = comparing(), request.args.get("by") or By.LINK.value, whole("node")
    found = by_part.compared(asked.frame, asked.question, by, asked.threshold, node)
    address = resolve(asked)
    drawn = () if wants_workbook() else (drawings.parted(asked.question, found, address, node),)
    ways = [(address("parts_of", by=one), WAYS[one], one == by) for one in PLAIN]
    way = [(address("parts_of", by=by, node=at), name) for at, name in heatmap.way(node)] if by == By.CATEGORY.value else ()
    return page(
        "comparisons/parts.html", "parts_of", asked, [found.table], drawings=drawn, ways=ways, way=way, hidden={"by": by, "node": node}
    )


@bp.get("/years")
@authorize(Permission.INDICATOR_READ)
def by_year() -> ResponseReturnValue:
    asked = comparing()
    found = years.compared(asked.frame, asked.question, asked.threshold)
    tables = [found.table, *([found.monthly] if found.monthly else [])]
    drawn: list[Any] = []
    if found.months and not wants_workbook():
        year, address = asked.frame.period.year, resolve(asked)
        drawn = [drawings.two_years(asked.question, found, year, address)]
        if asked.question.formula.unit == "%":
            drawn.append(drawings.trend(asked.question, found, year, asked.threshold, address))
    return page("comparisons/parts.html", "by_year", asked, tables, drawings=drawn, ways=())


@bp.get("/heatmap")
@authorize(Permission.INDICATOR_READ)
def heat() -> ResponseReturnValue:
    asked, node = comparing(), whole("node")
    found = heatmap.heat_map(asked.frame, asked.question, node)
    return page("comparisons/heatmap.html", "heat", asked, [found.table], map=found, hidden={"node": node})


# ---------------------------------------------------------------- items

@bp.get("/items")
@authorize(Permission.INDICATOR_READ)
def items() -> ResponseReturnValue:
    asked = comparing("batch_count", fixed=True)
    found = items_of.items(asked.frame, asked.question.conditions, asked.threshold, request.args.get("item_class") or None)
    drawn = () if wants_workbook() else (drawings.items(found, resolve(asked)),)
    return page(
        "comparisons/items.html", "items", asked, [found.table], drawings=drawn, found=found, hidden={"item_class": found.item_class},
    )


@bp.get("/items/records")
@authorize(Permission.INDICATOR_READ)
def item_records() -> ResponseReturnValue:
    asked = comparing("batch_count", fixed=True)
    side = request.args.get("side", items_of.TESTED_SIDE)
    if side not in (items_of.TESTED_SIDE, items_of.FAILED_SIDE):
        raise NotLikeThis("没有这份清单，请从检验项目页面重新进入")
    which = items_of.Asked(side, request.args.get("item_class") or None, request.args.get("item") or None)
    found = items_of.records(asked.frame, asked.question.conditions, which, position(), SIZE)
    return render_template(
        "comparisons/item_records.html", asked=asked, which=which, page=found, address=resolve(asked), again=again(found.next),
        first=again(None),
    )


# ---------------------------------------------------------------- tasks, cases

@bp.get("/levels")
@authorize(Permission.INDICATOR_READ)
def task_levels() -> ResponseReturnValue:
    asked = comparing("batch_count", fixed=True)
    return page(
        "comparisons/parts.html", "task_levels", asked, [levels.levels(asked.frame).table], ways=(), filters=False, spans=False
    )


@bp.get("/disposal")
@authorize(Permission.INDICATOR_READ)
def case_work() -> ResponseReturnValue:
    asked, by = comparing("disposal_rate", fixed=True), request.args.get("by") or By.AREA.value
    found = disposal.disposal(asked.frame, asked.question.conditions, by, asked.threshold)
    ways = [(resolve(asked)("case_work", by=one), WAYS[one], one == by) for one in disposal.BYS]
    return page("comparisons/parts.html", "case_work", asked, [found.table], ways=ways, hidden={"by": by}, figures=())


# ---------------------------------------------------------------- records

@bp.get("/records")
@authorize(Permission.INDICATOR_READ)
def records() -> ResponseReturnValue:
    asked = comparing()
    written = request.args.get("side", Side.NUMERATOR.value)
    if written not in {one.value for one in Side}:
        raise NotLikeThis("没有这份清单，请从比较分析页面重新进入")
    by, key = request.args.get("by"), request.args.get("group")
    slice_ = Slice(parts(asked.frame, by, whole("node")), key) if by and key else Slice()
    found = listed.page(asked.frame, asked.question, Side(written), slice_, position(), SIZE)
    return render_template(
        "comparisons/records.html", asked=asked, page=found, slice=slice_, by=WAYS.get(by or "", ""), address=resolve(asked),
        again=again(found.next), first=again(None),
    )  # fmt: skip
