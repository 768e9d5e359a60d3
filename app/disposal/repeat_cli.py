"""``flask cases repeats``: what a case resembles."""

from __future__ import annotations

import click

from app import clock
from app.commands import Answer, command
from app.disposal import repeat_offenders
from app.disposal.cli_group import group, one_case
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.labels import label


@command(group, "repeats", permission=Permission.CASE_READ)
@click.argument("number")
@click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
def repeats(actor: Actor, number: str, org: str | None) -> Answer:
    """屡次不合格提示：同一企业、同一检验项目、同一食品类别的其他不合格批次."""
    case = one_case(actor, number, org)
    found = repeat_offenders.of_case(actor, case, clock.today())
    data = {
        "number": case.number, "since": found.since, "months": found.months, "third": found.third,
        "groups": [
            {
                "likeness": each.likeness.value, "about": each.about, "batches": each.batches, "elsewhere": each.hidden,
                "cases": [
                    {"number": one.case_number, "sample": one.sample_number, "product": one.product_name, "party": one.party_name,
                     "items": one.failing_items, "received_on": one.received_on, "state": label(one.state)}
                    for one in each.shown
                ],
            }
            for each in found.groups
        ],
    }  # fmt: skip
    lines = [f"自 {found.since} 以来（{found.months} 个月）"]
    for each in found.groups:
        lines.append(f"{each.likeness.value}（{each.about}）：另有 {each.batches} 批次不合格")
        lines += [f"　{one.case_number}　{one.product_name}　{one.failing_items or ''}　{one.received_on}" for one in each.shown]
        lines += [f"　还有 {each.more} 件未列出"] if each.more else []
        lines += [f"　另有 {each.hidden} 件由其他单位承办"] if each.hidden else []
    lines += [] if found.groups else ["没有同一企业、同一项目、同一类别的其他不合格批次"]
    lines += [found.third] if found.third else []
    return Answer(data, lines)
