"""Rows in PostgreSQL's COPY text format: what comes back is what was given."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import engine, insert_many, insert_stored, session, transaction
from app.domain.samples import ItemClass, Verdict
from app.driver_values import copied

TEXTS = ["plain", "tab\tin", "line\nbreak\r", "back\\slash \\N", "\\.", "全角　空格", "N", "\u2028", None]
TABLE = sa.Table(
    "trial", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("text", sa.String(100)), sa.Column("number", sa.Numeric(24, 10)),
    sa.Column("day", sa.Date), sa.Column("at", sa.DateTime), sa.Column("yes", sa.Boolean),
    sa.Column("beside", sa.JSON),
    sa.Column("verdict", sa.Enum(Verdict, native_enum=False, values_callable=lambda kind: [one.value for one in kind])),
)  # fmt: skip


@pytest.mark.parametrize("database", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_what_comes_back_is_what_was_given(database: str, request: pytest.FixtureRequest) -> None:
    made: Flask = request.getfixturevalue(database)
    assert made
    rows = [
        {"id": place, "text": text, "number": Decimal("0.0320000000"), "day": date(2026, 11, 2), "at": datetime(2026, 11, 2, 8, 5, 1, 20),
         "yes": bool(place % 2), "verdict": Verdict.FAIL if place % 2 else None, "beside": {"栏": ["a\tb", "\\", None]}}
        for place, text in enumerate(TEXTS)
    ]  # fmt: skip
    with transaction():
        TABLE.create(session().connection())
        assert insert_many(TABLE, rows) == len(TEXTS)
    found = session().execute(sa.select(TABLE).order_by(TABLE.c.id)).mappings()
    assert [dict(row) for row in found] == rows


def test_a_strange_word_or_type_is_refused(app: Flask) -> None:
    with pytest.raises(KeyError), transaction():
        TABLE.create(session().connection())
        insert_many(TABLE, [{"id": 1, "verdict": "随便"}])
    with pytest.raises(KeyError):
        list(copied([[object()]]))
    assert list(copied([[ItemClass.PESTICIDE, 1]])) == [f"{ItemClass.PESTICIDE.value}\t1\n".encode()]


def test_nothing_to_insert(app: Flask) -> None:
    with transaction():
        TABLE.create(session().connection())
        assert (insert_many(TABLE, []), insert_stored(TABLE, ["id"], [])) == (0, 0)


@pytest.mark.parametrize("count", [399, 400, 401, 1203])
def test_blocks_of_rows_keep_their_order_and_their_cells(app: Flask, count: int) -> None:
    rows = [(place, f"第 {place} 行", Decimal(place)) for place in range(count)]
    with transaction():
        TABLE.create(session().connection())
        assert insert_stored(TABLE, ["id", "text", "number"], ((a, b, str(c)) for a, b, c in rows)) == count
    found = session().execute(sa.select(TABLE.c.id, TABLE.c.text, TABLE.c.number).order_by(sa.text("rowid")))
    assert [tuple(row) for row in found] == rows


def test_columns_without_a_value_in_the_first_blocks(app: Flask) -> None:
    """They are NULL in the statement itself until a value turns up."""
    rows = [(place, f"第 {place} 行" if place >= 900 else None, None, place % 2 if place == 1999 else None) for place in range(2001)]
    with transaction():
        TABLE.create(session().connection())
        assert insert_stored(TABLE, ["id", "text", "number", "yes"], rows) == len(rows)
    found = session().execute(sa.select(TABLE.c.id, TABLE.c.text, TABLE.c.number, TABLE.c.yes).order_by(TABLE.c.id))
    assert [tuple(row) for row in found] == rows


def test_what_a_block_has_in_common(app: Flask) -> None:
    """It is handed over once a block, until rows of one block differ; nothing, one value and each its own may follow one another."""
    def text(place: int) -> str | None:
        return None if place < 400 or 800 <= place < 1000 else f"第 {place // 200} 组" if place < 1400 else f"第 {place} 行"

    rows = [(place, text(place), None, place // 600 % 2) for place in range(2001)]
    with transaction():
        TABLE.create(session().connection())
        assert insert_stored(TABLE, ["id", "text", "number", "yes"], rows) == len(rows)
    found = session().execute(sa.select(TABLE.c.id, TABLE.c.text, TABLE.c.number, TABLE.c.yes).order_by(TABLE.c.id))
    assert [tuple(row) for row in found] == rows


def test_the_log_of_a_large_transaction_goes_into_the_file_beside(app: Flask) -> None:
    """The commit does not wait for it, the next transaction is as any other, and nothing is left to a later commit."""
    with transaction():
        TABLE.create(session().connection())
        insert_stored(TABLE, ["id", "text"], ((place, "x") for place in range(12_000)))
        assert session().scalar(sa.text("PRAGMA wal_autocheckpoint")) == 0
    for thread in threading.enumerate():
        if thread.name == "checkpoint":
            thread.join()
    path = Path(engine().url.database or "")
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as alone:  # without the log
        assert alone.execute("SELECT count(*) FROM trial").fetchone() == (12_000,)
    assert session().scalar(sa.text("PRAGMA wal_autocheckpoint")) == 1000


def test_rows_without_any_value_are_rows(app: Flask) -> None:
    with transaction():
        TABLE.create(session().connection())
        assert insert_stored(TABLE, ["id", "text"], [(None, None)] * 801) == 801
    assert session().scalar(sa.select(sa.func.count()).select_from(TABLE)) == 801


def _rows_until(last: int) -> Iterator[tuple[int, str | None]]:
    for place in range(last):
        yield place, "x"
    raise LookupError("the rest could not be made")


@pytest.mark.parametrize("last", [10, 400, 1700])
def test_rows_that_cannot_be_made_leave_nothing(app: Flask, last: int) -> None:
    with transaction():
        TABLE.create(session().connection())
    with pytest.raises(LookupError), transaction():
        insert_stored(TABLE, ["id", "text"], _rows_until(last))
    assert session().scalar(sa.select(sa.func.count()).select_from(TABLE)) == 0


@pytest.mark.parametrize("twice", [5, 450, 3999])
def test_a_row_the_database_refuses_leaves_nothing(app: Flask, twice: int) -> None:
    with transaction():
        TABLE.create(session().connection())
        session().execute(sa.text("CREATE UNIQUE INDEX uq_trial ON trial (id)"))
    rows = ((0 if place == twice else place, None) for place in range(4000))
    with pytest.raises(sqlite3.IntegrityError), transaction():
        insert_stored(TABLE, ["id", "text"], rows)
    assert session().scalar(sa.select(sa.func.count()).select_from(TABLE)) == 0
