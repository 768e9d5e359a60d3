"""What the commands of 报表模板 share: their group, which edition is meant, and what is said when it is done."""

from __future__ import annotations

import re
from typing import Any

import click

from app.commands import Answer
from app.domain.actors import Actor
from app.errors import NotFound, NotLikeThis
from app.labels import label
from app.return_templates import queries
from app.return_templates.models import ReturnTemplate

group = click.Group("return-templates", help="报表模板：上级报表的原件、单元格对应关系、审核公式")
ORG = click.option("--org", metavar="CODE", help="使用单位代码；几个单位有同一编号时填写")
NAME = re.compile(r"(?P<code>[A-Za-z0-9][A-Za-z0-9_-]{1,39})#(?P<edition>[0-9]{1,6})")


def one_named(actor: Actor, name: str, org: str | None) -> ReturnTemplate:
    match = NAME.fullmatch(name.strip())
    if match is None:
        raise NotLikeThis(f"“{name[:40]}”不是模板的写法：请写成 编号#版次，如 monthly-return#1")
    found = queries.named(actor, match["code"], int(match["edition"]), org)
    if not found:
        raise NotFound(f"没有找到“{name[:40]}”，请用 flask return-templates list 核对，或该模板不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{name[:40]}”有 {len(found)} 个单位的，请用 --org 指明单位代码")
    return found[0]


def done(row: ReturnTemplate, said: str, **more: Any) -> Answer:
    data = {"name": f"{row.code}#{row.edition}", "title": row.title, "state": label(row.state), **more}
    return Answer(data, [f"{row.title}（{row.code}#{row.edition}）：{said}"])
