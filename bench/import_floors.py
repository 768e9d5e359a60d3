"""Two floors of an import: the cells as they are into two bare tables, and our own rows again into our own tables.

The first is what performance.md calls read + raw executemany (COPY on PostgreSQL). The second writes exactly the rows that an
import has left behind, with every index and constraint of the schema: what no program could undercut with these tables.
Neither validates, judges or compares anything; neither imports anything of the product.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.databases import Database
from bench.frame import Span

BARE = (
    "CREATE TABLE bare_sample (id INTEGER PRIMARY KEY, number VARCHAR(40) NOT NULL UNIQUE, report VARCHAR(100))",
    "CREATE TABLE bare_result (id INTEGER PRIMARY KEY, sample_id INTEGER NOT NULL REFERENCES bare_sample (id), "
    "line INTEGER NOT NULL, {cells})",
    "CREATE INDEX ix_bare_result_sample ON bare_result (sample_id, id)",
)
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-64000")


def sheet_rows(path: Path) -> list[list[Any]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_index(0).to_python()


def connect(database: Database) -> Any:
    if database.kind == "sqlite":
        connection = sqlite3.connect(database.path, isolation_level=None)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection
    import psycopg

    return psycopg.connect(database.url, autocommit=True)


def _insert(connection: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    if isinstance(connection, sqlite3.Connection):
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
        return
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def bare(database: Database, path: Path) -> Span:
    """Read, then samples and cells into bare tables in one transaction."""
    with closing(connect(database)) as connection:
        begun = Span.now()
        header, *rows = sheet_rows(path)
        cells = [f"cell{place}" for place in range(len(header))]
        connection.execute("BEGIN")
        for statement in BARE:
            connection.execute(statement.format(cells=", ".join(f"{cell} TEXT" for cell in cells)))
        ids: dict[str, int] = {}
        samples = [(ids.setdefault(row[0], len(ids) + 1), row[0], row[1]) for row in rows if row[0] not in ids]
        _insert(connection, "bare_sample", ("id", "number", "report"), samples)
        lines = ((line, ids[row[0]], line, *row) for line, row in enumerate(rows, 1))
        _insert(connection, "bare_result", ("id", "sample_id", "line", *cells), lines)
        connection.execute("COMMIT")
        return Span.now().since(begun)


# ---------------------------------------------------------------- our own rows

TABLES = (
    "import_batch", "sample", "personal_datum", "result_report", "result_row", "batch_fact", "disposal_case",
    "batch_summary", "item_summary", "history_entry",
)  # fmt: skip


@dataclass(frozen=True)
class LeftBehind:
    """The rows that an import added, by table, and the samples it changed."""

    tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]]
    changed: tuple[list[str], list[tuple[Any, ...]]]


def left_behind(before: Database, after: Database) -> LeftBehind:
    """What is in the second database and not in the first."""
    with closing(connect(before)) as old, closing(connect(after)) as new:
        tables = {}
        for table in TABLES:
            highest = old.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
            tables[table] = _rows(new, f"SELECT * FROM {table} WHERE id > {highest} ORDER BY id")
        last = old.execute("SELECT coalesce(max(id), 0) FROM sample").fetchone()[0]
        names = "state, version, reported_on, supervision, monitoring, pending_items, laboratory"
        changed = _rows(new, f"SELECT {names}, id FROM sample WHERE id <= {last} AND version > 1")
        return LeftBehind(tables, changed)


def _rows(connection: Any, question: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    cursor = connection.execute(question)
    return [column[0] for column in cursor.description], [_plain(row) for row in cursor.fetchall()]


def _plain(row: Sequence[Any]) -> tuple[Any, ...]:
    if not any(isinstance(value, dict) for value in row):
        return tuple(row)
    import json

    return tuple(json.dumps(value) if isinstance(value, dict) else value for value in row)


def again(database: Database, path: Path, left: LeftBehind) -> Span:
    """Read, then the very rows of an import into the product's tables in one transaction."""
    with closing(connect(database)) as connection:
        begun = Span.now()
        sheet_rows(path)
        connection.execute("BEGIN")
        for table, (columns, rows) in left.tables.items():
            if rows:
                _insert(connection, table, columns, rows)
        columns, rows = left.changed
        if rows:
            mark = "?" if isinstance(connection, sqlite3.Connection) else "%s"
            moved = ", ".join(f"{name} = {mark}" for name in columns[:-1])
            cursor = connection.cursor()
            cursor.executemany(f"UPDATE sample SET {moved} WHERE id = {mark}", rows)
        connection.execute("COMMIT")
        return Span.now().since(begun)
