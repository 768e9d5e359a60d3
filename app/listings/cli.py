"""``flask listings …``: the same operations as the pages."""

from __future__ import annotations

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain import listings as rules
from app.domain.actors import Actor
from app.domain.case_kinds import RemovalGround
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotFound, NotLikeThis
from app.labels import label
from app.listings import forms, operations, queries
from app.listings.models import CreditListing
from app.penalties.cli_group import day, one_penalty

group = click.Group("listings", help="严重违法失信名单：列入和移出")
ORG = click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _one(actor: Actor, number: str, org: str | None) -> CreditListing:
    found = queries.listings_numbered(actor, number, org)
    if not found:
        raise NotFound(f"没有找到“{number[:40]}”，请用 flask listings list 核对编号，或该记录不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{number[:40]}”有 {len(found)} 条，请用 --org 指明承办单位代码")
    return found[0]


@command(group, "list", permission=Permission.LISTING_LIST)
@click.option("--state", help="状态：待审批、已列入、不予列入、已移出")
@click.option("--q", help="企业名称、编号、文号、事由")
@click.option("--due", is_flag=True, help="只列期满应移出的")
def list_(actor: Actor, state: str | None, q: str | None, due: bool) -> Answer:
    """列出失信名单，新的在前。"""
    states = {label(one): one.value for one in forms.ListingState}
    if state is not None and state not in states:
        raise NotLikeThis(f"没有“{state[:20]}”这种状态，可用：{'、'.join(states)}")
    filters = forms.filters_asked({"q": q or "", "state": states.get(state or "", ""), "due": "1" if due else ""})
    rows = queries.every_listing(actor, filters, clock.today())
    data = [
        {
            "number": row.number, "enterprise": row.enterprise_name, "ground": row.ground, "state": label(row.state),
            "listed_on": row.listed_on, "remove_due_on": row.remove_due_on, "removed_on": row.removed_on,
            "removal": row.removal.value if row.removal else None, "penalty": row.penalty_number,
        }
        for row in rows
    ]  # fmt: skip
    lines = [f"{one['number']}　{one['enterprise']}　{one['state']}　{one['listed_on'] or ''}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 条"])


@command(group, "show", permission=Permission.LISTING_READ)
@click.argument("number")
@ORG
def show(actor: Actor, number: str, org: str | None) -> Answer:
    """一条列入记录。"""
    one = _one(actor, number, org)
    data = {
        "number": one.number, "enterprise": one.enterprise_name, "ground": one.ground, "state": label(one.state),
        "document_no": one.document_no, "listed_on": one.listed_on, "remove_due_on": one.remove_due_on, "removed_on": one.removed_on,
        "removal": one.removal.value if one.removal else None, "effects": list(rules.EFFECTS),
    }  # fmt: skip
    return Answer(data, [f"{one.number}　{one.enterprise_name}　{label(one.state)}", one.ground, f"管理措施：{'；'.join(rules.EFFECTS)}"])


@command(group, "propose", permission=Permission.LISTING_PROPOSE)
@click.argument("enterprise")
@click.option("--ground", required=True, type=click.Choice(list(rules.BY_CODE)), help="列入事由")
@click.option("--reason", required=True, help="说明")
@click.option("--penalty", metavar="NUMBER", help="依据的处罚案件（立案号）")
def propose(actor: Actor, enterprise: str, ground: str, reason: str, penalty: str | None) -> Answer:
    """提出列入一个企业（统一社会信用代码或全名）。"""
    found = queries.enterprise_named(actor, enterprise)
    if len(found) != 1:
        raise NotFound(f"企业档案中与“{enterprise[:40]}”一致的有 {len(found)} 个，请用统一社会信用代码指明，或该企业不在您的管辖范围内")
    if not permits(actor, Permission.LISTING_PROPOSE, found[0]):
        raise NotAllowed("您没有办理该事项的权限，如确需办理请联系科室负责人")
    rested_on = one_penalty(actor, penalty, None) if penalty else None
    with transaction():
        made = operations.propose(found[0], rules.BY_CODE[ground], reason, actor, clock.now(), penalty=rested_on)
    return Answer({"number": made.number, "enterprise": made.enterprise_name}, [f"已提出列入：{made.number}，请他人审批"])


@command(group, "enter", permission=Permission.LISTING_DECIDE)
@click.argument("number")
@click.option("--on", "listed_on", metavar="DATE", help="列入日期，默认今天")
@click.option("--document-no", required=True, help="列入决定文号")
@click.option("--comment", help="审批意见")
@ORG
def enter(actor: Actor, number: str, listed_on: str | None, document_no: str, comment: str | None, org: str | None) -> Answer:
    """列入名单（不得为提出人本人，须用 --as 指明审批人）。"""
    one = _one(actor, number, org)
    with transaction():
        operations.enter(one, actor, day(listed_on), document_no, clock.now(), comment=comment, seen=one.version)
    data = {"number": one.number, "listed_on": one.listed_on, "remove_due_on": one.remove_due_on}
    return Answer(data, [f"已列入：{one.enterprise_name}，{one.remove_due_on} 期满"])


@command(group, "decline", permission=Permission.LISTING_DECIDE)
@click.argument("number")
@click.option("--comment", required=True, help="理由")
@ORG
def decline(actor: Actor, number: str, comment: str, org: str | None) -> Answer:
    """不予列入。"""
    one = _one(actor, number, org)
    with transaction():
        operations.decline(one, actor, comment, seen=one.version)
    return Answer({"number": one.number}, [f"已作不予列入：{one.enterprise_name}"])


@command(group, "remove", permission=Permission.LISTING_DECIDE)
@click.argument("number")
@click.option("--ground", required=True, type=click.Choice([one.value for one in RemovalGround]), help="移出理由")
@click.option("--on", "removed_on", metavar="DATE", help="移出日期，默认今天")
@click.option("--note", required=True, help="说明")
@ORG
def remove(actor: Actor, number: str, ground: str, removed_on: str | None, note: str, org: str | None) -> Answer:
    """移出名单。"""
    one = _one(actor, number, org)
    with transaction():
        operations.remove(one, actor, day(removed_on), RemovalGround(ground), note, clock.now(), seen=one.version)
    return Answer({"number": one.number, "removed_on": one.removed_on}, [f"已移出：{one.enterprise_name}"])
