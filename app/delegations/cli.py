"""``flask delegations …``: the same operations as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.delegations import operations, queries
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis

DAY = click.DateTime(formats=["%Y-%m-%d"])
group = click.Group("delegations", help="审批委托：列出、委托和收回")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _told(row: Any, giver: str, taker: str, today: date) -> dict[str, Any]:
    return {
        "id": row.id, "number": row.number, "from": giver, "to": taker, "from_on": row.from_on, "to_on": row.to_on,
        "state": queries.VIEWS[queries.view_of(row, today)], "reason": row.reason,
    }  # fmt: skip


@command(group, "list", permission=Permission.DELEGATION_LIST)
@click.option("--state", metavar="STATE", default="全部", show_default=True, help="生效中、未开始、已到期、已收回或全部")
def list_(actor: Actor, state: str) -> Answer:
    """列出审批委托."""
    known = {words: view for view, words in queries.VIEWS.items()} | {view: view for view in queries.VIEWS}
    if state not in known:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(queries.VIEWS.values())}")
    today = clock.today()
    rows = queries.delegations(actor, known[state], today, size=10_000).rows
    found = [_told(row, row.giver, row.taker, today) for row in rows]
    lines = [f"{each['number']}　{each['from']} 委托 {each['to']}　{each['from_on']} 至 {each['to_on']}　{each['state']}" for each in found]
    return Answer(found, [*lines, f"共 {len(found)} 件"])


@command(group, "grant", permission=Permission.DELEGATION_GRANT)
@click.argument("username")
@click.option("--from", "start", type=DAY, help="开始日期；不填为今天")
@click.option("--to", "end", type=DAY, required=True, help="结束日期")
@click.option("--reason", required=True, help="委托原因")
def grant(actor: Actor, username: str, start: datetime | None, end: datetime, reason: str) -> Answer:
    """把审批委托给本单位的 USERNAME（须用 --as 指明委托人）."""
    operations.person(actor)
    taker = next((row for row in queries.takers(actor) if row.username == username), None)
    if taker is None:
        raise NotFound(f"本单位没有可以受托的在岗人员“{username[:40]}”，请核对用户名（不能委托给自己）")
    first = start.date() if start else clock.today()
    with transaction():
        made = operations.grant(operations.Wish(taker.id, first, end.date(), reason), actor, clock.now())
    line = f"已委托：{made.number}，{actor.name} 委托 {taker.name}，{made.from_on} 至 {made.to_on}"
    return Answer(_told(made, actor.name, taker.name, clock.today()), [line])


@command(group, "revoke", permission=Permission.DELEGATION_REVOKE)
@click.argument("number")
@click.option("--reason", required=True, help="收回原因")
def revoke(actor: Actor, number: str, reason: str) -> Answer:
    """收回审批委托（委托人本人或局领导，须用 --as 指明）."""
    found = queries.delegation_numbered(actor, number)
    if found is None:
        raise NotFound(f"没有找到审批委托“{number[:40]}”，请核对编号，或不在您的管辖范围内")
    with transaction():
        operations.revoke(found, actor, reason, clock.now(), seen=found.version)
    return Answer(_told(found, found.from_user.name, found.to_user.name, clock.today()), [f"已收回委托：{found.number}"])
