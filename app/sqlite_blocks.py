"""Many rows into one table of SQLite: many in one statement, and the statements executed beside the thread that makes the rows."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, compress, islice
from typing import Any

AT_ONCE = 400  # rows in one statement: a step of the driver for every row costs a fifth of the whole
AHEAD = 2  # statements handed over: with one, the other thread would wait for the interpreter until this one waits for it


class Block:
    """One INSERT of so many rows. A column without any value so far is written as NULL into the statement itself.

    None is what the driver takes longest over, several times as long as a text: it looks for somebody who would adapt it.
    A third of the cells of an import are empty, most of them in columns that its file does not have.
    """

    def __init__(self, into: str, width: int, count: int) -> None:
        self._into, self._count = into, count
        self._used = [False] * width
        self._statement = ""

    def filled(self, rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
        """The statement for these rows, and its parameters."""
        columns = list(zip(*rows, strict=True))
        used = [known or column.count(None) < self._count for known, column in zip(self._used, columns, strict=True)]
        if used != self._used or not self._statement:  # columns are only added, so that there are few statements to compile
            marks = f"({', '.join('?' if one else 'NULL' for one in used)})"
            self._used, self._statement = used, f"{self._into} {', '.join([marks] * self._count)}"
        return self._statement, list(chain.from_iterable(zip(*compress(columns, used), strict=True)))


def insert_blocks(
    raw: sqlite3.Connection, into: str, width: int, rows: Iterable[Sequence[Any]], before_many: Callable[[], None]
) -> int:
    """Insert rows of so many values; returns how many. Making the rows must not ask the database.

    SQLite works without the interpreter's lock, so the next rows are made meanwhile. Nobody else touches the connection
    until the last statement has been executed, not even when one of them fails.
    """
    at_once = max(1, min(AT_ONCE, raw.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // width))
    block, source, count = Block(into, width, at_once), iter(rows), 0
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(1, "inserting") as beside:
        while len(some := list(islice(source, at_once))) == at_once:
            if not count:
                before_many()
            waiting.append(beside.submit(raw.execute, *block.filled(some)))
            count += at_once
            if len(waiting) > AHEAD:
                waiting.popleft().result()
        while waiting:
            waiting.popleft().result()
    raw.executemany(f"{into} ({', '.join('?' * width)})", some)
    return count + len(some)
