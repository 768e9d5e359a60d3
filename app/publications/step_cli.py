"""Commands that take one publication a step further."""

from __future__ import annotations

import click

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.publications import Remedy
from app.errors import NotFound
from app.labels import label
from app.publications import correcting, operations, queries
from app.publications.cli_group import COMMENT, NUMBER, ORG, day, group, one, told
from app.publications.correcting import Wish
from app.publications.models import Publication
from app.publications.operations import Issue, Wording
from app.step_cli import StepCommands

P = Permission
OPTIONAL = click.option("--comment", help="意见")


def _answer(found: Publication, said: str) -> Answer:
    return Answer(told(found), [f"{said}：{found.number}（{label(found.state)}）"])


@command(group, "edit", permission=P.PUBLICATION_EDIT)
@NUMBER
@click.option("--title", help="标题")
@click.option("--announcement-no", help="公告号")
@click.option("--foreword", help="声明")
@click.option("--drop", multiple=True, metavar="抽样编号", help="移出清单的批次，可重复")
@ORG
def edit(
    actor: Actor, number: str, title: str | None, announcement_no: str | None, foreword: str | None, drop: tuple[str, ...], org: str | None
) -> Answer:
    """修改草稿的文字，或移出批次。"""
    found = one(actor, number, org)
    wording = Wording(
        title if title is not None else found.title, foreword if foreword is not None else found.foreword,
        announcement_no if announcement_no is not None else found.announcement_no,
    )  # fmt: skip
    with transaction():
        operations.edit(found, wording, actor, drop=[_item(found, each) for each in drop], seen=found.version)
    return _answer(found, "已保存")


def _item(found: Publication, number: str) -> int:
    row = queries.item_of(found, number.strip())
    if row is None:
        raise NotFound(f"{found.number} 中没有抽样编号“{number[:40]}”，请用 flask publications show 核对")
    return row.id


@command(group, "refresh", permission=P.PUBLICATION_EDIT)
@NUMBER
@ORG
def refresh(actor: Actor, number: str, org: str | None) -> Answer:
    """重新取数：草稿按现在的记录更新，不能公布的批次移出。"""
    found = one(actor, number, org)
    with transaction():
        moved = operations.refresh(found, actor, clock.now(), seen=found.version)
    return _answer(found, f"已重新取数，{moved} 批有变化")


STEPS = StepCommands(group, "number", ORG, one, _answer)
STEPS.add("submit", P.PUBLICATION_EDIT, "提交审批。", "已提交审批",
          lambda found, actor, comment: operations.submit(found, actor, clock.now(), comment=comment, seen=found.version), OPTIONAL)
STEPS.add("recall", P.PUBLICATION_EDIT, "撤回送审。", "已撤回送审",
          lambda found, actor, comment: operations.recall(found, actor, comment=comment, seen=found.version), OPTIONAL)
STEPS.add("approve", P.PUBLICATION_DECIDE, "批准公布（不得为提交人本人，须用 --as 指明审批人）。", "已批准",
          lambda found, actor, comment: operations.approve(found, actor, clock.now(), comment=comment, seen=found.version), OPTIONAL)
STEPS.add("return", P.PUBLICATION_DECIDE, "退回草稿。", "已退回",
          lambda found, actor, comment: operations.send_back(found, actor, comment, seen=found.version), COMMENT)
STEPS.add("void", P.PUBLICATION_EDIT, "作废草稿，其中的批次可以列入其他公示。", "已作废",
          lambda found, actor, comment: operations.void(found, actor, comment, seen=found.version), COMMENT)


@command(group, "publish", permission=P.PUBLICATION_ISSUE)
@NUMBER
@click.option("--announcement-no", help="公告号；草稿中已填写的可省略")
@click.option("--on", metavar="DATE", help="公布日期，默认今天")
@click.option("--channel", required=True, help="公布渠道")
@click.option("--url", help="网址")
@ORG
def publish(
    actor: Actor, number: str, announcement_no: str | None, on: str | None, channel: str, url: str | None, org: str | None
) -> Answer:
    """登记公布，留存清单工作簿；更正、撤回公告随之生效。"""
    found = one(actor, number, org)
    issue = Issue(day(on), channel, announcement_no or found.announcement_no or "", url or None)
    with transaction():
        operations.publish(found, issue, actor, clock.now(), seen=found.version)
    return _answer(found, f"已公布，公告号 {found.announcement_no}")


@command(group, "correct", permission=P.PUBLICATION_EDIT)
@NUMBER
@click.option("--sample", "samples", required=True, multiple=True, metavar="抽样编号", help="要更正或撤回的批次，可重复")
@click.option("--remedy", required=True, type=click.Choice([each.value for each in Remedy]), help="更正（内容有变）或撤回（结论已变）")
@click.option("--reason", required=True, help="理由")
@click.option("--title", help="公告标题，默认自动拟定")
@ORG
def correct(
    actor: Actor, number: str, samples: tuple[str, ...], remedy: str, reason: str, title: str | None, org: str | None
) -> Answer:
    """就已公布的批次起草更正公告或撤回公告，随后提交、批准、公布。"""
    found = one(actor, number, org)
    wish = Wish(Remedy(remedy), [_item(found, each) for each in samples], reason, title)
    with transaction():
        made = correcting.draft(found, wish, actor, clock.now())
    return _answer(made, f"已起草{made.nature.value}")


@command(group, "withdraw", permission=P.PUBLICATION_WITHDRAW)
@NUMBER
@COMMENT
@click.option("--on", metavar="DATE", help="撤回日期，默认今天")
@ORG
def withdraw(actor: Actor, number: str, comment: str, on: str | None, org: str | None) -> Answer:
    """撤回整份公示。"""
    found = one(actor, number, org)
    with transaction():
        operations.withdraw(found, comment, day(on), actor, clock.now(), seen=found.version)
    return _answer(found, "已撤回")
