"""What a change would move, by making it and taking it back: written inside a savepoint, measured, and rolled back.

Nobody computes beside the rules: the same code that will write the change writes it here, and the clocks, figures and limits are asked
before and after.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app

from app.db import session


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside is undone at the end, history and other pending steps included."""
    current = session()
    if not current.info.get("in_transaction"):
        raise RuntimeError("a trial is made inside transaction() only")
    current.flush()
    kept = {name: list(value) for name, value in current.info.items() if name.startswith("pending_") and isinstance(value, list)}
    books: dict[str, Any] = current_app.extensions.setdefault("shian_books", {})
    read = dict(books)
    point = current.begin_nested()
    try:
        yield
    finally:
        point.rollback()
        books.clear()  # what was read of the trial is no book of ours
        books.update(read)
        for name in [name for name in current.info if name.startswith("pending_")]:
            if name in kept:
                current.info[name][:] = kept[name]
            else:
                del current.info[name]


