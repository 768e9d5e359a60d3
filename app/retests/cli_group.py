"""What the commands of 复检 share."""

from __future__ import annotations

from datetime import date, datetime

import click

from app.commands import Answer
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotFound
from app.labels import label
from app.retests import queries
from app.retests.models import Retest

group = click.Group("retests", help="复检：登记、受理、确定复检机构、登记结论")
DAY = click.DateTime(formats=["%Y-%m-%d"])


def day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def one(actor: Actor, number: str, permission: Permission | None = None) -> Retest:
    """The retest of this number, which the actor may do this with."""
    found = queries.retest_numbered(actor, number)
    if found is None:
        raise NotFound(f"没有找到复检“{number}”，请用 flask retests list 查看，或该复检不在您的管辖范围内")
    if permission is not None and not permits(actor, permission, found):
        raise NotAllowed("您没有办理该步骤的权限（决定人不得为登记人），请用 --as 指明用户")
    return found


def standing(actor: Actor, found: Retest, said: str) -> Answer:
    """What a step says: the sentence and the state that the retest is in now."""
    now = one(actor, str(found.id))
    return Answer({"id": now.id, "number": now.number, "state": now.state.value}, [f"{now.number}：{said}（{label(now.state)}）"])
