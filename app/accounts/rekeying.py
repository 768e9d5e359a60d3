"""更换密钥: every sealed value of the database, found by its column, sealed anew with the key in use, a block at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import field_encryption
from app.accounts.factors import PURPOSE
from app.accounts.models import SecondFactor
from app.db import session

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose values may be sealed, and what is bound into each seal."""

    table: sa.Table
    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Block:
    """Values of one column as they are stored, by id."""

    column: SealedColumn
    values: Sequence[tuple[int, str]]


def columns() -> Sequence[SealedColumn]:
    table: Any = SecondFactor.__table__
    return [SealedColumn(table, "secret", PURPOSE)]


def blocks(only: Sequence[SealedColumn] | None = None) -> Iterator[Block]:
    """Every stored value of these columns, in blocks."""
    for column in columns() if only is None else only:
        table, after = column.table, 0
        value = sa.type_coerce(table.c[column.name], sa.String)
        while True:
            statement = sa.select(table.c.id, value).where(table.c.id > after, value.is_not(None)).order_by(table.c.id).limit(AT_ONCE)
            rows = [(row[0], row[1]) for row in session().execute(statement)]
            if not rows:
                break
            after = rows[-1][0]
            yield Block(column, rows)


def reseal(block: Block) -> int:
    """Seal anew what is under an earlier key; returns how many values that were. Runs inside a transaction."""
    current = field_encryption.keyring(make=True).current
    purpose = block.column.purpose
    changed = [
        (row_id, stored, field_encryption.seal(field_encryption.unseal(stored, purpose), purpose))
        for row_id, stored in block.values
        if field_encryption.is_sealed(stored) and field_encryption.key_of(stored) != current
    ]
    return put(block.column, changed)


def put(column: SealedColumn, changed: Sequence[tuple[int, str, str]]) -> int:
    """Store the new forms, each only where the value is still what was read."""
    if not changed:
        return 0
    table = column.table
    stored = sa.type_coerce(table.c[column.name], sa.String)
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("seen_id"), stored == sa.bindparam("seen", type_=sa.String))
        .values({column.name: sa.type_coerce(sa.bindparam("new", type_=sa.String), sa.String)})
    )
    rows = [{"seen_id": row_id, "seen": old, "new": new} for row_id, old, new in changed]
    return int(session().connection().execute(statement, rows).rowcount)


def count() -> Mapping[str, int]:
    """How many values are under each key."""
    counted: Counter[str] = Counter()
    for block in blocks():
        counted.update(key for _, stored in block.values if (key := field_encryption.key_of(stored)))
    return counted
