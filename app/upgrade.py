"""Changing to another version of the program (升级、回退): checked, backed up, migrated and compared, or as it was.

A migration is one transaction on both databases. What fails after it is undone by restoring the backup made before it, and
the content of every table is then compared with what it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from app import backup, files, migrate, restore, running
from app import backup_database as database
from app.chain import verify_chain
from app.db import engine, session
from app.errors import NotAllowedNow, NotFound, NotLikeThis, Refused

BEFORE, AFTER = "before-upgrade", "before-rollback"
SPARE = 512 << 20
AS_BEFORE = "升级没有成功，数据已是升级前的内容（逐表核对一致），可以继续用原版本。原因："
Tell = Callable[[str], None]
Step = Callable[[], None]


@dataclass(slots=True)
class Upgraded:
    """What an upgrade did."""

    before: str | None
    after: str | None = None
    backup: Path | None = None
    notes: list[str] = field(default_factory=list)


def perform(now: datetime, *, load: Step, indicators: Callable[[], list[str]], tell: Tell) -> Upgraded:
    """Upgrade the database to this program, or leave it exactly as it was.

    ``load`` loads the reference data in a transaction of its own; ``indicators`` says which figures do not agree.
    Raises NotAllowedNow, NotLikeThis; whatever it raises, the former content is in place.
    """
    done = Upgraded(_known_revision())
    alone()
    made_of = database.fingerprint(engine())
    with running.maintenance("升级"):
        done.backup = _back_up(now, BEFORE, tell)
        broken = verify_chain().broken
        session().rollback()
        try:
            _change(done, broken, load, indicators, tell)
        except BaseException as fault:
            tell(f"升级没有成功：{_words(fault)}")
            _put_back(done.backup, made_of, now, tell)
            if isinstance(fault, Exception):
                raise NotLikeThis(f"{AS_BEFORE}{_words(fault)}") from fault
            raise
    return done


def _change(done: Upgraded, broken: list[str], load: Step, indicators: Callable[[], list[str]], tell: Tell) -> None:
    tell("升级数据库结构……")
    migrate.upgrade(engine())
    done.after = migrate.current(engine())
    tell("装载基础数据……")
    load()
    tell("核对结构、办理记录和统计指标……")
    problems = [f"模型与数据库不一致：{one}" for one in migrate.differences(engine())]
    problems += [one for one in verify_chain().broken if one not in broken]
    problems += indicators()
    session().rollback()
    if problems:
        raise NotLikeThis("；".join(problems[:5]))
    if broken:
        done.notes.append(f"升级前办理记录校验链已有 {len(broken)} 处异常，升级没有改变它们，请报告审计管理员（flask audit verify）")


def _words(fault: BaseException) -> str:
    if isinstance(fault, Refused):
        return fault.sentence
    return f"{type(fault).__name__}：{next(iter(str(fault).splitlines()), '')}"


# ---------------------------------------------------------------- before anything is touched


def _known_revision() -> str:
    found = migrate.current(engine())
    if found is None:
        raise NotLikeThis("数据库还是空的，不用升级：请执行 flask db upgrade 和 flask reference load")
    if not migrate.known(found):
        raise NotLikeThis(f"数据库版本 {found} 比本程序新，没有改动。请改用新版本的程序，或用 flask rollback 恢复升级前的备份")
    return found


def alone() -> None:
    """Refuse while a server, a worker or another command has the database open."""
    signs = [one.name for one in running.workers() if one.alive(running.clock.now())]
    if signs:
        raise NotAllowedNow(f"后台任务进程正在运行（{'、'.join(signs)}），没有改动。请停止网站和后台任务（被强行结束的等一分钟）后再执行")
    session().close()
    engine().dispose()
    if engine().dialect.name == "sqlite" and database.sqlite_file(engine()).resolve() != _place():
        raise NotLikeThis("DATABASE_URL 指向数据文件夹之外的 SQLite 文件，不能保证恢复，没有改动。请把文件移到数据文件夹并去掉该设置")
    if database.in_use(engine()):
        raise NotAllowedNow("数据库正在使用中，没有改动。请先停止网站和后台任务（systemctl stop shian-web shian-worker），再重新执行")


def _place() -> Path:
    return (Path(current_app.config["INSTANCE_FOLDER"]) / "shian.sqlite3").resolve()


def _room() -> None:
    """The backup, its scratch copy, and on SQLite the database that is moved aside."""
    stored = sum(path.stat().st_size for path in files.stored())
    needed = 3 * database.size(engine()) + stored + SPARE
    folder = backup.default_folder()
    folder.mkdir(parents=True, exist_ok=True)
    free = min(shutil.disk_usage(place).free for place in (folder, Path(current_app.config["INSTANCE_FOLDER"])))
    if free < needed:
        told = f"磁盘剩余 {free >> 20:,} MB，至少需要 {needed >> 20:,} MB，没有改动"
        raise NotLikeThis(f"{told}。请清理磁盘，或用 BACKUP_FOLDER 指定另一块磁盘")


def _back_up(now: datetime, kind: str, tell: Tell) -> Path:
    _room()
    tell("备份并校验……")
    made = backup.create(backup.default_place(now, kind), now)
    tell(f"备份完好：{made.path}")
    return made.path


# ---------------------------------------------------------------- back


def _put_back(archive: Path, expected: dict[str, str], now: datetime, tell: Tell) -> None:
    session().rollback()
    session().close()
    engine().dispose()
    if database.fingerprint(engine()) == expected:
        tell("数据库没有被改动")
        return
    _restore(archive, now)
    found = database.fingerprint(engine())
    if different := [name or "结构" for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)]:
        raise NotLikeThis(f"恢复后与升级前不一致：{'、'.join(sorted(different))}。请停止使用，用 {archive} 恢复并联系开发人员")
    tell(f"已从 {archive} 恢复，与升级前逐表一致")


def _restore(archive: Path, now: datetime) -> restore.Restored:
    session().close()
    engine().dispose()
    settings = current_app.config
    return restore.restore(archive, Path(settings["INSTANCE_FOLDER"]), settings["DATABASE_URL"], now, force=True)


@dataclass(frozen=True, slots=True)
class Way:
    """What a rollback would do: the backup it goes back to, and how much was done since."""

    archive: Path
    manifest: Any
    lost: int


def way_back(archive: Path | None) -> Way:
    """The backup made before the last upgrade that this (older) program can read. Raises NotFound, NotLikeThis."""
    found = archive or next((one.path for one in backup.kept(BEFORE) if _readable(one.path)), None)
    if found is None:
        raise NotFound(f"在 {backup.default_folder()} 中没有本程序可用的升级前备份，请指明备份文件")
    manifest, problems = backup.verify(found)
    if problems:
        raise NotLikeThis(f"备份未通过校验，没有改动：{'；'.join(problems[:5])}")
    if manifest["revision"] not in migrate.heads():
        raise NotLikeThis(f"备份的数据库版本为 {manifest['revision']}，不是本程序的版本，没有改动。请用升级前的程序执行 rollback")
    entries = database.history_entries(engine())
    return Way(found, manifest, max(0, entries - int(manifest["chain"]["entries"])))


def _readable(path: Path) -> bool:
    try:
        return backup.backup_archive.manifest_of(path).get("revision") in migrate.heads()
    except ValueError:
        return False


def roll_back(way: Way, now: datetime, tell: Tell) -> Path:
    """Restore the backup; what is there now is backed up first. Returns where to. The caller has called ``alone()``."""
    with running.maintenance("回退"):
        saved = _back_up(now, AFTER, tell)
        _restore(way.archive, now)
        tell(f"已从 {way.archive} 恢复")
    return saved
