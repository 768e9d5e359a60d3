"""``flask users …`` of 任职、会话、账号核查 and 权限表: the same operations as the pages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from app import clock
from app.accounts import jobs, online, operations, positions, review
from app.accounts.cli_group import users
from app.accounts.grant_cli import DAY, account, organisation
from app.accounts.positions import Written
from app.accounts.workbooks import made, matrix_sheet
from app.commands import Answer, command
from app.db import session, transaction
from app.domain.actors import Actor
from app.domain.permission_areas import lines as permission_lines
from app.domain.permissions import Permission
from app.errors import NotFound, NotLikeThis
from app.organisations.models import Organisation

FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


def register(app: Flask) -> None:
    """The commands stand in the group of ``app.accounts.cli``."""


def _org_name(actor: Actor) -> str:
    return session().get_one(Organisation, actor.org_id).name


@command(users, "positions", permission=Permission.USER_LIST)
@click.argument("username")
def list_positions(actor: Actor, username: str) -> Answer:
    """列出一个人的任职."""
    rows = positions.of_user(account(actor, username).id)
    data = [
        {"id": row.id, "department": row.department, "title": row.title, "main": row.main, "from_on": row.from_on, "until_on": row.until_on}
        for row in rows
    ]
    return Answer(data, [f"{row.id}　{positions.in_words(row)}" for row in rows] or ["没有任职记录"])


@command(users, "post", permission=Permission.USER_EDIT)
@click.argument("username")
@click.option("--org", "code", help="任职机构的代码，默认账号所属机构")
@click.option("--department", help="科室")
@click.option("--title", help="职务")
@click.option("--from", "start", type=DAY, help="任职开始，默认今天")
@click.option("--until", "end", type=DAY, help="任职结束（当天仍在任）")
@click.option("--part-time", is_flag=True, help="兼职")
def post(
    actor: Actor, username: str, code: str | None, department: str | None, title: str | None, start: datetime | None,
    end: datetime | None, part_time: bool,
) -> Answer:  # fmt: skip
    """登记任职."""
    user = account(actor, username)
    org = organisation(actor, code) if code else user.organisation
    first = start.date() if start else clock.today()
    with transaction():
        operations.ask_permission(actor, Permission.USER_EDIT, user)
        row = positions.add(user, Written(org, department, title, not part_time, first, end.date() if end else None), actor, clock.now())
    return Answer({"id": row.id}, [f"已登记：{positions.in_words(row)}"])


@command(users, "end-post", permission=Permission.USER_EDIT)
@click.argument("username")
@click.argument("position_id", type=int)
@click.option("--on", "on", type=DAY, help="任职的最后一天，默认今天")
def end_post(actor: Actor, username: str, position_id: int, on: datetime | None) -> Answer:
    """结束任职."""
    user = account(actor, username)
    row = positions.position(actor, user.id, position_id)
    if row is None:
        raise NotFound(f"{user.name}没有编号为 {position_id} 的任职，请用 flask users positions 查看")
    with transaction():
        operations.ask_permission(actor, Permission.USER_EDIT, user)
        positions.end(user, row, on.date() if on else clock.today(), actor)
    return Answer({"id": row.id, "until_on": row.until_on}, [f"已结束：{positions.in_words(row)}"])


@command(users, "sessions", permission=Permission.SESSION_LIST)
def list_sessions(actor: Actor) -> Answer:
    """列出在线会话（须用 --as 指明安全管理员）."""
    rows = online.rows(actor, None, clock.now())
    data = [
        {"id": row.id, "username": row.username, "since": row.created_at, "seen": row.seen_at, "address": row.ip} for row in rows
    ]
    since = {row.id: f"{clock.office_time(row.created_at):%Y-%m-%d %H:%M}" for row in rows}
    lines = [f"{row.name}（{row.username}）　{row.org_name}　{since[row.id]} 登录　{row.ip or '—'}" for row in rows]
    return Answer(data, [*lines, f"共 {len(rows)} 个会话"])


@command(users, "end-sessions", permission=Permission.SESSION_END)
@click.argument("username")
def end_sessions(actor: Actor, username: str) -> Answer:
    """结束一个人的全部会话（须用 --as 指明安全管理员）."""
    user = account(actor, username)
    with transaction():
        operations.ask_permission(actor, Permission.SESSION_END, user)
        number = online.end_all(actor, user, clock.now())
    return Answer({"ended": number}, [f"已结束{user.name}的 {number} 个会话"])


@command(users, "disable-idle", permission=Permission.USER_CREATE)
def disable_idle(actor: Actor) -> Answer:
    """停用长期未用的账号（后台任务每小时也做一次）."""
    done = jobs.disable_idle(clock.now())
    return Answer({"disabled": done}, [*(f"已停用：{name}" for name in done), f"共停用 {len(done)} 个账号"])


@command(users, "review", permission=Permission.USER_LIST)
@click.option("--to", "path", type=FILE, help="把季度账号核查表写到该 .xlsx 文件")
def review_accounts(actor: Actor, path: Path | None) -> Answer:
    """账号核查：列出需要关注的账号."""
    now = clock.now()
    rows = review.accounts(actor, now)
    if path is not None:
        _write(path, made([review.sheet(rows, _org_name(actor), actor, now)], actor, now))
    watched = review.chosen(rows, "concerns")
    lines = [f"{row.username}　{row.name}　{row.org_name}　{'；'.join(row.concerns)}" for row in watched]
    data = [{"username": row.username, "idle_days": row.idle_days, "state": row.state, "concerns": row.concerns} for row in watched]
    return Answer(data, [*lines, f"共 {len(rows)} 个账号，需要关注 {len(watched)} 个"])


@command(users, "matrix", permission=Permission.MATRIX_READ)
@click.option("--to", "path", type=FILE, required=True, help="写到该 .xlsx 文件")
def matrix(actor: Actor, path: Path) -> Answer:
    """权限表，供单位签字存档."""
    now = clock.now()
    _write(path, made([matrix_sheet(_org_name(actor), now)], actor, now))
    return Answer({"permissions": len(permission_lines()), "file": str(path)}, [f"已写入：{path}"])


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as fault:
        raise NotLikeThis(f"无法写入文件 {path}：请核对目录是否存在、是否有写权限") from fault
