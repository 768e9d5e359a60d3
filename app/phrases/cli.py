"""``flask phrases …``: the same operations as the pages of 常用语."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.phrases import operations, queries
from app.phrases.operations import Changed

group = click.Group("phrases", help="常用语：列出、新增、删除（本人的须用 --as 指明用户）")
OFFICE = click.option("--office", is_flag=True, help="本单位的常用语，而不是本人的")


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(group, "list", permission=Permission.PHRASE_OWN)
def list_(actor: Actor) -> Answer:
    """列出填写意见时可选的常用语：本人的和本单位的。"""
    found = queries.offered(actor)
    data = {"own": list(found.own), "office": list(found.office)}
    return Answer(data, [*(f"本人　{one}" for one in found.own), *(f"单位　{one}" for one in found.office)])


def _step(name: str, operation: Callable[..., Changed], words: str) -> None:
    @command(group, name, permission=Permission.PHRASE_OWN)
    @click.argument("text")
    @OFFICE
    def step(actor: Actor, text: str, office: bool) -> Answer:
        with transaction():
            changed = operation(actor, text, clock.now(), office=office)
        return Answer({"added": list(changed.added), "retired": list(changed.retired)}, [f"常用语：{changed.words}"])

    step.help = words


_step("add", operations.add, "新增一条常用语。")
_step("retire", operations.retire, "删除一条常用语（停用，记录保留）。")
