"""``flask assignments …``: the same operations as the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask

from app import blinding, clock, history
from app.accounts.models import User
from app.assignments import listing, moving, moving_jobs, operations, queries, showing
from app.assignments.draft import TaskDraft
from app.assignments.models import SamplingAssignment
from app.blinding import shown
from app.commands import Answer, command
from app.db import session, transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.samples import Link
from app.domain.workflow import AssignmentState
from app.errors import NotFound, NotLikeThis
from app.labels import label, state_label, step_label
from app.organisations.models import Organisation
from app.reference_data.books import calendar, category_book, region_book

assignments = click.Group("assignments", help="抽样任务单：列表、下达、接受、退回、调整、改派、办结、取消")
KIND = SamplingAssignment.__tablename__


def register(app: Flask) -> None:
    app.cli.add_command(assignments)


@command(assignments, "list", permission=Permission.ASSIGNMENT_LIST)
@click.option("--state", metavar="STATE", help="待接受、执行中、已退回、已完成、已取消、未完成、超期或全部（默认）")
@click.option("--mine", is_flag=True, help="只列本人参加的")
def list_tasks(actor: Actor, state: str | None, mine: bool) -> Answer:
    """列出任务单，完成日期近的在前."""
    today = clock.today()
    rows = listing.every(actor, listing.Filters(state=_state(state), mine=mine), today)
    data = showing.told([shown(row, actor) for row in rows], listing.names([row.id for row in rows]), today, calendar())
    lines = [
        f"{each['number']}　{each['region']}　{each['category']}　{each['done']}/{each['batches']} 批　至 {each['to_on']}"
        f"　{label(AssignmentState(each['state']))}{'　超期' if each['overdue'] else ''}"
        for each in data
    ]
    return Answer(data, [*lines, f"共 {len(data)} 个任务"])


def _state(written: str | None) -> str:
    known = {label(state): state.value for state in AssignmentState}
    known |= {"未完成": listing.LIVE_STATES, "超期": listing.OVERDUE, "全部": listing.ALL_STATES}
    if written is None:
        return listing.ALL_STATES
    if written not in known and written not in known.values():
        raise NotLikeThis(f"没有“{written[:20]}”这种状态，可用：{'、'.join(known)}")
    return known.get(written, written)


def _task(actor: Actor, written: str) -> SamplingAssignment:
    """A task by its id or by its number."""
    if written.isascii() and written.isdecimal():
        by_id = queries.assignment(actor, int(written[:20]))
        if by_id is not None:
            return by_id
    found = queries.numbered(actor, written.replace("[", "〔").replace("]", "〕"))
    if not found:
        raise NotFound(f"没有找到任务单“{written[:40]}”，请核对序号或编号（如 抽任〔2026〕12号），或不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{written[:40]}”有 {len(found)} 个（各单位分别编号），请改用序号")
    return found[0]


@command(assignments, "show", permission=Permission.ASSIGNMENT_LIST)
@click.argument("task")
def show(actor: Actor, task: str) -> Answer:
    """一个任务单：内容、进展、全部办理记录."""
    return _told(_task(actor, task), actor)


def _told(task: SamplingAssignment, actor: Actor, sentence: str | None = None) -> Answer:
    sheet = showing.task_sheet(task, actor)
    stands = showing.standing(task, sheet.done, clock.today(), calendar())
    data = {
        "id": task.id, "number": task.number, "state": task.state.value, "org": sheet.org_name, "plan": sheet.plan_name,
        "category": sheet.category, "region": sheet.region, "link": sheet.link, "enterprise": sheet.enterprise_name,
        "laboratory": sheet.laboratory_name, "samplers": [person.name for person in sheet.team], "from_on": task.from_on,
        "to_on": task.to_on, "batches": task.batches, "done": sheet.done, "note": sheet.note,
        "drawing": sheet.drawing_number, "light": stands.light.value if stands.light else None,
        "samples": [row.number for row in queries.sheets(actor, task.id)],
        "history": [
            {"at": clock.office_time(entry.at).isoformat(timespec="seconds"), "step": step_label(KIND, entry.step),
             "state": state_label(KIND, entry.to_state), "who": entry.actor_name, "comment": blinding.comment(entry)}
            for entry in history.entries_of(KIND, task.id)
        ],
    }  # fmt: skip
    team = "、".join(person.name for person in sheet.team)
    lines = [
        f"{task.number}　{label(task.state)}　{sheet.region}　{sheet.category}　{sheet.link}　{sheet.done}/{task.batches} 批",
        f"{task.from_on} 至 {task.to_on}　{stands.words}　{team}　{sheet.laboratory_name or '—'}",
    ]
    return Answer(data, [sentence, *lines] if sentence else lines)


# ---------------------------------------------------------------- giving out

DAY = click.DateTime(["%Y-%m-%d"])


@command(assignments, "assign", permission=Permission.ASSIGNMENT_MAKE)
@click.option("--region", required=True, metavar="CODE", help="抽样区域：区划代码或 省/市/县/乡镇")
@click.option("--batches", required=True, type=int, help="批次数")
@click.option("--from", "from_on", required=True, type=DAY, help="开始日期")
@click.option("--to", "to_on", required=True, type=DAY, help="完成日期")
@click.option("--laboratory", required=True, metavar="CODE", help="承检机构代码")
@click.option("--sampler", "samplers", required=True, multiple=True, metavar="USERNAME", help="抽样人员，重复填写，不少于两人")
@click.option("--plan", "plan_id", type=int, metavar="ID", help="抽检计划序号")
@click.option("--category", metavar="PATH", help="食品分类")
@click.option("--link", type=click.Choice([link.value for link in Link]), help="抽样环节")
@click.option("--enterprise", metavar="CODE", help="抽样对象：18 位代码或企业名称")
@click.option("--note", help="任务说明")
@click.option("--exceed-why", help="超出计划余量的理由")
def assign(actor: Actor, **asked: Any) -> Answer:
    """下达一个任务单."""
    draft = _draft(actor, asked)
    with transaction():
        task = operations.assign(draft, actor, clock.now())
    return _told(task, actor, f"已下达：{task.number}")


def _draft(actor: Actor, asked: dict[str, Any]) -> TaskDraft:
    plan = queries.plan(actor, asked["plan_id"]) if asked["plan_id"] is not None else None
    if asked["plan_id"] is not None and plan is None:
        raise NotFound("没有找到该计划，或不在您的管辖范围内")
    return TaskDraft(
        region_id=_region(asked["region"]), batches=asked["batches"], from_on=asked["from_on"].date(), to_on=asked["to_on"].date(),
        laboratory_org_id=_laboratory(asked["laboratory"]), member_ids=_people(asked["samplers"]), plan=plan,
        category_id=_category(asked["category"]), link=Link(asked["link"]) if asked["link"] else None,
        enterprise_id=_enterprise(actor, asked["enterprise"]), note=asked["note"], exceed_why=asked["exceed_why"],
    )  # fmt: skip


def _region(written: str) -> int:
    found, exact = region_book().resolve(written)
    if found is None or not exact:
        raise NotLikeThis(f"没有识别出区域“{written[:40]}”，请写成 6 位区划代码或 省/市/县/乡镇")
    return found


def _category(written: str | None) -> int | None:
    if written is None:
        return None
    found = category_book().by_path(written)
    if found is None:
        raise NotLikeThis(f"没有食品分类“{written[:60]}”，请写成 大类/亚类/次亚类/细类")
    return found.id


def _laboratory(code: str) -> int:
    found = session().scalar(sa.select(Organisation.id).where(Organisation.code == code))
    if found is None:
        raise NotLikeThis(f"没有代码为“{code[:40]}”的承检机构")
    return found


def _people(usernames: tuple[str, ...]) -> tuple[int, ...]:
    found = dict(session().execute(sa.select(User.username, User.id).where(User.username.in_(usernames))).tuples().all())
    missing = [name for name in usernames if name not in found]
    if missing:
        raise NotLikeThis(f"没有用户“{'、'.join(missing)}”，请核对用户名")
    return tuple(found[name] for name in usernames)


def _enterprise(actor: Actor, written: str | None) -> int | None:
    if written is None:
        return None
    found = queries.enterprise_written(actor, written)
    if len(found) != 1:
        raise NotLikeThis(f"企业档案中{'有几家' if found else '没有'}“{written[:40]}”，请填写 18 位统一社会信用代码")
    return found[0].id


# ---------------------------------------------------------------- steps

def _step(actor: Actor, written: str, done: str, take: Callable[[SamplingAssignment], None]) -> Answer:
    task = _task(actor, written)
    with transaction():
        take(task)
    return _told(task, actor, f"{done}：{task.number}")


@command(assignments, "accept", permission=Permission.ASSIGNMENT_ANSWER)
@click.argument("task")
def accept(actor: Actor, task: str) -> Answer:
    """接受任务（以抽样人员身份，用 --as 指明）."""
    return _step(actor, task, "已接受", lambda found: operations.accept(found, actor))


@command(assignments, "decline", permission=Permission.ASSIGNMENT_ANSWER)
@click.argument("task")
@click.option("--reason", required=True, help="退回理由")
def decline(actor: Actor, task: str, reason: str) -> Answer:
    """退回任务并说明理由."""
    return _step(actor, task, "已退回", lambda found: operations.decline(found, actor, reason))


@command(assignments, "finish", permission=Permission.ASSIGNMENT_ANSWER)
@click.argument("task")
@click.option("--reason", help="未抽满的原因")
def finish(actor: Actor, task: str, reason: str | None) -> Answer:
    """办结任务；未抽满的须说明原因."""
    return _step(actor, task, "已办结", lambda found: operations.finish(found, actor, reason))


@command(assignments, "cancel", permission=Permission.ASSIGNMENT_EDIT)
@click.argument("task")
@click.option("--reason", required=True, help="取消理由")
def cancel(actor: Actor, task: str, reason: str) -> Answer:
    """取消任务并说明理由."""
    return _step(actor, task, "已取消", lambda found: operations.cancel(found, actor, reason))


@command(assignments, "reschedule", permission=Permission.ASSIGNMENT_EDIT)
@click.argument("task")
@click.option("--from", "from_on", type=DAY, help="新的开始日期；不填则不变")
@click.option("--to", "to_on", required=True, type=DAY, help="新的完成日期")
@click.option("--reason", required=True, help="调整理由")
def reschedule(actor: Actor, task: str, from_on: Any, to_on: Any, reason: str) -> Answer:
    """调整起止日期并说明理由."""

    def move(found: SamplingAssignment) -> None:
        start: date = from_on.date() if from_on else found.from_on
        operations.reschedule(found, actor, (start, to_on.date()), reason, clock.now())

    return _step(actor, task, "已调整时间", move)


@command(assignments, "reassign", permission=Permission.ASSIGNMENT_EDIT)
@click.argument("task")
@click.option("--sampler", "samplers", required=True, multiple=True, metavar="USERNAME", help="新的抽样人员，重复填写")
@click.option("--laboratory", metavar="CODE", help="新的承检机构代码；不填则不变")
@click.option("--reason", required=True, help="改派理由")
def reassign(actor: Actor, task: str, samplers: tuple[str, ...], laboratory: str | None, reason: str) -> Answer:
    """改派给其他抽样人员或承检机构."""

    def give(found: SamplingAssignment) -> None:
        where = _laboratory(laboratory) if laboratory else found.laboratory_org_id or 0
        operations.reassign(found, actor, _people(samplers), where, reason)

    return _step(actor, task, "已改派", give)


@command(assignments, "move-laboratory", permission=Permission.ASSIGNMENT_MAKE)
@click.argument("tasks", nargs=-1)
@click.option("--from", "former", metavar="CODE", help="不再承检的机构的代码：它的全部未完成任务单（不列 TASKS 时必填）")
@click.option("--to", "successor", required=True, metavar="CODE", help="接替的承检机构的代码")
@click.option("--reason", required=True, help="更换理由")
def move_laboratory(actor: Actor, tasks: tuple[str, ...], former: str | None, successor: str, reason: str) -> Answer:
    """承检机构不再承检后，把未完成的任务单 TASKS（序号或编号）更换到另一机构；逐个说明结果，有未更换的退出码为 1."""
    if bool(tasks) == bool(former):
        raise NotLikeThis("请列出任务单，或用 --from 指明不再承检的机构，二者取一")
    found = [_task(actor, one) for one in tasks] if tasks else moving.rows(actor, _laboratory(former or ""))
    outcomes = moving_jobs.move_many(actor, {one.id: one.version for one in found}, _laboratory(successor), reason)
    lines = [f"{one.number}：{one.refusal or '已更换'}" for one in outcomes]
    refused = sum(one.refusal is not None for one in outcomes)
    data = [{"number": one.number, "moved": one.refusal is None, "refusal": one.refusal} for one in outcomes]
    return Answer(data, [*lines, f"已更换 {len(outcomes) - refused} 个，未更换 {refused} 个"], refused=refused > 0)
