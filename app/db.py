"""The database: declarative base, engine, the session of this request, and ``transaction()``, the only commit.

On SQLite a write transaction is ``BEGIN IMMEDIATE``: two writers queue instead of failing at the first upgrade. What a page
read before the transaction stays loaded; the version column tells whether it is still true.
"""

from __future__ import annotations

import enum
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import Flask, current_app, g, has_app_context
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import NO_VALUE

from app import sqlite_settings
from app.driver_values import Counted, Put, copied, in_order, stored
from app.sqlite_blocks import checkpoint_beside, insert_blocks
from app.watching import passing

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Coded(sa.Enum):
    """An enum whose members are read by one look-up; SQLAlchemy's own way takes ten times as long, a cell of a list or an import."""

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:
        lookup: dict[Any, Any] = self._object_lookup
        return lookup.__getitem__


def coded(kind: type[enum.Enum], name: str | None = None, length: int = 20) -> Coded:
    """A column type that stores an enum by value under a CHECK; ``name`` where one table has two columns of a kind."""
    return Coded(
        kind,
        name=name or kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


ONE_OF = re.compile(r"CHECK \(([\w\"]+) IN \(([^()]*)\)\)")


@compiles(sa.CheckConstraint, "sqlite")
def _spelled_out(constraint: sa.CheckConstraint, compiler: Any, **options: Any) -> str:
    """On SQLite write ``a = 'x' OR a = 'y'`` for ``a IN ('x', 'y')``: the list is built anew for every row inserted, which
    was half the time of an import."""
    written: str = compiler.visit_check_constraint(constraint, **options)
    return ONE_OF.sub(lambda found: f"CHECK ({_any_of(found[1], found[2])})", written)


def _any_of(column: str, values: str) -> str:
    return " OR ".join(f"{column} = {value.strip()}" for value in values.split(","))


class Base(DeclarativeBase):
    """Every table of the product."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: Key,
        str: sa.String(200),
        Decimal: sa.Numeric(24, 10),
        date: sa.Date(),
        datetime: sa.DateTime(),
    }

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=True)


def _never_blank(target: Any, value: Any, old: Any, initiator: Any) -> Any:
    """Empty text is NULL (some domestic databases cannot tell them apart)."""
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return None
    return value


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _watch_text(cls: type[Base], key: str, attribute: Any) -> None:
    column = getattr(attribute.property, "columns", [None])[0]
    kind = getattr(column, "type", None)
    if isinstance(getattr(kind, "impl", kind), sa.String) and not isinstance(kind, sa.Enum):
        event.listen(attribute, "set", _never_blank, retval=True)


# ---------------------------------------------------------------- engine

def make_engine(url: str) -> Engine:
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    arguments: dict[str, Any] = {"pool_pre_ping": True}
    if url.startswith("sqlite"):
        arguments = {"connect_args": {"timeout": 5}}
    engine = sa.create_engine(url, **arguments)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", sqlite_settings.connected)
        event.listen(engine, "begin", sqlite_settings.begun)
    return engine


def init_app(app: Flask) -> None:
    url = app.config["DATABASE_URL"]
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    app.extensions["shian_engine"] = make_engine(url)
    app.extensions["shian_write_turn"] = threading.Lock()
    app.teardown_appcontext(_close)


def engine() -> Engine:
    found: Engine = current_app.extensions["shian_engine"]
    return found


def session() -> Session:
    """The session of this request, command or job."""
    if not has_app_context():
        raise RuntimeError("session() outside an application context")
    if "shian_session" not in g:
        g.shian_session = Session(engine(), expire_on_commit=False, autoflush=True)
    opened: Session = g.shian_session
    return opened


@contextmanager
def session_on(connection: Connection) -> Iterator[Session]:
    """For the while, ``session()`` works on this connection (another database, inside its transaction)."""
    kept = g.pop("shian_session", None)
    g.shian_session = made = Session(connection, expire_on_commit=False)
    try:
        yield made
        made.flush()
    finally:
        made.close()
        g.pop("shian_session", None)
        if kept is not None:
            g.shian_session = kept


def _close(error: BaseException | None) -> None:
    opened: Session | None = g.pop("shian_session", None)
    if opened is not None:
        opened.close()


# ---------------------------------------------------------------- transaction

TURN_SECONDS = 30
BeforeCommit = Callable[[Session], None]
_before_commit: list[BeforeCommit] = []
_last_of_all: list[BeforeCommit] = []


def before_commit(step: BeforeCommit) -> BeforeCommit:
    """Register what must happen inside every transaction just before it commits (summaries of the touched months)."""
    _before_commit.append(step)
    return step


def last_before_commit(step: BeforeCommit) -> BeforeCommit:
    """Register the step that comes after all others: linking the history chain, whose lock must be held briefly."""
    _last_of_all.append(step)
    return step


@contextmanager
def transaction() -> Iterator[Session]:
    """One command, one transaction: everything inside lands, or nothing does.

    Registered steps run after the flush; the last of them takes the chain lock and links the history.
    """
    current = session()
    if current.info.get("in_transaction"):
        raise RuntimeError("transactions do not nest: an operation must not open one")
    if current.new or current.dirty or current.deleted:
        raise RuntimeError("something was changed outside a transaction")
    current.commit()  # ends the reading transaction; loaded rows stay loaded
    current.info["in_transaction"] = True
    turn = _wait_for_a_turn(current)
    try:
        current.connection(execution_options={"shian_write": True})
        yield current
        current.flush()
        for step in (*_before_commit, *_last_of_all):
            step(current)
        large = sqlite_settings.log_is_large(current.connection())
        current.commit()
        if large:
            checkpoint_beside(str(current.get_bind().engine.url.database))
    except BaseException:
        current.rollback()
        raise
    finally:
        if turn is not None:
            turn.release()
        for name in [name for name in current.info if name.startswith("pending_")]:
            del current.info[name]
        current.info.pop("in_transaction", None)


def _wait_for_a_turn(current: Session) -> threading.Lock | None:
    """SQLite has one writer. Its own waiting is a lottery in which some of many lose for seconds on end; the threads of one
    process queue here instead. Other processes are few, and wait for the database's lock."""
    if current.get_bind().dialect.name != "sqlite":
        return None
    turn: threading.Lock = current_app.extensions["shian_write_turn"]
    return turn if turn.acquire(timeout=TURN_SECONDS) else None


def lock_chain(current: Session) -> None:
    """Serialise the linking of the hash chain; SQLite's write lock already does."""
    if current.get_bind().dialect.name == "postgresql":
        current.execute(sa.text("SELECT pg_advisory_xact_lock(811)"))


# ---------------------------------------------------------------- bulk

NEXT_IDS = sa.text(
    "SELECT nextval(CAST(pg_get_serial_sequence(:name, 'id') AS regclass)) FROM generate_series(1, :count)"
)


def reserve_ids(table: sa.Table, count: int) -> Sequence[int]:
    """Ids for rows about to be inserted in bulk (RETURNING costs three times as much)."""
    if count <= 0:
        return []
    current = session()
    if current.get_bind().dialect.name == "postgresql":
        return list(current.scalars(NEXT_IDS, {"name": table.name, "count": count}))
    highest = current.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))) or 0
    return range(highest + 1, highest + count + 1)


def insert_many(table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows that all have the same columns: COPY on PostgreSQL, one ``executemany`` on SQLite. Returns how many."""
    source = iter(passing(table, rows))
    first = next(source, None)
    if first is None:
        return 0
    names, put = list(first), as_stored(table)
    return insert_stored(table, names, in_order(chain([first], source), names, put))


def insert_stored(table: sa.Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows whose values stand in the order of the names and are those of ``as_stored`` already."""
    connection = session().connection()
    raw = connection.connection.driver_connection
    assert raw is not None
    quoted = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "sqlite":
        into = f'INSERT INTO "{table.name}" ({quoted}) VALUES'
        steps = partial(sqlite_settings.keep_few_pages, connection), partial(sqlite_settings.put_off_checkpoint, connection)
        return insert_blocks(raw, into, len(names), rows, *steps)
    counted = Counted(rows)
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({quoted}) FROM STDIN') as copy:
        for block in copied(counted):
            copy.write(block)
    return counted.count


def read_once() -> None:
    """What is read in this transaction is read from end to end once: SQLite need not keep much of it."""
    connection = session().connection()
    if connection.dialect.name == "sqlite":
        sqlite_settings.keep_few_pages(connection, sqlite_settings.FEWEST)


def as_stored(table: sa.Table) -> Mapping[str, Put]:
    """By column, what turns a value of the program into one that the driver takes as it is."""
    dialect = session().get_bind().dialect
    return {column.name: stored(column.type, dialect) for column in table.columns}


def unloaded(row: Base, name: str) -> bool:
    """Was this attribute never loaded? History must not trigger a query for a value nobody has read."""
    return sa.inspect(row).attrs[name].loaded_value is NO_VALUE
