"""Commands of people: ``users create|list|reset|unlock`` and ``init``, which makes a real, empty instance."""
"""Commands of people: the group ``users`` and ``init``, which makes a real, empty instance."""

from __future__ import annotations

import click
from flask import Flask

from app import clock
from app.accounts import operations, queries
from app.accounts.models import User
from app.accounts.operations import Details, OneTime
from app.commands import Answer, command
from app.db import session, transaction
from app.domain.actors import Actor, Role
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotFound
from app.accounts import operations
from app.accounts.cli_group import plain, until, users
from app.accounts.operations import Details
from app.organisations import operations as organisations

top = click.Group("top")
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


@command(users, "list", permission=Permission.USER_LIST)
def list_users(actor: Actor) -> Answer:
    """列出管辖范围内的用户、岗位、是否停用和锁定."""
    now = clock.now()
    found = queries.everybody(actor)
    data: list[dict[str, Any]] = [
        {"username": user.username, "name": user.name, "roles": [role.value for role in sorted(user.roles)], "active": user.active,
         "locked": queries.locked(user, now), "must_change": user.must_change} for user in found
    ]  # fmt: skip
    return Answer(data, [f"{one['username']}　{one['name']}　{'、'.join(one['roles'])}{_state(one)}" for one in data])


def _state(told: dict[str, Any]) -> str:
    words = {"停用": not told["active"], "锁定": told["locked"], "未改初始密码": told["must_change"]}
    found = "、".join(word for word, holds in words.items() if holds)
    return f"　（{found}）" if found else ""


def _named(actor: Actor, username: str, permission: Permission) -> User:
    """The user of this name, where the actor may do this to him. Raises NotFound, NotAllowed."""
    user = queries.user_by_name(actor, username)
    if user is None:
        raise NotFound(f"没有用户“{username}”，请用 flask users list 核对用户名")
    if not permits(actor, permission, user):
        raise NotAllowed("不能对该用户执行此操作：不在管辖范围内，或是本人")
    return user


@command(users, "reset", permission=Permission.USER_RESET)
@click.argument("username")
def reset(actor: Actor, username: str) -> Answer:
    """重置密码，给出一次性密码（管理员忘记密码时在服务器上执行）."""
    with transaction():
        user = _named(actor, username, Permission.USER_RESET)
        once = operations.reset_password(actor, user, user.version, clock.now())
    return Answer(_plain(once), [*_sentences(once), "请当面交给本人；该账号已登录的会话已全部退出"])


@command(users, "unlock", permission=Permission.USER_UNLOCK)
@click.argument("username")
def unlock(actor: Actor, username: str) -> Answer:
    """解锁账号（安全管理员的职责，须用 --as 指明；锁定到时也会自动解除）."""
    with transaction():
        user = _named(actor, username, Permission.USER_UNLOCK)
        operations.unlock(actor, user, user.version, clock.now())
    return Answer({"username": username}, [f"已解锁：{username}"])


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
