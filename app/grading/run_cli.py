"""``flask grading run …``: 年度评定, as on its pages."""

from __future__ import annotations

from typing import Any

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis
from app.grading import jobs, run_forms, run_queries, run_showing, runs
from app.grading.cli_group import day, group
from app.grading.models import RiskRun
from app.grading.queries import first_day
from app.labels import label
from app.reference_data.books import region_book

run_group = click.Group("run", help="年度评定：预览、提交、确认、退回、放弃")
group.add_command(run_group)
SHOWN = 200
WAYS = click.Choice(["moved", "up", "down", "same", "first"])


def one_run(actor: Actor, number: str) -> RiskRun:
    found = run_queries.runs_numbered(actor, number)
    if len(found) != 1:
        raise NotFound(f"编号为“{number[:40]}”的年度评定有 {len(found)} 个，请用 flask grading run list 核对，或该记录不在您的管辖范围内")
    return found[0]


def told(run: RiskRun) -> Answer:
    counts = run_showing.figures(run.counts)
    data: dict[str, Any] = {
        "number": run.number, "year": run.year, "kind": run.kind, "state": label(run.state), "rule": run.rule_code,
        "complete": run.counts["complete"], "counts": counts,
    }  # fmt: skip
    shown = "，".join(f"{title} {count}" for title, count in counts.items() if count)
    return Answer(data, [f"{run.number}　{run.year} 年度　{run.kind}　{label(run.state)}", shown])


@command(run_group, "list", permission=Permission.RISK_LIST)
def list_(actor: Actor) -> Answer:
    """列出年度评定。"""
    rows = run_queries.runs(actor, size=SHOWN).rows
    data = [{"number": row.number, "year": row.year, "kind": row.kind, "state": label(row.state)} for row in rows]
    return Answer(data, [f"{one['number']}　{one['year']}　{one['kind']}　{one['state']}" for one in data] or ["没有年度评定"])


@command(run_group, "preview", permission=Permission.RISK_RUN)
@click.option("--kind", default="", help="企业类型")
@click.option("--year", type=int, help="评定年度，默认今年")
@click.option("--region", help="所属区域代码，默认本辖区全部")
@click.option("--resume", metavar="NUMBER", help="继续算完一个中断的预览（其他选项不起作用）")
def preview(actor: Actor, kind: str, year: int | None, region: str | None, resume: str | None) -> Answer:
    """预览年度评定：算出每家企业的新等级，不生效。"""
    if resume:
        run = one_run(actor, resume)
    else:
        if not kind:
            raise NotLikeThis("请用 --kind 指明企业类型，或用 --resume 指明要继续的年度评定")
        place = region_book().id(region) if region else None
        if region and place is None:
            raise NotLikeThis(f"没有代码为“{region[:20]}”的区域，请核对")
        with transaction():
            run = runs.prepare(runs.Wanted(kind, year or clock.today().year, place), actor, clock.now())
    number = run.number
    jobs.preview_all(run.id, actor)
    return told(one_run(actor, number))


@command(run_group, "show", permission=Permission.RISK_READ)
@click.argument("number")
@click.option("--way", type=WAYS, default="moved", help="列出哪些企业，默认等级有变动的")
@click.option("--left-out", is_flag=True, help="改为列出未能评定的企业和原因")
def show(actor: Actor, number: str, way: str, left_out: bool) -> Answer:
    """一次年度评定：各等级多少，谁变动、为什么。"""
    run = one_run(actor, number)
    head = told(run)
    if left_out:
        out = [{"enterprise": one.evidence.name, "reason": one.told} for one in run_showing.left_out(actor, run, size=SHOWN)]
        return Answer({**head.data, "left_out": out}, [*head.lines, *(f"{one['enterprise']}　{one['reason']}" for one in out)])
    rows = run_showing.moved(run_queries.every(actor, run, run_forms.filters_asked({"way": way})))
    listed = [
        {
            "enterprise": one.row.enterprise_name, "from": one.row.former_grade, "to": one.row.grade, "number": one.row.number,
            "why": one.why,
        }
        for one in rows
    ]  # fmt: skip
    lines = [
        f"{one.row.enterprise_name}　{one.row.former_grade.value if one.row.former_grade else '未评定'}→{one.row.grade.value}　{one.why}"
        for one in rows[:SHOWN]
    ]
    return Answer({**head.data, "enterprises": listed}, [*head.lines, *lines])


@command(run_group, "submit", permission=Permission.RISK_RUN)
@click.argument("number")
@click.option("--comment", help="说明")
def submit(actor: Actor, number: str, comment: str | None) -> Answer:
    """提交审核。"""
    run = one_run(actor, number)
    with transaction():
        runs.submit(run, actor, comment, seen=run.version)
    return Answer({"number": number}, [f"已提交审核：{number}，请他人审核"])


@command(run_group, "return", permission=Permission.RISK_DECIDE)
@click.argument("number")
@click.option("--comment", required=True, help="理由")
def give_back(actor: Actor, number: str, comment: str) -> Answer:
    """退回经办人。"""
    run = one_run(actor, number)
    with transaction():
        runs.give_back(run, actor, comment, seen=run.version)
    return Answer({"number": number}, [f"已退回：{number}"])


@command(run_group, "confirm", permission=Permission.RISK_DECIDE)
@click.argument("number")
@click.option("--from", "effective_from", metavar="DATE", help="生效日期，默认今天或评定年度的第一天")
@click.option("--comment", help="审核意见")
def confirm(actor: Actor, number: str, effective_from: str | None, comment: str | None) -> Answer:
    """确认年度评定（不得为提交人本人，须用 --as 指明审核人）。"""
    run = one_run(actor, number)
    begins = day(effective_from) or max(clock.today(), first_day(run.year))
    with transaction():
        count = runs.confirm(run, actor, clock.now(), begins, comment, seen=run.version)
    return Answer({"number": number, "grades": count}, [f"已确认 {count} 家企业的风险等级，{begins} 起生效"])


@command(run_group, "discard", permission=Permission.RISK_RUN)
@click.argument("number")
@click.option("--comment", help="说明")
def discard(actor: Actor, number: str, comment: str | None) -> Answer:
    """放弃年度评定，其中的等级都不生效。"""
    run = one_run(actor, number)
    with transaction():
        runs.discard(run, actor, comment, seen=run.version)
    return Answer({"number": number}, [f"已放弃：{number}"])
