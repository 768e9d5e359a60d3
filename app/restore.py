"""Restoring a backup (恢复): everything is unpacked, compared and checked before anything in use is touched.

What was there before is moved aside on SQLite (``replaced-…``) and replaced within one transaction on PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from app import backup, backup_archive, clock, files, migrate
from app import backup_database as database
from app.db import make_engine
from app.errors import NotAllowedNow, NotLikeThis

KEY_SENTENCE = (
    "备份中不含密钥（secret_key、field_key）和 config.py：程序会生成新的 secret_key，所有人需重新登录；"
    "config.py 和 field_key 请自行放回，没有 field_key 则已加密的内容和动态口令打不开"
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, where to, and where the former database went."""

    folder: Path
    manifest: Mapping[str, Any]
    at_head: bool
    replaced: Path | None


def restore(archive: Path, folder: Path, url: str | None, now: datetime, *, force: bool = False) -> Restored:
    """Restore into an instance folder and, for PostgreSQL, into the database at ``url``.

    Raises NotLikeThis when the backup is damaged or does not fit, NotAllowedNow when something is there without ``force``.
    """
    manifest, problems = backup.verify(archive)
    if problems:
        raise NotLikeThis(f"备份未通过校验，没有恢复任何内容：{'；'.join(problems[:5])}")
    if not migrate.known(manifest["revision"]):
        raise NotLikeThis(f"备份来自另一版本的程序（数据库版本 {manifest['revision']}），请用该版本或更新的程序恢复")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as scratch:
        if manifest["engine"] == "sqlite":
            replaced = _restore_sqlite(archive, manifest, folder, Path(scratch), now, force)
        else:
            replaced = None
            _restore_postgres(archive, manifest, folder, Path(scratch), url, force)
    return Restored(folder, manifest, manifest["revision"] in migrate.heads(), replaced)


def _unpack(archive: Path, manifest: Mapping[str, Any], folder: Path, scratch: Path) -> None:
    """The database's members go to the scratch folder, the files into the store (harmless where they are already)."""
    with backup_archive.reading(archive) as tar:
        for entry in manifest["members"]:
            member = backup_archive.Member(**entry)
            sha256 = member.name.rpartition("/")[2]
            if not member.name.startswith("files/"):
                backup_archive.unpack(tar, member, scratch / sha256)
            elif sha256 != member.sha256:
                raise NotLikeThis(f"备份中文件 {sha256} 的内容与名称不符，没有恢复数据库")
            elif not files.intact(files.place(sha256, folder / "files"), sha256):
                _put(tar, member, files.place(sha256, folder / "files"))


def _put(tar: Any, member: backup_archive.Member, target: Path) -> None:
    beside = target.with_name(f".{target.name}.restore")
    backup_archive.unpack(tar, member, beside)
    beside.replace(target)
    files.fsync_folder(target.parent)


# ---------------------------------------------------------------- SQLite


def _restore_sqlite(
    archive: Path, manifest: Mapping[str, Any], folder: Path, scratch: Path, now: datetime, force: bool
) -> Path | None:
    target = folder / "shian.sqlite3"
    if target.exists() and not force:
        raise NotAllowedNow(f"“{folder}”中已有数据库，没有恢复。请用 --into 指定空文件夹，或停止服务后用 --force 替换")
    if target.exists():
        _settle(target)
    _unpack(archive, manifest, folder, scratch)
    try:
        found = database.inspect_sqlite(scratch / database.DATABASE)
    except (ValueError, sqlite3.DatabaseError) as error:
        raise NotLikeThis(f"备份中的数据库已损坏，没有恢复：{error}") from error
    _compare(manifest, found)
    replaced = _move_aside(target, folder, now) if target.exists() else None
    (scratch / database.DATABASE).replace(target)
    if os.name == "posix":
        target.chmod(0o600)
    files.fsync_folder(folder)
    return replaced


def _settle(path: Path) -> None:
    """Refuse while a server or worker still has the database open."""
    try:
        if database.sqlite_in_use(path):
            raise NotAllowedNow("数据库正在使用中，没有恢复。请先停止网站和后台任务进程，再重新执行")
    except sqlite3.DatabaseError:
        return  # damaged: that is why somebody restores


def _move_aside(target: Path, folder: Path, now: datetime) -> Path:
    stamp = clock.office_time(now).strftime("%Y%m%d-%H%M%S")
    aside = Path(tempfile.mkdtemp(prefix=f"replaced-{stamp}-", dir=folder))
    for name in (target.name, f"{target.name}-wal", f"{target.name}-shm"):
        if (folder / name).exists():
            shutil.move(folder / name, aside / name)
    return aside


# ---------------------------------------------------------------- PostgreSQL


def _restore_postgres(
    archive: Path, manifest: Mapping[str, Any], folder: Path, scratch: Path, url: str | None, force: bool
) -> None:
    target = _server(url)
    try:
        if not force and not database.is_empty(target):
            raise NotAllowedNow("目标数据库不是空的，没有恢复。请换一个空数据库，或停止服务后用 --force 替换")
        _unpack(archive, manifest, folder, scratch)
        found = database.load_postgres(target, scratch, manifest)
        _compare(manifest, found)
    except ValueError as error:
        raise NotLikeThis(f"恢复后的内容与备份不一致，已全部撤回：{error}") from error
    finally:
        target.dispose()


def _server(url: str | None) -> Engine:
    if not url or not url.startswith("postgresql"):
        raise NotLikeThis("该备份来自 PostgreSQL，请在 DATABASE_URL 或 --database 中给出目标数据库后重新执行")
    return make_engine(url)


def _compare(manifest: Mapping[str, Any], found: database.Contents) -> None:
    different = [name for name, rows in manifest["rows"].items() if found.rows.get(name) != rows]
    if different:
        raise NotLikeThis(f"恢复后的行数与备份清单不一致：{'、'.join(different)}")
    if found.chain.head != manifest["chain"]["head"] or found.chain.broken != manifest["chain"]["broken"]:
        raise NotLikeThis("恢复后的办理记录校验链与备份清单不一致，请用另一份备份")
