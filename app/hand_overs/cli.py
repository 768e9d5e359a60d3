"""``flask users hand-over``: the same operation as the page."""

from __future__ import annotations

import click
from flask import Flask

from app import clock
from app.accounts import grant_queries
from app.accounts.cli_group import users
from app.commands import Answer, command
from app.domain.actors import Actor
from app.domain.hand_overs import HANDED_OVER, WorkKind
from app.domain.permissions import Permission
from app.errors import NotFound
from app.hand_overs import jobs, queries
from app.hand_overs.jobs import Outcome

KINDS = click.Choice([kind.value for kind in HANDED_OVER])


def register(app: Flask) -> None:
    """The command stands in the group of ``app.accounts.cli``."""


def _user_id(actor: Actor, username: str) -> int:
    found = grant_queries.person_by_username(actor, username)
    if found is None:
        raise NotFound(f"没有用户名为“{username[:40]}”的账号，或不在您的管辖范围内，请核对")
    return found.id


@command(users, "hand-over", permission=Permission.WORK_HAND_OVER)
@click.argument("username")
@click.option("--to", "successor", help="接替人用户名；不填只列出未办结的工作")
@click.option("--kind", "kinds", type=KINDS, multiple=True, help="只移交这些种类，可重复")
@click.option("--reason", default="", help="移交原因")
def hand_over(actor: Actor, username: str, successor: str | None, kinds: tuple[str, ...], reason: str) -> Answer:
    """把一个人名下未办结的工作移交给接替人，逐项给出结果."""
    user_id = _user_id(actor, username)
    if successor is None:
        found = queries.counts(user_id)
        return Answer({kind.value: number for kind, number in found.items()}, [queries.in_words(found) or "没有未办结的工作"])
    wanted = [WorkKind(kind) for kind in kinds] or list(HANDED_OVER)
    outcomes = jobs.hand_over(actor, user_id, dict.fromkeys(wanted, _user_id(actor, successor)), reason, clock.now())
    return Answer([_told(one) for one in outcomes], _lines(outcomes), refused=any(one.refusal for one in outcomes))


def _told(one: Outcome) -> dict[str, object]:
    return {"kind": one.piece.kind.value, "number": one.piece.number, "to": one.successor, "refused": one.refusal}


def _lines(outcomes: list[Outcome]) -> list[str]:
    lines = [
        f"{one.piece.kind.value} {one.piece.number}：{'已移交' + one.successor if one.refusal is None else '未移交，' + one.refusal}"
        for one in outcomes
    ]
    done = sum(one.refusal is None for one in outcomes)
    return [*lines, f"已移交 {done} 项，未移交 {len(outcomes) - done} 项"]
