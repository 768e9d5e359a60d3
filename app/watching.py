"""Who looks at rows that are written past the session (批量写入的旁观者): the search index follows them without their writers' help."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

Rows = Iterable[Mapping[str, Any]]
Inserting = Callable[[sa.Table, Rows], Rows]
Changing = Callable[[sa.Table, Sequence[str], Sequence[int]], None]
_when_inserting: list[Inserting] = []
_when_changing: list[Changing] = []


def when_inserting(step: Inserting) -> Inserting:
    """Register who looks at rows inserted in bulk, as they pass."""
    _when_inserting.append(step)
    return step


def when_changing(step: Changing) -> Changing:
    """Register who wants to know of columns about to be changed in bulk, and of which rows."""
    _when_changing.append(step)
    return step


def passing(table: sa.Table, rows: Rows) -> Rows:
    """The rows, looked at on their way into the table."""
    for step in _when_inserting:
        rows = step(table, rows)
    return rows


def tell_changing(table: sa.Table, names: Sequence[str], ids: Sequence[int]) -> None:
    """Say so before such a change."""
    for step in _when_changing:
        step(table, names, ids)
