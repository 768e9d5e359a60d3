"""执法文书 of a dossier: each document that was issued, with its text and how it was delivered."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import files
from app.attachments.models import Attachment
from app.db import session
from app.disposal.belonging import papers_of
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.workflow import DocumentState
from app.dossier_pdf import Part
from app.dossiers.blocks import MISSING, Block, Shelf, attached, facts, heading, named, note, paper, part, table
from app.dossiers.reader import People
from app.official_documents.models import DocumentDelivery, OfficialDocument
from app.scope import scope

PAPERS = "执法文书"
UNSET = "正文无法排印"


def papers_part(reader: Actor, case: DisposalCase, shelf: Shelf, people: People, scans: dict[int, Attachment]) -> Part:
    """What has been issued, a voided paper as well; a draft is no paper yet."""
    statement = scope(sa.select(OfficialDocument), OfficialDocument, reader).where(
        papers_of(case), OfficialDocument.number.is_not(None)
    )
    found = session().scalars(statement.options(selectinload(OfficialDocument.deliveries)).order_by(OfficialDocument.id)).all()
    blocks: list[Block] = []
    for document in found:
        blocks += [{"kind": "break"}] if blocks else []
        blocks += _document(document, shelf, people, scans)
    return part(PAPERS, *(blocks or [note("没有制发的执法文书。")]))


def _document(document: OfficialDocument, shelf: Shelf, people: People, scans: dict[int, Attachment]) -> list[Block]:
    told = (
        ("文号", document.number), ("受送达人", document.recipient), ("受送达人身份", document.side), ("状态", document.state),
        ("受送达人地址", document.recipient_address), ("制发日期", document.issued_on), ("制发人", people(document.issued_by_id)),
        ("送达日期", document.delivered_on), ("作废原因", document.void_reason),
    )  # fmt: skip
    void = "（已作废）" if document.state is DocumentState.VOIDED else ""
    title = f"{document.kind} {document.number}{void}"
    return [
        {**heading(title), "listed": title}, facts(told, blanks=False), *_text(document, title, shelf),
        *_deliveries(document, shelf, people, scans),
    ]  # fmt: skip


def _text(document: OfficialDocument, title: str, shelf: Shelf) -> list[Block]:
    if document.sha256 is None:
        return []
    path = files.place(document.sha256)
    size = path.stat().st_size if path.is_file() else 0
    kept = shelf.put("文书", PAPERS, f"{title}.docx", document.sha256, size)
    if kept.missing:
        return [named(f"{title} 制发原件", MISSING)]
    try:
        text = paper(path.read_bytes())
    except Exception:  # an office may have put in a template that only a word processor can read
        return [named(f"{title} 制发原件", f"{UNSET}，原件见 ZIP 包")]
    return [note(f"以下为正文，按制发的文件排印；制发原件见 ZIP 包（{kept.name}）。"), text]


def _deliveries(document: OfficialDocument, shelf: Shelf, people: People, scans: dict[int, Attachment]) -> list[Block]:
    tried: Sequence[DocumentDelivery] = sorted(document.deliveries, key=lambda one: one.id)
    if not tried:
        return []
    rows = [
        (one.way, one.sent_on, one.delivered_on, one.place, _receiver(one), one.servers, one.mail_no or one.notice_place,
         _remarks(one), people(one.recorded_by_id))
        for one in tried
    ]  # fmt: skip
    head = ("送达方式", "送出日期", "送达日期", "送达地点", "收件人", "送达人", "邮件号或公告载体", "备注", "登记人")
    blocks: list[Block] = [heading("送达情况"), table(head, (3, 3, 3, 4, 3, 3, 4, 4, 3), rows)]
    number = document.number or ""
    blocks += [attached(shelf, PAPERS, scans[one.attachment_id], f"送达回证（{number}）") for one in tried if one.attachment_id in scans]
    return blocks


def _receiver(one: DocumentDelivery) -> str | None:
    return f"{one.receiver}（{one.relation}）" if one.receiver and one.relation else one.receiver


def _remarks(one: DocumentDelivery) -> str:
    voided = f"已作废：{one.void_reason}" if one.voided_at else None
    told = (voided, f"拒收事由：{one.refusal}" if one.refusal else None, f"见证人：{one.witnesses}" if one.witnesses else None, one.remark)
    return "；".join(text for text in told if text)
