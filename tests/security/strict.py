"""SQLite as strict as PostgreSQL: a value that PostgreSQL would refuse is refused with the same exception.

SQLite keeps a NUL in a text, any length in a VARCHAR(20) and any number in a NUMERIC(24, 10); what a test on it accepts may be
an error 500 on the other database.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

LARGEST = 2**63 - 1
REFUSED: list[str] = []  # what was refused since somebody cleared it


def listen(engine: sa.Engine) -> None:
    sa.event.listen(engine, "before_cursor_execute", _look)


def unlisten(engine: sa.Engine) -> None:
    sa.event.remove(engine, "before_cursor_execute", _look)


def _look(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    compiled = getattr(context, "compiled", None)
    if compiled is None:
        return
    writes = context.isinsert or context.isupdate
    for values in context.compiled_parameters:
        for name, value in values.items():
            bind = compiled.binds.get(name)
            fault = _fault(value, bind.type if bind is not None else None, writes)
            if fault:
                REFUSED.append(f"{fault}: {name}")
                raise sa.exc.DataError(statement[:120], {name: str(value)[:40]}, Exception(f"{fault}: {name}"))


def _fault(value: Any, kind: Any, writes: bool) -> str | None:
    if isinstance(value, str):
        if "\x00" in value:
            return "PostgreSQL text fields cannot contain NUL (0x00) bytes"
        if any("\ud800" <= character <= "\udfff" for character in value):
            return "surrogates not allowed"
        length = getattr(getattr(kind, "impl", kind), "length", None)
        if writes and isinstance(length, int) and not isinstance(kind, sa.Enum) and len(value) > length:
            return f"value too long for type character varying({length})"
    elif isinstance(value, Decimal) and writes and isinstance(kind, sa.Numeric) and kind.precision:
        if value.is_finite() and value.adjusted() >= kind.precision - (kind.scale or 0):
            return "numeric field overflow"
    elif isinstance(value, int) and not isinstance(value, bool) and writes and abs(value) > LARGEST:
        return "bigint out of range"
    return None
