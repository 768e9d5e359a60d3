"""Commands of the indicators: the same figures as the pages, and the recount that proves them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import session, transaction
from app.domain.actors import Actor
from app.domain.indicators import ABSENT, Light
from app.domain.permissions import Permission
from app.indicators import checks, frames, operations, queries, records, summaries, tables
from app.reference_data.books import region_book

indicators = click.Group("indicators", help="规划指标")
PLAN = click.option("--plan", "code", required=True, help="规划编号")
AREA = click.option("--area", "area_code", required=True, help="区划代码")
YEAR = click.option("--year", type=int, required=True, help="年份")
MONTH = click.option("--month", type=int, help="月份")


@command(indicators, "show", permission=Permission.INDICATOR_READ)
@PLAN
@AREA
@YEAR
@MONTH
@click.option("--as-of", "as_of", metavar="TS", help="截至时点：2026-11-01 或 2026-11-01T17:30")
def show(actor: Actor, code: str, area_code: str, year: int, month: int | None, as_of: str | None) -> Answer:
    """列出规划的全部指标."""
    plan = queries.plan_by_code(actor, code)
    frame = _frame(actor, area_code, year, month, as_of)
    found = tables.table(plan, frame)
    heading = f"{plan.name}　{frame.area.name}　{frame.period.label}"
    return Answer([_plain(line) for line in found], [heading, *(_sentence(line) for line in found)])


@command(indicators, "records", permission=Permission.INDICATOR_READ)
@PLAN
@click.option("--no", "number", required=True, help="指标序号")
@AREA
@YEAR
@MONTH
@click.option("--as-of", "as_of", metavar="TS", help="截至时点")
def list_records(
    actor: Actor, code: str, number: str, area_code: str, year: int, month: int | None, as_of: str | None
) -> Answer:
    """列出一项指标所统计的抽样编号."""
    plan = queries.plan_by_code(actor, code)
    frame = _frame(actor, area_code, year, month, as_of)
    planned = queries.indicator_by_number(plan, number, frame.as_of)
    found = records.records(frame, planned.formula, planned.conditions)
    lines = [
        f"分子 {len(found.numerator)} 个：",
        *found.numerator,
        f"分母 {len(found.denominator)} 个：",
        *found.denominator,
    ]
    return Answer({"numerator": found.numerator, "denominator": found.denominator}, lines)


@command(indicators, "check", permission=Permission.INDICATOR_READ)
@click.option("--rebuild", is_flag=True, help="先按批次重建汇总表")
def check(actor: Actor, rebuild: bool) -> Answer:
    """逐批重新统计，与汇总表和页面数值比较."""
    if rebuild:
        with transaction():
            summaries.rebuild(session())
    report = checks.check(actor)
    lines = [f"已比较 {report.compared} 项，不一致 {len(report.different)} 项"]
    lines += [f"{one['what']}：显示 {one['shown']}，重算 {one['recounted']}" for one in report.different[:50]]
    if report.different:
        lines.append("请运行 flask indicators check --rebuild 重建汇总表；仍不一致时请联系开发人员")
    return Answer({"compared": report.compared, "different": report.different}, lines, refused=bool(report.different))


@command(indicators, "report-value", permission=Permission.REPORTED_VALUE_ENTER)
@PLAN
@click.option("--no", "number", required=True, help="指标序号")
@AREA
@YEAR
@MONTH
@click.option("--value", required=True, help="数值")
@click.option("--on", "as_of", type=click.DateTime(["%Y-%m-%d"]), required=True, help="数值日期")
@click.option("--document", required=True, help="来源文件")
@click.option("--reason", default="", help="替换已有数值的原因")
@click.option("--file", "attached", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="附件")
def report(
    actor: Actor, code: str, number: str, area_code: str, year: int, month: int | None, **entered: Any
) -> Answer:
    """填报一项指标的数值."""
    plan = queries.plan_by_code(actor, code)
    frame = _frame(actor, area_code, year, month, None)
    planned = queries.indicator_by_number(plan, number)
    attached: Path | None = entered["attached"]
    day: date = entered["as_of"].date()
    entry = operations.Entry(
        year, month, entered["value"], day, entered["document"], entered["reason"],
        attached.name if attached else "", attached.read_bytes() if attached else b"",
    )  # fmt: skip
    with transaction():
        operations.report_value(planned, frame.area, entry, actor, clock.now(), clock.today())
    line = tables.line(planned, frame)
    return Answer(_plain(line), [f"已填报：{_sentence(line)}"])


def _frame(actor: Actor, area_code: str, year: int, month: int | None, as_of: str | None) -> frames.Frame:
    found = frames.area_by_code(region_book(), area_code)
    return frames.Frame(actor, found, frames.period(year, month), frames.read_moment(as_of))


def _plain(line: tables.Line) -> dict[str, Any]:
    figure, target = line.figure, line.assessed.target.target
    return {
        "no": line.planned.row.no,
        "name": line.planned.row.name,
        "value": None if figure.value is None else figure.display,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "target": f"{target.value:f}",
        "op": target.comparator.ascii,
        "met": line.met,
        "light": None if line.light is Light.NONE else line.light.value,
        "definition": line.definition,
    }


def _sentence(line: tables.Line) -> str:
    figure = line.figure
    counts = "" if figure.numerator is None else f"（{figure.numerator}"
    counts += "" if figure.denominator is None else f"/{figure.denominator}"
    counts += "）" if counts else ""
    words = [
        f"{line.planned.row.no} {line.planned.row.name}：{figure.shown}{counts}",
        f"目标 {line.assessed.target.label}",
    ]
    words += [word for word in (line.met_label, line.light.value) if word != ABSENT]
    return "　".join([*words, *filter(None, [line.rounding])])


def register(app: Flask) -> None:
    app.cli.add_command(indicators)
