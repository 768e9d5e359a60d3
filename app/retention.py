"""What may go (技术残留的清理): sessions, sign-in attempts, forgotten drafts, read messages, files of exports, old backups, leavings.

Business records, their history, attachments and reference data are never here: they are kept as long as the archives law says.
网络安全法 21 asks for six months of logs; the history itself keeps every sign-in for good, so what goes here is a second copy.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app import backup, clock, second_place
from app.accounts.models import SignInAttempt, UserSession
from app.db import session
from app.downloads.queries import past_their_time
from app.messages.models import Message
from app.sampling.models import FormDraft

LOGS = 180  # days: 网络安全法 21 (three)
DRAFTS = 180
MESSAGES = 365
LEAVINGS = timedelta(days=2)  # what an interrupted command left behind
KEPT_BACKUPS, MONTHLY = 3, 366
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of leftover: its word, why it may go, how many there are, and how they go."""

    name: str
    title: str
    rule: str
    count: int
    clear: Callable[[], int]


def kinds(now: datetime, withdraw: Callable[[], int]) -> list[Kind]:
    """Everything that may go today. ``withdraw`` takes back the files of exports past their time."""
    exports = len(past_their_time(now - timedelta(days=current_app.config["EXPORT_DAYS"]), ALL))
    old, leavings = old_backups(clock.today()), left_behind(now)
    if second_place.folder() is not None and second_place.trouble() is None:
        old += old_backups(clock.today(), second_place.folder())
    return [
        _rows("sessions", "会话", f"结束或过期满 {LOGS} 天", UserSession, UserSession.until < now - timedelta(days=LOGS)),
        _rows("attempts", "登录尝试", f"满 {LOGS} 天，登录的办理记录不清理", SignInAttempt, SignInAttempt.at < now - timedelta(days=LOGS)),
        _rows("drafts", "表单草稿", f"{DRAFTS} 天没有保存过", FormDraft, FormDraft.saved_at < now - timedelta(days=DRAFTS)),
        _rows("messages", "已读消息", f"阅读满 {MESSAGES} 天", Message, Message.read_at < now - timedelta(days=MESSAGES)),
        Kind("exports", "导出文件", f"生成满 {current_app.config['EXPORT_DAYS']} 天（导出登记保留）", exports, withdraw),
        Kind("backups", "过期备份", _backup_rule(), len(old), lambda: _remove(one.path for one in old)),
        Kind("leavings", "临时文件", "中断的备份、恢复、演练留下，满 2 天", len(leavings), lambda: _remove(leavings)),
    ]


def _rows(name: str, title: str, rule: str, model: type[Any], where: Any) -> Kind:
    count = session().scalar(sa.select(sa.func.count()).select_from(model).where(where)) or 0

    def clear() -> int:
        return int(session().connection().execute(sa.delete(model.__table__).where(where)).rowcount)

    return Kind(name, title, rule, count, clear)


def _backup_rule() -> str:
    return f"满 {current_app.config['BACKUP_DAYS']} 天；每月第一份保存一年，最近 {KEPT_BACKUPS} 份不删；只限两处备份位置中自动命名的"


def old_backups(today: date, within: Path | None = None) -> list[backup.Kept]:
    """Of each kind the newest three stay, those of the last days, and the first of each month for a year."""
    found: list[backup.Kept] = []
    for kind in {one.kind for one in backup.kept(within=within)}:
        ours = backup.kept(kind, within)
        firsts = {one.path for one in {(each.day.year, each.day.month): each for each in ours}.values()}  # newest first: the last wins
        for one in ours[KEPT_BACKUPS:]:
            age = (today - one.day).days
            if age > current_app.config["BACKUP_DAYS"] and (one.path not in firsts or age > MONTHLY):
                found.append(one)
    return found


def left_behind(now: datetime) -> list[Path]:
    """Scratch folders and half-written files of commands that were cut off, by the names that only they use."""
    instance = Path(current_app.config["INSTANCE_FOLDER"])
    patterns = ((instance, (".restore-*", ".rehearsal-*", ".backup-*")), (backup.default_folder(), (".backup-*", ".shian-*.tar.*")),
                (instance / "run", ("web-*.json", "worker-*.json")), (instance / "files", ("??/??/.*",)))  # fmt: skip
    found = {path for folder, names in patterns for name in names for path in folder.glob(name)}
    limit = (now - LEAVINGS).replace(tzinfo=None)
    return sorted(path for path in found if clock.moment_of(path.lstat().st_mtime) < limit)


def _remove(paths: Iterable[Path]) -> int:
    count = 0
    for path in paths:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        count += 1
    return count
