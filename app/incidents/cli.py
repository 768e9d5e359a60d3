"""``flask incidents …``: the same operations as the pages."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.supervision_kinds import IncidentDomain, Severity
from app.domain.supervision_states import IncidentState
from app.errors import NotFound, NotLikeThis
from app.incidents import forms, operations, queries
from app.incidents.models import Incident
from app.incidents.operations import Written
from app.labels import label
from app.penalties.cli_group import day
from app.reference_data.books import region_book

group = click.Group("incidents", help="安全事故：登记、核定级别、结束")
ORG = click.option("--org", metavar="CODE", help="登记单位代码；几个单位有同一编号时填写")
COMMENT = click.option("--comment", required=True, help="意见或说明")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _one(actor: Actor, number: str, org: str | None) -> Incident:
    found = queries.incidents_numbered(actor, number, org)
    if not found:
        raise NotFound(f"没有找到“{number[:40]}”，请用 flask incidents list 核对编号，或该记录不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{number[:40]}”有 {len(found)} 起，请用 --org 指明登记单位代码")
    return found[0]


def _told(one: Any) -> dict[str, Any]:
    return {
        "number": one.number, "domain": one.domain.value, "title": one.title, "occurred_on": one.occurred_on, "state": label(one.state),
        "ill": one.ill, "dead": one.dead, "severity": one.severity.value if one.severity else None,
        "proposed": one.proposed_severity.value if one.proposed_severity else None,
    }  # fmt: skip


@command(group, "list", permission=Permission.INCIDENT_LIST)
@click.option("--state", help="状态：待核定、已核定、已结束、已作废")
@click.option("--domain", type=click.Choice([one.value for one in IncidentDomain]), help="领域")
@click.option("--severity", type=click.Choice([one.value for one in Severity]), help="核定级别")
@click.option("--q", help="编号、名称、地点、企业、经过")
def list_(actor: Actor, state: str | None, domain: str | None, severity: str | None, q: str | None) -> Answer:
    """列出安全事故，新的在前。"""
    states = {label(one): one.value for one in IncidentState}
    if state is not None and state not in states:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(states)}")
    asked = {"q": q or "", "state": states.get(state or "", ""), "domain": domain or "", "severity": severity or ""}
    data = [_told(row) for row in queries.every_incident(actor, forms.filters_asked(asked))]
    lines = [f"{one['number']}　{one['occurred_on']}　{one['title']}　{one['severity'] or '未核定'}　{one['state']}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 起"])


@command(group, "report", permission=Permission.INCIDENT_REPORT)
@click.argument("title")
@click.option("--domain", type=click.Choice([one.value for one in IncidentDomain]), default=IncidentDomain.FOOD.value, help="领域")
@click.option("--occurred-on", required=True, metavar="DATE", help="发生日期")
@click.option("--reported-on", metavar="DATE", help="报告日期，默认今天")
@click.option("--description", required=True, help="经过")
@click.option("--ill", type=click.IntRange(0), help="发病人数")
@click.option("--dead", type=click.IntRange(0), help="死亡人数")
@click.option("--region", help="发生地：名称或 6 位区划代码")
@click.option("--enterprise", help="涉及企业：统一社会信用代码或全名")
@click.option("--severity", type=click.Choice([one.value for one in Severity]), help="初步级别")
def report(
    actor: Actor, title: str, domain: str, occurred_on: str, reported_on: str | None, description: str, ill: int | None,
    dead: int | None, region: str | None, enterprise: str | None, severity: str | None,
) -> Answer:  # fmt: skip
    """登记一起事故。"""
    place, known = region_book().resolve(region) if region else (None, True)
    if not known:
        raise NotLikeThis(f"没有识别出区域“{(region or '')[:40]}”，请写成 省/市/县/乡镇 或 6 位区划代码")
    found = queries.enterprises_named(actor, enterprise) if enterprise else []
    if enterprise and len(found) != 1:
        raise NotFound(f"企业档案中与“{enterprise[:40]}”一致的有 {len(found)} 个，请用统一社会信用代码指明")
    written = Written(
        domain=IncidentDomain(domain), title=title, occurred_on=day(occurred_on), reported_on=day(reported_on), description=description,
        region_id=place, enterprise_id=found[0].id if found else None, ill=ill, dead=dead,
        proposed_severity=Severity(severity) if severity else None,
    )  # fmt: skip
    with transaction():
        made = operations.report(written, actor, clock.now())
    return Answer(_told(made), [f"已登记：{made.number}，请他人核定级别"])


@command(group, "rate", permission=Permission.INCIDENT_RATE)
@click.argument("number")
@click.option("--severity", required=True, type=click.Choice([one.value for one in Severity]), help="核定级别")
@click.option("--document", help="评估或认定文件")
@COMMENT
@ORG
def rate(actor: Actor, number: str, severity: str, document: str | None, comment: str, org: str | None) -> Answer:
    """核定级别（不得为登记人本人，须用 --as 指明核定人）。"""
    one = _one(actor, number, org)
    with transaction():
        operations.rate(one, Severity(severity), actor, comment, clock.now(), document=document, seen=one.version)
    return Answer(_told(one), [f"已核定：{one.number} {severity}"])


@command(group, "close", permission=Permission.INCIDENT_RATE)
@click.argument("number")
@COMMENT
@ORG
def close(actor: Actor, number: str, comment: str, org: str | None) -> Answer:
    """结束处置。"""
    one = _one(actor, number, org)
    with transaction():
        operations.close(one, actor, comment, clock.now(), seen=one.version)
    return Answer(_told(one), [f"已结束处置：{one.number}"])


@command(group, "void", permission=Permission.INCIDENT_RATE)
@click.argument("number")
@COMMENT
@ORG
def void(actor: Actor, number: str, comment: str, org: str | None) -> Answer:
    """作废一条登记。"""
    one = _one(actor, number, org)
    with transaction():
        operations.void(one, actor, comment, clock.now(), seen=one.version)
    return Answer(_told(one), [f"已作废：{one.number}"])


@command(group, "reopen", permission=Permission.INCIDENT_RATE)
@click.argument("number")
@COMMENT
@ORG
def reopen(actor: Actor, number: str, comment: str, org: str | None) -> Answer:
    """已结束的重新处置。"""
    one = _one(actor, number, org)
    with transaction():
        operations.reopen(one, actor, comment, seen=one.version)
    return Answer(_told(one), [f"已恢复处置：{one.number}"])
