"""What the commands about 双随机抽查 share: their group, how a programme is named and told."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from app.domain.actors import Actor
from app.errors import NotFound, NotLikeThis
from app.labels import label
from app.random_inspections import queries
from app.random_inspections.models import RandomProgramme

random_inspections = click.Group("random-inspections", help="双随机抽查：检查人员名录、任务、冻结、抽取、结果、公示、覆盖率")
ORG = click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
NUMBER = click.argument("number")


def one_programme(actor: Actor, number: str, org: str | None) -> RandomProgramme:
    """The one programme with this number in the actor's reach."""
    found = queries.programmes_numbered(actor, number, org)
    if not found:
        raise NotFound(f"没有找到“{number[:40]}”，请用 flask random-inspections list 核对编号，或该任务不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"“{number[:40]}”有 {len(found)} 个，请用 --org 指明承办单位代码")
    return found[0]


def required_day(written: str, title: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotLikeThis(f"{title}“{written[:20]}”不是有效日期，请按 2026-11-20 的格式填写") from None


def told(programme: RandomProgramme) -> dict[str, Any]:
    progress = queries.progress(programme.id)
    one, two = queries.drawing_of(programme.enterprise_drawing_id), queries.drawing_of(programme.inspector_drawing_id)
    return {
        "number": programme.number, "title": programme.title, "matter": programme.matter, "state": label(programme.state),
        "year": programme.year, "from_on": programme.from_on, "to_on": programme.to_on, "take": programme.take,
        "permille": programme.permille, "team_size": programme.team_size, "targets": progress.targets, "recorded": progress.recorded,
        "publish_due_on": programme.publish_due_on, "published_on": programme.published_on,
        "drawings": [
            {"id": each.id, "number": each.number, "take": each.take, "pool_sha256": each.pool_sha256, "commitment": each.commitment,
             "seed": each.seed}
            for each in (one, two)
            if each is not None
        ],
    }  # fmt: skip
