"""``flask self-reports …``: the same operations as the pages."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.self_reports import period_words
from app.domain.supervision_states import SelfReportState
from app.errors import NotFound, NotLikeThis
from app.labels import label
from app.penalties.cli_group import day
from app.reference_data.books import region_book
from app.self_reports import exports, forms, operations, queries
from app.self_reports.models import SelfReport

group = click.Group("self-reports", help="企业自查报告：列为应报、登记收到、催报、免报")
FIRM = click.argument("enterprise")
PERIOD = click.argument("period")
KIND = click.option("--kind", help="企业类型；一家企业按几种类型报告时填写")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _one(actor: Actor, enterprise: str, period: str, kind: str | None) -> SelfReport:
    firms = queries.enterprises_named(actor, enterprise)
    if len(firms) != 1:
        raise NotFound(f"企业档案中与“{enterprise[:40]}”一致的有 {len(firms)} 个，请用统一社会信用代码指明，或该企业不在您的管辖范围内")
    found = queries.of_firm_and_period(actor, firms[0].id, period, kind)
    if not found:
        raise NotFound(f"{firms[0].name} 没有 {period[:20]} 的应报自查报告，请先列为应报")
    if len(found) > 1:
        raise NotLikeThis(f"{firms[0].name} 按几种类型报告，请用 --kind 指明：{'、'.join(one.kind for one in found)}")
    return found[0]


@command(group, "list", permission=Permission.SELF_REPORT_LIST)
@click.option("--state", help="状态：应报、已收到、免报")
@click.option("--overdue", is_flag=True, help="只列逾期未报的")
@KIND
@click.option("--period", help="报告期，如 2026H1")
@click.option("--q", help="企业名称或统一社会信用代码")
def list_(actor: Actor, state: str | None, overdue: bool, kind: str | None, period: str | None, q: str | None) -> Answer:
    """列出自查报告，新的在前。"""
    states = {label(one): one.value for one in SelfReportState}
    if state is not None and state not in states:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(states)}")
    asked = {"state": states.get(state or ""), "overdue": "1" if overdue else None, "kind": kind, "period": period, "q": q}
    today, filters = clock.today(), forms.filters_asked({name: value or "" for name, value in asked.items()})
    rows = queries.every_self_report(actor, filters, today)
    data = [_told(row, row.enterprise_name, exports.told(row, today)) for row in rows]
    lines = [f"{one['enterprise']}　{one['period']}　{one['due_on']} 前　{one['standing']}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 份"])


def _told(one: Any, name: str, standing: str) -> dict[str, Any]:
    return {
        "enterprise": name, "kind": one.kind, "period": one.period, "due_on": one.due_on, "state": label(one.state), "standing": standing,
        "received_on": one.received_on, "problems": one.problems, "rectified": one.rectified,
    }  # fmt: skip


@command(group, "require", permission=Permission.SELF_REPORT_HANDLE)
@click.argument("kind")
@PERIOD
@click.option("--region", help="区域：名称或 6 位区划代码")
@click.option("--confirm", is_flag=True, help="确认列为应报；不带此项只预览")
def require(actor: Actor, kind: str, period: str, region: str | None, confirm: bool) -> Answer:
    """一类在产企业列为应报一个报告期的自查报告。"""
    place, known = region_book().resolve(region) if region else (None, True)
    if not known:
        raise NotLikeThis(f"没有识别出区域“{(region or '')[:40]}”，请写成 省/市/县/乡镇 或 6 位区划代码")
    found, rule = operations.period_for(kind, period)
    total, new = queries.counted_owing(actor, kind, found.label, place)
    data = {"kind": kind, "period": found.label, "due_on": found.due_on(rule.due_days), "enterprises": total, "new": new}
    if not confirm:
        return Answer(data, [f"{found.words}：在产 {total} 家，将新列 {new} 家，{data['due_on']} 前上报。确认请加 --confirm"])
    with transaction():
        added = operations.require(kind, period, actor, clock.now(), region_id=place)
    return Answer({**data, "new": added}, [f"已列为应报：{added} 家（{found.words}）"])


@command(group, "receive", permission=Permission.SELF_REPORT_HANDLE)
@FIRM
@PERIOD
@click.option("--on", "received_on", metavar="DATE", help="收到日期，默认今天")
@click.option("--problems", type=click.IntRange(0), help="自查发现问题数")
@click.option("--rectified", type=click.IntRange(0), help="已整改数")
@click.option("--summary", help="内容摘要")
@KIND
def receive(
    actor: Actor, enterprise: str, period: str, received_on: str | None, problems: int | None, rectified: int | None, summary: str | None,
    kind: str | None,
) -> Answer:  # fmt: skip
    """登记收到一份自查报告。"""
    one = _one(actor, enterprise, period, kind)
    with transaction():
        operations.receive(one, operations.Received(day(received_on), problems, rectified, summary), actor, clock.now(), seen=one.version)
    told = _told(one, one.enterprise.name, exports.told(one, clock.today()))
    return Answer(told, [f"已登记收到：{one.enterprise.name} {period_words(period)}"])


@command(group, "urge", permission=Permission.SELF_REPORT_HANDLE)
@FIRM
@PERIOD
@click.option("--comment", help="说明")
@KIND
def urge(actor: Actor, enterprise: str, period: str, comment: str | None, kind: str | None) -> Answer:
    """催报。"""
    one = _one(actor, enterprise, period, kind)
    with transaction():
        operations.urge(one, actor, clock.now(), comment, seen=one.version)
    return Answer({"enterprise": one.enterprise.name, "urgings": one.urgings}, [f"已催报：{one.enterprise.name}，共 {one.urgings} 次"])


@command(group, "waive", permission=Permission.SELF_REPORT_WAIVE)
@FIRM
@PERIOD
@click.option("--reason", required=True, help="免报理由")
@KIND
def waive(actor: Actor, enterprise: str, period: str, reason: str, kind: str | None) -> Answer:
    """免报。"""
    one = _one(actor, enterprise, period, kind)
    with transaction():
        operations.waive(one, actor, reason, seen=one.version)
    return Answer({"enterprise": one.enterprise.name, "state": label(one.state)}, [f"已登记免报：{one.enterprise.name}"])


@command(group, "reopen", permission=Permission.SELF_REPORT_WAIVE)
@FIRM
@PERIOD
@click.option("--reason", required=True, help="恢复应报的理由")
@KIND
def reopen(actor: Actor, enterprise: str, period: str, reason: str, kind: str | None) -> Answer:
    """免报或误登记收到的，恢复应报。"""
    one = _one(actor, enterprise, period, kind)
    with transaction():
        operations.reopen(one, actor, reason, seen=one.version)
    return Answer({"enterprise": one.enterprise.name, "state": label(one.state)}, [f"已恢复应报：{one.enterprise.name}"])
