"""Pages of the figures: the plans, the table of one plan, its charts, parts and records."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, upload_limits
from app.authorize import authorize, current_actor
from app.db import transaction
from app.domain.indicators import FORMULAS, Kind, Period, TallyPart, describe, half_up
from app.domain.intervals import METHOD
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.history import entries_of
from app.indicators import (
    breakdowns,
    coverage,
    difference_views,
    kinds,
    kinds_export,
    operations,
    queries,
    records,
    table_export,
    tables,
)
from app.indicators.addresses import Here, here, position
from app.indicators.coverage import Standing
from app.indicators.coverage_export import sheets as coverage_sheets
from app.indicators.drawings import rate_chart, volume_charts
from app.indicators.figures import Asked, divisible
from app.indicators.forms import ReportedValueForm
from app.indicators.groups import NAMES, By, Groups
from app.indicators.models import Plan
from app.indicators.queries import Planned
from app.indicators.records import Side, Slice
from app.indicators.shared_views import bp, handed_out, sides, workbook
from app.reference_data.books import region_book

__all__ = ["bp", "difference_views"]
SIZES = (20, 50, 100)


@bp.get("/")
@authorize(Permission.INDICATOR_READ)
def index() -> ResponseReturnValue:
    own = queries.own_region(current_actor())
    return render_template("indicators/index.html", plans=queries.plans(), own=own, year=clock.today().year)


@bp.get("/<code>")
@authorize(Permission.INDICATOR_READ, queries.plan)
def plan(plan: Plan) -> ResponseReturnValue:
    asked = here(plan)
    lines = tables.table(plan, asked.frame)
    if _as_workbook():
        name = f"{plan.name}{asked.frame.area.name}{asked.frame.period.label}.xlsx"
        comment = table_export.asked_words(asked.frame)
        sheets = table_export.plan_sheets(plan, asked.frame, lines, clock.now())
        return handed_out("plan", plan.id, plan.name, sheets, name, asked.frame.actor, comment)
    own = queries.own_region(asked.frame.actor)
    return render_template(
        "indicators/plan.html",
        plan=plan,
        here=asked,
        groups=_grouped(lines),
        count=len(lines),
        areas=asked.areas(own.id if own else None),
        tally=tables.tally(lines),
        written=tables.written,
        trust_method=METHOD,
        held=not any(line.foreign for line in lines),
    )


def _as_workbook() -> bool:
    return request.args.get("format") == "xlsx"


def _grouped(lines: list[tables.Line]) -> list[tuple[str, list[tables.Line]]]:
    """Under the headings of the plan's table, then the targets stated in its text."""
    found: dict[str, list[tables.Line]] = {}
    for line in lines:
        row = line.planned.row
        found.setdefault(row.group_name or ("规划文本载明的目标" if row.where_stated else "指标"), []).append(line)
    return list(found.items())


@bp.get("/<code>/<no>/records/<side>")
@authorize(Permission.INDICATOR_READ, records.indicator_side)
def show_records(found: tuple[Planned, Side]) -> ResponseReturnValue:
    planned, side = found
    asked = here(planned.plan)
    planned = queries.as_known(planned, asked.frame.as_of)
    question = Asked(planned.formula, planned.conditions)
    line = tables.line(planned, asked.frame)
    if question.of_enterprises:
        return _register(planned, asked, question, line, side)
    if question.covers:
        return _kinds(planned, asked, question, line)
    group, label = _slice(asked)
    size = _size()
    page = records.page(asked.frame, question, side, position(), size, group)
    template = "indicators/tallies.html" if isinstance(records.part_of(planned.formula, side), TallyPart) else "indicators/records.html"
    return render_template(
        template, planned=planned, here=asked, line=line, side=side, page=page, size=size,
        paging=[(one, _again(planned, side, asked, group, one), one == size) for one in SIZES],
        group=group, group_label=label, heading=str(records.part_of(planned.formula, side)), written=tables.written,
        sides=sides(planned), trust_method=METHOD,
    )  # fmt: skip


def _register(planned: Planned, asked: Here, question: Asked, line: tables.Line, side: Side) -> ResponseReturnValue:
    """The enterprises that a rate counts or misses; a page of them, or all as a workbook."""
    counted = Standing.COVERED if side is Side.NUMERATOR else Standing.EVERY
    shown = next((one for one in Standing if one.value == request.args.get("show")), counted)
    rule = coverage.COVERED[planned.formula.code]
    countable = coverage.countable(planned.formula.code, question.conditions)
    listed = countable and asked.held
    found = coverage.Listed(coverage.enterprises(asked.frame, planned.formula.code, question.conditions) if listed else ())
    if _as_workbook():
        return _workbook(planned, asked, found)
    start, size = position(), _size()
    rows = found.of(shown)
    return render_template(
        "indicators/register.html", planned=planned, here=asked, line=line, written=tables.written, rule=rule,
        shown=shown, standings=list(Standing), found=found, rows=rows[start : start + size], total=len(rows), start=start, size=size,
        regions=region_book(), note=None if countable else coverage.uncountable(planned.formula.code),
    )  # fmt: skip


def _kinds(planned: Planned, asked: Here, question: Asked, line: tables.Line) -> ResponseReturnValue:
    """品种清单, its workbook, or the batches of one 品种."""
    frame, size, kind = asked.frame, _size(), request.args.get("kind")
    if kind and asked.held:
        page = kinds.page(frame, question, kind, position(), size)
        where: dict[str, Any] = {"code": planned.plan.code, "no": planned.row.no, "side": Side.NUMERATOR.value, "kind": kind}
        at = partial(url_for, ".show_records", **where, **asked.args)
        return render_template(
            "indicators/kind.html", planned=planned, here=asked, kind=kinds.label(kind), page=page, at=at, size=size,
            paging=[(one, at(size=one), one == size) for one in SIZES],
        )  # fmt: skip
    found = kinds.kinds(frame, question) if asked.held else kinds.Kinds((), (), 0)
    if _as_workbook():
        sheets = kinds_export.sheets(planned, frame, found, line.figure, clock.now())
        name = f"{planned.row.name}品种清单{clock.today()}.xlsx"
        return workbook(planned, sheets, name, frame.actor, f"{table_export.asked_words(frame)}；品种清单")
    return render_template(
        "indicators/coverage.html", planned=planned, here=asked, line=line, written=tables.written, found=found,
        every=kinds.EVERY, other=kinds.OTHER, other_words=kinds.OTHER_WORDS,
    )  # fmt: skip


def _workbook(planned: Planned, asked: Here, found: coverage.Listed) -> ResponseReturnValue:
    comment = f"{asked.frame.area.name} {asked.frame.period.label}；共 {len(found.rows)} 家"
    name = f"{planned.row.name}清单{clock.today()}.xlsx"
    return workbook(planned, coverage_sheets(planned, asked, found, clock.now()), name, asked.frame.actor, comment)


def _again(planned: Planned, side: Side, asked: Here, group: Slice | None, size: int) -> str:
    """The address of the same list with other rows per page."""
    part: dict[str, Any] = {"by": group.by.value, "group": group.key} if group else {}
    where: dict[str, Any] = {"code": planned.plan.code, "no": planned.row.no, "side": side.value, "size": size}
    return url_for(".show_records", **where, **part, **asked.args)


def _slice(asked: Here) -> tuple[Slice | None, str]:
    by, key = request.args.get("by"), request.args.get("group")
    if not by or not key:
        return None, ""
    groups = Groups(asked.frame, _by(by))
    return Slice(groups.by, key), f"{NAMES[groups.by]}：{groups.label(key)}"


def _by(written: str) -> By:
    if written not in {one.value for one in By}:
        raise NotLikeThis("没有这种分组方式，请从分组统计页面重新选择", field="by")
    return By(written)


def _size() -> int:
    written = request.args.get("size", "")
    return int(written) if written in {str(size) for size in SIZES} else SIZES[0]


@bp.get("/<code>/<no>/breakdown")
@authorize(Permission.INDICATOR_READ, queries.indicator)
def breakdown(planned: Planned) -> ResponseReturnValue:
    asked = here(planned.plan)
    planned = queries.as_known(planned, asked.frame.as_of)
    question = _divisible(planned)
    by = _by(request.args.get("by") or By.CATEGORY.value)
    shares = breakdowns.breakdown(asked.frame, question, by) if asked.held else []
    if _as_workbook():
        comment = f"{table_export.asked_words(asked.frame)}；按{NAMES[by]}分组"
        sheets = table_export.share_sheets(planned, asked.frame, by, shares, clock.now())
        return workbook(planned, sheets, f"{planned.row.name}按{NAMES[by]}分组{clock.today()}.xlsx", asked.frame.actor, comment)
    return render_template(
        "indicators/breakdown.html", planned=planned, here=asked, by=by, names=NAMES, written=tables.written,
        shares=shares, areas=asked.areas(),
    )  # fmt: skip


def _divisible(planned: Planned) -> Asked:
    question = Asked(planned.formula, planned.conditions)
    if not divisible(planned.formula):
        raise NotLikeThis(f"“{planned.row.name}”不由逐批计数得出，没有分组和分月数据，请返回规划指标表查看")
    return question


@bp.get("/<code>/<no>/chart")
@authorize(Permission.INDICATOR_READ, queries.indicator)
def chart(planned: Planned) -> ResponseReturnValue:
    asked = here(planned.plan)
    planned = queries.as_known(planned, asked.frame.as_of)
    question = _divisible(planned)
    line = tables.line(planned, asked.frame.over(Period(asked.frame.period.year)))
    target = line.assessed.target.target
    volume = planned.formula.kind in tables.VOLUMES and not target.comparator.ceiling
    months = breakdowns.months(asked.frame, question, target.value if volume else None) if asked.held else []
    if _as_workbook():
        comment = f"{table_export.asked_words(asked.frame)}；分月"
        sheets = table_export.month_sheets(planned, asked.frame, months, clock.now())
        return workbook(planned, sheets, f"{planned.row.name}分月{clock.today()}.xlsx", asked.frame.actor, comment)
    drawn = volume_charts(planned, asked, months) if volume else [rate_chart(planned, asked, months, target.value)]
    return render_template(
        "indicators/chart.html", planned=planned, here=asked, line=line, months=months, drawings=drawn, volume=volume,
        written=tables.written, areas=asked.areas(), half_up=half_up,
    )  # fmt: skip


# ---------------------------------------------------------------- reported values


@bp.get("/<code>/<no>/value")
@authorize(Permission.INDICATOR_READ, queries.indicator)
def value(planned: Planned) -> ResponseReturnValue:
    asked = here(planned.plan)
    before = operations.current_value(planned, asked.frame.area, asked.frame.period.year, None, asked.frame.actor)
    form = ReportedValueForm(formdata=None, seen=str(before.id if before else 0), as_of=clock.today())
    return _value_page(planned, asked, form, 200)


@bp.post("/<code>/<no>/value")
@authorize(Permission.REPORTED_VALUE_ENTER, queries.indicator)
@upload_limits.takes_files
def report_value(planned: Planned) -> ResponseReturnValue:
    asked = here(planned.plan)
    form = ReportedValueForm()
    if not form.validate_on_submit():
        return _value_page(planned, asked, form, form.status)
    with form.keeping():
        with transaction():
            operations.report_value(
                planned, asked.frame.area, form.entry(asked.frame.period.year), asked.frame.actor, clock.now(),
                clock.today(), seen=form.seen_id,
            )  # fmt: skip
        flash(f"已填报：{planned.row.name}", "success")
        return redirect(url_for(".value", code=planned.plan.code, no=planned.row.no, **asked.year_args), 303)
    return _value_page(planned, asked, form, form.status)


def _value_page(planned: Planned, asked: Here, form: ReportedValueForm, status: int) -> ResponseReturnValue:
    return render_template(
        "indicators/value.html", planned=planned, here=asked, form=form, areas=asked.areas(),
        history=queries.reported_history(asked.frame, planned), enters=planned.formula.kind is Kind.REPORTED,
        as_written=queries.as_written,
    ), status  # fmt: skip


# ---------------------------------------------------------------- definitions


@bp.get("/definitions")
@authorize(Permission.REFERENCE_READ)
def definitions() -> ResponseReturnValue:
    every = queries.plans()
    code = request.args.get("plan") or (every[0].code if every else "")
    chosen = queries.plan_by_code(current_actor(), code) if code else None
    found = queries.indicators(chosen) if chosen else []
    return render_template("indicators/definitions.html", plans=every, chosen=chosen, found=found, describe=describe)


@bp.get("/<code>/<no>/definition")
@authorize(Permission.REFERENCE_READ, queries.indicator)
def definition(planned: Planned) -> ResponseReturnValue:
    """The definition in force and those before it; another one is proposed as a change of the reference data."""
    known = queries.versions(planned)
    notes = {row.id: entries_of("plan_indicator", row.id) for row in known if not row.shipped}
    return render_template("indicators/definition.html", planned=planned, versions=known, notes=notes, formulas=FORMULAS)
