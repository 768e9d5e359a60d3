"""工作移交 as a whole: every matter in a transaction of its own, so that one that cannot be handed over holds none of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm.exc import StaleDataError

from app.accounts.models import User
from app.db import transaction
from app.domain.actors import Actor
from app.domain.hand_overs import HANDED_OVER, WorkKind
from app.errors import NotFound, NotLikeThis, Refused
from app.hand_overs import operations, queries
from app.hand_overs.queries import Piece

BUSY = "该事项刚被他人修改，请重新移交"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one matter: to whom it went, or why it stays."""

    piece: Piece
    successor: str
    refusal: str | None


def hand_over(
    actor: Actor, user_id: int, choices: Mapping[WorkKind, int], reason: str, at: datetime, only: Iterable[WorkKind] = HANDED_OVER
) -> list[Outcome]:
    """Everything of the chosen kinds to the successors chosen for them; what was handed over is also told at the person's account."""
    wanted = [kind for kind in HANDED_OVER if kind in choices and kind in set(only)]  # a penalty goes with its case: cases come first
    if not wanted:
        raise NotLikeThis("请至少为一类工作选择接替人", field="successor")
    if not reason.strip():
        raise NotLikeThis("请填写移交原因", field="reason")
    if any(_person(actor, successor_id).id == user_id for successor_id in choices.values()):
        raise NotLikeThis("接替人不能是本人，请另选一人", field="successor")
    found: list[Outcome] = []
    for kind in wanted:
        for piece in queries.pieces(actor, user_id, kind):
            found.append(_one(actor, user_id, piece, choices[kind], reason.strip(), at))
    _note(actor, user_id, found, reason.strip())
    return found


def _person(actor: Actor, user_id: int) -> User:
    found = queries.person(actor, user_id)
    if found is None:
        raise NotFound("没有找到该人员，可能不在您的管辖范围内")
    return found


def _one(actor: Actor, user_id: int, piece: Piece, successor_id: int, reason: str, at: datetime) -> Outcome:
    name = ""
    try:
        with transaction():
            successor = _person(actor, successor_id)
            name = successor.name
            operations.hand_over(piece, _person(actor, user_id), successor, actor, reason, at)
    except Refused as refusal:
        return Outcome(piece, name, refusal.sentence)
    except StaleDataError:
        return Outcome(piece, name, BUSY)
    return Outcome(piece, name, None)


def _note(actor: Actor, user_id: int, found: list[Outcome], reason: str) -> None:
    done: dict[str, int] = {}
    for one in found:
        if one.refusal is None:
            done[f"移交{one.successor}"] = done.get(f"移交{one.successor}", 0) + 1
    if done:
        with transaction():
            operations.note(_person(actor, user_id), done, len(found) - sum(done.values()), actor, reason)
