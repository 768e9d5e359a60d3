"""Lists by key: one page, newest first, found by the id at which it begins or ends; never by OFFSET, never counting a whole table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.paging import page_size


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first. ``newer`` and ``older`` are the ids to go on from, None at the ends; ``total`` may be «10000+»."""

    rows: Sequence[Any]
    total: str
    newer: int | None
    older: int | None


def page(
    statement: sa.Select[Any], ids: sa.Select[Any], key: Any, *, before: int | None, after: int | None, size: int, most: int
) -> Page:
    """The rows of ``statement`` below ``before`` or above ``after``; ``ids`` is the same list without its columns.

    ``size`` is the usual one of the list; a reader's own preference goes before it.
    """
    size = page_size(size)
    if after is not None:
        found = session().execute(statement.where(key > after).order_by(key).limit(size + 1)).all()
        rows, more = found[:size][::-1], len(found) > size
        newer, older = (rows[0].id if more and rows else None), (rows[-1].id if rows else None)
    else:
        statement = statement.where(key < before) if before is not None else statement
        found = session().execute(statement.order_by(key.desc()).limit(size + 1)).all()
        rows, more = found[:size], len(found) > size
        newer, older = (rows[0].id if rows and before is not None else None), (rows[-1].id if rows and more else None)
    return Page(rows, total(ids, most), newer, older)


def total(ids: sa.Select[Any], most: int) -> str:
    """共 n 条 as lists tell it: 10000+ rather than a count of a whole table."""
    count = counted(ids, most)
    return f"{most}+" if count > most else str(count)


def counted(ids: sa.Select[Any], most: int) -> int:
    """How many, reading no more than one above ``most``."""
    some = ids.limit(most + 1).subquery()
    return session().scalar(sa.select(sa.func.count()).select_from(some)) or 0
