"""恢复演练: the last backup restored beside the installation, compared, and taken away again.

The restored database is asked what the real one is asked: does the chain hold, do the figures agree. What was found is
recorded by the caller, so that ``flask doctor`` and an inspector can see when a backup was last proven.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask, current_app

from app import backup, backup_database, migrate, restore
from app.db import engine, make_engine
from app.errors import NotAllowedNow, NotFound, NotLikeThis, Refused


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What restoring found; ``problem`` says what did not hold."""

    archive: Path
    rows: int
    files: int
    head: str
    problem: str | None


def last_backup() -> Path:
    """Raises NotFound when none stands in the folder of backups."""
    found = next((one.path for one in backup.kept(backup.DAILY)), None)
    if found is None:
        raise NotFound(f"备份文件夹 {backup.default_folder()} 中没有备份，请先执行 flask backup create，或指明备份文件")
    return found


def rehearse(archive: Path, now: datetime, figures: Callable[[Flask], list[str]], database: str | None) -> Rehearsed:
    """Restore, compare, ask for the figures. Raises NotFound, NotLikeThis when there is nothing to rehearse with."""
    manifest, problems = backup.verify(archive)
    told = (sum(manifest.get("rows", {}).values()), int(manifest.get("files", 0)), manifest.get("chain", {}).get("head", ""))
    if problems:
        return Rehearsed(archive, *told, "；".join(problems[:3]))
    url = _scratch_database(database) if manifest["engine"] == "postgresql" else None
    instance = Path(current_app.config["INSTANCE_FOLDER"])
    with tempfile.TemporaryDirectory(prefix=".rehearsal-", dir=instance) as scratch:
        try:
            restore.restore(archive, Path(scratch), url, now)
            return Rehearsed(archive, *told, _found(Path(scratch), url, figures))
        except Refused as refusal:
            return Rehearsed(archive, *told, refusal.sentence)
        finally:
            if url:
                _empty(url)


def _found(folder: Path, url: str | None, figures: Callable[[Flask], list[str]]) -> str | None:
    from app.factory import create_app

    settings = {"INSTANCE_FOLDER": folder, "DATABASE_URL": url or f"sqlite:///{folder / 'shian.sqlite3'}", "ACCESS_LOG": None}
    app = create_app({**settings, "SECRET_KEY": current_app.config["SECRET_KEY"], "METRICS_NETS": None})
    with app.app_context():
        try:
            migrate.upgrade(engine())
            found = figures(app)
        finally:
            engine().dispose()
    return "；".join(found[:3]) or None


def _scratch_database(given: str | None) -> str:
    url = given or current_app.config["REHEARSAL_DATABASE"]
    if not url:
        raise NotLikeThis("PostgreSQL 的演练需要一个空数据库：建立后在 config.py 中填写 REHEARSAL_DATABASE，或用 --database 指明")
    if make_engine(url).url == make_engine(current_app.config["DATABASE_URL"]).url:
        raise NotLikeThis("演练用的数据库就是正在使用的数据库，没有演练")
    scratch = make_engine(url)
    try:
        if not backup_database.is_empty(scratch):
            raise NotAllowedNow("演练用的数据库不是空的，没有演练。请换一个空数据库")
    finally:
        scratch.dispose()
    return str(url)


def _empty(url: str) -> None:
    scratch = make_engine(url)
    backup_database.empty(scratch)
    scratch.dispose()
