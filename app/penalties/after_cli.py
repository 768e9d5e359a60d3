"""``flask penalties execute``, ``close``, ``correct``, ``revoke``, ``publish`` and ``unpublish``."""

from __future__ import annotations

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.penalties import afterwards, publishing
from app.penalties.cli_group import NUMBER, ORG, amount, day, group, one_penalty, told


@command(group, "execute", permission=Permission.PENALTY_HANDLE)
@NUMBER
@click.option("--served-on", metavar="DATE", required=True, help="决定书送达日期")
@click.option("--on", "executed_on", metavar="DATE", help="执行日期，默认今天")
@click.option("--paid", required=True, metavar="AMOUNT", help="实缴金额（元）")
@click.option("--words", help="实缴与合计不一致的原因")
@ORG
def execute(
    actor: Actor, number: str, served_on: str, executed_on: str | None, paid: str, words: str | None, org: str | None
) -> Answer:
    """登记执行。"""
    penalty = one_penalty(actor, number, org)
    with transaction():
        afterwards.execute(
            penalty, actor, day(served_on), day(executed_on), amount(paid, "实缴金额"), words, clock.now(), seen=penalty.version
        )
    return Answer(told(penalty), [f"已登记执行：{penalty.number}"])


@command(group, "close", permission=Permission.PENALTY_HANDLE)
@NUMBER
@click.option("--on", "closed_on", metavar="DATE", help="结案日期，默认今天")
@click.option("--served-on", metavar="DATE", help="决定书送达日期")
@ORG
def close(actor: Actor, number: str, closed_on: str | None, served_on: str | None, org: str | None) -> Answer:
    """结案。"""
    penalty = one_penalty(actor, number, org)
    with transaction():
        afterwards.close(
            penalty, actor, day(closed_on), clock.now(), served_on=day(served_on) if served_on else None, seen=penalty.version
        )
    return Answer(told(penalty), [f"已结案：{penalty.number}"])


@command(group, "correct", permission=Permission.PENALTY_HANDLE)
@NUMBER
@click.option("--decision-no", help="决定书文号")
@click.option("--decided-on", metavar="DATE", help="决定日期")
@click.option("--facts", help="违法事实")
@click.option("--basis", help="违反条款和处罚依据")
@click.option("--party-code", help="统一社会信用代码")
@click.option("--reason", required=True, help="更正理由")
@ORG
def correct(
    actor: Actor, number: str, decision_no: str | None, decided_on: str | None, facts: str | None, basis: str | None,
    party_code: str | None, reason: str, org: str | None,
) -> Answer:  # fmt: skip
    """更正登记的笔误；处罚种类和金额不能更正。"""
    penalty = one_penalty(actor, number, org)
    typed = {
        "decision_no": decision_no, "decided_on": day(decided_on) if decided_on else None, "facts": facts, "basis": basis,
        "party_code": party_code,
    }  # fmt: skip
    written = {name: value for name, value in typed.items() if value is not None}
    with transaction():
        changed = afterwards.correct(penalty, actor, written, reason, clock.now(), seen=penalty.version)
    return Answer({**told(penalty), "changed": changed}, ["已更正" if changed else "内容没有变化"])


@command(group, "revoke", permission=Permission.PENALTY_REVOKE)
@NUMBER
@click.option("--on", "revoked_on", metavar="DATE", help="撤销日期，默认今天")
@click.option("--reason", required=True, help="撤销理由")
@ORG
def revoke(actor: Actor, number: str, revoked_on: str | None, reason: str, org: str | None) -> Answer:
    """撤销处罚案件或决定（须用 --as 指明，不得为提出人本人）。"""
    penalty = one_penalty(actor, number, org)
    with transaction():
        afterwards.revoke(penalty, actor, day(revoked_on), reason, clock.now(), seen=penalty.version)
    return Answer({"number": number}, [f"已撤销：{penalty.number}"])


@command(group, "publish", permission=Permission.PENALTY_HANDLE)
@NUMBER
@click.option("--on", "published_on", metavar="DATE", help="公示（推送）日期，默认今天")
@click.option("--document-no", help="公示编号")
@click.option("--url", help="网址")
@ORG
def publish(
    actor: Actor, number: str, published_on: str | None, document_no: str | None, url: str | None, org: str | None
) -> Answer:
    """登记处罚信息公示；外省当事人为推送。"""
    penalty = one_penalty(actor, number, org)
    with transaction():
        made = publishing.publish(
            penalty, actor, day(published_on), clock.now(), document_no=document_no, url=url, seen=penalty.version
        )
    data = {"number": number, "publication": made.id, "remove_due_on": made.remove_due_on}
    return Answer(data, [f"已登记公示，序号 {made.id}，应于 {made.remove_due_on} 停止公示"])


@command(group, "unpublish", permission=Permission.PENALTY_HANDLE)
@NUMBER
@click.argument("publication", type=int)
@click.option("--on", "removed_on", metavar="DATE", help="停止公示日期，默认今天")
@click.option("--reason", required=True, help="停止公示的理由")
@ORG
def unpublish(actor: Actor, number: str, publication: int, removed_on: str | None, reason: str, org: str | None) -> Answer:
    """登记停止公示（公示序号见 show）。"""
    penalty = one_penalty(actor, number, org)
    with transaction():
        publishing.unpublish(penalty, actor, publication, day(removed_on), reason, clock.now(), seen=penalty.version)
    return Answer({"number": number, "publication": publication}, ["已登记停止公示"])
