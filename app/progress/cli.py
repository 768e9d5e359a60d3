"""``flask progress …``: the same figures as the pages."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.allocation import Basis
from app.domain.figures import half_up
from app.domain.overlap import SAME_DAYS
from app.domain.pace import Light
from app.domain.permissions import Permission, permits
from app.domain.progress import AXES, Axis, Line, Measure
from app.errors import NotFound
from app.plans import queries as plans
from app.plans.models import SamplingPlan
from app.progress import tables
from app.progress.evenness import evenness
from app.proposals import comparing
from app.proposals import queries as proposals
from app.proposals.queries import Asked, Way

progress = click.Group("progress", help="计划进度和均衡性")
PLAN = click.option("--plan", "plan_id", type=int, required=True, help="计划序号（地址栏中的数字）")


@command(progress, "list", permission=Permission.PLAN_READ)
@click.option("--year", type=int, help="年份，默认今年")
def list_plans(actor: Actor, year: int | None) -> Answer:
    """列出年度内各计划的进度."""
    found = tables.overview(actor, year or clock.today().year)
    rows = [{"plan": laid.plan.id, "name": laid.plan.name, **plain(line)} for laid, line in found]
    return Answer(rows, [f"{laid.plan.id}　{laid.plan.name}　{sentence(line)}" for laid, line in found] or ["没有已下达的计划"])


@command(progress, "show", permission=Permission.PLAN_READ)
@PLAN
@click.option("--by", type=click.Choice([one.value for one in Axis]), default=Axis.CATEGORY.value, help="划分方式")
@click.option("--inside", help="食品类别或地区的序号，显示其下级")
def show(actor: Actor, plan_id: int, by: str, inside: str | None) -> Answer:
    """列出一个计划按类别、地区、环节、月份等划分的进度."""
    plan = readable(actor, plan_id)
    table = tables.table(actor, plan, Axis(by), inside)
    rows = [{"key": line.key, "label": line.label, **plain(line)} for line in table.lines]
    data = {"plan": plan.id, "name": plan.name, "by": by, "rows": rows, "total": plain(table.whole)}
    lines = [f"{plan.title}　按{AXES[Axis(by)]}"]
    return Answer(data, [*lines, *(f"{line.label}　{sentence(line)}" for line in (*table.lines, table.whole))])


@command(progress, "balance", permission=Permission.PLAN_READ)
@PLAN
def show_balance(actor: Actor, plan_id: int) -> Answer:
    """计划的均衡性，及本月建议抽样批次."""
    plan = readable(actor, plan_id)
    found = evenness(actor, tables.lay_out([plan], clock.today())[0])
    data: dict[str, Any] = {"plan": plan.id, "this_month": found.month, "advised": found.advised, "sampled": found.sampled}
    lines = [f"{plan.title}　{found.month}月已抽样 {found.sampled}，建议共抽样 {found.advised}" if found.month else plan.title]
    for section in found.sections:
        parts = [
            {"label": section.label(one), "done": one.done, "fair": one.fair_text, "gap": one.words}
            for one in section.meter.contributions
        ]
        data[section.axis.value] = {"balance": section.meter.figure.display, "parts": parts}
        lines.append(f"按{AXES[section.axis]}：{section.meter.figure.display}　{section.lacking}")
        lines += [f"　{one['label']}　{one['done']}　{one['gap']}" for one in parts]
    return Answer(data, lines)


@command(progress, "propose", permission=Permission.PLAN_READ)
@PLAN
@click.option("--way", type=click.Choice([one.value for one in Way]), default=Way.FREQUENCY.value, help="建议方式")
@click.option("--basis", type=click.Choice([one.value for one in Basis]), default=Basis.LAST_YEAR.value, help="分配依据")
@click.option("--total", type=click.IntRange(0), help="分配总数，默认计划总批次")
@click.option("--minimum", type=click.IntRange(0), default=0, help="每格最低批次")
@click.option("--given", default="", help="自定权重：肉制品 3；乳制品 2")
@click.option("--recent", is_flag=True, help="按近12个月的检出情况，默认上年")
def show_proposal(actor: Actor, plan_id: int, way: str, basis: str, **asked: Any) -> Answer:
    """计划建议：不改变计划，采纳请在网页办理."""
    plan = readable(actor, plan_id)
    found = proposals.proposal(actor, plan, Asked(Way(way), Basis(basis), **asked))
    rows = [
        {"cell": one.cell.key, "label": one.label, "current": one.current, "proposed": one.proposed, "reason": one.reason}
        for one in found
    ]
    lines = [f"{one.label}　现有 {'—' if one.current is None else one.current}　建议 {one.proposed}　{one.reason}" for one in found]
    return Answer(rows, lines or ["没有需要调整的建议"])


@command(progress, "overlap", permission=Permission.PLAN_READ)
@PLAN
@click.option("--with", "other_id", type=int, required=True, help="另一个计划的序号")
@click.option("--days", type=click.IntRange(1, 366), default=SAME_DAYS, help="同一单位相隔天数")
def show_overlap(actor: Actor, plan_id: int, other_id: int, days: int) -> Answer:
    """四统一：两个计划重叠的批次和重复抽样."""
    found = comparing.compare(actor, readable(actor, plan_id), readable(actor, other_id), days)
    cells = [
        {"one": mine, "one_batches": pair.one_batches, "other": theirs, "other_batches": pair.other_batches, "together": pair.together}
        for pair, (mine, theirs) in zip(found.overlaps, found.labels, strict=True)
    ]
    pairs = [
        {"unit": pair.one.unit_name, "one": pair.one.number, "other": pair.other.number, "days": pair.days, "same_food": pair.same_food}
        for pair in found.pairs
    ]
    lines = [f"{one['one']} {one['one_batches']} ／ {one['other']} {one['other_batches']}　合计 {one['together']}" for one in cells]
    lines += [f"{one['unit']}　{one['one']}　{one['other']}　相隔 {one['days']} 天" for one in pairs]
    return Answer({"overlaps": cells, "pairs": pairs}, lines or ["没有重叠"])


def readable(actor: Actor, plan_id: int) -> SamplingPlan:
    """The plan of this number within the actor's reach."""
    plan = plans.plan(actor, plan_id)
    if plan is None or not permits(actor, Permission.PLAN_READ, plan):
        raise NotFound(f"没有序号为 {plan_id} 的计划，或不在您的管辖范围内；可用 flask progress list 查看")
    return plan


def plain(line: Line) -> dict[str, Any]:
    counts = {measure.value: line.tally.of(measure) for measure in Measure}
    return {
        "quota": line.quota, **counts, "remaining": line.remaining, "rate": line.rate.display if line.rate else None,
        "expected": half_up(line.expected, 1) if line.expected is not None else None,
        "light": line.light.value if line.light is not Light.NONE else None,
    }  # fmt: skip


def sentence(line: Line) -> str:
    quota = "—" if line.quota is None else str(line.quota)
    rate = line.rate.shown if line.rate else "—"
    return (
        f"计划 {quota}，已抽样 {line.tally.sampled}，已完成 {line.tally.completed}，完成率 {rate}，"
        f"应达 {line.expected_text}，{line.light.value}{f'（{line.words}）' if line.words else ''}"
    )


def register(app: Flask) -> None:
    app.cli.add_command(progress)
