"""``flask official-documents …``: the same operations as the pages."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer, command
from app.db import transaction
from app.disposal import queries as cases
from app.domain import official_documents as rules
from app.domain.actors import Actor
from app.domain.case_kinds import DeliveryWay, Side
from app.domain.official_documents import Delivery, Kind
from app.domain.permissions import Permission, permits
from app.domain.workflow import DocumentState
from app.errors import NotAllowed, NotFound, NotLikeThis
from app.labels import label
from app.official_documents import deliveries, operations, queries
from app.official_documents.models import OfficialDocument
from app.official_documents.operations import Subject, Written
from app.official_documents.queries import Filters
from app.sampling import queries as samples

group = click.Group("official-documents", help="执法文书：列出、起草、制发、送达、作废、取出")
KINDS = "、".join(f"{one.kind.code}（{one.kind.value}）" for one in rules.KINDS.values())
DAY = click.DateTime(["%Y-%m-%d"])
WAYS = click.Choice([way.value for way in DeliveryWay])


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _document(actor: Actor, written: str) -> OfficialDocument:
    found = queries.document_numbered(actor, written)
    if found is None:
        raise NotFound(f"没有找到文书“{written[:60]}”：请核对文号，草稿用列表中的序号")
    return found


def _told(document: OfficialDocument) -> dict[str, Any]:
    return {
        "id": document.id, "kind": document.kind, "number": document.number, "state": document.state.value, "side": document.side.value,
        "recipient": document.recipient, "issued_on": document.issued_on, "delivered_on": document.delivered_on,
        "sha256": document.sha256,
    }  # fmt: skip


@command(group, "list", permission=Permission.DOCUMENT_LIST)
@click.option("--q", metavar="关键词", help="文号、受送达人、抽样编号、案件编号")
@click.option("--kind", metavar="KIND", help=f"文书种类：{KINDS}")
@click.option("--state", type=click.Choice([label(state) for state in DocumentState]))
def list_(actor: Actor, q: str | None, kind: str | None, state: str | None) -> Answer:
    """列出执法文书，新的在前。"""
    chosen = next((one for one in DocumentState if label(one) == state), None)
    rows = queries.every_document(actor, Filters(q=q, kind=_kind(kind).kind.value if kind else None, state=chosen))
    data = [
        {
            "id": row.id, "kind": row.kind, "number": row.number, "state": row.state.value, "side": row.side.value,
            "recipient": row.recipient, "issued_on": row.issued_on, "delivered_on": row.delivered_on,
            "sample": row.sample_number, "case": row.case_number,
        }
        for row in rows
    ]  # fmt: skip
    lines = [f"{row.id}　{row.kind}　{row.number or '（草稿）'}　{row.recipient}　{label(row.state)}" for row in rows]
    return Answer(data, [*lines, f"共 {len(rows)} 件"])


def _kind(written: str) -> Kind:
    kind = rules.by_code(written)
    if kind is None:
        raise NotLikeThis(f"没有“{written[:40]}”这种文书，可用：{KINDS}")
    return kind


def _subject(actor: Actor, case: str | None, sample: str | None) -> Subject:
    if (case is None) == (sample is None):
        raise NotLikeThis("请用 --case 给出案件编号，或用 --sample 给出抽样编号，二者选一")
    if case is not None:
        found = cases.case_numbered(actor, case)
        if len(found) != 1:
            raise NotFound(f"没有找到唯一的案件“{case[:40]}”，请核对编号")
        subject = Subject(queries.sample_whole(found[0].sample_id), found[0])
    else:
        one = samples.sample_numbered(actor, sample or "")
        if one is None:
            raise NotFound(f"没有找到样品“{(sample or '')[:40]}”，请核对抽样编号")
        subject = Subject(one)
    if not permits(actor, Permission.DOCUMENT_MAKE, subject.case or subject.sample):
        raise NotAllowed("您没有为该案件或样品制作文书的权限")
    return subject


@command(group, "make", permission=Permission.DOCUMENT_MAKE)
@click.argument("kind")
@click.option("--case", metavar="NUMBER", help="案件编号")
@click.option("--sample", metavar="NUMBER", help="抽样编号")
@click.option("--side", type=click.Choice([side.value for side in Side]), help="受送达人身份")
@click.option("--to", metavar="NAME", help="受送达人；不填的按样品和案件")
@click.option("--address", metavar="TEXT", help="受送达人地址")
@click.option("--all", "everybody", is_flag=True, help="检验结果通知书：为抽样单载明的各受送达人各起草一份")
@click.argument("fields", nargs=-1, metavar="栏目=内容…")
def make(
    actor: Actor, kind: str, case: str | None, sample: str | None, side: str | None, to: str | None, address: str | None,
    everybody: bool, fields: tuple[str, ...],
) -> Answer:  # fmt: skip
    """起草一份文书，内容按样品、报告和案件填好，另给出的栏目以给出的为准。"""
    wanted, subject = _kind(kind), _subject(actor, case, sample)
    with transaction():
        if everybody:
            if wanted is not next(iter(rules.KINDS.values())):
                raise NotLikeThis("只有检验结果通知书可以用 --all")
            made = operations.draft_notices(subject, actor, clock.now())
        else:
            begun = operations.blank(wanted, subject, Side(side) if side else wanted.sides[0])
            written = Written(begun.side, to or begun.recipient, address or begun.recipient_address, {**begun.fields, **_given(fields)})
            made = [operations.draft(wanted, subject, written, actor, clock.now())]
    return Answer([_told(one) for one in made], [f"已起草（序号 {one.id}）：{one.title}" for one in made])


def _given(fields: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in fields]
    if bad := next((name for name, sign, _ in pairs if not sign), None):
        raise NotLikeThis(f"“{bad[:40]}”应写成 栏目=内容")
    return {name: text for name, _, text in pairs}


@command(group, "edit", permission=Permission.DOCUMENT_MAKE)
@click.argument("document")
@click.option("--to", metavar="NAME", help="受送达人")
@click.option("--address", metavar="TEXT", help="受送达人地址")
@click.argument("fields", nargs=-1, metavar="栏目=内容…")
def edit(actor: Actor, document: str, to: str | None, address: str | None, fields: tuple[str, ...]) -> Answer:
    """修改草稿。"""
    found = _document(actor, document)
    texts = {**found.fields, **_given(fields)}
    with transaction():
        operations.edit(found, Written(found.side, to or found.recipient, address or found.recipient_address, texts), actor)
    return Answer(_told(found), [f"已保存：{found.title}"])


@command(group, "issue", permission=Permission.DOCUMENT_MAKE)
@click.argument("document")
@click.option("--on", type=DAY, help="制发日期，默认今天")
def issue(actor: Actor, document: str, on: datetime | None) -> Answer:
    """制发草稿：编号并生成文书。"""
    found = _document(actor, document)
    with transaction():
        operations.issue(found, on.date() if on else clock.today(), actor, clock.now())
    return Answer(_told(found), [f"已制发：{found.number}"])


@command(group, "deliver", permission=Permission.DOCUMENT_DELIVER)
@click.argument("document")
@click.option("--way", type=WAYS, required=True, help="送达方式")
@click.option("--sent-on", type=DAY, required=True, help="送出日期")
@click.option("--delivered-on", type=DAY, help="送达日期；没有送达或在途的不填")
@click.option("--servers", required=True, help="送达人，用“、”隔开")
@click.option("--place", help="送达地点")
@click.option("--receiver", help="签收人")
@click.option("--relation", help="与受送达人关系")
@click.option("--mail-no", help="邮件号码")
@click.option("--notice-place", help="公告载体")
@click.option("--witnesses", help="见证人")
@click.option("--refusal", help="拒收事由")
@click.option("--remark", help="备注")
@click.option("--scan", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="送达回证扫描件")
@click.option("--correct", metavar="REASON", help="更正已登记的送达，写明原因")
def deliver(
    actor: Actor, document: str, way: str, sent_on: datetime, delivered_on: datetime | None, scan: Path | None, correct: str | None,
    **texts: Any,
) -> Answer:  # fmt: skip
    """登记送达经过，或更正已登记的送达。"""
    found, at = _document(actor, document), clock.now()
    written = Delivery(DeliveryWay(way), sent_on.date(), delivered_on=_date(delivered_on), **texts)
    scanned = (scan.name, scan.read_bytes()) if scan is not None else None
    with transaction():
        if correct is not None:
            deliveries.correct(found, written, correct, actor, at, scan=scanned)
        else:
            deliveries.record(found, written, actor, at, scan=scanned)
    return Answer(_told(found), [f"已登记：{found.title}　{label(found.state)}"])


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


@command(group, "void", permission=Permission.DOCUMENT_READ)
@click.argument("document")
@click.option("--reason", required=True, help="作废原因")
def void(actor: Actor, document: str, reason: str) -> Answer:
    """作废一份文书；文号不再使用。"""
    found = _document(actor, document)
    with transaction():
        operations.void(found, actor, reason)
    return Answer(_told(found), [f"已作废：{found.title}"])


@command(group, "print", permission=Permission.DOCUMENT_READ)
@click.argument("document")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写入的 .docx 文件")
@click.option("--proof", is_flag=True, help="取送达回证，而不是文书")
def print_(actor: Actor, document: str, output: Path, proof: bool) -> Answer:
    """取出制发时保存的文书文件，或送达回证。"""
    found = _document(actor, document)
    content = deliveries.proof(found, queries.delivered_attempt(found), actor) if proof else operations.kept(found)
    with transaction():
        operations.printed(found, actor)
    output.write_bytes(content)
    return Answer({**_told(found), "output": str(output)}, [f"已写入 {output}"])
