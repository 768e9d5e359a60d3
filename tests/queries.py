"""How many statements a page sends: a list must not send one more for every row it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event

NOT_COUNTED = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Counted:
    """The statements sent, in order."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.statements)

    def __str__(self) -> str:
        return "\n".join(self.statements)


@contextmanager
def counting(app: Flask) -> Iterator[Counted]:
    """``with counting(app) as sent: client.get(...)`` then ``assert sent.count <= 12, sent``."""
    counted = Counted()

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(NOT_COUNTED):
            counted.statements.append(statement)

    engine = app.extensions["shian_engine"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", note)
