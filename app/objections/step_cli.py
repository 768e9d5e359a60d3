"""``flask objections accept``, ``decide`` and the other steps: the same operations as the page."""

from __future__ import annotations

from datetime import datetime

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.case_kinds import ObjectionEffect, ObjectionOutcome
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.objections import effects, operations
from app.objections.cli_group import DAY, NUMBER, ORG, choice, day, group, one, told
from app.objections.models import Objection
from app.objections.operations import Decision


@command(group, "ask-correction", permission=Permission.OBJECTION_HANDLE)
@NUMBER
@click.option("--wanting", required=True, help="需要补正的材料")
@click.option("--due", type=DAY, required=True, help="补正期限")
@click.option("--on", type=DAY, help="告知日期，默认今天")
@ORG
def ask_correction(actor: Actor, number: str, wanting: str, due: datetime, on: datetime | None, org: str | None) -> Answer:
    """一次性告知补正。"""
    objection = one(actor, number, org, Permission.OBJECTION_HANDLE)
    with transaction():
        operations.ask_correction(
            objection, actor, clock.now(), wanting=wanting, asked_on=day(on) or clock.today(), due_on=due.date(),
            seen=objection.version,
        )  # fmt: skip
    return told(objection, "已登记补正告知")


@command(group, "supplement", permission=Permission.OBJECTION_HANDLE)
@NUMBER
@click.option("--evidence", required=True, help="补正后的全部证明材料")
@click.option("--on", type=DAY, help="收到补正材料的日期，默认今天")
@ORG
def supplement(actor: Actor, number: str, evidence: str, on: datetime | None, org: str | None) -> Answer:
    """登记补正材料，受理期限重新计算。"""
    objection = one(actor, number, org, Permission.OBJECTION_HANDLE)
    with transaction():
        operations.supplement(
            objection, actor, clock.now(), on=day(on) or clock.today(), evidence=evidence, seen=objection.version
        )
    return told(objection, "已登记补正材料")


@command(group, "accept", permission=Permission.OBJECTION_DECIDE)
@NUMBER
@click.option("--on", type=DAY, help="受理日期，默认今天")
@ORG
def accept(actor: Actor, number: str, on: datetime | None, org: str | None) -> Answer:
    """受理（不得为登记人本人，须用 --as 指明审核人）。"""
    objection = one(actor, number, org, Permission.OBJECTION_DECIDE)
    with transaction():
        operations.accept(objection, actor, clock.now(), on=day(on) or clock.today(), seen=objection.version)
    return told(objection, "已受理")


@command(group, "decline", permission=Permission.OBJECTION_DECIDE)
@NUMBER
@click.option("--reason", help="不予受理的理由；不填的按系统给出的理由（逾期、申请人不适格、补正后材料仍不符）")
@ORG
def decline(actor: Actor, number: str, reason: str | None, org: str | None) -> Answer:
    """不予受理（须用 --as 指明审核人）。"""
    objection = one(actor, number, org, Permission.OBJECTION_DECIDE)
    with transaction():
        operations.decline(
            objection, actor, clock.now(), reason=reason or "；".join(operations.grounds(objection)), seen=objection.version
        )
    return told(objection, "已决定不予受理")


@command(group, "record", permission=Permission.OBJECTION_HANDLE)
@NUMBER
@click.option("--text", required=True, help="核查情况")
@ORG
def record(actor: Actor, number: str, text: str, org: str | None) -> Answer:
    """登记核查情况。"""
    objection = one(actor, number, org, Permission.OBJECTION_HANDLE)
    with transaction():
        changed = operations.record(objection, actor, investigation=text, seen=objection.version)
    return told(objection, "核查情况已保存" if changed else "内容没有变化")


@command(group, "decide", permission=Permission.OBJECTION_DECIDE)
@NUMBER
@click.option("--outcome", type=choice(ObjectionOutcome), required=True, help="审核结论")
@click.option("--effect", type=choice(ObjectionEffect), default=ObjectionEffect.NONE.value, show_default=True, help="处理")
@click.option("--item", "items", multiple=True, metavar="检验项目", help="改判合格的项目，可多次给出")
@click.option("--text", required=True, help="结论和理由")
@ORG
def decide(
    actor: Actor, number: str, outcome: str, effect: str, items: tuple[str, ...], text: str, org: str | None
) -> Answer:
    """作出审核结论（须用 --as 指明审核人）；样品结论、统计和案件随之更新。"""
    objection = one(actor, number, org, Permission.OBJECTION_DECIDE)
    decision = Decision(ObjectionOutcome(outcome), ObjectionEffect(effect), text, _rows(objection, items))
    with transaction():
        operations.decide(objection, decision, actor, clock.now(), seen=objection.version)
    return told(objection, f"审核结论：{outcome}，{effect}")


def _rows(objection: Objection, items: tuple[str, ...]) -> tuple[int, ...]:
    known = {name: row.id for row in effects.failing(objection) for name in (row.item, str(row.id))}
    unknown = next((item for item in items if item not in known), None)
    if unknown is not None:
        names = "、".join(row.item for row in effects.failing(objection)) or "没有"
        raise NotLikeThis(f"有效报告的不合格项中没有“{unknown[:40]}”，可选：{names}")
    return tuple(known[item] for item in items)


@command(group, "tell", permission=Permission.OBJECTION_HANDLE)
@NUMBER
@click.option("--on", type=DAY, help="通知日期，默认今天")
@click.option("--how", help="通知方式和文书")
@ORG
def tell(actor: Actor, number: str, on: datetime | None, how: str | None, org: str | None) -> Answer:
    """登记通知审核结论。"""
    objection = one(actor, number, org, Permission.OBJECTION_HANDLE)
    with transaction():
        operations.tell(objection, actor, clock.now(), on=day(on) or clock.today(), comment=how, seen=objection.version)
    return told(objection, "已登记通知审核结论")


@command(group, "withdraw", permission=Permission.OBJECTION_HANDLE)
@NUMBER
@click.option("--reason", required=True, help="撤回原因")
@ORG
def withdraw(actor: Actor, number: str, reason: str, org: str | None) -> Answer:
    """登记申请人撤回。"""
    objection = one(actor, number, org, Permission.OBJECTION_HANDLE)
    with transaction():
        operations.withdraw(objection, actor, reason, seen=objection.version)
    return told(objection, "已登记撤回")
