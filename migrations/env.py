"""Alembic environment: the URL comes from the application's configuration, the tables from ``app.tables``."""

from __future__ import annotations

from alembic import context

from app.migrate import compared
from app.tables import metadata


def run(connection) -> None:  # type: ignore[no-untyped-def]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=False,
        include_name=compared,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is None:
    from app.config import load
    from app.db import make_engine

    with make_engine(load()["DATABASE_URL"]).connect() as opened:
        run(opened)
else:
    run(given)
