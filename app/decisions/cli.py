"""``flask decisions …``: the same operations as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.attachments import operations as attachments
from app.commands import Answer, command
from app.db import transaction
from app.decisions import operations, queries
from app.decisions.models import VerdictDecision
from app.decisions.operations import Wish
from app.decisions.queries import Filters
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.samples import Verdict
from app.domain.workflow import DecisionState
from app.errors import NotFound, NotLikeThis
from app.labels import label

group = click.Group("decisions", help="判定复核：列出、提出、审定、不予采纳、撤回")
KIND = VerdictDecision.__tablename__
VERDICTS = click.Choice([verdict.value for verdict in Verdict])
STATES = click.Choice([*(label(state) for state in DecisionState), "全部"])


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(group, "list", permission=Permission.VERDICT_READ)
@click.option("--state", type=STATES, default="待审定", show_default=True, help="状态")
@click.option("--mine", is_flag=True, help="只列本人提出的")
@click.option("--size", type=click.IntRange(1, 1000), default=50, show_default=True)
def list_(actor: Actor, state: str, mine: bool, size: int) -> Answer:
    """列出判定复核，新的在前。"""
    known = {label(one): one for one in DecisionState}
    page = queries.decisions(actor, Filters(known.get(state), mine), size=size)
    data = [
        {
            "id": row.id, "sample": row.sample_number, "item": row.item, "kind": row.kind.value, "state": label(row.state),
            "lab_verdict": row.lab_verdict.value if row.lab_verdict else None, "our_verdict": row.our_verdict.value,
            "before": "待核" if row.before_pending else row.before.value, "proposed": row.proposed.value, "reason": row.reason,
            "basis": row.basis, "proposed_by": row.proposer, "decided_by": row.decider, "comment": row.comment,
        }
        for row in page.rows
    ]  # fmt: skip
    lines = [
        f"{one['id']}　{one['sample']}　{one['item']}　{one['before']} → {one['proposed']}　{one['state']}"
        for one in data
    ]
    return Answer(data, [*lines, f"共 {page.total} 项"])


@command(group, "propose", permission=Permission.VERDICT_PROPOSE)
@click.argument("number")
@click.argument("items", nargs=-1, required=True)
@click.option("--verdict", type=VERDICTS, required=True, help="拟定判定")
@click.option("--reason", required=True, help="复核理由")
@click.option("--basis", help="依据：书面说明文号、电话记录等")
@click.option("--report", "report_no", help="报告书编号；样品有几份报告含同一项目时填写")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="附件")
def propose(
    actor: Actor, number: str, items: tuple[str, ...], verdict: str, reason: str, basis: str | None, report_no: str | None,
    file: Path | None,
) -> Answer:  # fmt: skip
    """对一个样品的一项或几项提出判定复核，共用同一理由。"""
    wishes = [Wish(_row(actor, number, item, report_no), Verdict(verdict)) for item in items]
    with transaction():
        made = operations.propose(wishes, actor, clock.now(), reason, basis)
        if file is not None:
            for one in made:
                attachments.save(actor, KIND, one.id, one.org_id, file.name, file.read_bytes(), clock.now())
    data = [_told(one) for one in made]
    return Answer(data, [f"已提出第 {one.id} 号判定复核：{number} {one.item} → {one.proposed.value}，请他人审定" for one in made])


def _row(actor: Actor, number: str, item: str, report_no: str | None) -> Any:
    found = queries.rows_named(actor, number.strip().upper(), item, report_no)
    if not found:
        raise NotFound(f"样品“{number}”的有效报告中没有检验项目“{item}”，请核对编号和项目名称，或该样品不在您的管辖范围内")
    if len(found) > 1:
        reports = "、".join(row.report.report_no for row in found)
        raise NotLikeThis(f"“{item}”在 {len(found)} 份报告中都有（{reports}），请用 --report 指明报告书编号")
    return found[0]


def _told(decision: VerdictDecision) -> dict[str, Any]:
    return {"id": decision.id, "item": decision.item, "proposed": decision.proposed.value, "state": label(decision.state)}


def _decision(actor: Actor, decision_id: int) -> VerdictDecision:
    found = queries.decision(actor, decision_id)
    if found is None:
        raise NotFound(f"没有第 {decision_id} 号判定复核，请用 flask decisions list 核对编号，或该样品不在您的管辖范围内")
    return found


@command(group, "decide", permission=Permission.VERDICT_DECIDE)
@click.argument("decision_id", type=int)
@click.option("--comment", required=True, help="审定意见")
def decide(actor: Actor, decision_id: int, comment: str) -> Answer:
    """审定：按拟定判定生效（不得为提出人本人，须用 --as 指明审定人）。"""
    decision = _decision(actor, decision_id)
    with transaction():
        operations.decide(decision, actor, comment, clock.now())
    return Answer(_told(decision), [f"已审定：{decision.item} 判为“{decision.proposed.value}”"])


@command(group, "decline", permission=Permission.VERDICT_DECIDE)
@click.argument("decision_id", type=int)
@click.option("--comment", required=True, help="意见")
def decline(actor: Actor, decision_id: int, comment: str) -> Answer:
    """不予采纳：项目的判定不变。"""
    decision = _decision(actor, decision_id)
    with transaction():
        operations.decline(decision, actor, comment, clock.now())
    return Answer(_told(decision), [f"已作不予采纳：{decision.item}"])


@command(group, "withdraw", permission=Permission.VERDICT_WITHDRAW)
@click.argument("decision_id", type=int)
def withdraw(actor: Actor, decision_id: int) -> Answer:
    """撤回本人提出、尚未审定的判定复核。"""
    decision = _decision(actor, decision_id)
    with transaction():
        operations.withdraw(decision, actor)
    return Answer(_told(decision), [f"已撤回：{decision.item}"])
