"""The databases of the measurements: made once with the product's own migrations and reference data, copied for each run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.frame import FOLDER, POSTGRES


@dataclass(frozen=True)
class Database:
    """One database by kind and name; nothing else on the server is touched."""

    kind: str
    name: str

    @property
    def path(self) -> Path:
        """The file of a SQLite database."""
        return FOLDER / f"{self.name}.sqlite3"

    @property
    def url(self) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.path}"
        return f"{POSTGRES.rsplit('/', 1)[0]}/{self.pg_name}"

    @property
    def pg_name(self) -> str:
        return f"shian_bench_{self.name}"

    @property
    def stamp(self) -> Path:
        """Present once the data set is complete, so that a broken build is made again."""
        return FOLDER / f"{self.name}.{self.kind}.made"

    def drop(self) -> None:
        self.stamp.unlink(missing_ok=True)
        if self.kind == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        else:
            _on_server(f'DROP DATABASE IF EXISTS "{self.pg_name}" WITH (FORCE)')

    def copy_from(self, source: Database) -> Database:
        """Begin again as a copy of another database that nobody has open."""
        self.drop()
        if self.kind == "sqlite":
            shutil.copyfile(source.path, self.path)
        else:
            _on_server(f'CREATE DATABASE "{self.pg_name}" TEMPLATE "{source.pg_name}"')
        return self

    def create(self) -> Database:
        self.drop()
        if self.kind == "postgresql":
            _on_server(f'CREATE DATABASE "{self.pg_name}" TEMPLATE template0')
        return self


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def opened(database: Database, secret: str | None = "bench" * 8) -> Iterator[Any]:
    """The product on this database, inside its application context, acting as the local operator; without a secret it has that
    of the installation, as a server has."""
    from app.authorize import act_as, local_operator
    from app.db import engine, session
    from app.factory import create_app

    folder = FOLDER / "installation"
    settings = {"INSTANCE_FOLDER": folder, "DATABASE_URL": database.url}
    app = create_app(settings | ({"SECRET_KEY": secret} if secret else {}))
    with app.app_context():
        try:
            actor = local_operator()
        except Exception:  # not migrated yet
            actor = None
        else:
            act_as(actor)
        try:
            yield actor
        finally:
            session().close()  # a connection still lent out would keep the database from being copied
            engine().dispose()


def prepared(kind: str, name: str, fill: Any) -> Database:
    """A migrated database with reference data and whatever ``fill`` adds; reused when it was made before."""
    database = Database(kind, name)
    if database.stamp.exists():
        return database
    print(f"  (making {name} on {kind})", flush=True)
    database.create()
    with opened(database):
        _migrate()
    with opened(database) as actor:
        from app.db import transaction
        from app.reference_data.operations import load_reference

        with transaction():
            load_reference(actor)
        fill(actor)
    _settle(database)
    database.stamp.touch()
    return database


def _migrate() -> None:
    from app import migrate
    from app.db import engine

    migrate.upgrade(engine())


def _settle(database: Database) -> None:
    """Statistics where the server keeps them by itself (PostgreSQL); the files closed and whole."""
    if database.kind == "sqlite":
        import sqlite3

        with sqlite3.connect(database.path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    else:
        import psycopg

        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
