"""``flask upgrade``, ``flask rollback``, ``flask maintenance``: changing the version of the program."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app import clock, doctor, history, running, upgrade
from app.alerts import rollbacks
from app.authorize import local_operator
from app.commands import Answer, command
from app.db import session, transaction
from app.domain.actors import Actor
from app.errors import NotLikeThis, Refused
from app.indicators import checks
from app.reference_data.operations import load_reference

plain = AppGroup("plain")  # collects the commands that stand alone


def register(app: Flask) -> None:
    for found in plain.commands.values():
        app.cli.add_command(found)


def _tell(sentence: str) -> None:
    click.echo(sentence, err=True)


@command(plain, "upgrade", act=False)
def upgrade_command() -> Answer:
    """升级：检查、备份、升级结构、装载基础数据、核对；不成功则恢复原数据。先停止网站和后台任务。"""
    done = upgrade.perform(clock.now(), load=_load, indicators=_different, tell=_tell)
    assert done.backup is not None
    with transaction():
        moved = {"revision": (done.before, done.after), "backup": (None, done.backup.name)}
        history.record("system", None, "upgrade", local_operator(), name=done.after, changes=moved)
    same = f"数据库结构已是 {done.after}，基础数据已装载，核对一致"
    lines = [same if done.before == done.after else f"升级完成：{done.before} → {done.after}"]
    lines += [f"升级前的备份：{done.backup}", *done.notes]
    lines += [f"{found.sign}　{found.title}：{found.message}" for _, found in doctor.examine() if found.level != "ok"]
    lines.append("请改用新版本的程序并启动网站和后台任务，打开首页核对。需要退回：停止服务，用旧版本的程序执行 flask rollback")
    return Answer({"before": done.before, "after": done.after, "backup": str(done.backup), "notes": done.notes}, lines)


def _load() -> None:
    with transaction():
        load_reference(local_operator())


def _different() -> list[str]:
    report = checks.check(local_operator())
    found = [f"统计指标不一致：{one['what']}，显示 {one['shown']}，重算 {one['recounted']}" for one in report.different]
    session().rollback()
    return found


@command(plain, "rollback", act=False)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="确认：升级以后办理的内容将不再存在")
def rollback(file: Path | None, yes: bool) -> Answer:
    """回退：用升级前的程序执行，恢复升级前的备份（现有数据先另存一份备份）。"""
    way = upgrade.way_back(file)
    told = f"将恢复 {way.archive}（{way.manifest['made_at']} UTC）；此后有 {way.lost} 条办理记录，恢复后不再存在"
    if not yes:
        raise NotLikeThis(f"{told}。没有执行；确认后加 --yes")
    now = clock.now()
    upgrade.alone()
    last, voided = rollbacks.leaving(int(way.manifest["chain"]["entries"]))
    session().rollback()
    saved = upgrade.roll_back(way, now, _tell)
    with transaction():
        rollbacks.record(way.archive.name, saved.name, last, voided)
    data = {"restored": str(way.archive), "saved": str(saved), "lost": way.lost, "voided": len(voided)}
    lines = [f"已回退到升级前的数据，{way.lost} 条办理记录不再存在；回退前的数据另存为 {saved}"]
    lines += [_void(len(voided), now)] if voided else []
    return Answer(data, [*lines, "请启动网站和后台任务"])


def _void(count: int, at: datetime) -> str:
    """The anchor file is told last: one that is out of reach is no reason to leave the rollback half told."""
    try:
        rollbacks.write(at)
    except Refused as refusal:
        return f"此后写出的 {count} 个校验锚点作废，已记入办理记录；{refusal.sentence}，否则夜间校验会报锚点不符"
    return f"此后写出的 {count} 个校验锚点作废，已记入办理记录和锚点文件"


@command(plain, "maintenance")
@click.argument("wanted", type=click.Choice(["on", "off", "status"]), default="status")
@click.option("--reason", default="维护", help="显示给用户的说明，如“更换磁盘，预计 18:00 恢复”")
def maintenance(actor: Actor, wanted: str, reason: str) -> Answer:
    """维护状态：on 后各页显示维护说明、后台任务不再领取新任务；off 恢复。"""
    if wanted == "on":
        running.close(reason[:100])
    elif wanted == "off":
        running.reopen()
    now = running.closed()
    if wanted != "status":
        with transaction():
            history.record("system", None, "close" if now else "reopen", actor, comment=now)
    return Answer({"closed": now}, [f"正在维护：{now}" if now else "正常运行"])
