"""Commands of the installation itself: ``db``, ``backup``, ``worker``, ``doctor``."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app import backup as backups
from app import clock, doctor, migrate, restore
from app.commands import Answer, command
from app.db import engine, transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotLikeThis
from app.installation import jobs as installation
from app.installation.queries import standing

db = AppGroup("db", help="数据库结构：升级、降级、核对")
backup = AppGroup("backup", help="备份、恢复与校验")
plain = AppGroup("plain")  # collects the commands that stand alone


def register(app: Flask) -> None:
    for found in (db, backup, *plain.commands.values()):
        app.cli.add_command(found)


# ---------------------------------------------------------------- db


@command(db, "upgrade", act=False)
@click.argument("revision", default="head")
def upgrade(revision: str) -> Answer:
    """升级数据库结构到最新版本（或指定版本）。"""
    before = migrate.current(engine())
    _migrate(lambda: migrate.upgrade(engine(), revision), revision)
    after = migrate.current(engine())
    lines = [f"数据库结构已是最新版本 {after}" if before == after else f"数据库结构已升级：{before or '空库'} → {after}"]
    if before != after and after in migrate.heads():
        lines += _index_for_searching()
    return Answer({"before": before, "after": after}, lines)


def _index_for_searching() -> list[str]:
    """What was in the database before the search box came is not in its index yet."""
    from app.search.checking import fill_if_new

    with transaction():
        count = fill_if_new()
    return [f"已建立检索索引（{count} 条）"] if count else []


@command(db, "downgrade", act=False)
@click.argument("revision")
@click.option("--yes", is_flag=True, help="确认降级（会删除新版本增加的列和表中的数据）")
def downgrade(revision: str, yes: bool) -> Answer:
    """降级数据库结构到指定版本。"""
    if not yes:
        raise NotLikeThis("降级会删除新版本增加的列和表中的数据，没有执行。请先 flask backup create，再加 --yes 执行")
    before = migrate.current(engine())
    _migrate(lambda: migrate.downgrade(engine(), revision), revision)
    after = migrate.current(engine())
    return Answer({"before": before, "after": after}, [f"数据库结构已降级：{before or '空库'} → {after or '空库'}"])


def _migrate(step: object, revision: str) -> None:
    from alembic.util import CommandError

    assert callable(step)
    try:
        step()
    except CommandError as error:
        raise NotLikeThis(f"没有版本“{revision}”，数据库未改动（{error}）") from error


@command(db, "check", act=False)
def check() -> Answer:
    """核对：迁移只有一个终点、数据库在终点、模型与数据库一致。"""
    heads, current, found = migrate.heads(), migrate.current(engine()), migrate.differences(engine())
    problems = []
    if len(heads) != 1:
        problems.append(f"迁移有 {len(heads)} 个终点，应当只有 1 个：{'、'.join(heads)}")
    if current not in heads:
        problems.append(f"数据库版本为 {current or '空'}，{migrate.remedy(current)}")
    problems += [f"模型与数据库不一致：{difference}" for difference in found]
    data = {"heads": heads, "current": current, "differences": found, "ok": not problems}
    return Answer(data, problems or [f"数据库结构与程序一致，版本 {current}"], refused=bool(problems))


# ---------------------------------------------------------------- backup


@command(backup, "create")
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="备份文件")
def create(actor: Actor, target: Path | None) -> Answer:
    """备份数据库和全部文件，运行中即可执行。"""
    made, brought = installation.make(actor, target, clock.now())
    manifest = made.manifest
    rows = sum(manifest["rows"].values())
    lines = [f"已备份：{made.path}（{rows} 行，{manifest['files']} 个文件，{made.size} 字节，已校验）"]
    if manifest["chain"]["broken"]:
        lines.append("注意：办理记录校验链有异常，已原样备份，请执行 flask audit verify")
    if manifest["damaged"]:
        lines.append(f"注意：{len(manifest['damaged'])} 个附件文件已损坏，未放入备份，请从更早的备份恢复：{'、'.join(manifest['damaged'])}")
    data = {"path": str(made.path), "size": made.size, "sha256": made.sha256, "rows": manifest["rows"]}
    if brought is not None:
        data["second_place"] = {"copied": brought.names, "problem": brought.problem}
        lines.append(f"异地备份没有成功：{brought.problem}" if brought.problem else f"已复制到异地 {len(brought.names)} 份，已核对")
    told = {**data, **{name: manifest[name] for name in ("files", "damaged", "revision", "chain")}}
    return Answer(told, lines, refused=brought is not None and brought.problem is not None)


@command(backup, "copy", permission=Permission.INSTALLATION_BACKUP, brings=False)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def copy(actor: Actor, file: Path | None) -> Answer:
    """把还没有复制的备份（或指明的一份）复制到异地备份位置，读回核对。"""
    brought = installation.bring(actor, [file] if file else [])
    done = [f"已复制 {name}，已核对" for name in brought.names]
    lines = [*done, brought.problem] if brought.problem else done or ["异地备份位置中备份齐全，没有需要复制的"]
    return Answer({"copied": brought.names, "problem": brought.problem}, lines, refused=brought.problem is not None)


@command(backup, "place", permission=Permission.INSTALLATION_BACKUP)
def place(actor: Actor) -> Answer:
    """确认异地备份位置已经挂载（写入标记文件）；以后没有标记时不会写入，以免写到没有挂载的空文件夹。"""
    found = installation.set_up(actor)
    return Answer({"place": str(found)}, [f"已确认异地备份位置 {found}，以后每份备份都复制到该处"])


@command(backup, "list", permission=Permission.INSTALLATION_READ)
def list_backups(actor: Actor) -> Answer:
    """列出备份文件夹中的备份，以及异地是否已有。"""
    found = standing()
    words = {None: "", True: "　异地已有", False: "　异地没有"}
    lines = [f"{one.name}　{one.kind}　{backups.in_words(one.size)}{words[one.there]}" for one in found]
    data = [{"name": one.name, "day": one.day, "size": one.size, "second_place": one.there} for one in found]
    return Answer(data, lines or ["备份文件夹中还没有备份，请执行 flask backup create"])


@command(backup, "verify", act=False)
@click.argument("file", type=click.Path(path_type=Path))
def verify(file: Path) -> Answer:
    """逐字节校验一个备份文件。"""
    manifest, problems = backups.verify(file)
    data = {"ok": not problems, "problems": problems, "made_at": manifest.get("made_at"), "rows": manifest.get("rows")}
    return Answer(data, problems or [f"备份完好：{file}（{manifest['made_at']} UTC）"], refused=bool(problems))


@command(backup, "restore", act=False)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--into", "folder", type=click.Path(file_okay=False, path_type=Path), help="恢复到该 instance 文件夹")
@click.option("--database", "url", help="恢复到该 PostgreSQL 数据库，默认为 DATABASE_URL")
@click.option("--force", is_flag=True, help="替换已有内容（先停止服务）")
def restore_command(file: Path, folder: Path | None, url: str | None, force: bool) -> Answer:
    """恢复备份，比对校验值、行数和办理记录校验链。"""
    settings = current_app.config
    engine().dispose()
    into = (folder or Path(settings["INSTANCE_FOLDER"])).resolve()
    done = restore.restore(file, into, url or settings["DATABASE_URL"], clock.now(), force=force)
    rows = sum(done.manifest["rows"].values())
    lines = [f"已恢复到 {done.folder}：{rows} 行，{done.manifest['files']} 个文件，与备份一致", restore.KEY_SENTENCE]
    if done.replaced:
        lines.append(f"原数据库已移到 {done.replaced}，确认无误后可自行删除")
    if not done.at_head:
        lines.append("备份来自较早版本，请执行 flask db upgrade")
    data = {"folder": str(done.folder), "rows": done.manifest["rows"], "files": done.manifest["files"]}
    return Answer({**data, "chain": done.manifest["chain"], "at_head": done.at_head}, lines)


# ---------------------------------------------------------------- worker, doctor


@command(plain, "worker", act=False)
@click.option("--once", is_flag=True, help="办完当前排队的任务即退出")
def worker(once: bool) -> Answer:
    """办理后台任务，直到收到停止信号。"""
    from app.worker import serve

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    count = serve(app, once=once)
    return Answer({"jobs": count}, [f"已办理 {count} 个后台任务" if once else "后台任务进程已停止"])


@command(plain, "doctor", act=False)
def examine() -> Answer:
    """体检：配置、数据库、备份、后台任务、账号、日历、磁盘等。✓ 正常，△ 请留意，✗ 须处理（有 ✗ 时退出码为 1）。"""
    found = doctor.examine()
    failed = [name for name, finding in found if not finding.ok]
    warned = [name for name, finding in found if finding.warns]
    checks = [
        {"name": name, "title": finding.title, "ok": finding.ok, "level": finding.level, "message": finding.message}
        for name, finding in found
    ]
    lines = [f"{finding.sign}　{finding.title}：{finding.message}" for _, finding in found]
    lines.append(f"共 {len(found)} 项：{len(found) - len(failed) - len(warned)} 项正常，{len(warned)} 项请留意，{len(failed)} 项须处理")
    return Answer({"checks": checks, "failed": failed, "warned": warned}, lines, refused=bool(failed))
