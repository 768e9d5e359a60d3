"""Databases of a test's own on the PostgreSQL of SHIAN_TEST_POSTGRES, made and dropped around it.

Copying a database of 140 tables writes 19 MB and waits for the disk, twice. A test mostly adds rows: those are taken out
again and the next test gets the same copy. Every row carries the number of the transaction that wrote it, so that what a
test added is known exactly, and so is a row that it changed or took away: such a copy is dropped, and another is made.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

SERVER = os.environ.get("SHIAN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
REQUIRED = os.environ.get("CI", "").lower() in ("1", "true")


def require_server() -> None:
    """Skip without a server; in CI its absence is a failure."""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        if REQUIRED:
            pytest.fail(f"PostgreSQL is required in CI: {error}")
        pytest.skip("no PostgreSQL at SHIAN_TEST_POSTGRES")


@contextmanager
def database(template: str = "template0") -> Iterator[str]:
    """A new database, by name."""
    name = _create(template)
    try:
        yield name
    finally:
        _drop(name)


def _create(template: str) -> str:
    name = f"shian_test_{os.getpid()}_{secrets.token_hex(4)}"
    _run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    return name


def _drop(name: str) -> None:
    """The server writes everything it holds to the disk before it drops a database: nobody waits for that but the end of the run."""
    _dropping.append(_drops.submit(_run, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))))


_drops = ThreadPoolExecutor(1)
_dropping: list[Future[None]] = []


def wait_for_drops() -> None:
    for dropped in _dropping:
        dropped.result()


# What a change of the tables themselves leaves behind.
CATALOGUE = ("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_trigger", "pg_proc", "pg_type", "pg_namespace")
Counts = dict[str, tuple[int, int]]


@dataclass
class Copy:
    """A copy of the template: up to which transaction its rows came with it, how many there were, and where its numbers stood."""

    name: str
    horizon: int
    rows: Counts
    numbers: list[tuple[str, int, bool]]

    @classmethod
    def of(cls, template: str) -> Copy:
        name = _create(template)
        with psycopg.connect(url_of(name), autocommit=True) as connection:
            (horizon,) = connection.execute("SELECT pg_current_xact_id()::text::bigint % (1::bigint << 32)").fetchone() or (0,)
            return cls(name, horizon, _counted(connection, horizon), _numbers(connection))

    def put_back(self) -> bool:
        """Is it again what it was when it was made?"""
        with psycopg.connect(url_of(self.name), autocommit=True) as connection:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(f"SELECT pg_terminate_backend(pid, 5000) {others} AND backend_type = 'client backend'")
            found = _counted(connection, self.horizon)
            kept = {name: old for name, (old, new) in found.items()} == {name: old for name, (old, new) in self.rows.items()}
            if not kept or any(found[name][1] for name in CATALOGUE):
                return False
            connection.execute("SET session_replication_role = replica")  # no trigger has a say in it
            for name in (name for name, (_, new) in found.items() if new):
                connection.execute(sql.SQL("DELETE FROM {} WHERE xmin::text::bigint >= %s").format(sql.Identifier(name)), [self.horizon])
            for number in set(self.numbers) - set(_numbers(connection)):
                connection.execute("SELECT setval(%s::regclass, %s, %s)", number)
            return True


def _counted(connection: psycopg.Connection, horizon: int) -> Counts:
    """Of every table, how many rows are older than the horizon and how many are not."""
    tables = connection.execute("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    count = "SELECT {}, count(*) FILTER (WHERE xmin::text::bigint < {}), count(*) FILTER (WHERE xmin::text::bigint >= {}) FROM {}"
    parts = [
        sql.SQL(count).format(sql.Literal(name), sql.Literal(horizon), sql.Literal(horizon), sql.Identifier(name))
        for name in (*(name for (name,) in tables), *CATALOGUE)
    ]
    return {name: (old, new) for name, old, new in connection.execute(sql.SQL(" UNION ALL ").join(parts))}


def _numbers(connection: psycopg.Connection) -> list[tuple[str, int, bool]]:
    """Where the sequences stand."""
    asked = "SELECT quote_ident(sequencename), coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"
    return connection.execute(asked).fetchall()


class Copies:
    """The copies of a template in one test process: one is lent at a time, and lent again where it could be put back."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._spare: list[Copy] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        copy = self._spare.pop() if self._spare else Copy.of(self._template)
        try:
            yield copy.name
        finally:
            again = False
            with suppress(psycopg.Error):
                again = copy.put_back()
            if again:
                self._spare.append(copy)
            else:
                _drop(copy.name)

    def drop(self) -> None:
        for copy in self._spare:
            _drop(copy.name)


def url_of(name: str) -> str:
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


def _run(statement: sql.Composed) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)
