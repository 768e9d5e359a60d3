"""``flask cases claim``, ``submit``, ``recall``, ``approve``, ``forward``, ``return``, ``assign``, ``urge`` and ``answer-urging``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
import sqlalchemy as sa

from app import clock
from app.accounts.models import User
from app.commands import Answer, command
from app.db import session, transaction
from app.disposal import assigning, operations, urging
from app.disposal.cli_group import group, one_case
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.case_kinds import UrgingLevel
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis
from app.labels import label

ORG = click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
DAY = click.DateTime(formats=["%Y-%m-%d"])


def _told(case: DisposalCase, said: str) -> Answer:
    return Answer({"number": case.number, "state": label(case.state)}, [f"{said}：{case.number}"])


def _plain(name: str, permission: Permission, operation: Callable[..., Any], said: str, words: str) -> None:
    @command(group, name, permission=permission)
    @click.argument("number")
    @ORG
    def step(actor: Actor, number: str, org: str | None) -> Answer:
        case = one_case(actor, number, org)
        with transaction():
            operation(case, actor, clock.now())
        return _told(case, said)

    step.help = words


def _recall(case: DisposalCase, actor: Actor, at: datetime) -> None:
    operations.recall(case, actor, seen=case.version)


_plain("claim", Permission.CASE_CLAIM, operations.claim, "已领取", "领取任务（须用 --as 指明办案人）。")
_plain("submit", Permission.CASE_HANDLE, operations.submit, "已提交审核", "提交审核（须用 --as 指明办理人）。")
_plain("recall", Permission.CASE_RECALL, _recall, "已撤回", "撤回送审，审核人打开之前有效（须用 --as 指明提交人）。")


def _opinion(name: str, operation: Callable[..., None], said: str, words: str, *, required: bool) -> None:
    @command(group, name, permission=Permission.CASE_APPROVE)
    @click.argument("number")
    @click.option("--comment", required=required, help="意见")
    @ORG
    def give(actor: Actor, number: str, comment: str | None, org: str | None) -> Answer:
        case = one_case(actor, number, org)
        with transaction():
            operation(case, actor, clock.now(), comment, seen=case.version)
        return _told(case, said)

    give.help = words


_opinion("approve", operations.approve, "已通过", "审核（或局领导审批）通过，案件办结（须用 --as 指明审批人）。", required=False)
_opinion("forward", operations.forward, "已报局领导审批", "审核同意并报局领导审批（须用 --as 指明审核人）。", required=True)
_opinion("return", operations.return_to_handler, "已退回经办人", "退回经办人，须说明理由（须用 --as 指明审批人）。", required=True)


@command(group, "assign", permission=Permission.CASE_ASSIGN)
@click.argument("numbers", nargs=-1, required=True, metavar="NUMBER…")
@click.option("--to", "username", required=True, metavar="USERNAME", help="办理人的用户名")
@click.option("--reason", help="理由；改派已有办理人的案件时必填")
@ORG
def assign(actor: Actor, numbers: tuple[str, ...], username: str, reason: str | None, org: str | None) -> Answer:
    """分派或改派案件给能够打开案件的办案人；几件一起办，要么全部生效，要么都不生效."""
    user_id = session().scalar(sa.select(User.id).where(User.username == username))
    if user_id is None:
        raise NotFound(f"没有用户“{username[:40]}”，请核对用户名")
    cases = [one_case(actor, number, org) for number in numbers]
    with transaction():
        assigning.give_several([(case, case.version) for case in cases], user_id, actor, clock.now(), reason=reason)
    return Answer({"numbers": [case.number for case in cases], "to": username}, [f"已分派 {len(cases)} 件给 {username}"])


@command(group, "urge", permission=Permission.CASE_URGE)
@click.argument("number")
@click.option("--level", metavar="LEVEL", default=UrgingLevel.REMIND.value, show_default=True, help="提醒、督办或重点督办")
@click.option("--due", type=DAY, required=True, help="要求完成日期")
@click.option("--reason", required=True, help="事由")
@ORG
def urge(actor: Actor, number: str, level: str, due: datetime, reason: str, org: str | None) -> Answer:
    """督促案件：提醒、督办、重点督办，逐级进行."""
    if level not in {known.value for known in UrgingLevel}:
        raise NotLikeThis(f"没有“{level[:20]}”这个等级，可用：{'、'.join(UrgingLevel)}")
    case, day = one_case(actor, number, org), _day(due)
    with transaction():
        row = urging.urge(case, actor, UrgingLevel(level), day, reason, clock.now(), seen=case.version)
    return Answer({"number": case.number, "urging": row.id, "level": level, "due_on": day}, [f"已{level}：{case.number}，序号 {row.id}"])


def _day(moment: datetime) -> date:
    return moment.date()


@command(group, "answer-urging", permission=Permission.CASE_HANDLE)
@click.argument("number")
@click.argument("text")
@click.option("--urging", "urging_id", type=int, help="督促的序号；只有一条待回复时可不填")
@ORG
def answer_urging(actor: Actor, number: str, text: str, urging_id: int | None, org: str | None) -> Answer:
    """回复督促（须用 --as 指明办理人）."""
    case = one_case(actor, number, org)
    waiting = [row.id for row in urging.of_case(actor, case) if row.answered_at is None]
    if urging_id is None and len(waiting) != 1:
        raise NotLikeThis(f"本案有 {len(waiting)} 条待回复的督促，请用 --urging 指明序号" if waiting else "本案没有待回复的督促")
    with transaction():
        row = urging.answer(case, actor, urging_id or waiting[0], text, clock.now(), seen=case.version)
    return Answer({"number": case.number, "urging": row.id}, [f"已回复：{case.number}"])
