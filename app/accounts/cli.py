"""Commands of people: the group ``users`` and ``init``, which makes a real, empty instance."""

from __future__ import annotations

import click
from flask import Flask

from app import clock
from app.accounts import operations
from app.accounts.cli_group import plain, until, users
from app.accounts.operations import Details
from app.commands import Answer, command
from app.db import session, transaction
from app.domain.actors import Actor, Role
from app.organisations import operations as organisations

top = click.Group("top")
FIRST = (("sysadmin", Role.SYSTEM_ADMIN), ("secadmin", Role.SECURITY_ADMIN), ("auditadmin", Role.AUDIT_ADMIN))


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
    lines.append(f"一次性密码 {until(made[0][1])} 前有效，首次登录须修改；请分别交给三名管理员本人")
    data = {"organisation": {"code": code, "name": name}, "users": [{"role": role.value, **plain(once)} for role, once in made]}
    return Answer(data, lines)


def register(app: Flask) -> None:
    app.cli.add_command(users)
    app.cli.add_command(top.commands["init"])
