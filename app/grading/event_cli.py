"""``flask grading events …``: 风险事件, as on their pages."""

from __future__ import annotations

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.risk_events import BY_HAND
from app.domain.supervision_kinds import RiskEventKind
from app.errors import NotFound
from app.grading import event_queries, events
from app.grading.cli_group import day, group, one_enterprise
from app.labels import label

event_group = click.Group("events", help="风险事件：列出、登记、作废")
group.add_command(event_group)
SHOWN = 1_000


@command(event_group, "list", permission=Permission.RISK_LIST)
@click.option("--q", help="企业名称、事件编号")
def list_(actor: Actor, q: str | None) -> Answer:
    """列出风险事件。"""
    rows = event_queries.events(actor, q=q, size=SHOWN).rows
    data = [
        {
            "number": row.number, "enterprise": row.enterprise_name, "kind": row.kind, "occurred_on": row.occurred_on, "steps": row.steps,
            "source": row.source, "automatic": row.automatic, "state": label(row.state),
        }
        for row in rows
    ]  # fmt: skip
    return Answer(data, [f"{one['number']}　{one['enterprise']}　{one['kind']}　{one['source']}　{one['state']}" for one in data])


@command(event_group, "record", permission=Permission.RISK_SCORE)
@click.argument("enterprise")
@click.option("--kind", type=click.Choice([one.value for one in BY_HAND]), required=True, help="情形")
@click.option("--on", "occurred_on", metavar="DATE", help="发生日期，默认今天")
@click.option("--steps", type=int, required=True, help="1、2 为上调，-1 为下调")
@click.option("--document", required=True, help="依据文件")
def record(actor: Actor, enterprise: str, kind: str, occurred_on: str | None, steps: int, document: str) -> Answer:
    """登记一个程序中没有记录的风险事件。"""
    firm = one_enterprise(actor, enterprise, Permission.RISK_SCORE)
    on = day(occurred_on) or clock.today()
    with transaction():
        made = events.record(firm, RiskEventKind(kind), on, steps, document, actor, clock.now())
    return Answer({"number": made.number}, [f"已登记风险事件：{made.number}"])


@command(event_group, "void", permission=Permission.RISK_DECIDE)
@click.argument("number")
@click.option("--reason", required=True, help="理由")
def void(actor: Actor, number: str, reason: str) -> Answer:
    """作废手工登记的风险事件（须用 --as 指明审核人）。"""
    found = event_queries.events_numbered(actor, number)
    if len(found) != 1:
        raise NotFound(f"编号为“{number[:40]}”的风险事件有 {len(found)} 个，请用 flask grading events list 核对")
    with transaction():
        events.void(found[0], actor, reason, clock.now(), seen=found[0].version)
    return Answer({"number": number}, [f"已作废：{number}"])
