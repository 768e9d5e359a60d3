"""What the commands of 抽检结果公示 share."""

from __future__ import annotations

from typing import Any

import click

from app.domain.actors import Actor
from app.errors import NotFound, NotLikeThis
from app.labels import label
from app.penalties.cli_group import day
from app.publications import queries
from app.publications.models import Publication

__all__ = ["COMMENT", "NUMBER", "ORG", "day", "group", "one", "told"]
group = click.Group("publications", help="抽检结果公示：起草、审批、公布、更正、撤回、核对")
ORG = click.option("--org", metavar="CODE", help="单位代码；几个单位有同一编号时填写")
COMMENT = click.option("--comment", required=True, help="意见或理由")
NUMBER = click.argument("number")


def one(actor: Actor, number: str, org: str | None) -> Publication:
    """The one publication with this 编号 or 公告号 in the actor's reach."""
    found = queries.publications_numbered(actor, number, org)
    if not found:
        raise NotFound(f"没有找到公示“{number[:40]}”，请用 flask publications list 核对编号或公告号，或该公示不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{number[:40]}”有 {len(found)} 份，请用 --org 指明单位代码")
    return found[0]


def told(row: Any) -> dict[str, Any]:
    names = ("title", "announcement_no", "from_on", "to_on", "due_on", "published_on", "channel", "url", "withdrawn_on")
    words = {"number": row.number, "kind": row.kind.value, "nature": row.nature.value, "state": label(row.state)}
    return words | {name: getattr(row, name) for name in names}
