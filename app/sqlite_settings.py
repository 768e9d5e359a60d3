"""How a connection of SQLite is set up, and what is set otherwise while much is read or written in one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

PAGES = "PRAGMA cache_size=-64000"  # KB of pages that a connection keeps
FEW = "PRAGMA cache_size=-8000"  # while rows are inserted in bulk: pages filled once are not asked for again
FEWEST = "PRAGMA cache_size=-2000"  # while a table is read from end to end
CHECKPOINT = "PRAGMA wal_autocheckpoint=1000"  # pages of the log that a commit moves into the file; SQLite's own number


def connected(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver would otherwise begin and commit behind our back
    cursor = connection.cursor()
    for pragma in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        "PRAGMA busy_timeout=5000",
        "PRAGMA secure_delete=ON",
        PAGES,
        "PRAGMA temp_store=MEMORY",
    ):
        cursor.execute(pragma)
    cursor.close()


def begun(connection: Connection) -> None:
    """Begin a transaction, with everything as it is for any other."""
    write = connection.get_execution_options().get("shian_write", False)
    if connection.info.pop("few_pages", None):
        connection.exec_driver_sql(PAGES)
    if connection.info.pop("log_is_large", False):
        connection.exec_driver_sql(CHECKPOINT)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def keep_few_pages(connection: Connection, pages: str = FEW) -> None:
    """Until the next transaction."""
    if not connection.info.get("few_pages"):
        connection.info["few_pages"] = True
        connection.exec_driver_sql(pages)


def put_off_checkpoint(connection: Connection) -> None:
    """The commit would otherwise copy every page once more before it returns."""
    connection.info["log_is_large"] = True
    connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")


def log_is_large(connection: Connection) -> bool:
    return bool(connection.info.get("log_is_large"))
