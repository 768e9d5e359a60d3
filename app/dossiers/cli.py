"""``flask dossiers …``: the same operations as the pages."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock, files
from app.commands import Answer, command
from app.db import transaction
from app.disposal.cli_group import one_case
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.dossiers import checking, operations, queries
from app.dossiers.models import Dossier
from app.errors import NotFound, NotLikeThis
from app.filters import format_datetime

group = click.Group("dossiers", help="案卷：生成、下载和校验")
ORG = click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一编号时填写")
OUTPUT = click.Path(path_type=Path, dir_okay=False)
EDITION = click.option("--edition", type=click.IntRange(min=1), metavar="N", help="第几版，默认最新一版")
ARCHIVE = re.compile(r"\.zip$", re.IGNORECASE)


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(group, "make", permission=Permission.DOSSIER_MAKE)
@click.argument("number")
@ORG
def make(actor: Actor, number: str, org: str | None) -> Answer:
    """生成一件案件的案卷（PDF 和原件 ZIP）；内容没有变化的不重复生成."""
    case = one_case(actor, number, org)
    prepared = operations.prepare(case, actor)
    edition, new = prepared.same, False
    if edition is None:
        made = operations.compose(prepared, _tell)
        with transaction():
            edition, new = operations.keep(case, made, actor, clock.now())
    said = f"案卷第 {edition.edition} 版已生成" if new else f"内容没有变化，仍是第 {edition.edition} 版"
    size = f"共 {edition.pages} 页、{len(edition.manifest)} 个文件"
    return Answer({**_plain(case.number, edition), "new": new}, [f"{case.number}　{said}，{size}"])


def _tell(percent: int, message: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"{percent:3d}%　{message}", err=True)


@command(group, "list", permission=Permission.CASE_LIST)
@click.argument("number", required=False)
@ORG
def list_dossiers(actor: Actor, number: str | None, org: str | None) -> Answer:
    """列出案卷，新的在前；写出案件编号的只列该案."""
    if number is not None:
        case = one_case(actor, number, org)
        found = [(case.number, row.Dossier, row.who) for row in queries.of_case(actor, case.id)]
    else:
        found = [(row.number, row.Dossier, row.who) for row in queries.dossiers(actor, size=10_000)]
    data = [{**_plain(case_number, edition), "made_by": who} for case_number, edition, who in found]
    lines = [
        f"{case_number}　第 {edition.edition} 版　{edition.pages} 页　{format_datetime(edition.made_at)}　{who or '命令行'}"
        for case_number, edition, who in found
    ]
    return Answer(data, [*lines, f"共 {len(found)} 份"])


def _plain(number: str, edition: Dossier) -> dict[str, Any]:
    return {
        "number": number, "edition": edition.edition, "pages": edition.pages, "files": len(edition.manifest), "made_at": edition.made_at,
        "pdf_sha256": edition.pdf_sha256, "pdf_size": edition.pdf_size, "zip_sha256": edition.zip_sha256, "zip_size": edition.zip_size,
        "manifest_sha256": edition.manifest_sha256, "chain_head": edition.chain_head,
    }  # fmt: skip


@command(group, "get", permission=Permission.PERSONAL_UNMASK)
@click.argument("number")
@click.option("--pdf", "pdf", type=OUTPUT, metavar="FILE", help="案卷 PDF 写入该文件")
@click.option("--zip", "archive", type=OUTPUT, metavar="FILE", help="原件 ZIP 写入该文件")
@EDITION
@ORG
def get(actor: Actor, number: str, pdf: Path | None, archive: Path | None, edition: int | None, org: str | None) -> Answer:
    """取出一件案件的案卷；取出记入办理记录."""
    if pdf is None and archive is None:
        raise NotLikeThis("请用 --pdf 或 --zip 指明写入哪个文件")
    case = one_case(actor, number, org)
    found = _edition(actor, case, edition)
    wanted = [(path, sha256) for path, sha256 in ((pdf, found.pdf_sha256), (archive, found.zip_sha256)) if path is not None]
    for path, _ in wanted:
        if not path.parent.is_dir():
            raise NotLikeThis(f"没有文件夹“{path.parent}”，请先建立或改用其他位置")
    contents = [(path, files.read(sha256)) for path, sha256 in wanted]
    with transaction():
        operations.take_out(found, actor, "取出 " + "、".join(name for name, path in (("PDF", pdf), ("ZIP", archive)) if path is not None))
    for path, content in contents:
        path.write_bytes(content)
    return Answer(_plain(case.number, found), [f"{case.number} 案卷第 {found.edition} 版已写入 {path}" for path, _ in wanted])


def _edition(actor: Actor, case: DisposalCase, edition: int | None) -> Dossier:
    found = queries.edition_of(actor, case.id, edition)
    if found is None:
        which = f"没有第 {edition} 版" if edition else "还没有生成"
        raise NotFound(f"{case.number} 的案卷{which}，请先运行 flask dossiers make {case.number}")
    return found


@command(group, "verify", permission=Permission.CASE_READ)
@click.argument("what", metavar="案件编号|文件.zip")
@EDITION
@ORG
def verify(actor: Actor, what: str, edition: int | None, org: str | None) -> Answer:
    """校验案卷：案件编号核对文件库中的一版，.zip 文件核对带来的压缩包."""
    return _of_archive(actor, Path(what)) if ARCHIVE.search(what) else _of_edition(actor, one_case(actor, what, org), edition)


def _of_edition(actor: Actor, case: DisposalCase, edition: int | None) -> Answer:
    found = _edition(actor, case, edition)
    verdict = checking.edition(found)
    fresh = checking.up_to_date(found, case)
    data = {**_plain(case.number, found), "intact": verdict.intact, "faults": list(verdict.faults), "up_to_date": fresh}
    told = "校验通过，均与生成时一致" if verdict.intact else f"校验不通过，{len(verdict.faults)} 处不符"
    now = "案件现在的内容与本版一致" if fresh else "案件此后有变动，如需归档请重新生成"
    return Answer(data, [*verdict.said, *verdict.faults, told, now], refused=not verdict.intact)


def _of_archive(actor: Actor, path: Path) -> Answer:
    if not path.is_file():
        raise NotFound(f"没有文件“{path}”，请核对路径")
    sha256, manifest, faults = checking.archive(path)
    known = queries.archived(actor, sha256, manifest)
    whole = next((one for one in known if one.zip_sha256 == sha256), None)
    told = [fault for fault, _ in faults]
    if whole is None and known:
        told.append("压缩包与生成时不完全相同（清单相同），可能被重新打包")
    if not known:
        told.append("本系统中没有该案卷的记录（可能由其他单位生成，或清单被改动）")
    of = [f"{one.case.number} 案卷第 {one.edition} 版" for one in known[:1]]
    data = {"sha256": sha256, "manifest_sha256": manifest, "faults": told, "dossier": of[0] if of else None, "intact": not told}
    return Answer(data, [*of, *told, "校验不通过" if told else "校验通过，与生成时一致"], refused=bool(told))
