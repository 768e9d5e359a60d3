"""``flask exemptions …``: the same operations as the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.workflow import ExemptionState
from app.errors import NotFound
from app.exemptions import operations, queries, tallies
from app.exemptions.models import RuleExemption
from app.labels import label

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("exemptions")
def exemptions() -> None:
    """频次上限和规则豁免。"""


def register(app: Flask) -> None:
    app.cli.add_command(exemptions)


def _told(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "number": row.number, "rule": row.rule_code, "subject": row.subject_name, "key": row.subject_key,
        "state": label(row.state), "reason": row.reason, "batches": row.batches, "used": row.used, "valid_from": row.valid_from,
        "valid_to": row.valid_to, "earlier": row.earlier.split("、") if row.earlier else [], "decision": row.decision,
    }  # fmt: skip


@command(exemptions, "list", permission=Permission.EXEMPTION_READ)
@click.option("--state", type=click.Choice([member.value for member in ExemptionState]), help="状态")
@click.option("--rule", "code", metavar="CODE", help="规则编号，如 C-UNIT")
def list_(actor: Actor, state: str | None, code: str | None) -> Answer:
    """列出豁免。"""
    filters, before = queries.Filters(ExemptionState(state) if state else None, code), None
    rows: list[Any] = []
    while True:
        page = queries.exemptions(actor, filters, before)
        rows += page.rows
        if page.older is None:
            break
        before = page.older
    lines = [f"{row.number}　{row.rule_code}　{row.subject_name}　{label(row.state)}　已用 {row.used}/{row.batches}" for row in rows]
    return Answer([_told(row) for row in rows], [*lines, f"共 {len(rows)} 件"])


@command(exemptions, "counts", permission=Permission.EXEMPTION_READ)
@click.option("--since", type=DAY, help="从这一天起；不填为近一年")
def counts(actor: Actor, since: datetime | None) -> Answer:
    """每月每类豁免的件数，含随案件批准的办结要件免除。"""
    first: date = since.date() if since else clock.today() - timedelta(days=365)
    found = tallies.lines(actor, first)
    data = [
        {"month": line.month, "kind": line.kind, "records": line.records, "approved": line.approved, "detail": line.detail}
        for line in found
    ]
    told = [f"{line.month}　{line.kind}　{line.records} 件，已批准 {line.approved}（{line.detail}）" for line in found]
    return Answer(data, told or ["没有豁免"])


@command(exemptions, "ask", permission=Permission.EXEMPTION_ASK)
@click.argument("rule")
@click.argument("key")
@click.option("--reason", required=True, help="申请理由")
@click.option("--batches", type=int, default=1, show_default=True, help="豁免批次")
@click.option("--from", "start", type=DAY, help="有效期起；不填为今天")
@click.option("--to", "end", type=DAY, required=True, help="有效期止")
@click.option("--earlier", multiple=True, metavar="NUMBER", help="占用上限的抽样编号，可重复")
def ask(
    actor: Actor, rule: str, key: str, reason: str, batches: int, start: datetime | None, end: datetime, earlier: tuple[str, ...]
) -> Answer:
    """申请豁免：RULE 为规则编号，KEY 为检查结果中的 exempt_key。"""
    first: date = start.date() if start else clock.today()
    with transaction():
        made = operations.ask(operations.Request(rule, key, reason, batches, first, end.date(), earlier), actor, clock.now())
    return Answer(_told(made), [f"已提交豁免申请：{made.number}"])


def _decide(actor: Actor, number: str, comment: str, operation: Callable[..., None], said: str) -> Answer:
    exemption = queries.exemption_numbered(actor, number)
    if exemption is None:
        raise NotFound(f"没有找到豁免“{number[:40]}”，请核对编号，或该豁免不在您的管辖范围内")
    with transaction():
        operation(exemption, actor, comment, clock.now())
    return Answer(_told(exemption), [f"{said}：{exemption.number}"])


def _decision(name: str, operation: Callable[[RuleExemption, Actor, str, datetime], None], said: str, words: str) -> None:
    @command(exemptions, name, permission=Permission.EXEMPTION_DECIDE)
    @click.argument("number")
    @click.option("--comment", required=True, help="意见")
    def decide(actor: Actor, number: str, comment: str) -> Answer:
        return _decide(actor, number, comment, operation, said)

    decide.help = words


_decision("approve", operations.approve, "已批准豁免", "批准豁免（须用 --as 指明审批人，不得为申请人）。")
_decision("decline", operations.decline, "已作不予批准", "不予批准豁免（须用 --as 指明审批人）。")
_decision("revoke", operations.revoke, "已收回豁免", "收回已批准的豁免（须用 --as 指明审批人）。")
