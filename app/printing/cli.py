"""``flask documents …``: the same operations as the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.domain import documents as rules
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotFound
from app.printing import operations, queries, templates
from app.printing.operations import Document

documents = click.Group("documents", help="文书：打印、模板")
KINDS = "、".join(f"{kind.code}（{kind.value}）" for kind in DocumentKind)


def register(app: Flask) -> None:
    app.cli.add_command(documents)


def _kind(written: str) -> DocumentKind:
    kind = rules.by_code(written)
    if kind is None:
        raise NotFound(f"没有“{written}”这种文书，可用：{KINDS}")
    return kind


@command(documents, "print")
@click.argument("kind")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写入的 .docx 文件")
@click.option("--copies", type=int, default=1, show_default=True, help="份数")
def print_(actor: Actor, kind: str, numbers: tuple[str, ...], output: Path, copies: int) -> Answer:
    """打印一种文书：样品给出抽样编号（可多个），抽样任务单给出任务单编号。"""
    wanted = _kind(kind)
    subjects: list[Any] = _tasks(actor, numbers) if wanted is DocumentKind.TASK else _samples(actor, numbers)
    if wanted is DocumentKind.TASK:
        made = operations.of_task(subjects[0], actor, copies)
    else:
        made = operations.of_samples(wanted, subjects, actor, copies)
    with transaction():
        operations.record(made, subjects, actor, clock.now())
    output.write_bytes(made.content)
    return Answer(_told(made, subjects, output), [f"已生成{wanted.value} {copies} 份：{output}"])


def _samples(actor: Actor, numbers: tuple[str, ...]) -> list[Any]:
    ids = []
    for number in numbers:
        found = queries.named(actor, number)
        if len(found) != 1:
            several = f"本地编号“{number}”有 {len(found)} 个样品，请改用抽样编号"
            raise NotFound(several if found else f"没有编号为“{number}”的样品，请核对编号")
        ids.append(found[0].id)
    return queries.samples(actor, ids)


def _tasks(actor: Actor, numbers: tuple[str, ...]) -> list[Any]:
    found = queries.numbered(actor, numbers[0]) if len(numbers) == 1 else []
    if len(found) != 1:
        raise NotFound("请给出一个任务单编号；没有找到时请核对编号")
    if not permits(actor, Permission.ASSIGNMENT_READ, found[0]):
        raise NotAllowed("您没有查看该任务单的权限")
    return list(found)


def _told(made: Document, subjects: list[Any], output: Path) -> dict[str, Any]:
    return {
        "kind": made.kind.code, "numbers": [one.number for one in subjects], "copies": made.copies, "sha256": made.sha256,
        "template_sha256": made.template.sha256, "output": str(output),
    }  # fmt: skip


@command(documents, "templates", permission=Permission.TEMPLATE_READ)
def list_templates(actor: Actor) -> Answer:
    """列出各种文书现用的模板。"""
    found = [templates.in_force(actor, kind) for kind in DocumentKind]
    data = [
        {
            "kind": one.kind.code, "name": one.kind.value, "sha256": one.sha256, "shipped": one.row is None,
            "filename": one.row.filename if one.row else None, "recorded_at": one.row.recorded_at if one.row else None,
            "reason": one.row.reason if one.row else None,
        }
        for one in found
    ]  # fmt: skip
    return Answer(data, [f"{row['kind']:<18}{row['name']}　{'随系统提供' if row['shipped'] else row['filename']}" for row in data])


@command(documents, "template", permission=Permission.TEMPLATE_READ)
@click.argument("kind")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--shipped", is_flag=True, help="随系统提供的模板，而不是现用的")
def take_template(actor: Actor, kind: str, output: Path, shipped: bool) -> Answer:
    """取出一种文书的模板，用 Word 修改后再更换。"""
    wanted = _kind(kind)
    content = templates.shipped(wanted) if shipped else templates.in_force(actor, wanted).content
    output.write_bytes(content)
    return Answer({"kind": wanted.code, "output": str(output)}, [f"已写入 {output}"])


@command(documents, "replace", permission=Permission.TEMPLATE_EDIT)
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", required=True, help="更换原因")
def replace_template(actor: Actor, kind: str, file: Path, reason: str) -> Answer:
    """更换一种文书的模板；文件先经检查。"""
    wanted = _kind(kind)
    with transaction():
        made = templates.replace(wanted, file.read_bytes(), file.name, reason, actor, clock.now())
    return Answer({"kind": wanted.code, "sha256": made.sha256}, [f"已更换{wanted.value}的模板"])


@command(documents, "restore", permission=Permission.TEMPLATE_EDIT)
@click.argument("kind")
@click.option("--reason", required=True, help="恢复原因")
def restore_template(actor: Actor, kind: str, reason: str) -> Answer:
    """恢复一种文书的原模板。"""
    wanted = _kind(kind)
    with transaction():
        templates.restore(wanted, reason, actor, clock.now())
    return Answer({"kind": wanted.code}, [f"{wanted.value}已恢复使用原模板"])
