"""``flask doctor``, second part: how the installation is run. Workers, backups, accounts, doors, time, fonts."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from app import backup, clock, files, running, second_place, virus_scan
from app.accounts.models import User
from app.attachments.models import Attachment
from app.chain import HistoryEntry
from app.db import engine, session
from app.dossier_pdf import installed_font
from app.errors import Refused
from app.findings import Finding, check, folder, open_to_others, production, warning
from app.monitoring import queries
from app.reference_data.checks import not_loaded
from app.syslog import queries as syslog

PATIENCE = timedelta(minutes=10)  # a job that has waited so long has nobody to do it
FRESH, STALE = timedelta(hours=30), timedelta(days=7)  # a nightly backup may be late by some hours
REHEARSED = timedelta(days=100)  # 每季一次
IDLE = timedelta(days=90)
SKEW = timedelta(seconds=30)
SAMPLE = 20
START = "请启动（systemctl start shian-worker，或 flask worker）"


@check("instance_private", "数据文件夹权限")
def instance_private() -> Finding:
    """Whoever may read the folder has everybody's business in hand."""
    if open_to_others(folder()):
        told = f"数据文件夹 {folder()} 可被本机其他账户读取，请执行 chmod 700 {folder()}"
        return Finding(False, told) if production() else warning(told)
    return Finding(True, "数据文件夹只有本账户可读")


@check("hosts", "域名和代理")
def hosts() -> Finding:
    settings = current_app.config
    if not production():
        return Finding(True, "本机试用环境，不限域名")
    if not settings["TRUSTED_HOSTS"]:
        return warning("没有限定访问域名，请在 config.py 中填写 TRUSTED_HOSTS")
    proxies = settings["TRUSTED_PROXIES"]
    told = f"只应答 {'、'.join(settings['TRUSTED_HOSTS'])}；前面有 {proxies} 层自己的代理"
    if not proxies and not settings["ALLOW_PLAIN_HTTP"]:
        return warning(f"{told}。经 nginx 访问的须把 TRUSTED_PROXIES 设为 1，否则登录限制和记录中都是代理的地址")
    return Finding(True, told)


@check("maintenance", "维护状态")
def maintenance() -> Finding:
    reason = running.closed()
    if reason is not None:
        return Finding(False, f"系统处于维护状态（{reason}），用户不能使用；结束后执行 flask maintenance off")
    return Finding(True, "正常使用")


@check("worker", "后台任务进程")
def worker() -> Finding:
    """Jobs that wait with nobody to do them are a fault; none waiting, only worth a look."""
    now = clock.now()
    alive = [sign for sign in running.workers() if sign.alive(now)]
    waited = queries.oldest_waiting(now)
    if alive:
        return Finding(True, f"{len(alive)} 个后台任务进程在运行")
    if waited is not None and waited > PATIENCE.total_seconds():
        return Finding(False, f"没有后台任务进程，最早的任务已等 {int(waited) // 60} 分钟，{START}")
    return warning(f"没有发现正在运行的后台任务进程，{START}")


def _days(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    return f"{age.days} 天前" if age.days else f"{minutes // 60} 小时前" if minutes >= 60 else f"{minutes} 分钟前"


def _old_enough(now: datetime) -> bool:
    """An installation of two days' standing should have its first backup."""
    first = session().scalar(sa.select(sa.func.min(HistoryEntry.at)))
    return first is not None and now - first > timedelta(days=2)


@check("backup", "备份")
def last_backup() -> Finding:
    now, last = clock.now(), queries.last_of("backup", "backup")
    if last is None:
        told = "还没有备份，请执行 flask backup create 并设每夜定时（shian-backup.timer）"
        return Finding(False, told) if production() and _old_enough(now) else warning(told)
    age = now - last.at
    told = f"最近一次备份 {last.subject_name}，{_days(age)}，写入时已校验"
    if age > STALE and production():
        return Finding(False, f"{told}；请查明定时备份为什么没有执行")
    newest = next(iter(backup.kept()), None)
    if newest is None and age <= STALE:
        return warning(f"{told}；备份文件夹 {backup.default_folder()} 中没有文件，请确认备份存放在哪里（BACKUP_FOLDER）")
    return warning(f"{told}；超过一天") if age > FRESH else Finding(True, told)


@check("backup_copy", "异地备份")
def second_copy() -> Finding:
    """GB/T 22239 8.1.4.8: the important data also stand elsewhere."""
    if second_place.folder() is None:
        told = "没有设置异地备份位置（BACKUP_COPY_TO）；每份备份须另存到别的机器（等级保护二级）"
        return warning(told) if production() else Finding(True, told)
    wrong = second_place.trouble()
    if wrong is not None:
        return Finding(False, wrong)
    last, lacking = queries.last_of("backup", "copy_backup"), second_place.missing()
    if last is not None and last.to_state == "failed" and lacking:
        return Finding(False, f"最近一次异地备份没有成功：{last.comment}")
    if lacking:
        return Finding(False, f"{len(lacking)} 份备份还没有复制到 {second_place.folder()}，如 {lacking[-1].name}，请执行 flask backup copy")
    told = f"备份都已复制到 {second_place.folder()} 并核对"
    return warning(f"{told}；但与数据在同一磁盘，请改为另一台机器或另一块磁盘") if second_place.same_disk() else Finding(True, told)


@check("rehearsal", "恢复演练")
def last_rehearsal() -> Finding:
    """A backup that nobody has restored is a hope."""
    now, last = clock.now(), queries.last_of("backup", "rehearse")
    if last is None:
        return warning("没有恢复演练的记录，请执行 flask backup rehearse（每季至少一次）")
    if last.to_state == "failed":
        return Finding(False, f"最近一次恢复演练（{_days(now - last.at)}）没有通过：{last.comment}。请重新备份后再演练")
    told = f"最近一次恢复演练 {_days(now - last.at)}通过（{last.subject_name}）"
    return warning(f"{told}；超过一季，请再演练") if now - last.at > REHEARSED else Finding(True, told)


@check("accounts", "账号")
def accounts() -> Finding:
    """多余、过期账户 (GB/T 22239 8.1.4.2): passwords never changed, people not seen for a quarter."""
    now, told = clock.now(), []
    active = sa.select(User.username).where(User.active.is_(True)).order_by(User.id)
    expired = session().scalars(active.where(User.must_change.is_(True), User.initial_until < now)).all()
    idle = session().scalars(active.where(User.last_sign_in_at < now - IDLE)).all()
    told += [f"{len(expired)} 个账号的一次性密码过期未用（{_some(expired)}），请重置或停用"] if expired else []
    told += [f"{len(idle)} 个账号 90 天未登录（{_some(idle)}），请核实后停用"] if idle else []
    waiting = session().scalar(sa.select(sa.func.count()).select_from(User).where(User.active.is_(True), User.must_change.is_(True)))
    if told:
        return warning("；".join(told))
    return Finding(True, f"没有闲置账号；{waiting} 个账号尚未修改初始密码" if waiting else "没有闲置账号，初始密码都已修改")


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:5]) + ("等" if len(names) > 5 else "")


@check("reference_version", "基础数据版本")
def reference_version() -> Finding:
    """Were the files that came with this program loaded?"""
    found = not_loaded()
    if found:
        return warning(f"与程序所带的有 {len(found)} 处不同，请执行 flask reference load 和 flask reference check，如：{found[0]}")
    return Finding(True, "与程序所带的一致")


@check("clock_skew", "时钟")
def clock_skew() -> Finding:
    """This machine and the database's, which may be another, tell the same time; the office's zone is the program's own."""
    zone = time.strftime("%z")
    told = f"本机时区 {zone}，程序一律按北京时间"
    if engine().dialect.name == "postgresql":
        theirs = session().scalar(sa.text("SELECT CAST(clock_timestamp() AT TIME ZONE 'UTC' AS timestamp)"))
        session().rollback()
        skew = abs(theirs - clock.now()) if theirs and clock.frozen_day() is None else timedelta()
        if skew > SKEW:
            return Finding(False, f"本机与数据库服务器的时钟相差 {int(skew.total_seconds())} 秒，请校准并启用时间同步（chrony）")
        told += f"；与数据库服务器相差 {skew.total_seconds():.1f} 秒"
    return Finding(True, told)


@check("attachments_sample", "附件抽查")
def attachments_sample() -> Finding:
    """The content of some files, chosen anew each time: all of them are compared when they are backed up."""
    newest = session().scalars(sa.select(Attachment.sha256).where(Attachment.voided_at.is_(None)).distinct()).all()
    chosen = random.sample(list(newest), min(SAMPLE, len(newest)))
    damaged = [sha256 for sha256 in chosen if files.place(sha256).is_file() and not files.intact(files.place(sha256), sha256)]
    if damaged:
        return Finding(False, f"抽查 {len(chosen)} 个附件，{len(damaged)} 个内容已损坏，请从备份恢复，如：{damaged[0]}")
    return Finding(True, f"抽查 {len(chosen)} 个附件，内容完好")


@check("fonts", "案卷字体")
def fonts() -> Finding:
    found = installed_font()
    if found is None:
        return warning("没有中文字体，不能生成案卷文件；请安装 fonts-noto-cjk。不需要 LibreOffice 或 Office")
    return Finding(True, f"{found}；不需要 LibreOffice 或 Office")


@check("antivirus", "病毒检查")
def antivirus() -> Finding:
    """GB/T 22239 8.1.4.5. Its last word is the day of the signatures."""
    if virus_scan.address() is None:
        return Finding(True, "没有设置病毒检查服务（CLAMD_ADDRESS），只按文件种类和内容把关；须另有防病毒措施")
    try:
        return Finding(True, f"病毒检查服务正常：{virus_scan.version()}")
    except Refused as refusal:
        return Finding(False, refusal.sentence)


@check("syslog", "日志外送")
def log_server() -> Finding:
    if not current_app.config["SYSLOG_ADDRESS"]:
        return Finding(True, "没有设置日志服务器（SYSLOG_ADDRESS），安全事件只保存在本系统")
    lag, now = syslog.lag(), clock.now()
    if lag is None:
        return warning(f"已设置日志服务器，还没有送过，{START}")
    told = f"已送到第 {lag.seq} 条办理记录，等待 {lag.entries} 条"
    if lag.since is None or now - lag.since <= PATIENCE:
        return Finding(True, told)
    told += f"，最早的已等 {_days(now - lag.since).removesuffix('前')}"
    return Finding(False, f"{told}；{f'最近一次没有送成：{lag.fault}，请检查日志服务器和网络' if lag.fault else START}")
