"""What the commands of 异议 share: the group, finding one objection, telling how it stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from app.commands import Answer
from app.domain.actors import Actor
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotFound, NotLikeThis
from app.labels import label
from app.objections import queries, showing, timing
from app.objections.models import Objection

group = click.Group("objections", help="异议：列出、登记、补正、受理、核查、审核、通知、撤回、文书")
DAY = click.DateTime(["%Y-%m-%d"])
ORG = click.option("--org", metavar="CODE", help="受理部门代码；几个单位有同一编号时填写")
NUMBER = click.argument("number", metavar="编号")


def choice(kind: Any) -> click.Choice[str]:
    return click.Choice([one.value for one in kind])


def day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def one(actor: Actor, number: str, org: str | None, permission: Permission) -> Objection:
    found = queries.numbered(actor, number, org)
    if not found:
        raise NotFound(f"没有找到异议“{number[:40]}”：请用 flask objections list 核对编号，或不在您的管辖范围内")
    if len(found) > 1:
        raise NotLikeThis(f"有几个单位的异议编号都是“{number[:40]}”，请用 --org 指明单位，或改用列表中的序号")
    if not permits(actor, permission, found[0]):
        raise NotAllowed("您没有办理该步骤的权限（登记与受理、审核不得为同一人；审核请用 --as 指明审核人）")
    return found[0]


def told(objection: Objection, said: str) -> Answer:
    window = timing.window_of(objection)
    data = {
        "id": objection.id, "number": objection.number, "kind": objection.kind.value, "side": objection.side.value,
        "applicant": objection.applicant, "sample": objection.sample.number, "state": label(objection.state),
        "applied_on": objection.applied_on, "received_on": objection.received_on, "late": window.late, "window": window.sentence,
        "doubt": window.doubt, "accepted_on": objection.accepted_on, "refusal": objection.refusal,
        "outcome": objection.outcome.value if objection.outcome else None,
        "effect": objection.effect.value if objection.effect else None, "decision": objection.decision, "told_on": objection.told_on,
        "clocks": [
            {"code": one.clock.code, "name": one.clock.name, "due_on": one.clock.due_on, "standing": one.standing.words,
             "why": one.clock.why.splitlines()}
            for one in showing.lamps(objection)
        ],
    }  # fmt: skip
    return Answer(data, [said, f"{objection.number}　{objection.kind.value}　{objection.applicant}　{label(objection.state)}"])
