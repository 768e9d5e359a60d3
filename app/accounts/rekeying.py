"""加密、解密、更换密钥: every stored value of the columns that can be sealed, looked at as it lies in the database, a block at a time.

A value is stored anew only where it is still what was read; running it twice changes nothing the second time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app import field_encryption
from app.accounts.factors import PURPOSE
from app.accounts.models import SecondFactor
from app.db import Base, session
from app.secret_columns import SEALED, Secret, SecretJSON, sealed_json

AT_ONCE = 500
Change = Callable[["SealedColumn", str], str | None]


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column whose values may be sealed, and what is bound into each seal."""

    table: sa.Table
    name: str
    purpose: str
    json: bool = False

    def seal_in(self, stored: str) -> str | None:
        """The seal within a value as it is stored; None of a plain one."""
        if not self.json:
            return stored if field_encryption.is_sealed(stored) else None
        value = json.loads(stored)
        found = value.get(SEALED) if isinstance(value, dict) and len(value) == 1 else None
        return found if isinstance(found, str) and field_encryption.is_sealed(found) else None

    def sealed(self, plain: str) -> str:
        return json.dumps(sealed_json(plain, self.purpose)) if self.json else field_encryption.seal(plain, self.purpose)


@dataclass(frozen=True, slots=True)
class Block:
    """Values of one column as they are stored, by id."""

    column: SealedColumn
    values: Sequence[tuple[int, str]]


def personal_columns() -> Sequence[SealedColumn]:
    """个人信息字段."""
    return [
        SealedColumn(table, column.name, column.type.purpose, isinstance(column.type, SecretJSON))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, (Secret, SecretJSON))
    ]


def columns() -> Sequence[SealedColumn]:
    table: Any = SecondFactor.__table__
    return [SealedColumn(table, "secret", PURPOSE), *personal_columns()]


def blocks(only: Sequence[SealedColumn] | None = None) -> Iterator[Block]:
    """Every stored value of these columns, in blocks."""
    for column in columns() if only is None else only:
        table, after = column.table, 0
        value = _as_stored(column)
        while True:
            statement = sa.select(table.c.id, value).where(table.c.id > after, value.is_not(None)).order_by(table.c.id).limit(AT_ONCE)
            rows = [(row[0], row[1]) for row in session().execute(statement)]
            if not rows:
                break
            after = rows[-1][0]
            yield Block(column, rows)


def _as_stored(column: SealedColumn) -> sa.ColumnElement[str]:
    return sa.cast(sa.type_coerce(column.table.c[column.name], sa.JSON if column.json else sa.String), sa.Text)


def reseal(column: SealedColumn, stored: str) -> str | None:
    """更换密钥: what is under an earlier key, under the one in use."""
    seal = column.seal_in(stored)
    if seal is None or field_encryption.key_of(seal) == field_encryption.keyring(make=True).current:
        return None
    return column.sealed(field_encryption.unseal(seal, column.purpose))


def seal(column: SealedColumn, stored: str) -> str | None:
    """加密 what is plain."""
    return None if column.seal_in(stored) is not None or (column.json and stored == "null") else column.sealed(stored)


def unseal(column: SealedColumn, stored: str) -> str | None:
    """解密 what is sealed."""
    found = column.seal_in(stored)
    return None if found is None else field_encryption.unseal(found, column.purpose)


def convert(block: Block, change: Change) -> int:
    """Store the new forms; returns how many values changed. Runs inside a transaction."""
    column, table = block.column, block.column.table
    changed = [(row_id, stored, new) for row_id, stored in block.values if (new := change(column, stored)) is not None]
    if not changed:
        return 0
    kind: Any = sa.JSON() if column.json else sa.String()
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("seen_id"), _as_stored(column) == sa.bindparam("seen", type_=sa.Text()))
        .values({column.name: sa.type_coerce(sa.bindparam("new", type_=kind), kind)})
    )
    rows = [
        {"seen_id": row_id, "seen": old, "new": json.loads(new) if column.json else new} for row_id, old, new in changed
    ]
    return int(session().connection().execute(statement, rows).rowcount)


def count() -> Mapping[str, int]:
    """How many values are under each key; "" counts plain values of personal columns."""
    counted: Counter[str] = Counter()
    for block in blocks():
        for _, stored in block.values:
            found = block.column.seal_in(stored)
            counted[field_encryption.key_of(found) or "" if found else ""] += 1
    return counted
