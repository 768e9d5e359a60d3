"""An installation's database copied into another one (迁移数据库): SQLite to PostgreSQL and back.

One snapshot is read and one transaction written: the copy arrives whole and compared, or not at all. Values go through the
types of our own tables, so that both sides mean the same; each table is compared by the hash of its values, the history by
walking its chain. Files are not in the database and stay where they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from app import backup_database, derived, migrate
from app.chain import verify_chain
from app.db import make_engine
from app.driver_values import copied, stored
from app.errors import NotAllowedNow, NotLikeThis
from app.tables import metadata

BLOCK = 1000
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows by table, length and head of the chain."""

    rows: dict[str, int]
    entries: int
    head: str
    rebuilt: int


def target_of(url: str) -> Engine:
    """The database to copy into. Raises NotLikeThis when the address is none."""
    try:
        made = make_engine(url)
    except (ArgumentError, ValueError, ImportError) as fault:
        raise NotLikeThis("目标地址不对，应如 postgresql://用户:密码@主机/库名 或 sqlite:////目录/shian.sqlite3") from fault
    if made.dialect.name not in ("postgresql", "sqlite"):
        raise NotLikeThis("只能复制到 PostgreSQL 或 SQLite")
    return made


def copy(source: Engine, target: Engine, tell: Tell) -> Copied:
    """Copy everything into an empty database. Raises NotLikeThis, NotAllowedNow; the target is then as it was."""
    if source.url == target.url:
        raise NotLikeThis("目标就是正在使用的数据库，没有复制")
    if migrate.current(source) not in migrate.heads():
        raise NotLikeThis("现有数据库的版本与程序不一致，没有复制，请先执行 flask upgrade")
    _ready(target)
    with source.connect() as from_db:
        if source.dialect.name == "postgresql":
            from_db.execution_options(isolation_level="REPEATABLE READ")
        with target.connect().execution_options(shian_write=True) as to_db, to_db.begin():
            return _copy(from_db, to_db, tell)


def _ready(target: Engine) -> None:
    """Made by our migrations and without anybody's work in it; an altogether empty one is migrated here."""
    try:
        if backup_database.is_empty(target):
            migrate.upgrade(target)
        found = migrate.current(target)
        if found not in migrate.heads():
            raise NotLikeThis(f"目标数据库的版本为 {found or '未知'}，没有复制。请换一个空数据库")
        with target.connect() as connection:
            if any(connection.scalar(sa.select(sa.func.count()).select_from(metadata.tables[name])) for name in LIVED_IN):
                raise NotAllowedNow("目标数据库中已有用户、记录或基础数据，没有复制。请换一个空数据库")
    except SQLAlchemyError as fault:
        raise NotLikeThis(f"目标数据库不可用：{str(fault).splitlines()[0]}") from fault


LIVED_IN = ("user_account", "history_entry", "sample", "enterprise")


def _copy(from_db: Connection, to_db: Connection, tell: Tell) -> Copied:
    if to_db.dialect.name == "sqlite":
        to_db.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    tables = [table for table in metadata.sorted_tables if table.name not in derived.names()]
    for table in reversed(tables):
        to_db.execute(sa.delete(table))  # what the migration itself wrote
    rows = {table.name: _move_and_compare(from_db, to_db, table, tell) for table in tables}
    if to_db.dialect.name == "postgresql":
        for table in tables:
            backup_database.continue_numbering(to_db, table.name)
    was, now = verify_chain(from_db), verify_chain(to_db)
    if (was.entries, was.head, was.broken) != (now.entries, now.head, now.broken):
        raise NotLikeThis("办理记录校验链复制后与原来不一致，已全部撤回")
    return Copied(rows, now.entries, now.head, derived.rebuild_all(to_db))


def _move_and_compare(from_db: Connection, to_db: Connection, table: sa.Table, tell: Tell) -> int:
    sent = _move(from_db, to_db, table)
    found = _digest(_values(to_db, table))
    if found != sent:
        raise NotLikeThis(f"表 {table.name} 复制后与原来不一致（{sent[0]} 行，{found[0]} 行），已全部撤回")
    if sent[0] >= BLOCK:
        tell(f"{table.name}：{sent[0]} 行")
    return sent[0]


def _values(connection: Connection, table: sa.Table) -> Iterator[Sequence[Any]]:
    columns = [sa.cast(one, sa.Text) if _as_written(one) else one for one in table.columns]
    statement = sa.select(*columns).order_by(table.c.id).execution_options(yield_per=BLOCK)
    for row in connection.execute(statement):
        yield tuple(row)


def _as_written(column: sa.Column[Any]) -> bool:
    """JSON, in which null and NULL are two things, and sealed values, which stay sealed."""
    return isinstance(column.type, (sa.JSON, sa.types.TypeDecorator))


class _Digest:
    """Rows on their way, counted and hashed as values, not as a driver writes them."""

    def __init__(self, rows: Iterator[Sequence[Any]]) -> None:
        self.count, self.hash, self._rows = 0, hashlib.sha256(), rows

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            self.count += 1
            self.hash.update(repr([_plain(value) for value in row]).encode("utf-8", "surrogatepass"))
            yield row


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    return value


def _digest(rows: Iterator[Sequence[Any]]) -> tuple[int, str]:
    passing = _Digest(rows)
    for _ in passing:
        pass
    return passing.count, passing.hash.hexdigest()


def _kind(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    return sa.Text() if _as_written(column) else column.type


def _move(from_db: Connection, to_db: Connection, table: sa.Table) -> tuple[int, str]:
    passing = _Digest(_values(from_db, table))
    puts = [stored(_kind(column), to_db.dialect) for column in table.columns]
    rows = ([put(value) for put, value in zip(puts, row, strict=True)] for row in passing)
    if to_db.dialect.name == "postgresql":
        backup_database.fill(to_db, table.name, [column.name for column in table.columns], copied(rows))
    else:
        _insert(to_db, table, rows)
    return passing.count, passing.hash.hexdigest()


def _insert(to_db: Connection, table: sa.Table, rows: Iterator[list[Any]]) -> None:
    """In blocks; a table whose rows name each other is whole before its keys are asked for (at the commit)."""
    raw = to_db.connection.driver_connection
    assert raw is not None
    statement = str(sa.insert(table).compile(dialect=to_db.dialect, column_keys=[column.name for column in table.columns]))
    while some := list(islice(rows, BLOCK)):
        raw.executemany(statement, some)
