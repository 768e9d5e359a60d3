"""``flask users list|reset|unlock``: helping people in at the machine."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.accounts import operations, queries
from app.accounts.cli_group import plain, sentences, users
from app.accounts.models import User
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotFound


def register(app: Flask) -> None:
    """The commands stand in the group of ``app.accounts.cli``."""


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
    return Answer(plain(once), [*sentences(once), "请当面交给本人；该账号已登录的会话已全部退出"])


@command(users, "unlock", permission=Permission.USER_UNLOCK)
@click.argument("username")
def unlock(actor: Actor, username: str) -> Answer:
    """解锁账号（安全管理员的职责，须用 --as 指明；锁定到时也会自动解除）."""
    with transaction():
        user = _named(actor, username, Permission.USER_UNLOCK)
        operations.unlock(actor, user, user.version, clock.now())
    return Answer({"username": username}, [f"已解锁：{username}"])
