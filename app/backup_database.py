"""One consistent copy of the database under write load, and the way back.

SQLite: the online backup API reads one WAL snapshot while writers go on. PostgreSQL: every table by COPY inside one
REPEATABLE READ transaction; no client program has to match the server's version, and the schema comes from our own
migrations.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
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


def fingerprint(engine: Engine) -> dict[str, str]:
    """One SHA-256 for the content of each table and one for the schema, whatever program made them: equal means unchanged."""
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        found = {"": _schema(connection, inspector)}
        for (_, name), columns in sorted(inspector.get_multi_columns().items(), key=lambda one: str(one[0][1])):
            if connection.dialect.name == "sqlite" and not migrate.compared(name, "table"):
                continue  # the terms of the search index, which are made of the other tables, cannot be read
            found[name] = _content(connection, name, [column["name"] for column in columns])
        return found


def _schema(connection: Connection, inspector: sa.Inspector) -> str:
    if connection.dialect.name == "sqlite":
        told: list[Any] = list(connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master ORDER BY type, name"))
    else:
        indexes = inspector.get_multi_indexes()
        told = sorted(
            (key[1], [(column["name"], str(column["type"]), column["nullable"]) for column in columns],
             sorted(str(index["name"]) for index in indexes.get(key, ())))
            for key, columns in inspector.get_multi_columns().items()
        )  # fmt: skip
    return hashlib.sha256(repr(told).encode("utf-8")).hexdigest()


def _content(connection: Connection, name: str, columns: Sequence[str]) -> str:
    digest = hashlib.sha256()
    statement = sa.select(*(sa.column(column) for column in columns)).select_from(sa.table(name))
    if "id" in columns:
        statement = statement.order_by(sa.column("id"))
    for row in connection.execute(statement.execution_options(yield_per=2000)):
        digest.update(repr(tuple(row)).encode("utf-8"))
    return digest.hexdigest()


def history_entries(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(sa.table("history_entry"))) or 0


def size(engine: Engine) -> int:
    """Bytes of the database."""
    if engine.dialect.name == "sqlite":
        path = sqlite_file(engine)
        return path.stat().st_size if path.exists() else 0
    with engine.connect() as connection:
        return connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0


def in_use(engine: Engine) -> bool:
    """Does anybody else have the database open? The caller has closed its own connections.

    Raises sqlite3.DatabaseError when the file is no database.
    """
    if engine.dialect.name == "sqlite":
        return sqlite_in_use(sqlite_file(engine))
    with engine.connect() as connection:
        return bool(connection.scalar(OTHERS))


OTHERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)

# ---------------------------------------------------------------- SQLite


def sqlite_in_use(path: Path) -> bool:
    """Leaving WAL mode needs to be alone, so whoever can leave it is."""
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return True
        raise
    return False


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
    table, listed = _quoted(connection, name), _quoted(connection, *columns)
    statement = f"COPY (SELECT {listed} FROM {table} ORDER BY id) TO STDOUT"  # noqa: S608  names of the schema, quoted
    with _driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            yield bytes(block)


def _quoted(connection: Connection, *names: str) -> str:
    return ", ".join(connection.dialect.identifier_preparer.quote_identifier(name) for name in names)


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
            continue_numbering(connection, name)
            if _digest(connection, name, columns[name]) != digests[f"{TABLES}{name}.copy"]:
                raise ValueError(f"{TABLES}{name}.copy")
        return contents(connection)


def empty(engine: Engine) -> None:
    """Drop every table of a database that only a rehearsal used."""
    with engine.begin() as connection:
        _drop_all(connection)


def _drop_all(connection: Connection) -> None:
    present = sa.MetaData()
    present.reflect(connection)
    present.drop_all(connection)


def _parents_first(connection: Connection, wanted: Mapping[str, Sequence[str]]) -> list[str]:
    ordered = sa.inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in ordered if name is not None and name in wanted]


def _fill(connection: Connection, name: str, columns: Sequence[str], path: Path) -> None:
    with path.open("rb") as file:
        fill(connection, name, columns, iter(lambda: file.read(CHUNK), b""))


def fill(connection: Connection, name: str, columns: Sequence[str], blocks: Iterable[bytes]) -> None:
    """One COPY for the whole table: rows that name each other may come in any order."""
    statement = f"COPY {_quoted(connection, name)} ({_quoted(connection, *columns)}) FROM STDIN"
    with _driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for block in blocks:
            copy.write(block)


def continue_numbering(connection: Connection, name: str) -> None:
    highest = connection.scalar(sa.select(sa.func.max(sa.table(name, sa.column("id")).c.id)))
    if highest is not None:
        connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(name, "id"), highest)))


def _digest(connection: Connection, name: str, columns: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for block in _rows(connection, name, columns):
        digest.update(block)
    return digest.hexdigest()
