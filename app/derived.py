"""Tables that are made from others (派生索引): rebuilt where a database is copied, never copied.

They may differ between databases (a virtual table here, an array there), so each names what makes it anew:

    @derived("search_word")
    def rebuild(connection: Connection) -> None: ...

``db copy`` skips the named tables and calls every rebuilder once on the copy, inside its transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.engine import Connection

Rebuild = Callable[[Connection], None]
_tables: dict[str, Rebuild] = {}


def derived(*tables: str) -> Callable[[Rebuild], Rebuild]:
    """Register what makes these tables anew from the others."""

    def register(rebuild: Rebuild) -> Rebuild:
        for name in tables:
            _tables[name] = rebuild
        return rebuild

    return register


def names() -> frozenset[str]:
    return frozenset(_tables)


def rebuild_all(connection: Connection) -> int:
    """Make all of them anew; returns how many makers there were."""
    makers = list(dict.fromkeys(_tables.values()))
    for make in makers:
        make(connection)
    return len(makers)
