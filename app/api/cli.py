"""``flask api …``: the same operations as the pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click
from flask import Flask, current_app

from app import clock, history
from app.api import operations, queries
from app.api.operations import KEEP_DAYS, Wanted
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.api_keys import ApiScope, holder_complaint, key_complaint
from app.domain.permissions import Permission
from app.errors import NotFound
from app.labels import label

group = click.Group("api", help="数据接口：密钥、清理")
keys = click.Group("key", help="接口密钥：签发、列出、吊销")
group.add_command(keys)
SCOPES = click.Choice([scope.value for scope in ApiScope])


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(keys, "issue", permission=Permission.API_KEY_ISSUE)
@click.argument("username")
@click.option("--name", required=True, help="密钥名称")
@click.option("--scope", "scopes", type=SCOPES, multiple=True, required=True, help="权限范围，可重复")
@click.option("--per-minute", type=int, help="每分钟请求数")
@click.option("--expires-on", type=click.DateTime(["%Y-%m-%d"]), help="有效期至，不写为长期有效")
def issue(
    actor: Actor, username: str, name: str, scopes: tuple[str, ...], per_minute: int | None, expires_on: datetime | None
) -> Answer:
    """签发密钥，密钥只显示这一次。"""
    holder = queries.holder(actor, username)
    if holder is None:
        raise NotFound(f"没有用户“{username}”，或不在管辖范围内，请核对用户名")
    wanted = Wanted(
        name.strip(), [ApiScope(scope) for scope in scopes], current_app.config["API_PER_MINUTE"] if per_minute is None else per_minute,
        expires_on.date() if expires_on else None,
    )  # fmt: skip
    with transaction():
        issued = operations.issue(holder, wanted, actor, clock.now(), clock.today())
    data = {"prefix": issued.key.prefix, "key": issued.written, "user": username, "scopes": issued.key.scopes}
    lines = [f"密钥：{issued.written}", "密钥只显示这一次，请妥善保存后以保密方式交给使用单位"]
    return Answer({**data, "expires_on": issued.key.expires_on}, lines)


@command(keys, "list", permission=Permission.API_KEY_LIST)
@click.option("--state", type=click.Choice(["usable", "expired", "revoked"]), help="状态")
@click.option("--size", type=click.IntRange(1, 1000), default=100, show_default=True)
def list_(actor: Actor, state: str | None, size: int) -> Answer:
    """列出密钥，新的在前。"""
    page = queries.keys(actor, queries.Filters(state=state), clock.today(), size=size)
    data: list[dict[str, Any]] = [
        {
            "prefix": row.prefix, "name": row.name, "user": row.username, "organisation": row.org_name, "scopes": row.scopes,
            "per_minute": row.per_minute, "expires_on": row.expires_on, "last_used_at": row.last_used_at,
            "usable": not (key_complaint(row, clock.today()) or holder_complaint(row, clock.now())),
            "state": key_complaint(row, clock.today()) or holder_complaint(row, clock.now()) or "有效",
        }
        for row in page.rows
    ]  # fmt: skip
    lines = [
        "　".join([row["prefix"], row["state"], row["user"], row["name"], "、".join(label(ApiScope(one)) for one in row["scopes"])])
        for row in data
    ]
    return Answer(data, lines or ["没有密钥"])


@command(keys, "revoke", permission=Permission.API_KEY_EDIT)
@click.argument("prefix")
@click.option("--reason", required=True, help="吊销原因")
def revoke(actor: Actor, prefix: str, reason: str) -> Answer:
    """吊销密钥；PREFIX 是密钥中 shian_ 之后的 10 位。"""
    key = queries.key_with_prefix(actor, prefix)
    if key is None:
        raise NotFound(f"没有前缀为“{prefix}”的密钥，请用 flask api key list 核对")
    with transaction():
        operations.revoke(key, actor, clock.now(), reason)
    return Answer({"prefix": prefix}, [f"已吊销：{key.name}"])


@command(group, "prune", permission=Permission.API_KEY_EDIT)
@click.option("--days", type=click.IntRange(1, 3650), default=KEEP_DAYS, show_default=True, help="保留最近多少天的请求记录")
def prune(actor: Actor, days: int) -> Answer:
    """清理用于识别重复报送的请求记录；已报送的结果不受影响。"""
    with transaction():
        count = operations.forget_calls(clock.now() - timedelta(days=days))
        history.record(operations.KIND, None, "prune_calls", actor, org_id=actor.org_id, name=f"{days} 天以前", comment=f"{count} 条")
    return Answer({"deleted": count}, [f"已清理 {count} 条请求记录"])
