"""Whose entry in 失信名单 is over, for the home page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from app.listings.queries import to_remove
from app.penalties.waiting import Waiting

LIST = "listings.index"


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Those whose three years are over."""
    if may_ever(actor, Permission.LISTING_DECIDE):
        yield "期满应移出的失信名单", to_remove(actor, today), LIST, {"due": "1"}
