"""``flask inspections publications|publish|withdraw|private``: 检查结果公示."""

from __future__ import annotations

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.inspection_publication import standing
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed
from app.inspections import publication, publication_forms, publication_queries
from app.inspections.cli_group import NUMBER, ORG, inspections, one_inspection
from app.inspections.models import Inspection
from app.penalties.cli_group import day


def _one(actor: Actor, number: str, org: str | None) -> Inspection:
    found = one_inspection(actor, number, org)
    if not permits(actor, Permission.INSPECTION_PUBLISH, found):
        raise NotAllowed("您没有公示该检查结果的权限，如确需办理请联系科室负责人")
    return found


@command(inspections, "publications", permission=Permission.INSPECTION_LIST)
@click.option("--state", type=click.Choice(list(publication_queries.STATES.values())), default="待公示", help="公示状况")
@click.option("--q", help="企业名称")
def publications(actor: Actor, state: str, q: str | None) -> Answer:
    """列出检查结果的公示状况和期限。"""
    codes, today = {words: code for code, words in publication_queries.STATES.items()}, clock.today()
    rows = publication_queries.every_result(actor, publication_forms.filters_asked({"state": codes[state], "q": q or ""}), today)
    data = [
        {
            "number": row.number, "enterprise": row.enterprise_name, "credit_code": row.credit_code, "inspected_on": row.inspected_on,
            "result": row.result.value if row.result else None, "due_on": row.publish_due_on, "published_on": row.published_on,
            "where": row.published_where, "not_public": row.not_public,
            "standing": standing(row.publish_due_on, row.published_on, row.not_public, today, corrected=row.corrected).value,
        }
        for row in rows
    ]  # fmt: skip
    lines = [f"{one['number']}　{one['enterprise']}　{one['result']}　限 {one['due_on']}　{one['standing']}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 条"])


@command(inspections, "publish", permission=Permission.INSPECTION_PUBLISH)
@click.argument("numbers", nargs=-1, required=True)
@click.option("--where", required=True, help="公示载体，如 本局门户网站")
@click.option("--on", "published_on", metavar="DATE", help="公示日期，默认今天")
@ORG
def publish(actor: Actor, numbers: tuple[str, ...], where: str, published_on: str | None, org: str | None) -> Answer:
    """公示一次或几次检查的结果（检查编号）。"""
    found = [one_inspection(actor, number, org) for number in numbers]
    with transaction():
        answered = publication.publish_many(found, day(published_on), where, actor, clock.now())
    data = [{"number": one.inspection.number, "refusal": one.refusal} for one in answered]
    lines = [f"{one['number']}：{one['refusal'] or '已登记公示'}" for one in data]
    return Answer(data, lines, refused=all(one["refusal"] for one in data))


@command(inspections, "withdraw", permission=Permission.INSPECTION_PUBLISH)
@NUMBER
@click.option("--reason", required=True, help="撤回理由")
@ORG
def withdraw(actor: Actor, number: str, reason: str, org: str | None) -> Answer:
    """撤回公示。"""
    one = _one(actor, number, org)
    with transaction():
        publication.withdraw(one, reason, actor, seen=one.version)
    return Answer({"number": one.number}, ["已撤回公示"])


@command(inspections, "private", permission=Permission.INSPECTION_PUBLISH)
@NUMBER
@click.option("--reason", required=True, help="理由和依据")
@click.option("--undo", is_flag=True, help="取消不予公示")
@ORG
def private(actor: Actor, number: str, reason: str, undo: bool, org: str | None) -> Answer:
    """登记不予公示，或取消。"""
    one = _one(actor, number, org)
    with transaction():
        if undo:
            publication.allow_public(one, reason, actor, seen=one.version)
        else:
            publication.keep_private(one, reason, actor, clock.now(), seen=one.version)
    return Answer({"number": one.number, "not_public": one.not_public}, ["已取消不予公示" if undo else "已登记不予公示"])
