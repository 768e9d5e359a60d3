"""Many rows into one table of SQLite: many in one statement, and the statements executed beside the thread that makes the rows."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import chain, count, islice
from pathlib import Path
from threading import Thread
from typing import Any

AT_ONCE = 200  # rows in one statement: a step of the driver for every row costs a fifth of the whole
LARGE = 50  # statements after which a transaction leaves a log of which another need not wait until it is in the file
AHEAD = 2  # statements handed over: with one, the other thread would wait for the interpreter until this one waits for it


NULLS, SAME, OWN = range(3)  # what the rows of every block so far have in a column: nothing, one value a block, each its own


class Block:
    """One INSERT of so many rows. What a column has in common is not handed over once a row.

    None is what the driver takes longest over, several times as long as a text: it looks for somebody who would adapt it.
    A third of the cells of an import are empty, most of them in columns that its file does not have: they are written as NULL
    into the statement itself. And the unit or the standard of a whole block is one parameter.
    """

    def __init__(self, into: str, width: int, count: int) -> None:
        self._into, self._count = into, count
        self._found = [NULLS] * width
        self._statement = ""

    def filled(self, rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
        """The statement for these rows, and its parameters."""
        columns = list(zip(*rows, strict=True))
        found = [max(known, self._look(column)) for known, column in zip(self._found, columns, strict=True)]
        if found != self._found or not self._statement:  # a column only ever rises, so that there are few statements to compile
            self._found, self._statement = found, self._written(found)
        values = [column[0] for column, has in zip(columns, found, strict=True) if has == SAME]
        values.extend(chain.from_iterable(zip(*[one for one, has in zip(columns, found, strict=True) if has == OWN], strict=True)))
        return self._statement, values

    def _look(self, column: Sequence[Any]) -> int:
        first = column[0]
        if column.count(first) < self._count:
            return OWN
        return NULLS if first is None else SAME

    def _written(self, found: Sequence[int]) -> str:
        shared, own = iter(range(1, found.count(SAME) + 1)), count(found.count(SAME) + 1)
        common = ["NULL" if has == NULLS else f"?{next(shared)}" if has == SAME else "" for has in found]
        rows = (", ".join(mark or f"?{next(own)}" for mark in common) for _ in range(self._count))
        return f"{self._into} {', '.join(f'({row})' for row in rows)}"


def insert_blocks(
    raw: sqlite3.Connection, into: str, width: int, rows: Iterable[Sequence[Any]], before_many: Callable[[], None],
    before_large: Callable[[], None],
) -> int:
    """Insert rows of so many values; returns how many. Making the rows must not ask the database.

    SQLite works without the interpreter's lock, so the next rows are made meanwhile. Nobody else touches the connection
    until the last statement has been executed, not even when one of them fails.
    """
    at_once = max(1, min(AT_ONCE, raw.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // width))
    block, source, inserted = Block(into, width, at_once), iter(rows), 0
    waiting: deque[Future[Any]] = deque()
    first = {0: before_many, LARGE * at_once: before_large}
    with ThreadPoolExecutor(1, "inserting") as beside:
        while len(some := list(islice(source, at_once))) == at_once:
            if inserted in first:
                while waiting:
                    waiting.popleft().result()
                first[inserted]()
            waiting.append(beside.submit(raw.execute, *block.filled(some)))
            inserted += at_once
            if len(waiting) > AHEAD:
                waiting.popleft().result()
        while waiting:
            waiting.popleft().result()
    raw.executemany(f"{into} ({', '.join('?' * width)})", some)
    return inserted + len(some)


def checkpoint_beside(path: str) -> None:
    """Move the log of a large transaction into the file while others go on; what cannot be moved now goes with a later commit."""
    Thread(target=_checkpoint, args=(path,), name="checkpoint").start()


def _checkpoint(path: str) -> None:
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=rw", uri=True)) as own:
        own.execute("PRAGMA wal_checkpoint(PASSIVE)")
