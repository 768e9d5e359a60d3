"""``flask cases timeline``: everything that happened to a case and to what belongs to it."""

from __future__ import annotations

from typing import Any

import click

from app import clock
from app.commands import Answer, command
from app.disposal.cli_group import group, one_case
from app.disposal.timeline import NAMES, Event, timeline
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotLikeThis


@command(group, "timeline", permission=Permission.CASE_READ)
@click.argument("number")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="只看这一类，可写多次，如 执法文书和送达")
@click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
def show_timeline(actor: Actor, number: str, kinds: tuple[str, ...], org: str | None) -> Answer:
    """全程时间轴：案件、样品、文书、期限等全部办理记录，按时间先后."""
    if unknown := [kind for kind in kinds if kind not in NAMES]:
        raise NotLikeThis(f"没有“{unknown[0][:20]}”这一类，可用：{'、'.join(NAMES)}")
    case = one_case(actor, number, org)
    found = timeline(actor, case, kinds)
    data = {"number": case.number, "total": found.total, "counts": found.counts, "events": [_plain(each) for each in found.events]}
    return Answer(data, [*map(_line, found.events), f"共 {len(found.events)} 条"])


def _plain(event: Event) -> dict[str, Any]:
    told = event.told
    return {
        "at": clock.office_time(told.at).isoformat(timespec="seconds"), "group": event.group, "kind": event.kind, "id": event.subject_id,
        "subject": event.subject, "step": told.step, "who": told.who, "state": told.to_state, "comment": told.comment,
        "changes": [{"field": each.field, "before": each.before, "after": each.after} for each in told.changes],
    }  # fmt: skip


def _line(event: Event) -> str:
    told = event.told
    changed = "；".join(f"{each.field}：{each.before} → {each.after}" for each in told.changes[:6])
    parts = (f"{clock.office_time(told.at):%Y-%m-%d %H:%M}", event.group, told.step, event.subject, told.who, told.comment, changed)
    return "　".join(part for part in parts if part)
