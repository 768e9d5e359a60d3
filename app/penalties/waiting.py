"""What of 行政处罚 waits for its handler after the decision, for the home page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from app.penalties.models import Penalty
from app.penalties.queries import REMOVALS, TO_PUBLISH, due_of

Waiting = tuple[str, sa.Select[Any], str, Mapping[str, str]]  # title, ids, endpoint, query
LIST = "penalties.index"


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """To be published, and to be taken down again."""
    if may_ever(actor, Permission.PENALTY_HANDLE):
        for due, title in ((TO_PUBLISH, "待公示的处罚决定"), (REMOVALS, "应停止公示的处罚信息")):
            yield title, due_of(actor, due, today).where(Penalty.handler_id == actor.user_id), LIST, {"due": due}
