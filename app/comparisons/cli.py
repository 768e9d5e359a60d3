"""``flask comparisons …``: the same tables as the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.comparisons import (
    addresses,
    balancing,
    by_part,
    disposal,
    forecasts,
    heatmap,
    items,
    levels,
    outlook,
    score,
    years,
)
from app.comparisons.addresses import Comparing
from app.comparisons.parts import LABORATORY, WAYS
from app.comparisons.questions import FIGURE, Question, question
from app.comparisons.tables import Table
from app.comparisons.workbooks import content_of, note
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotFound
from app.indicators import queries
from app.indicators.groups import By

group = click.Group("comparisons", help="比较分析：地区、年度、类别、项目、机构、推演、预测和得分")
READ = Permission.INDICATOR_READ
COMMON = (
    click.option("--area", help="区划代码，默认全国"),
    click.option("--year", type=int, help="年份，默认今年"),
    click.option("--span", default="", help="统计期：q1 至 q4，m1 至 m12；不填为全年"),
    click.option("--to-date", is_flag=True, help="从1月累计到统计期末"),
    click.option("--as-of", "as_of", metavar="TS", help="截至时点：2026-11-01 或 2026-11-01T17:30"),
    click.option("--filter", "written", default="", help="筛选条件，如 domain = 食品; stage in (流通;餐饮)"),
    click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="另存为 Excel 文件"),
)
NODE = click.option("--node", type=int, help="食品类别的序号，显示其下级")


def _common(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(COMMON):
        function = option(function)
    return function


def _figure(default: str = FIGURE) -> Any:
    return click.option("--figure", default=default, show_default=True, help="指标代码，或“规划编号:序号”")


def _asked(actor: Actor, asked: dict[str, Any], figure: str = "batch_count") -> Comparing:
    """The same as an address says, from the options of a command."""
    chosen = addresses.period(asked["year"] or clock.today().year, asked["span"], asked["to_date"])
    frame = addresses.frame_of(actor, asked["area"], chosen, asked["as_of"])
    found = question(actor, figure, {}, asked["written"], frame.as_of)
    return Comparing(found, frame, asked["span"], asked["as_of"], {})


def _answer(actor: Actor, asked: Comparing, tables: Sequence[Table], output: Path | None, more: dict[str, Any] | None = None) -> Answer:
    """One table is a list of rows; several stand under their titles."""
    sentences = [sentence for table in tables for sentence in table.sentences()]
    if output is not None:
        content = content_of(tables, asked.about, actor)
        with transaction():
            note(tables, asked.about, actor, content, "比较分析")
        output.write_bytes(content)
        sentences.append(f"已保存：{output}")
    data: Any = tables[0].plain() if len(tables) == 1 else {table.title: table.plain() for table in tables}
    return Answer(data if more is None else {**more, "rows": data}, sentences)


@command(group, "regions", permission=READ)
@_figure()
@_common
def regions(actor: Actor, figure: str, output: Path | None, **options: Any) -> Answer:
    """各下级地区并列，含置信区间、位次和合计."""
    asked = _asked(actor, options, figure)
    found = by_part.compared(asked.frame, asked.question, By.AREA.value, asked.threshold)
    return _answer(actor, asked, [found.table], output)


@command(group, "parts", permission=READ)
@click.option("--by", type=click.Choice(list(WAYS)), default=By.LINK.value, show_default=True, help="分组方式")
@NODE
@_figure()
@_common
def parts(actor: Actor, by: str, node: int | None, figure: str, output: Path | None, **options: Any) -> Answer:
    """按环节、目的、级别、类别、机构、来源、月份分组."""
    asked = _asked(actor, options, figure)
    return _answer(actor, asked, [by_part.compared(asked.frame, asked.question, by, asked.threshold, node).table], output)


@command(group, "laboratories", permission=READ)
@_figure()
@_common
def laboratories(actor: Actor, figure: str, output: Path | None, **options: Any) -> Answer:
    """各承检机构并列."""
    asked = _asked(actor, options, figure)
    return _answer(actor, asked, [by_part.compared(asked.frame, asked.question, LABORATORY, asked.threshold).table], output)


@command(group, "years", permission=READ)
@_figure()
@_common
def by_year(actor: Actor, figure: str, output: Path | None, **options: Any) -> Answer:
    """同比和环比，及分月同比."""
    asked = _asked(actor, options, figure)
    found = years.compared(asked.frame, asked.question, asked.threshold)
    tables = [found.table, *([found.monthly] if found.monthly else [])]
    return _answer(actor, asked, tables, output)


@command(group, "heatmap", permission=READ)
@NODE
@_figure()
@_common
def heat(actor: Actor, node: int | None, figure: str, output: Path | None, **options: Any) -> Answer:
    """食品类别×月份."""
    asked = _asked(actor, options, figure)
    return _answer(actor, asked, [heatmap.heat_map(asked.frame, asked.question, node).table], output)


@command(group, "items", permission=READ)
@click.option("--class", "item_class", help="项目类别，列出其中各项目；不填按类别")
@_common
def by_item(actor: Actor, item_class: str | None, output: Path | None, **options: Any) -> Answer:
    """检验项目的检验、不合格项次和不合格率."""
    asked = _asked(actor, options)
    return _answer(actor, asked, [items.items(asked.frame, asked.question.conditions, asked.threshold, item_class).table], output)


@command(group, "levels", permission=READ)
@_common
def by_level(actor: Actor, output: Path | None, **options: Any) -> Answer:
    """任务完成：组织级别×检验目的."""
    asked = _asked(actor, options)
    return _answer(actor, asked, [levels.levels(asked.frame).table], output)


@command(group, "disposal", permission=READ)
@click.option("--by", type=click.Choice(list(disposal.BYS)), default=By.AREA.value, show_default=True, help="地区或经办单位")
@_common
def case_work(actor: Actor, by: str, output: Path | None, **options: Any) -> Answer:
    """处置完成率、按时完成率、平均办理工作日、立案率、公示率."""
    asked = _asked(actor, options, "disposal_rate")
    return _answer(actor, asked, [disposal.disposal(asked.frame, asked.question.conditions, by, asked.threshold).table], output)


@command(group, "balance", permission=READ)
@click.option("--plan", "plan_id", type=int, help="抽检计划的序号，默认第一个")
@_common
def balance(actor: Actor, plan_id: int | None, output: Path | None, **options: Any) -> Answer:
    """均衡度：已抽样与计划的占比，本月和下月建议批次."""
    asked = _asked(actor, options)
    found = balancing.balanced(actor, plan_id, asked.frame.period.year)
    if found is None:
        raise NotFound(f"{asked.frame.period.year}年没有在执行的抽检计划；下达计划后才能比较均衡度")
    answer = _answer(actor, asked, [table for _, table in found.tables], output, {"plan": found.plan.id, "advice": found.advice})
    return Answer(answer.data, [found.plan.name, *found.advice, *answer.lines])


@command(group, "what-if", permission=READ)
@_figure()
@click.option("--target", default="", help="目标（%），默认取规划中的目标")
@_common
def what_if(actor: Actor, figure: str, target: str, output: Path | None, **options: Any) -> Answer:
    """合格率推演：待定批次的上下限，复检改判的影响."""
    asked = _asked(actor, options, figure)
    found = outlook.outlook(asked.frame, asked.question, asked.threshold, target)
    more = {"pending": found.bounds.pending, "undecided": found.undecided, "awaited": found.awaited, "retests_to_meet": found.retests}
    return _answer(actor, asked, [found.table], output, more)


@command(group, "forecast", permission=READ)
@_figure("batch_count")
@click.option("--plan", "code", help="规划编号，列出其中全部抽检数量指标")
@click.option("--target", default="", help="年度目标，默认取规划中的目标")
@_common
def forecast(actor: Actor, figure: str, code: str | None, target: str, output: Path | None, **options: Any) -> Answer:
    """全年预测：时序进度、目前速度、范围和今后每工作日需完成的批次."""
    asked = _asked(actor, options, figure)
    questions: list[Question] = [asked.question]
    if code:
        questions = forecasts.volumes(queries.plan_by_code(actor, code), asked.frame)
    return _answer(actor, asked, [forecasts.forecasts(asked.frame, questions, target).table], output)


@command(group, "score", permission=READ)
@click.option("--plan", "code", required=True, help="规划编号")
@_common
def scores(actor: Actor, code: str, output: Path | None, **options: Any) -> Answer:
    """考核得分：目标、分值、得分，未达标和未计分的都列出."""
    asked = _asked(actor, options)
    found = score.scored(queries.plan_by_code(actor, code), asked.frame)
    answer = _answer(actor, asked, [found.table], output, {"total": found.total.earned_text, "weight": f"{found.total.weight:f}"})
    return Answer(answer.data, [*answer.lines, found.total.words])


def register(app: Flask) -> None:
    app.cli.add_command(group)

