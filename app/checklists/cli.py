"""``flask checklists …``: the same operations as the pages."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from app import clock
from app.checklists import operations, queries
from app.checklists.models import Checklist
from app.checklists.operations import Edition
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.reference_acts import ChangeAct
from app.domain.samples import Confidence
from app.errors import NotFound, NotLikeThis
from app.penalties.cli_group import day
from app.reference_changes import checklist_acts, effects
from app.reference_changes import operations as changes

checklists = click.Group("checklists", help="监督检查要点表")


def register(app: Flask) -> None:
    app.cli.add_command(checklists)


def _told(row: Checklist) -> dict[str, object]:
    return {
        "code": row.code, "edition": row.edition, "title": row.title, "kinds": row.kinds.split("、"), "valid_from": row.valid_from,
        "valid_to": row.valid_to, "source": row.source, "confidence": row.confidence.value,
    }  # fmt: skip


@command(checklists, "list", permission=Permission.CHECKLIST_READ)
def list_(actor: Actor) -> Answer:
    """列出各要点表的版本。"""
    data = [{**_told(row), "items": items, "key_items": keys} for row, items, keys in queries.editions()]
    lines = [f"{one['code']}　{one['edition']}　{one['title']}　{one['items']} 项（重点项 {one['key_items']}）" for one in data]
    return Answer(data, [*lines, f"共 {len(data)} 版"])


@command(checklists, "show", permission=Permission.CHECKLIST_READ)
@click.argument("code")
@click.option("--edition", help="版本，默认最近施行的一版")
def show(actor: Actor, code: str, edition: str | None) -> Answer:
    """一版要点表和它的检查项目。"""
    found = queries.edition(code, edition)
    if found is None:
        raise NotFound(f"没有找到要点表“{code[:40]}”{edition or ''}，请用 flask checklists list 核对代码和版本")
    items = [
        {"number": one.number, "group": one.group, "text": one.text, "key": one.key, "basis": one.basis} for one in found.items
    ]
    lines = [f"{one.number} {'★' if one.key else '　'} {one.text}" for one in found.items]
    return Answer({**_told(found), "items": items}, [f"{found.title}　{found.edition} 版", *lines, f"共 {len(items)} 项"])


@command(checklists, "import", permission=Permission.CHANGE_PROPOSE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--code", required=True, help="代码，如 catering")
@click.option("--edition", required=True, help="版本，如 2026 修订")
@click.option("--title", required=True, help="名称")
@click.option("--kind", "kinds", multiple=True, required=True, help="适用企业类型，可重复")
@click.option("--from", "since", required=True, metavar="DATE", help="施行日期")
@click.option("--until", metavar="DATE", help="有效期止")
@click.option("--source", required=True, help="来源，如发布机关、文号")
@click.option("--confidence", type=click.Choice([one.value for one in Confidence]), default=Confidence.UNVERIFIED.value, help="核实状态")
@click.option("--reason", default="导入本地版本", show_default=True, help="变更理由")
@click.option("--confirm", is_flag=True, help="提出，经第二人复核采用后生效；不带此项只校验并试算影响")
def import_(
    actor: Actor, file: Path, code: str, edition: str, title: str, kinds: tuple[str, ...], since: str, until: str | None, source: str,
    confidence: str, reason: str, confirm: bool,
) -> Answer:  # fmt: skip
    """提出本地版本的要点表（.xlsx）；不带 --confirm 时只校验和试算、不写入。复核用 flask changes adopt。"""
    written = Edition(code, edition, title, kinds, day(since), day(until) if until else None, source, Confidence(confidence))
    operations.check(written)
    found = operations.read(file, file.name)
    if found.faults:
        raise NotLikeThis("文件有误，未导入：\n" + "\n".join(f"第 {line} 行：{said}" if line else said for line, _, said in found.faults))
    wish = changes.Wish(ChangeAct.CHECKLIST, checklist_acts.values_of(written, found.items), reason, source)
    number, said = None, "校验通过，未写入；确认提出请加 --confirm"
    with transaction():
        effect = effects.sentences(changes.shown(wish, actor).effect)
        if confirm:
            change = changes.propose(wish, actor, clock.now())
            number, said = change.number, changes.said(change)
    keys = sum(one.key for one in found.items)
    data = {"code": code, "edition": edition, "items": len(found.items), "key_items": keys, "number": number, "effect": effect}
    return Answer(data, [f"{title} {edition} 版：{len(found.items)} 项，{said}", *effect])
