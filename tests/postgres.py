"""Databases of a test's own on the PostgreSQL of SHIAN_TEST_POSTGRES, made and dropped around it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

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
    name = f"shian_test_{os.getpid()}_{secrets.token_hex(4)}"
    _run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield name
    finally:
        _run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def url_of(name: str) -> str:
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


def _run(statement: sql.Composed) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)
