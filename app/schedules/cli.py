"""``flask schedules …``: the same operations as the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.inspection_frequency import SUPERVISED
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis
from app.penalties.cli_group import day
from app.reference_data.books import region_book
from app.schedules import exports, forms, handling, operations, queries
from app.schedules.counting import Wanted
from app.schedules.models import InspectionDuty

schedules = click.Group("schedules", help="年度检查安排")
KIND = click.option("--kind", type=click.Choice(SUPERVISED), help="企业类型，默认全部")
YEAR = click.option("--year", type=click.IntRange(forms.FIRST_YEAR, forms.LAST_YEAR), help="年度，默认今年")


def register(app: Flask) -> None:
    app.cli.add_command(schedules)


@command(schedules, "make", permission=Permission.SCHEDULE_MAKE)
@YEAR
@KIND
@click.option("--area", metavar="CODE", help="行政区划代码，默认全部辖区")
@click.option("--from", "from_on", metavar="DATE", help="还没有安排的企业自哪天起安排，默认当年 1 月 1 日")
@click.option("--confirm", is_flag=True, help="确认生成；不写则只预览")
def make(actor: Actor, year: int | None, kind: str | None, area: str | None, from_on: str | None, confirm: bool) -> Answer:
    """按风险等级预览或生成年度检查安排。"""
    today = clock.today()
    chosen = year or today.year
    since = day(from_on) if from_on else date(chosen, 1, 1)
    if since.year != chosen:
        raise NotLikeThis(f"--from 应在 {chosen} 年内，请核对")
    region = region_book().id(area) if area else None
    if area and region is None:
        raise NotLikeThis(f"没有行政区划代码“{area[:20]}”，请核对")
    found, changing = operations.computed(Wanted(chosen, since, kind, region), actor, today)
    if confirm:
        with transaction():
            operations.make(found, changing, actor, clock.now())
    data = {
        "year": chosen, "confirmed": confirm, "enterprises": found.enterprises, "focus": found.focus, "added": found.added,
        "already_done": found.done + found.tied, "cancelled": found.cancelled, "kept": found.kept, "by_grade": dict(found.by_grade),
        "duties_by_grade": dict(found.duties_by_grade),
    }  # fmt: skip
    said = "已生成" if confirm else "预览（加 --confirm 生成）"
    lines = [
        f"{chosen} 年度检查安排{said}：{found.enterprises} 户次，新增 {found.added} 次，取消 {found.cancelled} 次，保持 {found.kept} 次",
        *(f"{grade}：{number} 户次，新增 {found.duties_by_grade[grade]} 次" for grade, number in sorted(found.by_grade.items())),
    ]
    return Answer(data, lines)


def _told(rows: Any, today: date) -> Answer:
    data = [
        {
            "enterprise": row.enterprise_name, "credit_code": row.credit_code, "kind": row.kind, "year": row.year, "ordinal": row.ordinal,
            "grade": row.grade.value if row.grade else None, "due_on": row.due_on, "state": exports.standing(row, today),
            "station": row.station_name, "person": row.person, "inspection": row.inspection_number, "why": row.why,
        }
        for row in rows
    ]  # fmt: skip
    lines = [
        f"{one['due_on']}　{one['enterprise']}　{one['kind']} 第 {one['ordinal']} 次　{one['state']}　{one['person'] or '未指定'}"
        for one in data
    ]
    return Answer(data, [*lines, f"共 {len(data)} 条"])


@command(schedules, "list", permission=Permission.INSPECTION_LIST)
@YEAR
@KIND
@click.option("--state", type=click.Choice(list(queries.STATES.values())), default="待检查", help="状态")
@click.option("--grade", type=click.Choice(["A", "B", "C", "D", "未评级"]), help="风险等级")
@click.option("--q", help="企业名称、信用代码、拼音首字母")
def list_(actor: Actor, year: int | None, kind: str | None, state: str, grade: str | None, q: str | None) -> Answer:
    """列出年度检查安排，期限早的在前。"""
    states = {words: code for code, words in queries.STATES.items()}
    asked = {"year": str(year or ""), "kind": kind or "", "state": states[state], "q": q or ""}
    asked["grade"] = queries.UNGRADED if grade == "未评级" else grade or ""
    today = clock.today()
    return _told(queries.every_duty(actor, forms.filters_asked(asked, today), today), today)


@command(schedules, "overdue", permission=Permission.INSPECTION_LIST)
@YEAR
def overdue(actor: Actor, year: int | None) -> Answer:
    """列出已逾期的检查安排。"""
    today = clock.today()
    return _told(queries.every_duty(actor, queries.Filters(year or today.year, queries.OVERDUE), today), today)


def _one(actor: Actor, enterprise: str, kind: str, year: int | None, ordinal: int) -> InspectionDuty:
    found = queries.duty_numbered(actor, enterprise, kind, year or clock.today().year, ordinal)
    if found is None:
        raise NotFound(f"没有找到“{enterprise[:40]}”的第 {ordinal} 次安排，请用 flask schedules list 核对，或该企业不在您的管辖范围内")
    return found


ONE = (
    click.argument("enterprise"), click.option("--kind", type=click.Choice(SUPERVISED), required=True, help="企业类型"), YEAR,
    click.option("--ordinal", type=click.IntRange(1), required=True, help="第几次"),
)  # fmt: skip


def _of_one(function: Any) -> Any:
    for option in reversed(ONE):
        function = option(function)
    return function


@command(schedules, "assign", permission=Permission.SCHEDULE_MAKE)
@_of_one
@click.option("--to", "username", metavar="USERNAME", required=True, help="检查人员的用户名")
def assign(actor: Actor, enterprise: str, kind: str, year: int | None, ordinal: int, username: str) -> Answer:
    """指定检查人员（企业写统一社会信用代码或全名）。"""
    duty = _one(actor, enterprise, kind, year, ordinal)
    user = next((one for one in queries.inspectors(actor, duty.org_id) if one.username == username), None)
    if user is None:
        raise NotFound(f"没有可以检查该企业的用户“{username[:40]}”，请核对用户名")
    with transaction():
        handling.assign(duty, user.id, actor, seen=duty.version)
    return Answer({"assigned": user.name}, [f"已指定：{user.name}"])


@command(schedules, "cancel", permission=Permission.SCHEDULE_MAKE)
@_of_one
@click.option("--reason", required=True, help="取消原因")
def cancel(actor: Actor, enterprise: str, kind: str, year: int | None, ordinal: int, reason: str) -> Answer:
    """取消一次检查安排。"""
    duty = _one(actor, enterprise, kind, year, ordinal)
    with transaction():
        handling.cancel(duty, reason, actor, clock.now(), seen=duty.version)
    return Answer({"cancelled": True}, ["已取消"])


@command(schedules, "inspect", permission=Permission.INSPECTION_MAKE)
@_of_one
@click.option("--on", "planned_on", metavar="DATE", help="计划检查日期，默认今天")
def inspect(actor: Actor, enterprise: str, kind: str, year: int | None, ordinal: int, planned_on: str | None) -> Answer:
    """由检查安排生成一次监督检查。"""
    duty = _one(actor, enterprise, kind, year, ordinal)
    with transaction():
        made = handling.inspect(duty, actor, clock.now(), planned_on=day(planned_on), lead_id=None, second_id=None, seen=duty.version)
    return Answer({"inspection": made.number}, [f"已安排检查：{made.number}"])
