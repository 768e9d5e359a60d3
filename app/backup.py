"""Backups (备份与恢复): database and files in one checked file.

The database is copied first and the files after it: a file is stored before the row that names it is committed, so
everything the copied rows name is there. The secret key and ``config.py`` are not in the backup: whoever finds one cannot
forge sessions with it. A restored installation makes a new key and everybody signs in again.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import current_app

from app import backup_archive, clock, files
from app import backup_database as database
from app.db import engine
from app.errors import NotFound, NotLikeThis

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup."""

    path: Path
    size: int
    sha256: str
    manifest: Mapping[str, Any]


DAILY = "shian"
NAMED = re.compile(r"(?P<kind>[a-z-]+)-(?P<day>\d{8})-(?P<time>\d{6})\.tar")


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that stands in its folder, as its name tells."""

    path: Path
    kind: str
    day: date


def default_folder() -> Path:
    """``BACKUP_FOLDER``, or ``backups`` in the instance folder."""
    given = current_app.config["BACKUP_FOLDER"]
    return Path(given) if given else Path(current_app.config["INSTANCE_FOLDER"]) / "backups"


def default_place(now: datetime, kind: str = DAILY) -> Path:
    """``…/backups/shian-20261120-083000.tar``, in the office's time."""
    return default_folder() / f"{kind}-{clock.office_time(now):%Y%m%d-%H%M%S}.tar"


def in_words(size: int) -> str:
    return f"{size >> 20:,} MB" if size >> 20 else f"{size >> 10:,} KB"


def kept(kind: str | None = None, within: Path | None = None) -> list[Kept]:
    """The backups in their folder (or in the second place), newest first; files of other names are nobody's business."""
    found = []
    for path in (within or default_folder()).glob("*.tar"):
        match = NAMED.fullmatch(path.name)
        if match and kind in (None, match["kind"]):
            found.append(Kept(path, match["kind"], datetime.strptime(match["day"], "%Y%m%d").date()))  # noqa: DTZ007  a day, no moment
    return sorted(found, key=lambda one: one.path.name.removeprefix(one.kind), reverse=True)


def create(target: Path, now: datetime) -> Backup:
    """Copy database and files into ``target`` and read it back.

    Raises NotLikeThis when the place is taken or the copy turns out damaged.
    """
    if target.exists():
        raise NotLikeThis(f"文件“{target}”已存在，请换一个文件名，以免覆盖原有备份")
    target.parent.mkdir(parents=True, exist_ok=True)
    moment = int(now.replace(tzinfo=UTC).timestamp())
    scratch_folder = tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent)
    with scratch_folder as scratch, backup_archive.writing(target, moment) as writer:
        manifest = _pack(writer, Path(scratch))
        writer.add_manifest({**manifest, "format": FORMAT, "made_at": now.isoformat()})
    problems = backup_archive.check(target)
    if problems:
        raise NotLikeThis(f"备份写入后校验未通过（{'；'.join(problems)}），请检查磁盘后重新备份")
    return Backup(target, target.stat().st_size, files.digest_of(target), backup_archive.manifest_of(target))


def _pack(writer: backup_archive.Writer, scratch: Path) -> dict[str, Any]:
    found = _copy_database(writer, scratch)
    stored, damaged = 0, []
    for path in files.stored():
        if files.intact(path, path.name):
            writer.add(f"files/{path.name[:2]}/{path.name[2:4]}/{path.name}", path)
            stored += 1
        else:  # left out by name: one bad sector must not cost the whole backup
            damaged.append(path.name)
    chain = {"entries": found.chain.entries, "head": found.chain.head, "broken": found.chain.broken}
    return {
        "engine": engine().dialect.name,
        "revision": found.revision,
        "rows": dict(found.rows),
        "columns": {name: list(columns) for name, columns in found.columns.items()},
        "files": stored,
        "damaged": damaged,
        "chain": chain,
    }


def _copy_database(writer: backup_archive.Writer, scratch: Path) -> database.Contents:
    if engine().dialect.name == "sqlite":
        copied = scratch / database.DATABASE
        try:
            found = database.copy_sqlite(database.sqlite_file(engine()), copied)
        except (ValueError, sqlite3.DatabaseError) as error:
            raise NotLikeThis(f"数据库文件无法完整读出（{error}），没有备份；请从最近一次完好的备份恢复") from error
        writer.add(database.DATABASE, copied)
        return found
    found = database.copy_postgres(engine(), scratch)
    for path in sorted(scratch.glob("*.copy")):
        writer.add(f"{database.TABLES}{path.name}", path)
    return found


def verify(path: Path) -> tuple[Mapping[str, Any], list[str]]:
    """The manifest of a backup and what is wrong with it (nothing, one hopes).

    Raises NotFound when there is no such file.
    """
    if not path.is_file():
        raise NotFound(f"没有找到备份文件“{path}”，请核对路径")
    problems = backup_archive.check(path)
    try:
        manifest = backup_archive.manifest_of(path)
    except ValueError:
        return {}, problems
    if manifest.get("format") != FORMAT:
        problems.append(f"备份文件的格式版本为 {manifest.get('format')}，本程序只能读取版本 {FORMAT}")
    return manifest, problems
