"""Commands of people: ``users create`` and ``init``, which makes a real, empty instance."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.accounts import operations, queries
from app.accounts.operations import Details, OneTime
from app.commands import Answer, command
from app.db import session, transaction
from app.domain.actors import Actor, Role
from app.domain.permissions import Permission
from app.errors import NotFound
from app.organisations import operations as organisations

users = click.Group("users", help="用户")
top = click.Group("top")
ROLES = click.Choice([role.value for role in Role])
FIRST = (("sysadmin", Role.SYSTEM_ADMIN), ("secadmin", Role.SECURITY_ADMIN), ("auditadmin", Role.AUDIT_ADMIN))


@command(users, "create", permission=Permission.USER_CREATE)
@click.argument("username")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="岗位角色，可重复")
@click.option("--org", "code", required=True, help="机构代码")
@click.option("--name", help="姓名，默认同用户名")
@click.option("--position", help="科室职务")
def create(
    actor: Actor, username: str, roles: tuple[str, ...], code: str, name: str | None, position: str | None
) -> Answer:
    """新建用户，给出一次性密码."""
    org = queries.organisation_by_code(actor, code)
    if org is None:
        raise NotFound(f"没有代码为“{code}”的机构，请先建立机构或核对代码")
    with transaction():
        details = Details(name or username, org, frozenset(Role(role) for role in roles), position)
        _, once = operations.create(actor, username, details, clock.now())
    return Answer(_plain(once), _sentences(once))


@command(top, "init")
@click.option("--name", required=True, help="单位全称")
@click.option("--code", required=True, help="单位代码")
@click.option("--region", help="行政区划代码")
@click.option("--level", help="单位级别：省级、市级、县级")
def init(actor: Actor, name: str, code: str, region: str | None, level: str | None) -> Answer:
    """建立正式的空白系统：命名本单位，建立三名管理员."""
    with transaction():
        root = organisations.name_root(actor, organisations.Root(name, code, region, level))
        session().flush()
        made = [
            (role, operations.create(actor, username, Details(role.value, root, frozenset({role})), clock.now())[1])
            for username, role in FIRST
        ]
    lines = [f"已建立：{name}（{code}）"]
    lines += [f"{role.value}：{once.username}　一次性密码：{once.password}" for role, once in made]
    lines.append(f"一次性密码 {_until(made[0][1])} 前有效，首次登录须修改；请分别交给三名管理员本人")
    data = {"organisation": {"code": code, "name": name}, "users": [{"role": role.value, **_plain(once)} for role, once in made]}
    return Answer(data, lines)


def _plain(once: OneTime) -> dict[str, Any]:
    return {"username": once.username, "password": once.password, "expires_at": clock.office_time(once.expires_at)}


def _sentences(once: OneTime) -> list[str]:
    return [f"用户：{once.username}", f"一次性密码：{once.password}", f"{_until(once)} 前有效，首次登录须修改"]


def _until(once: OneTime) -> str:
    return clock.office_time(once.expires_at).strftime("%Y-%m-%d %H:%M")


def register(app: Flask) -> None:
    app.cli.add_command(users)
    app.cli.add_command(top.commands["init"])
