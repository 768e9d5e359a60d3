"""``flask announcements …``: the same operations as the pages."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.announcements import importing, imports, operations, queries
from app.announcements.import_cli import bring_in
from app.announcements.models import ExternalFinding
from app.announcements.queries import Filters
from app.commands import Answer, command
from app.db import transaction
from app.domain.actors import Actor
from app.domain.permissions import Permission
from app.domain.result_kinds import ListKind
from app.errors import NotFound

ROLE = click.Choice(list(operations.ROLES))
NO_FINDING = "没有找到编号为 {} 的外部公示，可能已撤销或不在您的管辖范围内：可用 flask announcements list 查看"
NO_BATCH = "没有找到第 {} 次外部公示导入，请核对编号"
group = click.Group("announcements", help="外部公示：导入、列出、关联、撤销")


def register(app: Flask) -> None:
    app.cli.add_command(group)


@command(group, "import", permission=Permission.FINDING_IMPORT)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--confirm", is_flag=True, help="确认导入；不带此项只预览")
@click.option("--skip-refused", is_flag=True, help="跳过有误的行，导入其余")
def import_(actor: Actor, file: Path, confirm: bool, skip_refused: bool) -> Answer:
    """预览或导入公示名单."""
    return bring_in(actor, file, confirm=confirm, skip_refused=skip_refused)


@command(group, "list", permission=Permission.FINDING_LIST)
@click.option("--kind", type=click.Choice([one.value for one in ListKind]), help="公示类别")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="公告日期自")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="公告日期至")
@click.option("--enterprise", help="企业名称的一部分")
@click.option("--product", help="食品名称的一部分")
@click.option("--item", help="不合格项目的开头")
@click.option("--linked/--unlinked", default=None, help="只列已关联或未关联的")
@click.option("--unread", is_flag=True, help="只列有原文残缺项目的")
@click.option("--before", type=click.IntRange(1), help="从该编号往前（翻页）")
@click.option("--size", type=click.IntRange(1, 1000), default=50, show_default=True)
def list_(
    actor: Actor, kind: str | None, since: datetime | None, until: datetime | None, before: int | None, size: int, **asked: Any
) -> Answer:
    """列出外部公示，新的在前."""
    filters = Filters(list_kind=ListKind(kind) if kind else None, since=_day(since), until=_day(until), **asked)
    page = queries.findings(actor, filters, before=before, size=size)
    data = {"total": page.total, "older": page.older, "rows": [_row(row) for row in page.rows]}
    return Answer(data, [*(_line(row) for row in page.rows), f"共 {page.total} 条"])


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _row(row: Any) -> dict[str, Any]:
    names = (
        "id", "number", "product_name", "producer_name", "sampled_name", "noticed_on", "notice_no", "items", "unread_items",
        "producer_id", "sampled_enterprise_id", "sample_id", "link_note",
    )  # fmt: skip
    return {"kind": row.list_kind.value, **{name: getattr(row, name) for name in names}}


def _line(row: Any) -> str:
    told = [str(row.id), row.list_kind.value, str(row.noticed_on or "—"), row.product_name, row.producer_name, row.sampled_name]
    return "　".join([*(one or "—" for one in told), "；".join(imports.item_words(item) for item in row.items or []), row.link_note or ""])


@command(group, "link", permission=Permission.FINDING_LINK)
@click.argument("finding_id", type=int)
@click.argument("role", type=ROLE)
@click.argument("target")
@click.option("--reason", required=True, help="关联的依据")
def link(actor: Actor, finding_id: int, role: str, target: str, reason: str) -> Answer:
    """把公示关联到企业（producer、sampled：信用代码或全称）或样品（sample：抽样编号）."""
    found = operations.target_of(actor, role, target)
    with transaction():
        operations.link(_finding(actor, finding_id), role, found, actor, reason, clock.now())
    return Answer({"id": finding_id, "role": role, "target": found.id}, [f"已关联：{found.words}"])


@command(group, "unlink", permission=Permission.FINDING_LINK)
@click.argument("finding_id", type=int)
@click.argument("role", type=ROLE)
@click.option("--reason", required=True, help="取消关联的依据")
def unlink(actor: Actor, finding_id: int, role: str, reason: str) -> Answer:
    """取消公示与企业或样品的关联."""
    with transaction():
        operations.unlink(_finding(actor, finding_id), role, actor, reason, clock.now())
    return Answer({"id": finding_id, "role": role}, ["已取消关联"])


@command(group, "match", permission=Permission.FINDING_IMPORT)
def match(actor: Actor) -> Answer:
    """为未关联的公示重新匹配企业和样品."""
    with transaction():
        matched = operations.match_again(actor, clock.now())
    return Answer({"matched": matched}, [f"已重新匹配：{matched} 条公示找到了相同的记录"])


@command(group, "undo", permission=Permission.FINDING_IMPORT)
@click.argument("batch_id", type=int)
@click.option("--reason", required=True, help="撤销的原因")
def undo(actor: Actor, batch_id: int, reason: str) -> Answer:
    """撤销一次导入；已有人工关联的公示不撤销，并列出."""
    batch = queries.batch(actor, batch_id)
    if batch is None:
        raise NotFound(NO_BATCH.format(batch_id))
    with transaction():
        voided, stay = importing.undo(batch, actor, reason, clock.now())
    return Answer({"voided": voided, "kept": stay}, [f"已撤销 {voided} 条", *(f"{one}：已有人工关联，未撤销" for one in stay)])


def _finding(actor: Actor, finding_id: int) -> ExternalFinding:
    found = queries.finding(actor, finding_id)
    if found is None:
        raise NotFound(NO_FINDING.format(finding_id))
    return found
