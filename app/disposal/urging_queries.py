"""督促 as lists see it: the level a case has reached, and what is unanswered or late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.disposal.clocks import LIVE
from app.disposal.models import CaseUrging, DisposalCase
from app.domain.actors import Actor
from app.domain.case_kinds import UrgingLevel
from app.domain.urging import LADDER

RANKS = {level: place for place, level in enumerate(LADDER, 1)}
AT_RANK: Mapping[int, UrgingLevel] = {place: level for level, place in RANKS.items()}
UNANSWERED, LATE = "unanswered", "late"
# Filter of the list: its code in the address and its words.
URGED: Mapping[str, str] = {
    "remind": UrgingLevel.REMIND.value, "supervise": UrgingLevel.SUPERVISE.value, "key": UrgingLevel.KEY.value,
    UNANSWERED: "督促待回复", LATE: "督促到期未回复",
}  # fmt: skip
_LEVELS = {"remind": 1, "supervise": 2, "key": 3}


def reached() -> sa.ColumnElement[int]:
    """How far up the ladder the case of the row has come: 0 for not urged."""
    place = sa.case(*((CaseUrging.level == level, place) for level, place in RANKS.items()), else_=0)
    highest = sa.select(sa.func.max(place)).where(CaseUrging.case_id == DisposalCase.id).scalar_subquery()
    return sa.func.coalesce(highest, 0)


def in_urging(code: str, today: date) -> sa.ColumnElement[bool]:
    """The condition of one word of the filter."""
    if code in _LEVELS:
        return reached() == _LEVELS[code]
    return sa.and_(DisposalCase.state.in_(LIVE), DisposalCase.id.in_(unanswered(today if code == LATE else None)))


def unanswered(late_on: date | None = None) -> sa.Select[Any]:
    """Cases with an urging that nobody has answered, or none in time."""
    statement = sa.select(CaseUrging.case_id).where(CaseUrging.answered_at.is_(None))
    return statement.where(CaseUrging.due_on < late_on) if late_on is not None else statement


def mine(actor: Actor) -> sa.ColumnElement[bool]:
    """被督促的案件: mine to handle, with something to answer."""
    return sa.and_(DisposalCase.handler_id == actor.user_id, DisposalCase.state.in_(LIVE), DisposalCase.id.in_(unanswered()))


def overdue(today: date) -> sa.ColumnElement[bool]:
    """督促到期未回复, of anybody's."""
    return sa.and_(DisposalCase.state.in_(LIVE), DisposalCase.id.in_(unanswered(today)))
