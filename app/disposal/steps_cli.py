"""``flask cases claim``, ``submit``, ``recall``, ``approve``, ``forward``, ``return``, ``assign``, ``urge`` and ``answer-urging``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from app import clock
from app.accounts.models import User
from app.commands import Answer, command
from app.db import session, transaction
from app.desk.models import BulkAction
from app.desk.naming import named
from app.disposal import bulk, operations, urging
from app.disposal.cli_group import group, one_case
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.case_kinds import UrgingLevel
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis, Refused
from app.labels import label

ORG = click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
NUMBER = "案件编号"
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


FILE = click.option(
    "--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"名单文件（CSV）：含“{NUMBER}”一列，或每行一个编号",
)


def _found(actor: Actor, numbers: Sequence[str], org: str | None) -> tuple[dict[int, None], dict[str, str]]:
    """The cases of these numbers, and of the other numbers why they are none."""
    found: dict[int, None] = {}
    unknown: dict[str, str] = {}
    for number in numbers:
        try:
            found[one_case(actor, number, org).id] = None
        except Refused as refusal:
            unknown[number[:40]] = refusal.sentence
    return found, unknown


def _outcomes(made: BulkAction) -> Answer:
    lines = [f"{one['name']}　{'办成' if one['done'] else '未办成'}　{one['said']}" for one in made.outcomes]
    data = {"id": made.id, "asked": made.asked, "done": made.done, "outcomes": made.outcomes}
    return Answer(data, [*lines, f"{made.title}：共 {made.asked} 件，办成 {made.done} 件"], refused=made.done < made.asked)


@command(group, "assign", permission=Permission.CASE_ASSIGN)
@click.argument("numbers", nargs=-1, metavar="NUMBER…")
@FILE
@click.option("--to", "username", required=True, metavar="USERNAME", help="办理人的用户名")
@click.option("--reason", help="理由；改派已有办理人的案件时必填")
@ORG
def assign(
    actor: Actor, numbers: tuple[str, ...], path: Path | None, username: str, reason: str | None, org: str | None
) -> Answer:
    """分派或改派案件给能够打开案件的办案人；几件一起办时逐件办理，逐件说明结果."""
    user_id = session().scalar(sa.select(User.id).where(User.username == username))
    if user_id is None:
        raise NotFound(f"没有用户“{username[:40]}”，请核对用户名")
    found, unknown = _found(actor, named(numbers, path, NUMBER), org)
    return _outcomes(bulk.assign(actor, found, user_id, reason, transaction, unknown=unknown))


@command(group, "urge", permission=Permission.CASE_URGE)
@click.argument("numbers", nargs=-1, metavar="NUMBER…")
@FILE
@click.option("--level", metavar="LEVEL", default=UrgingLevel.REMIND.value, show_default=True, help="提醒、督办或重点督办")
@click.option("--due", type=DAY, required=True, help="要求完成日期")
@click.option("--reason", required=True, help="事由")
@ORG
def urge(
    actor: Actor, numbers: tuple[str, ...], path: Path | None, level: str, due: datetime, reason: str, org: str | None
) -> Answer:
    """督促案件：提醒、督办、重点督办，逐级进行；几件一起办时逐件办理，逐件说明结果."""
    if level not in {known.value for known in UrgingLevel}:
        raise NotLikeThis(f"没有“{level[:20]}”这个等级，可用：{'、'.join(UrgingLevel)}")
    asked = named(numbers, path, NUMBER)
    if path is None and len(asked) == 1:
        return _urge_one(one_case(actor, asked[0], org), actor, UrgingLevel(level), due.date(), reason)
    found, unknown = _found(actor, asked, org)
    return _outcomes(bulk.urge(actor, list(found), UrgingLevel(level), due.date(), reason, transaction, unknown=unknown))


def _urge_one(case: DisposalCase, actor: Actor, level: UrgingLevel, day: date, reason: str) -> Answer:
    """One case by its number: its urging is answered by the number that is told here."""
    with transaction():
        row = urging.urge(case, actor, level, day, reason, clock.now(), seen=case.version)
    return Answer({"number": case.number, "urging": row.id, "level": level, "due_on": day}, [f"已{level}：{case.number}，序号 {row.id}"])


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
