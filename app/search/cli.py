"""``flask search …``: the same search as the page, and the upkeep of its index."""

from __future__ import annotations

import click
from flask import Flask

from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.search_grams import asks_enough
from app.errors import NotLikeThis
from app.labels import label
from app.search import checking, queries

search = click.Group("search", help="检索：按编号、企业、产品查找，核对和重建检索索引")


def register(app: Flask) -> None:
    app.cli.add_command(search)


@command(search, "find", permission=Permission.SEARCH)
@click.argument("words", nargs=-1, required=True)
def find(actor: Actor, words: tuple[str, ...]) -> Answer:
    """检索：编号、企业、产品、信用代码的一部分，或拼音首字母。"""
    answer = queries.everything(actor, " ".join(words))
    if not asks_enough(answer.words):
        raise NotLikeThis(queries.TOO_SHORT)
    lines = []
    for group in answer.groups:
        lines.append(f"{group.kind.title}（{group.total}）")
        for hit in group.hits:
            lines.append(f"  {'　'.join([hit.title, *hit.rest])}　{label(hit.state)}")
    data = [
        {
            "kind": group.kind.table, "total": group.total,
            "found": [{"id": hit.id, "number": hit.number, "texts": list(hit.texts)} for hit in group.hits],
        }
        for group in answer.groups
    ]  # fmt: skip
    return Answer(data, lines or ["没有找到"])


@command(search, "check", act=False)
def check() -> Answer:
    """核对检索索引与数据是否一致。"""
    found = checking.check()
    if found.faults:
        lines = [*found.faults, "请执行 flask search rebuild 重建检索索引（不影响业务数据）"]
        return Answer({"texts": found.texts, "faults": list(found.faults)}, lines, refused=True)
    return Answer({"texts": found.texts, "faults": []}, [f"检索索引与数据一致（{found.texts} 条）"])


@command(search, "rebuild", act=False)
def rebuild() -> Answer:
    """重建检索索引：业务数据不变，期间其他人不能保存。"""
    with transaction():
        count = checking.rebuild()
    return Answer({"texts": count}, [f"已重建检索索引（{count} 条）"])
