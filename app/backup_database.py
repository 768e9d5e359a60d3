"""One consistent copy of the database under write load, and the way back.

SQLite: the online backup API reads one WAL snapshot while writers go on. PostgreSQL: every table by COPY inside one
REPEATABLE READ transaction; no client program has to match the server's version, and the schema comes from our own
migrations.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import Connection, Engine

from app import migrate
from app.chain import ChainReport, verify_chain
from app.files import CHUNK

DATABASE = "database.sqlite3"
TABLES = "tables/"
OURS_NOT = frozenset({"alembic_version"})


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds: rows and columns per table, the schema's revision, the state of the history chain."""

    revision: str | None
    rows: Mapping[str, int]
    columns: Mapping[str, Sequence[str]]
    chain: ChainReport


def contents(connection: Connection) -> Contents:
    inspector = sa.inspect(connection)
    names = sorted(set(inspector.get_table_names()) - OURS_NOT)
    if connection.dialect.name == "sqlite":  # the search index is in the file that is copied; its rows cannot be counted there
        names = [name for name in names if migrate.compared(name, "table")]
    count = sa.func.count()
    return Contents(
        revision=migrate.revision_of(connection),
        rows={name: connection.scalar(sa.select(count).select_from(sa.table(name))) or 0 for name in names},
        columns={name: [column["name"] for column in inspector.get_columns(name)] for name in names},
        chain=verify_chain(connection),
    )


# ---------------------------------------------------------------- SQLite


def sqlite_file(engine: Engine) -> Path:
    return Path(engine.url.database or "")


def copy_sqlite(source: Path, target: Path) -> Contents:
    """Copy one snapshot; all pages in one step, because a step-wise copy starts again at every foreign write."""
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()  # one file, complete without its -wal
    return inspect_sqlite(target)


def inspect_sqlite(path: Path) -> Contents:
    """The contents of a database file nobody else uses. Raises ValueError when SQLite finds it damaged."""
    with _still(path) as connection:
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        if found != "ok":
            raise ValueError(f"integrity_check: {found}")
        return contents(connection)


@contextmanager
def _still(path: Path) -> Iterator[Connection]:
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    opened = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=sa.NullPool)
    with opened.connect() as connection:
        yield connection


# ---------------------------------------------------------------- PostgreSQL


def copy_postgres(engine: Engine, folder: Path) -> Contents:
    """Write ``<table>.copy`` files of one snapshot into the folder."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        found = contents(connection)
        for name, columns in found.columns.items():
            with (folder / f"{name}.copy").open("wb") as file:
                for block in _rows(connection, name, columns):
                    file.write(block)
    return found


def _rows(connection: Connection, name: str, columns: Sequence[str]) -> Iterator[bytes]:
    statement = sql.SQL("COPY (SELECT {} FROM {} ORDER BY id) TO STDOUT").format(_names(columns), sql.Identifier(name))
    with _driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            yield bytes(block)


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


def _driver(connection: Connection) -> Any:
    found = connection.connection.driver_connection
    assert found is not None
    return found


def is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        return not sa.inspect(connection).get_table_names()


def load_postgres(engine: Engine, folder: Path, manifest: Mapping[str, Any]) -> Contents:
    """Replace the whole database with the copy, in one transaction: it arrives complete and checked, or not at all.

    Raises ValueError when a table read back differs from the copy.
    """
    columns: Mapping[str, Sequence[str]] = manifest["columns"]
    digests = {member["name"]: member["sha256"] for member in manifest["members"]}
    with engine.begin() as connection:
        _drop_all(connection)
        migrate.upgrade_within(connection, manifest["revision"])
        tables = _parents_first(connection, columns)
        for name in reversed(tables):
            connection.execute(sa.delete(sa.table(name)))  # what the migration itself wrote
        for name in tables:
            _fill(connection, name, columns[name], folder / f"{name}.copy")
        for name in tables:
            _continue_numbering(connection, name)
            if _digest(connection, name, columns[name]) != digests[f"{TABLES}{name}.copy"]:
                raise ValueError(f"{TABLES}{name}.copy")
        return contents(connection)


def _drop_all(connection: Connection) -> None:
    present = sa.MetaData()
    present.reflect(connection)
    present.drop_all(connection)


def _parents_first(connection: Connection, wanted: Mapping[str, Sequence[str]]) -> list[str]:
    ordered = sa.inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in ordered if name is not None and name in wanted]


def _fill(connection: Connection, name: str, columns: Sequence[str], path: Path) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), _names(columns))
    with path.open("rb") as file, _driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
        while block := file.read(CHUNK):
            copy.write(block)


def _continue_numbering(connection: Connection, name: str) -> None:
    highest = connection.scalar(sa.select(sa.func.max(sa.table(name, sa.column("id")).c.id)))
    if highest is not None:
        connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(name, "id"), highest)))


def _digest(connection: Connection, name: str, columns: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for block in _rows(connection, name, columns):
        digest.update(block)
    return digest.hexdigest()
