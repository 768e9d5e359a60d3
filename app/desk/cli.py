"""``flask views …``: the same operations as the pages of 常用查询."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.desk import operations, queries
from app.desk.models import SavedView
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.downloads import operations as downloads
from app.errors import NotFound, NotLikeThis

group = click.Group("views", help="常用查询：列出、保存、共享、删除（须用 --as 指明用户）")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _one(actor: Actor, view_id: int) -> SavedView:
    found = queries.view(actor, view_id)
    if found is None:
        raise NotFound(f"您没有第 {view_id} 号常用查询，请用 flask views list 核对")
    return found


@command(group, "list", permission=Permission.VIEW_LIST)
def list_(actor: Actor) -> Answer:
    """列出自己的和同事共享的常用查询。"""
    shown = queries.shown_to(actor)
    data = [
        {"id": one.id, "name": one.name, "list": one.list_title, "conditions": one.conditions, "owner": one.owner, "shared": one.shared}
        for one in shown
    ]
    lines = [f"{one['id']}　{one['list']}　{one['name']}　{one['conditions']}　{one['owner']}" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 个"])


@command(group, "save", permission=Permission.VIEW_LIST)
@click.argument("list_code")
@click.argument("name")
@click.option("--where", "conditions", multiple=True, metavar="NAME=VALUE", help="查询条件，与网页地址中的相同，如 state=reported")
@click.option("--shared", is_flag=True, help="与本单位同事共享")
def save(actor: Actor, list_code: str, name: str, conditions: tuple[str, ...], shared: bool) -> Answer:
    """把清单 LIST_CODE 的查询条件存为常用查询 NAME（清单代码见 flask downloads lists）。"""
    query: dict[str, Any] = {}
    for each in conditions:
        key, sign, value = each.partition("=")
        if not sign or not key:
            raise NotLikeThis(f"查询条件“{each[:40]}”应写成 名称=值，如 state=reported")
        query[key] = value
    source = downloads.source_for(actor, list_code)
    with transaction():
        made = operations.save(actor, source, name, query, clock.now(), shared=shared)
    return Answer({"id": made.id, "name": made.name}, [f"已存为常用查询：{made.name}，序号 {made.id}"])


@command(group, "share", permission=Permission.VIEW_LIST)
@click.argument("view_id", type=click.IntRange(1))
@click.option("--no", "stop", is_flag=True, help="取消共享")
def share(actor: Actor, view_id: int, stop: bool) -> Answer:
    """与本单位同事共享，或取消共享。"""
    found = _one(actor, view_id)
    with transaction():
        operations.share(actor, found, not stop)
    return Answer({"id": view_id, "shared": not stop}, ["已取消共享" if stop else "已与本单位同事共享"])


@command(group, "remove", permission=Permission.VIEW_LIST)
@click.argument("view_id", type=click.IntRange(1))
def remove(actor: Actor, view_id: int) -> Answer:
    """删除自己的常用查询。"""
    found = _one(actor, view_id)
    with transaction():
        operations.remove(actor, found)
    return Answer({"id": view_id}, [f"已删除：{found.name}"])
