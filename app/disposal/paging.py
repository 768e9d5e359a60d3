"""One page of the list of cases by key, in the order asked for: due soonest first, or the most urged first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.disposal.models import DisposalCase
from app.disposal.urging_queries import AT_RANK, reached
from app.paging import page_size

LARGEST_ID = 2**63 - 1  # a longer number in an address is no id, and no database takes it
HIGHEST = max(AT_RANK)


def order(by_urging: bool) -> list[Any]:
    """Ascending columns, so that a page is cut by one comparison of rows."""
    due = [DisposalCase.due_on, DisposalCase.id]
    return [HIGHEST - reached(), *due] if by_urging else due


def key(row: Any, by_urging: bool) -> str:
    place = f"{row.due_on.isoformat()}.{row.id}"
    return f"{HIGHEST - row.urged}.{place}" if by_urging else place


def _place(written: str | None, by_urging: bool) -> tuple[Any, ...] | None:
    """A key as the address has it; what is no key is no condition."""
    *ranks, day, number = ["", "", *(written or "").split(".")][-3 if by_urging else -2 :]
    try:
        place = date.fromisoformat(day), int(number)
        above = tuple(int(rank) for rank in ranks)
    except ValueError:
        return None
    known = all(0 <= rank <= HIGHEST for rank in above) and 0 <= place[1] <= LARGEST_ID
    return (*above, *place) if known else None


def cut(
    chosen: sa.Select[Any], after: str | None, before: str | None, by_urging: bool
) -> tuple[Sequence[Any], bool, bool]:
    """One page by key: the rows, whether there are earlier ones, whether there are later ones."""
    size = page_size()
    columns = order(by_urging)
    place = sa.tuple_(*columns)
    upto, beyond = _place(before, by_urging), _place(after, by_urging)
    if upto is not None:
        backwards = chosen.where(place < upto).order_by(*(column.desc() for column in columns))
        found = session().execute(backwards.limit(size + 1)).all()
        return found[:size][::-1], len(found) > size, True
    if beyond is not None:
        chosen = chosen.where(place > beyond)
    found = session().execute(chosen.order_by(*columns).limit(size + 1)).all()
    return found[:size], beyond is not None, len(found) > size
