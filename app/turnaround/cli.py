"""``flask turnaround …``: the same operations as the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.domain.plausibility import HintKind
from app.domain.turnaround import OpenStage, Tally, Timing
from app.errors import NotAllowed, NotFound
from app.turnaround import addresses, operations, queries, reading, screening
from app.turnaround.queries import Filters, Laboratory
from app.turnaround.reading import named

group = click.Group("turnaround", help="检验时限：统计、超期清单、约定，合理性提示")
DAY = click.DateTime(["%Y-%m-%d"])
FOODS = {"全部": None, "食用农产品": True, "其他": False}


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _period(function: Callable[..., Any]) -> Callable[..., Any]:
    function = click.option("--to", "last", type=DAY, help="报告日期止，默认今天")(function)
    return click.option("--from", "first", type=DAY, help="报告日期起")(function)


def _between(first: datetime | None, last: datetime | None, usual: tuple[date, date]) -> tuple[date, date]:
    return addresses.ordered(first.date() if first else usual[0], last.date() if last else usual[1])


def _laboratory(written: str | None) -> Laboratory:
    if not written:
        return None
    found = queries.laboratory_written(written)
    return found.id if found is not None else written


@command(group, "show", permission=Permission.TURNAROUND_READ)
@_period
@click.option("--laboratory", metavar="NAME", help="承检机构的名称或代码")
def show(actor: Actor, first: datetime | None, last: datetime | None, laboratory: str | None) -> Answer:
    """各承检机构的检验时限统计。"""
    filters = Filters(*_between(first, last, addresses.this_year()), _laboratory(laboratory))
    figures, names = reading.figures(actor, filters), queries.organisation_names()
    owed = reading.outstanding(actor, filters.laboratory, clock.today())
    rows = [_row(named(at, names), tally) for at, tally in figures.by_laboratory.items()]
    late, soon, undated = owed.count(OpenStage.OVERDUE), owed.count(OpenStage.SOON), len(owed.undated)
    data = {
        "from": filters.first, "to": filters.last, "laboratories": rows, "open": {"overdue": late, "soon": soon, "undated": undated},
    }  # fmt: skip
    return Answer(data, [*map(_told, rows), f"未出报告：已超期 {late} 批，即将到期 {soon} 批，无收样日期 {undated} 批"])


def _row(name: str, tally: Tally) -> dict[str, Any]:
    stands = tally.stands
    return {
        "laboratory": name, "finished": tally.finished, "on_time": stands[Timing.ON_TIME], "late": stands[Timing.LATE],
        "rate": tally.rate, "median": tally.median, "p90": tally.ninth_decile, "unknown": stands[Timing.UNKNOWN],
        "wrong": stands[Timing.WRONG], "unruled": stands[Timing.UNRULED],
    }  # fmt: skip


def _told(row: dict[str, Any]) -> str:
    shown = {name: "—" if value is None else value for name, value in row.items()}
    return (
        "{laboratory}：已出报告 {finished}，按时 {on_time}，超期 {late}，按时率 {rate}%，中位数 {median}、"
        "九成不超过 {p90} 个工作日，无收样日期 {unknown}，收样晚于报告 {wrong}，无适用期限 {unruled}"
    ).format(**shown)


@command(group, "overdue", permission=Permission.TURNAROUND_READ)
@click.option("--laboratory", metavar="NAME", help="承检机构的名称或代码")
@click.option("--soon", is_flag=True, help="同时列出 3 个工作日内到期的")
def overdue(actor: Actor, laboratory: str | None, soon: bool) -> Answer:
    """列出超过检验时限仍未出报告的样品。"""
    found, names = reading.outstanding(actor, _laboratory(laboratory), clock.today()), queries.organisation_names()
    wanted = (OpenStage.OVERDUE, OpenStage.SOON) if soon else (OpenStage.OVERDUE,)
    rows = [one for one in found.rows if one.stage in wanted]
    data = [
        {
            "number": one.row.number, "laboratory": named(one.laboratory, names), "received": one.row.arrived_on, "due": one.due.due,
            "over": one.over, "left": one.left, "stage": one.stage.value, "why": list(one.due.why),
        }
        for one in rows
    ]  # fmt: skip
    lines = [
        f"{one.row.number}　{named(one.laboratory, names)}　应于 {one.due.due} 前出具报告，{one.words}。{one.due.why[0]}"
        for one in rows
    ]
    return Answer(data, [*lines, f"共 {len(rows)} 批；另有 {len(found.undated)} 批无收样日期，无法计算"])


@command(group, "agree", permission=Permission.TURNAROUND_AGREE)
@click.argument("laboratory")
@click.argument("working_days", type=int)
@click.option("--document", required=True, help="约定的文书编号")
@click.option("--from", "first", type=DAY, help="有效期起，默认今天")
@click.option("--to", "last", type=DAY, help="有效期止")
@click.option("--foods", type=click.Choice(list(FOODS)), default="全部", show_default=True, help="适用食品")
@click.option("--reason", help="说明")
def agree(
    actor: Actor, laboratory: str, working_days: int, document: str, first: datetime | None, last: datetime | None, foods: str,
    reason: str | None,
) -> Answer:  # fmt: skip
    """登记与承检机构约定的检验时限（工作日）。"""
    found = queries.laboratory_written(laboratory)
    if found is None:
        raise NotFound(f"没有名称或代码为“{laboratory}”的承检机构，请核对")
    start = first.date() if first else clock.today()
    terms = operations.Terms(found.id, FOODS[foods], working_days, start, last.date() if last else None, document, reason)
    with transaction():
        made = operations.agree(terms, actor, clock.now())
    return Answer({"id": made.id, "document": made.document_no}, [f"已登记检验时限约定：{made.document_no}（第 {made.id} 号）"])


@command(group, "void", permission=Permission.TURNAROUND_VOID)
@click.argument("agreement_id", type=int)
@click.argument("reason")
def void(actor: Actor, agreement_id: int, reason: str) -> Answer:
    """作废一项检验时限约定。"""
    found = queries.agreement(actor, agreement_id)
    if found is None:
        raise NotFound("没有找到该约定，可能编号有误或不在您的管辖范围内")
    if not permits(actor, Permission.TURNAROUND_VOID, found):
        raise NotAllowed("您没有作废该约定的权限，如确需办理请联系科室负责人")
    with transaction():
        operations.void(found, reason, actor, clock.now())
    return Answer({"id": found.id}, [f"已作废检验时限约定：{found.document_no}"])


@command(group, "screen", permission=Permission.SCREEN_READ)
@_period
def screen(actor: Actor, first: datetime | None, last: datetime | None) -> Answer:
    """数据合理性提示：只提示查看，不作判断。"""
    found = screening.screen(actor, *_between(first, last, addresses.past_year()))
    data = {
        "hints": [
            {
                "kind": one.check.kind.value, "who": one.who, "n": one.check.n, "numbers": one.check.numbers, "chance": one.check.chance,
                "false_share": one.false_share, "samples": len(one.check.samples),
            }
            for one in found.hints
        ],
        "checks": {kind.value: found.made.get(kind, 0) for kind in HintKind},
        "too_few": {kind.value: found.too_few.get(kind, 0) for kind in HintKind},
    }  # fmt: skip
    lines = [f"{one.check.kind.value}　{one.who}：{one.check.numbers}。偶然出现的可能性{one.likely}" for one in found.hints]
    made, few = sum(found.made.values()), sum(found.too_few.values())
    first_line = "以下只是提示，不是判断，请结合原始记录核实。"
    return Answer(data, [first_line, *lines, f"共检查 {made} 项，提示 {len(lines)} 项；另有 {few} 项数量不足，未检查"])
