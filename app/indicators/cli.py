"""Commands of the indicators: the same figures as the pages, and the recount that proves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock, taken_out
from app.commands import Answer, command
from app.db import session, transaction
from app.domain.actors import Actor
from app.domain.indicators import ABSENT, Light
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.indicators import checks, frames, kinds_cli, operations, queries, records, summaries, table_export, tables
from app.indicators.adjusting import Compared, compared
from app.indicators.cli_group import AREA, MONTH, NUMBER, PLAN, QUARTER, YEAR, frame_of, indicators
from app.indicators.difference_export import grouped, moment_words
from app.indicators.difference_parts import Difference
from app.indicators.records import Side

__all__ = ["indicators", "kinds_cli", "register"]


@command(indicators, "show", permission=Permission.INDICATOR_READ)
@PLAN
@AREA
@YEAR
@MONTH
@QUARTER
@click.option("--as-of", "as_of", metavar="TS", help="截至时点：2026-11-01 或 2026-11-01T17:30")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="另存为工作簿（.xlsx），内容与页面“导出”相同")
def show(
    actor: Actor, code: str, area_code: str, year: int, month: int | None, quarter: int | None, as_of: str | None, output: Path | None
) -> Answer:
    """列出规划的全部指标."""
    if output is not None and (output.suffix != ".xlsx" or not output.parent.is_dir()):
        raise NotLikeThis("输出文件应为已有文件夹中的 .xlsx 文件")
    plan = queries.plan_by_code(actor, code)
    frame = frame_of(actor, area_code, year, month, as_of, quarter)
    found = tables.table(plan, frame)
    heading = f"{plan.name}　{frame.area.name}　{frame.period.label}"
    sentences = [heading, *(_sentence(line) for line in found)]
    if output is not None:
        content, rows = taken_out.made(table_export.plan_sheets(plan, frame, found, clock.now()))
        with transaction():
            taken_out.note("plan", plan.id, plan.name, table_export.asked_words(frame), actor, content, rows)
        output.write_bytes(content)
        sentences.append(f"已保存：{output}")
    return Answer([_plain(line) for line in found], sentences)


@command(indicators, "records", permission=Permission.INDICATOR_READ)
@PLAN
@NUMBER
@AREA
@YEAR
@MONTH
@QUARTER
@click.option("--as-of", "as_of", metavar="TS", help="截至时点")
def list_records(
    actor: Actor, code: str, number: str, area_code: str, year: int, month: int | None, quarter: int | None, as_of: str | None
) -> Answer:
    """列出一项指标所统计的抽样编号."""
    plan = queries.plan_by_code(actor, code)
    frame = frame_of(actor, area_code, year, month, as_of, quarter)
    planned = queries.indicator_by_number(plan, number, frame.as_of)
    found = records.records(frame, planned.formula, planned.conditions)
    lines = [
        f"分子 {len(found.numerator)} 个：",
        *found.numerator,
        f"分母 {len(found.denominator)} 个：",
        *found.denominator,
    ]
    return Answer({"numerator": found.numerator, "denominator": found.denominator}, lines)


@command(indicators, "diff", permission=Permission.INDICATOR_READ)
@PLAN
@NUMBER
@AREA
@YEAR
@MONTH
@QUARTER
@click.option("--side", type=click.Choice([side.value for side in Side]), default=Side.NUMERATOR.value, help="分子、分母或另列")
@click.option("--from", "then", metavar="TS", required=True, help="较早时点：2026-11-01 或 2026-11-01T17:30")
@click.option("--to", "until", metavar="TS", help="较晚时点；不填为现在")
def diff(
    actor: Actor, code: str, number: str, area_code: str, year: int, month: int | None, quarter: int | None, side: str, then: str,
    until: str | None,
) -> Answer:  # fmt: skip
    """逐条说明一项指标在两个时点之间的差异."""
    plan = queries.plan_by_code(actor, code)
    now = frame_of(actor, area_code, year, month, until, quarter)
    before = replace(now, as_of=frames.read_moment(then))
    found = compared(queries.indicator_by_number(plan, number), before, now, Side(side))
    gap = found.differences
    lines = [
        f"{found.planned.row.no} {found.planned.row.name}　{now.area.name}　{now.period.label}",
        f"{moment_words(before)}：{found.then.figure.shown}　{moment_words(now)}：{found.now.figure.shown}",
        f"{gap.count_then} ＋ 新增 {len(gap.gained)} － 减少 {len(gap.lost)} ＝ {gap.count_now}",
        *(f"{heading} {_difference(one)}" for heading, one in grouped(gap)),
    ]
    return Answer(_differences(found), lines)


def _difference(one: Difference) -> str:
    return f"{one.number}：{one.before} → {one.after}（{'、'.join(one.reasons)}）" + "".join(
        f"\n　　{clock.office_time(event.at):%Y-%m-%d %H:%M} {event.who} {event.what} {event.why}".rstrip()
        for event in one.events
        if event.at
    )


def _differences(found: Compared) -> dict[str, Any]:
    gap = found.differences
    rows = [
        {
            "change": heading, "kind": one.kind, "number": one.number, "before": one.before, "after": one.after,
            "reasons": [reason.value for reason in one.reasons],
            "events": [
                {"at": event.at, "who": event.who, "reasons": [r.value for r in event.reasons], "what": event.what, "why": event.why}
                for event in one.events
            ],
        }
        for heading, one in grouped(gap)
    ]  # fmt: skip
    return {
        "then": found.then.figure.display, "now": found.now.figure.display, "count_then": gap.count_then, "count_now": gap.count_now,
        "gained": len(gap.gained), "lost": len(gap.lost), "changed": len(gap.changed), "adds_up": gap.adds_up,
        "reasons": {reason.value: number for reason, number in gap.by_reason.items()}, "records": rows,
    }  # fmt: skip


@command(indicators, "check", permission=Permission.INDICATOR_READ)
@click.option("--rebuild", is_flag=True, help="先按批次重建汇总表")
def check(actor: Actor, rebuild: bool) -> Answer:
    """逐批重新统计，与汇总表和页面数值比较."""
    if rebuild:
        with transaction():
            summaries.rebuild(session())
    report = checks.check(actor)
    lines = [f"已比较 {report.compared} 项，不一致 {len(report.different)} 项"]
    lines += [f"　{group} {number} 项" for group, number in report.groups.items()]
    lines += [f"{one['what']}：显示 {one['shown']}，重算 {one['recounted']}" for one in report.different[:50]]
    if report.different:
        lines.append("请运行 flask indicators check --rebuild 重建汇总表；仍不一致时请联系开发人员")
    told = {"compared": report.compared, "groups": dict(report.groups), "different": report.different}
    return Answer(told, lines, refused=bool(report.different))


@command(indicators, "report-value", permission=Permission.REPORTED_VALUE_ENTER)
@PLAN
@NUMBER
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
    frame = frame_of(actor, area_code, year, month, None)
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
