"""``flask transfers …``: the same operations as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click
from flask import Flask

from app import clock
from app.commands import Answer as Said
from app.commands import command
from app.db import transaction
from app.disposal.cli_group import one_case
from app.domain import transfers as rules
from app.domain.actors import Actor
from app.domain.case_kinds import TransferBody, TransferChannel, TransferKind, TransferReply
from app.domain.permissions import Permission, permits
from app.domain.transfers import Answer, Sending
from app.errors import NotAllowed, NotFound, NotLikeThis
from app.labels import label
from app.reference_data.books import calendar
from app.transfers import operations, prefill, queries
from app.transfers.models import CaseTransfer
from app.transfers.queries import ALL_STATES, OPEN_STATES, RECEIVED, SENT, Filters
from app.transfers.showing import standing

group = click.Group("transfers", help="移送、协查、通报：发出、签收、回复")
DAY = click.DateTime(["%Y-%m-%d"])
WHICH = click.argument("transfer", metavar="编号或序号")
OWNER = click.option("--org", metavar="CODE", help="发出单位代码；几个单位有同一编号时填写")


def register(app: Flask) -> None:
    app.cli.add_command(group)


def _words(kind: Any) -> click.Choice[str]:
    return click.Choice([one.value for one in kind])


def _one(actor: Actor, written: str, org: str | None) -> CaseTransfer:
    found = queries.transfer_numbered(actor, written)
    if org is not None:
        office = queries.office_coded(org)
        found = [one for one in found if office is not None and one.org_id == office.id]
    if not found:
        raise NotFound(f"没有找到“{written[:40]}”：请核对编号（如 协查〔2026〕1号），或用列表中的序号")
    if len(found) > 1:
        raise NotLikeThis(f"“{written[:40]}”有 {len(found)} 件，请用 --org 指明发出单位代码，或用列表中的序号")
    return found[0]


def _told(transfer: CaseTransfer) -> dict[str, Any]:
    return {
        "id": transfer.id, "number": transfer.number, "kind": transfer.kind.value, "to": transfer.to_name, "body": transfer.body.value,
        "channel": transfer.channel.value, "document_no": transfer.document_no, "state": transfer.state.value,
        "sent_on": transfer.sent_on, "reply_due_on": transfer.reply_due_on, "receipt_on": transfer.receipt_on,
        "receipt_by": transfer.receipt_by, "replied_on": transfer.replied_on, "reply": transfer.reply.value if transfer.reply else None,
        "filing": rules.filing(transfer.body, transfer.reply), "urged": transfer.urged, "closed_on": transfer.closed_on,
    }  # fmt: skip


def _done(transfer: CaseTransfer, changed: bool | None = True) -> Said:
    lines = [f"{transfer.number}　{transfer.to_name}　{label(transfer.state)}"]
    if changed is False:
        lines.append("已经登记过，没有重复登记")
    if (advice := rules.advice(transfer.reply)) is not None:
        lines.append(advice)
    return Said(_told(transfer), lines)


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


@command(group, "list", permission=Permission.TRANSFER_LIST)
@click.option("--received", is_flag=True, help="收到的；不写为发出的")
@click.option("--open", "unanswered", is_flag=True, help="只列未答复的")
@click.option("--overdue", is_flag=True, help="只列逾期未回复的")
@click.option("--kind", type=_words(TransferKind))
@click.option("--q", metavar="关键词", help="编号、单位、文号、案件编号、抽样编号、样品名称")
def list_(actor: Actor, received: bool, unanswered: bool, overdue: bool, kind: str | None, q: str | None) -> Said:
    """列出移送、协查、通报，新的在前。"""
    filters = Filters(
        RECEIVED if received else SENT, OPEN_STATES if unanswered else ALL_STATES, TransferKind(kind) if kind else None, None, overdue, q
    )
    today, days = clock.today(), calendar()
    rows = queries.every_transfer(actor, filters, today)
    data, lines = [], []
    for row in rows:
        at = standing(row, today, days)
        data.append(
            {
                "id": row.id, "number": row.number, "kind": row.kind.value, "from": row.from_name, "to": row.to_name,
                "case": row.case_number, "sample": row.sample_number, "state": row.state.value, "sent_on": row.sent_on,
                "reply_due_on": row.reply_due_on, "light": at.light.value if at.light else None,
                "reply": row.reply.value if row.reply else None, "urged": row.urged,
            }
        )  # fmt: skip
        other = row.from_name if received else row.to_name
        lines.append(f"{row.id}　{row.number}　{other}　{row.product_name}　{label(row.state)}　{at.words}")
    return Said(data, [*lines, f"共 {len(rows)} 件"])


@command(group, "show", permission=Permission.TRANSFER_READ)
@WHICH
@OWNER
def show(actor: Actor, transfer: str, org: str | None) -> Said:
    """一件移送、协查或通报。"""
    found = _one(actor, transfer, org)
    at = standing(found, clock.today(), calendar())
    said = _done(found)
    return Said({**_told(found), "subject": found.subject, "standing": at.words}, [*said.lines, at.words, found.subject])


@command(group, "send", permission=Permission.TRANSFER_SEND)
@click.argument("case", metavar="案件编号")
@click.option("--kind", type=_words(TransferKind), required=True, help="类别")
@click.option("--to", metavar="NAME", default="", help="接收单位名称（不使用本系统的单位）")
@click.option("--to-org", metavar="CODE", help="接收单位代码（使用本系统的单位）")
@click.option("--body", type=_words(TransferBody), default=TransferBody.BUREAU.value, help="接收单位类别")
@click.option("--channel", type=_words(TransferChannel), default=TransferChannel.PAPER.value, help="发送渠道")
@click.option("--document", metavar="文号", help="本案已制发的文书，或纸质公文的文号")
@click.option("--subject", metavar="TEXT", help="事由和请求事项；不写的按案件生成")
@click.option("--on", type=DAY, help="发出日期，默认今天")
@click.option("--due", type=DAY, help="回复期限；不写的按期限规则")
@click.option("--org", metavar="CODE", help="承办单位代码；几个单位有同一案件编号时填写")
def send(
    actor: Actor, case: str, kind: str, to: str, to_org: str | None, body: str, channel: str, document: str | None, subject: str | None,
    on: datetime | None, due: datetime | None, org: str | None,
) -> Said:  # fmt: skip
    """从一件案件发出移送、协查或通报。"""
    found = one_case(actor, case, org)
    if not permits(actor, Permission.TRANSFER_SEND, found):
        raise NotAllowed("您没有从该案件发出移送协查的权限")
    office = queries.office_coded(to_org) if to_org else None
    if to_org and office is None:
        raise NotFound(f"没有代码为“{to_org[:40]}”的机构")
    chosen, day = TransferKind(kind), _date(on) or clock.today()
    letter = next((one for one in queries.letters(found.id) if document and one.number == document.strip()), None)
    sending = Sending(
        chosen, TransferBody(body), TransferChannel(channel), subject or prefill.subjects(found)[kind], day, office.id if office else None,
        to, _date(due) or operations.usual_due(chosen, day), letter.id if letter else None, document,
    )  # fmt: skip
    with transaction():
        made = operations.send(found, sending, actor, clock.now())
    return _done(made)


@command(group, "receipt", permission=Permission.TRANSFER_ANSWER)
@WHICH
@click.option("--by", required=True, help="签收人")
@click.option("--on", type=DAY, help="签收日期，默认今天")
@OWNER
def receipt(actor: Actor, transfer: str, by: str, on: datetime | None, org: str | None) -> Said:
    """登记签收。"""
    found = _one(actor, transfer, org)
    with transaction():
        changed = operations.receive(found, _date(on) or clock.today(), by, actor, clock.now())
    return _done(found, changed)


@command(group, "reply", permission=Permission.TRANSFER_ANSWER)
@WHICH
@click.option("--reply", "answer", type=_words(TransferReply), required=True, help="回复结果")
@click.option("--on", type=DAY, help="回复日期，默认今天")
@click.option("--no", "number", help="回复文号")
@click.option("--text", help="回复内容")
@click.option("--correct", metavar="REASON", help="更正已登记的回复，写明理由")
@OWNER
def reply(
    actor: Actor, transfer: str, answer: str, on: datetime | None, number: str | None, text: str | None, correct: str | None,
    org: str | None,
) -> Said:  # fmt: skip
    """登记回复，或更正已登记的回复。"""
    found = _one(actor, transfer, org)
    day = _date(on) or (found.replied_on if correct and found.replied_on else clock.today())
    written = Answer(TransferReply(answer), day, number, text)
    with transaction():
        if correct is not None:
            changed = operations.correct(found, written, correct, actor, clock.now())
        else:
            changed = operations.reply(found, written, actor, clock.now())
    return _done(found, changed)


@command(group, "urge", permission=Permission.TRANSFER_SEND)
@WHICH
@click.option("--reason", required=True, help="催办意见")
@OWNER
def urge(actor: Actor, transfer: str, reason: str, org: str | None) -> Said:
    """催办。"""
    found = _one(actor, transfer, org)
    with transaction():
        operations.urge(found, reason, actor, clock.now())
    return _done(found)


@command(group, "close", permission=Permission.TRANSFER_SEND)
@WHICH
@click.option("--comment", help="办结意见")
@OWNER
def close(actor: Actor, transfer: str, comment: str | None, org: str | None) -> Said:
    """办结。"""
    found = _one(actor, transfer, org)
    with transaction():
        changed = operations.close(found, comment, actor, clock.now())
    return _done(found, changed)


@command(group, "void", permission=Permission.TRANSFER_SEND)
@WHICH
@click.option("--reason", required=True, help="作废原因")
@OWNER
def void(actor: Actor, transfer: str, reason: str, org: str | None) -> Said:
    """作废对方还没有签收的。"""
    found = _one(actor, transfer, org)
    with transaction():
        operations.void(found, reason, actor, clock.now())
    return _done(found)
