"""``flask antivirus``: is the scanner there, and are the files that were taken long ago still clean by today's signatures?"""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app import files, history, virus_scan
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.errors import NotFound
from app.installation import door_views, personal
from app.installation.queries import named_in

antivirus = AppGroup("antivirus", help="病毒检查：检查一个文件，或用现在的病毒库重新检查已接收的全部文件（CLAMD_ADDRESS）")

particulars = AppGroup("personal", help="个人信息清单：保存哪些个人信息、用途、依据和保护")


def register(app: Flask) -> None:
    app.cli.add_command(antivirus)
    app.cli.add_command(particulars)


@command(antivirus, "status", permission=Permission.INSTALLATION_READ)
def status(actor: Actor) -> Answer:
    """病毒检查服务是否应答，病毒库的日期。"""
    said = virus_scan.version()
    return Answer({"version": said}, [f"病毒检查服务正常：{said}"])


@command(antivirus, "scan", permission=Permission.INSTALLATION_BACKUP, brings=False)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def scan(actor: Actor, file: Path | None) -> Answer:
    """检查一个文件；不指明时重新检查已接收的全部文件，结果写入办理记录。发现病毒的只报告，不删除。"""
    if file is not None and not file.is_file():
        raise NotFound(f"没有找到文件“{file}”，请核对路径")
    chosen = [file] if file else list(files.stored())
    found: list[tuple[str, str]] = []
    for path in chosen:
        with path.open("rb") as stream:
            seen = virus_scan.scan(stream)
        if seen.name is not None:
            found.append((path.name, seen.name))
    titles = named_in([name for name, _ in found]) if file is None else {}
    lines = [f"{titles.get(name, name)}：{virus}（{name[:12]}）" if file is None else f"{name}：{virus}" for name, virus in found]
    if file is None:
        said = f"检查 {len(chosen)} 个文件，{f'发现病毒 {len(found)} 个：' + '；'.join(lines) if found else '没有发现病毒'}"
        with transaction():
            history.record("system", None, "scan_viruses", actor, comment=said[:400], to_state="failed" if found else "passed")
            for name, virus in found:
                title, said = titles.get(name, name)[:120], f"已接收的文件中发现 {virus}"
                history.record("page", None, door_views.STEP, actor, name=title, comment=said)
    told = [f"检查 {len(chosen)} 个文件，没有发现病毒"] if not found else [*lines, "请作废相应附件，并检查上传的计算机"]
    return Answer({"files": len(chosen), "found": dict(found)}, told, refused=bool(found))


@command(particulars, "list", permission=Permission.MATRIX_READ)
def list_particulars(actor: Actor) -> Answer:
    """列出系统保存的个人信息：用途、依据、等级、显示和加密。"""
    found = personal.lines(personal.particulars())
    told = [f"{one['area']}　{one['name']}　{one['purpose']}　{one['level']}　{one['shown']}　{one['sealed']}" for one in found]
    return Answer(found, [*told, f"可查看完整内容的岗位：{personal.seen_by()}"])
