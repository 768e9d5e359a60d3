"""The group of the commands of people, and how they say a one-time password."""

from __future__ import annotations

from typing import Any

import click

from app import clock
from app.accounts.operations import OneTime
from app.domain.actors import Role

users = click.Group("users", help="用户：新建、授权申请、任职、会话、核查、工作移交")
ROLES = click.Choice([role.value for role in Role])


def plain(once: OneTime) -> dict[str, Any]:
    return {"username": once.username, "password": once.password, "expires_at": clock.office_time(once.expires_at)}


def sentences(once: OneTime) -> list[str]:
    return [f"用户：{once.username}", f"一次性密码：{once.password}", f"{until(once)} 前有效，首次登录须修改"]


def until(once: OneTime) -> str:
    return clock.office_time(once.expires_at).strftime("%Y-%m-%d %H:%M")
