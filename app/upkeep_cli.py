"""``flask backup rehearse``, ``flask retention``, ``flask db copy``: looking after an installation."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app import clock, copying, history, rehearsal
from app import retention as kept
from app.authorize import local_operator
from app.cli import backup, db
from app.commands import Answer, command
from app.db import engine, session, transaction
from app.domain.actors import Actor
from app.downloads import operations as downloads
from app.indicators import checks

retention = AppGroup("retention", help="技术残留：会话、登录尝试、草稿、已读消息、导出文件、过期备份、临时文件")


def register(app: Flask) -> None:
    app.cli.add_command(retention)


@command(backup, "rehearse", brings=False)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--database", "url", help="演练用的空 PostgreSQL 数据库，默认为 REHEARSAL_DATABASE")
def rehearse(actor: Actor, file: Path | None, url: str | None) -> Answer:
    """恢复演练：把最近一次备份恢复到临时位置，核对行数、校验链和统计指标，登记结果。"""
    archive = file or rehearsal.last_backup()
    session().rollback()
    done = rehearsal.rehearse(archive, clock.now(), _different, url)
    with transaction():
        changes = {"rows": (None, done.rows), "files": (None, done.files), "head": (None, done.head)}
        result = "failed" if done.problem else "passed"
        history.record(
            "backup", None, "rehearse", actor, name=archive.name, comment=done.problem or "通过", to_state=result, changes=changes
        )
    data = {"file": str(archive), "ok": done.problem is None, "problem": done.problem, "rows": done.rows, "files": done.files}
    if done.problem:
        return Answer(data, [f"恢复演练没有通过：{archive}：{done.problem}", "请重新备份后再演练；结果已登记"], refused=True)
    told = f"{done.rows} 行、{done.files} 个文件，校验链和统计指标一致，临时内容已删除，结果已登记"
    return Answer(data, [f"恢复演练通过：{archive}：{told}"])


def _different(app: Flask) -> list[str]:
    report = checks.check(local_operator())
    return [f"{one['what']}：显示 {one['shown']}，重算 {one['recounted']}" for one in report.different]


# ---------------------------------------------------------------- retention


@command(retention, "list")
def list_kinds(actor: Actor) -> Answer:
    """列出可以清理的技术残留；业务记录、办理记录和附件从不清理。"""
    found = kept.kinds(clock.now(), _withdraw(actor))
    return Answer(*_told(found))


def _told(found: list[kept.Kind]) -> tuple[dict[str, int], list[str]]:
    lines = [f"{kind.title}：{kind.count}　{kind.rule}" for kind in found]
    return {kind.name: kind.count for kind in found}, lines


@command(retention, "apply")
@click.option("--yes", is_flag=True, help="确实清理；不加时只列出")
def apply(actor: Actor, yes: bool) -> Answer:
    """清理技术残留并写入办理记录；不加 --yes 时只列出。"""
    found = kept.kinds(clock.now(), _withdraw(actor))
    data, lines = _told(found)
    if not yes:
        return Answer({**data, "applied": False}, [*lines, "以上没有清理；确认后加 --yes"])
    forgotten: list[str] = []
    with transaction():
        found = kept.kinds(clock.now(), _withdraw(actor, forgotten))
        gone = {kind.name: kind.clear() for kind in found if kind.count}
        if gone:
            changes = {name: (None, number) for name, number in gone.items()}
            history.record("system", None, "clear_away", actor, changes=changes)
    downloads.forget(forgotten)
    titles = {kind.name: kind.title for kind in found}
    lines = [f"已清理 {titles[name]} {number}" for name, number in gone.items()] or ["没有可以清理的内容"]
    return Answer({**{kind.name: gone.get(kind.name, 0) for kind in found}, "applied": True}, lines)


def _withdraw(actor: Actor, forgotten: list[str] | None = None) -> Callable[[], int]:
    gone = forgotten if forgotten is not None else []

    def withdraw() -> int:
        before = len(gone)
        while some := downloads.withdraw_old(actor, clock.now()):
            gone.extend(some)
        return len(gone) - before

    return withdraw


# ---------------------------------------------------------------- another database


@command(db, "copy")
@click.option("--to", "url", required=True, help="空数据库的地址：postgresql://… 或 sqlite:////…；写 - 则从标准输入读取")
def copy(actor: Actor, url: str) -> Answer:
    """把全部数据复制到另一个空数据库（SQLite 与 PostgreSQL 之间），逐表核对；现有数据库不变。"""
    address = sys.stdin.readline().strip() if url == "-" else url
    target = copying.target_of(address)
    with transaction():
        told = target.url.render_as_string(hide_password=True)
        history.record("system", None, "copy", actor, name=target.dialect.name, comment=f"开始复制到 {told}")
    session().close()
    try:
        done = copying.copy(engine(), target, lambda line: click.echo(line, err=True))
    finally:
        target.dispose()
    rows = sum(done.rows.values())
    lines = [
        f"已复制 {len(done.rows)} 张表 {rows} 行到 {told}，逐表校验值和办理记录校验链（{done.entries} 条）一致",
        "附件等文件仍在数据文件夹中，不用复制。请在 config.py 中把 DATABASE_URL 改为新地址，执行 flask doctor 后启动",
    ]
    return Answer({"tables": len(done.rows), "rows": done.rows, "entries": done.entries, "head": done.head}, lines)
