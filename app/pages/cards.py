"""待办 of the home page before and after they are counted: what waits, how much of it is late, and the list that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.db import session

MOST = 100  # a card says "100+" rather than count a whole table


@dataclass(frozen=True, slots=True)
class Card:
    """待办 of one kind: how many wait, and the list that shows them."""

    title: str
    count: str
    endpoint: str
    query: Mapping[str, str] = field(default_factory=dict)
    icon: str = "inbox"
    overdue: int = 0
    timed: bool = False  # has a legal deadline

    @property
    def empty(self) -> bool:
        return self.count == "0"


@dataclass(frozen=True, slots=True)
class Asked:
    """待办 of one kind before it is counted: the ids of what waits, and of what is late among it."""

    title: str
    ids: sa.Select[Any]
    endpoint: str
    query: Mapping[str, str] = field(default_factory=dict)
    icon: str = "inbox"
    late: sa.Select[Any] | None = None
    timed: bool = False
    quiet: bool = False  # nothing is said while nothing waits

    def card(self, number: int, late: int) -> Card:
        count = f"{MOST}+" if number > MOST else str(number)
        return Card(self.title, count, self.endpoint, self.query, self.icon, min(late, MOST), self.timed)


def counted_cards(every: Sequence[Asked], *besides: sa.Select[Any]) -> tuple[list[int], list[Card]]:
    """How many of each wait and are late, and how many ids the others find, in one question."""
    counts = iter(counted([*besides, *(one for each in every for one in (each.ids, each.late) if one is not None)]))
    others = [next(counts) for _ in besides]
    found = [(each, each.card(next(counts), 0 if each.late is None else next(counts))) for each in every]
    return others, [card for each, card in found if not (each.quiet and card.empty)]


def counted(every: Sequence[sa.Select[Any]]) -> list[int]:
    """How many each of these finds, reading no more rows than a card says: all of them in one statement."""
    numbers = [sa.select(sa.func.count()).select_from(ids.limit(MOST + 1).subquery()).scalar_subquery() for ids in every]
    return list(session().execute(sa.select(*numbers)).one()) if numbers else []
