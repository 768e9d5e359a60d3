"""``flask doctor`` (系统体检): configuration tests of this installation, runnable on site.

Each check answers with a sentence: what was found and, if it is wrong, what to do.
"""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app import clock, config, files, migrate
from app.accounts.models import User
from app.attachments.models import Attachment
from app.backup_database import sqlite_file as database_file
from app.chain import HistoryEntry, link_hash
from app.db import engine, session
from app.findings import CHECKS, Finding, check, examine, file_system, folder, open_to_others, warning
from app.reference_data.models import CalendarYear, FoodCategory, FoodLimit, Region, TestItem

__all__ = ["CHECKS", "Finding", "doctor_operation", "examine"]

LEAST_FREE = 2 << 30
DEFAULT_NAMES = ("admin", "administrator", "root", "test", "guest", "user", "demo")

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs", "fuse.glusterfs"})
OLDEST_POSTGRES = 150000
POSTGRES = {
    "version": "SHOW server_version_num", "server_encoding": "SHOW server_encoding", "isolation": "SHOW transaction_isolation",
    "collation": "SELECT datcollate FROM pg_database WHERE datname = current_database()", "fsync": "SHOW fsync",
    "synchronous_commit": "SHOW synchronous_commit",
}  # fmt: skip
SQLITE = {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2, "PRAGMA foreign_keys": 1}


@check("secret_key", "密钥")
def secret_key() -> Finding:
    """ASVS 13.3.1: secrets in a file of mode 0600 outside the repository, or from the environment."""
    if len(current_app.config["SECRET_KEY"] or "") < 32:
        return Finding(False, "密钥过短或缺失，请设置至少 32 个字符的 SHIAN_SECRET_KEY")
    held = [path for path in (folder() / "secret_key", folder() / "config.py") if path.exists() and _tells(path)]
    if not held:
        return Finding(True, "密钥由环境变量提供")
    open_to_all = [path for path in held if open_to_others(path)]
    if open_to_all:
        return Finding(False, f"密钥文件可被他人读取，请执行 chmod 600 {' '.join(map(str, open_to_all))}")
    return Finding(True, "密钥文件只有本账户可读")


def _tells(path: Path) -> bool:
    """A configuration without a key or a password may be read by anybody."""
    return path.suffix != ".py" or any(word in path.read_text(encoding="utf-8") for word in ("SECRET_KEY", "DATABASE"))


@check("database", "数据库结构")
def database() -> Finding:
    found, heads = migrate.current(engine()), migrate.heads()
    if [found] != heads:
        return Finding(False, f"数据库版本为 {found or '空'}，程序需要 {'、'.join(heads)}，{migrate.remedy(found)}")
    return Finding(True, f"数据库可用，版本 {found}")


@check("database_settings", "数据库设置")
def database_settings() -> Finding:
    with engine().connect() as connection:
        if connection.dialect.name != "sqlite":
            return _postgres(connection)
        found = {pragma: connection.exec_driver_sql(pragma).scalar() for pragma in SQLITE}
    words = "、".join(f"{pragma.removeprefix('PRAGMA ')}={value}" for pragma, value in found.items())
    if found != SQLITE:
        return Finding(False, f"SQLite {words}；应为 wal、2、1，请检查数据库是否放在本机磁盘")
    kind = file_system(database_file(engine()))
    if kind in NETWORK:
        return Finding(False, f"SQLite 数据库在网络文件系统 {kind} 上，可能损坏数据，请把数据文件夹移到本机磁盘")
    return Finding(True, f"SQLite {words}" + (f"，文件系统 {kind}" if kind else ""))


def _postgres(connection: sa.Connection) -> Finding:
    """Durable, Unicode, and the isolation that the locking of records was written for."""
    shown = {name: str(connection.exec_driver_sql(statement).scalar()) for name, statement in POSTGRES.items()}
    words = "、".join(f"{name}={value}" for name, value in shown.items())
    if shown["fsync"] != "on":
        return Finding(False, f"PostgreSQL {words}；fsync 应为 on，断电才不丢数据")
    if shown["server_encoding"] != "UTF8" or shown["isolation"] != "read committed":
        return Finding(False, f"PostgreSQL {words}；编码应为 UTF8、隔离级别应为 read committed，请重建数据库或改正设置")
    if int(shown["version"]) < OLDEST_POSTGRES:
        return Finding(False, f"PostgreSQL {words}；本程序只在 15 及以上版本测试过，请升级数据库服务器")
    if shown["synchronous_commit"] == "off":
        return warning(f"PostgreSQL {words}；synchronous_commit=off 时断电会丢失最近办理的内容")
    return Finding(True, f"PostgreSQL {words}")


@check("history_chain", "办理记录校验链")
def history_chain() -> Finding:
    """The newest thousand links; ``flask audit verify`` walks all of them."""
    columns = HistoryEntry.__table__.columns
    newest = session().execute(sa.select(*columns).order_by(columns.seq.desc()).limit(1000)).mappings().all()
    later: str | None = None
    for row in newest:
        if link_hash(dict(row)) != row["hash"] or later not in (None, row["hash"]):
            return Finding(False, f"第 {row['seq']} 条办理记录被改动，请保全现场并报告审计管理员")
        later = row["prev_hash"]
    head = f"，末条为第 {newest[0]['seq']} 条 {newest[0]['hash'][:12]}" if newest else ""
    return Finding(True, f"最近 {len(newest)} 条办理记录的校验链完好{head}")


@check("free_disk", "磁盘空间")
def free_disk() -> Finding:
    free = shutil.disk_usage(folder()).free
    words = f"数据所在磁盘剩余 {free >> 20:,} MB"
    return Finding(True, words) if free >= LEAST_FREE else Finding(False, f"{words}，不足 2 GB，请清理或扩容")


@check("calendar", "工作日历")
def calendar() -> Finding:
    """Next year's notice is published in November: before December its absence is no fault."""
    today = clock.today()
    confirmed = set(session().scalars(sa.select(CalendarYear.year).where(CalendarYear.confirmed.is_(True))))
    wanted = {today.year} | ({today.year + 1} if today.month == 12 else set())
    missing = sorted(wanted - confirmed)
    if missing:
        years = "、".join(map(str, missing))
        return Finding(False, f"{years} 年工作日历尚未按国务院办公厅通知确认，期限均为暂定，请在基础数据中维护")
    if today.year + 1 not in confirmed:
        found = f"{today.year} 年工作日历已确认；{today.year + 1} 年待国务院办公厅通知发布后维护"
        return warning(found) if today.month == 11 else Finding(True, found)
    return Finding(True, f"{today.year} 年、{today.year + 1} 年工作日历已确认")


@check("reference", "基础数据")
def reference() -> Finding:
    tables = {"行政区划": Region, "食品分类": FoodCategory, "检验项目": TestItem, "限量": FoodLimit}
    count = sa.func.count()
    found = {name: session().scalar(sa.select(count).select_from(model)) or 0 for name, model in tables.items()}
    empty = [name for name, rows in found.items() if not rows]
    if empty:
        return Finding(False, f"基础数据未装载：{'、'.join(empty)}，请执行 flask reference load")
    return Finding(True, "、".join(f"{name} {rows} 条" for name, rows in found.items()))


@check("files", "文件库")
def files_writable() -> Finding:
    root = files.folder()
    root.mkdir(parents=True, exist_ok=True)
    probe = root / f".probe-{os.getpid()}"
    try:
        files.write_whole(probe, b"probe")
    finally:
        probe.unlink(missing_ok=True)
    return Finding(True, f"文件库可写：{root}")


@check("attachments", "附件")
def attachments_present() -> Finding:
    """Is every file that a row names in the store? Content is compared when it is handed out or backed up."""
    kept = sa.or_(Attachment.voided_at.is_(None), Attachment.subject_kind != "list_export")  # an old export's bytes are removed
    named = session().scalars(sa.select(Attachment.sha256).where(kept).distinct()).all()
    missing = [sha256 for sha256 in named if not files.place(sha256).is_file()]
    if missing:
        return Finding(False, f"{len(missing)} 个附件文件缺失，请从备份恢复，如：{missing[0]}")
    return Finding(True, f"{len(named)} 个附件文件都在")


@check("clock", "系统时间")
def plausible_clock() -> Finding:
    """A clock that went back would date new history before old (ASVS 16.2.2)."""
    last = session().scalar(sa.select(sa.func.max(HistoryEntry.at)))
    if last is not None and clock.now() < last - timedelta(minutes=5):
        written = clock.office_time(last).strftime("%Y-%m-%d %H:%M")
        return Finding(False, f"系统时间早于最近一条办理记录（{written}），请校准服务器时间并启用时间同步")
    frozen = clock.frozen_day()
    return Finding(True, f"日期被 SHIAN_TODAY 固定为 {frozen}" if frozen else "系统时间正常")


@check("default_accounts", "默认账户")
def default_accounts() -> Finding:
    named = session().scalars(
        sa.select(User.username).where(sa.func.lower(User.username).in_(DEFAULT_NAMES), User.active.is_(True))
    ).all()
    if named:
        return Finding(False, f"存在默认账户：{'、'.join(named)}，请停用并改为实名账户")
    return Finding(True, "没有默认账户")


@check("debug", "调试模式")
def debug_off() -> Finding:
    if current_app.debug:
        return Finding(False, "调试模式已打开，任何人可能看到程序内部信息，请删除环境变量 FLASK_DEBUG 后重启")
    return Finding(True, "调试模式已关闭")


@check("transport", "传输加密")
def transport() -> Finding:
    """GB/T 22239 8.1.4.1: what travels the network is encrypted, or everybody is told that it is not."""
    if current_app.config["ENV"] != "production":
        return Finding(True, "本机试用环境，不经网络传输")
    if current_app.config["ALLOW_PLAIN_HTTP"]:
        return warning("按 ALLOW_PLAIN_HTTP 允许明文访问，页面显示红色提示；请尽快启用 HTTPS")
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    return Finding(secure, "会话 Cookie 只经 HTTPS 传输" if secure else "会话 Cookie 未限定 HTTPS，请删除该项配置")


@check("instance_outside_web", "数据文件夹位置")
def instance_outside_web() -> Finding:
    """Nothing of the instance may lie below the folder that is served (ASVS 13.4.1)."""
    static = config.ROOT / "app" / "static"
    inside = folder().resolve().is_relative_to(static)
    return Finding(not inside, f"数据文件夹{'位于' if inside else '不在'}网页目录 {static} 内")


from app import doctor_operation  # noqa: E402  its checks come after these
