"""送达: every attempt, the one that arrived, its correction, and the 送达回证. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from app import clock, documents, history
from app.attachments import operations as attachments
from app.db import session
from app.domain import official_documents as rules
from app.domain.actors import Actor
from app.domain.documents import PROOF, DocumentKind
from app.domain.official_documents import Delivery
from app.domain.workflow import DocumentState, DocumentStep
from app.errors import NotAllowedNow, NotLikeThis
from app.filters import format_date_cn
from app.official_documents import consequences, queries
from app.official_documents.models import DocumentDelivery, OfficialDocument
from app.printing.templates import in_force

DELIVERY = DocumentDelivery.__tablename__
Scan = tuple[str, bytes]


class FaultyDelivery(NotLikeThis):
    """What was written cannot be; ``faults`` names every field with its sentence."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__("；".join(found.values()))
        self.faults = found


def record(
    document: OfficialDocument, written: Delivery, actor: Actor, at: datetime, *, scan: Scan | None = None, seen: int | None = None
) -> DocumentDelivery:
    """登记送达经过: an attempt that failed or is on its way; with a day of delivery, the document is delivered."""
    _refuse_early(document)
    _refuse_faults(document, written, at)
    step = DocumentStep.ATTEMPT if written.delivered_on is None else DocumentStep.DELIVER
    _advance(document, step, written, actor, seen)
    made = _kept(document, written, actor, at, scan)
    if written.delivered_on is not None:
        consequences.delivered(document, None, written.delivered_on, actor)
    return made


def arrived(
    document: OfficialDocument, attempt: DocumentDelivery, written: Delivery, actor: Actor, at: datetime,
    *, scan: Scan | None = None, seen: int | None = None,
) -> DocumentDelivery:  # fmt: skip
    """An attempt that was on its way has its outcome: it is replaced by what is known now."""
    _refuse_early(document)
    _refuse_faults(document, written, at)
    step = DocumentStep.ATTEMPT if written.delivered_on is None else DocumentStep.DELIVER
    _advance(document, step, written, actor, seen)
    _replace(attempt, "登记送达结果", at)
    made = _kept(document, written, actor, at, scan, attempt.attachment_id)
    if written.delivered_on is not None:
        consequences.delivered(document, None, written.delivered_on, actor)
    return made


def correct(
    document: OfficialDocument, written: Delivery, reason: str, actor: Actor, at: datetime,
    *, scan: Scan | None = None, seen: int | None = None,
) -> DocumentDelivery:  # fmt: skip
    """更正送达登记: the wrong one is kept, voided with the reason; what hangs on the day follows."""
    wrong, before = queries.delivered_attempt(document), document.delivered_on
    if written.delivered_on is None:
        raise NotLikeThis("更正后的送达日期不能为空；文书其实没有送达的，请作废后重新制发", field="delivered_on")
    if document.issued_on is not None:
        _refuse_faults(document, written, at)
    _advance(document, DocumentStep.CORRECT_DELIVERY, written, actor, seen, reason)
    if wrong is not None:
        _replace(wrong, reason, at)
    made = _kept(document, written, actor, at, scan, wrong.attachment_id if wrong is not None else None)
    consequences.delivered(document, before, written.delivered_on, actor)
    return made


def _refuse_early(document: OfficialDocument) -> None:
    if document.state is DocumentState.DRAFTED:
        raise NotAllowedNow("文书还是草稿：请先制发，再登记送达")
    if document.state is DocumentState.DELIVERED:
        raise NotAllowedNow(f"文书已于 {document.delivered_on} 送达；登记有误的，请用“更正送达登记”")
    if document.state is DocumentState.VOIDED:
        raise NotAllowedNow("文书已作废，不能登记送达")


def _refuse_faults(document: OfficialDocument, written: Delivery, at: datetime) -> None:
    assert document.issued_on is not None
    days = queries.notice_days(rules.NOTICE_RULE, written.sent_on)
    found = rules.delivery_faults(written, document.issued_on, clock.office_time(at).date(), days)
    if found:
        raise FaultyDelivery(found)


def _advance(
    document: OfficialDocument, step: DocumentStep, written: Delivery, actor: Actor, seen: int | None, reason: str | None = None
) -> None:
    said = f"{written.way.value}，" + (f"{written.delivered_on} 送达" if written.delivered_on else f"{written.sent_on} 送出，尚未送达")
    comment = f"{reason.strip()}（{said}）" if reason and reason.strip() else None if step is DocumentStep.CORRECT_DELIVERY else said
    changes = {"delivered_on": (document.delivered_on, written.delivered_on)}
    with session().no_autoflush:  # state and day are one change
        if written.delivered_on is not None:
            document.delivered_on = written.delivered_on
        history.advance(document, step, actor, comment=comment, seen=seen, changes=changes)


def _replace(wrong: DocumentDelivery, reason: str, at: datetime) -> None:
    wrong.voided_at, wrong.void_reason = at, reason.strip()[:300]


def _kept(
    document: OfficialDocument, written: Delivery, actor: Actor, at: datetime, scan: Scan | None, attachment_id: int | None = None
) -> DocumentDelivery:
    made = DocumentDelivery(
        org_id=document.org_id, document_id=document.id, recorded_at=at, recorded_by_id=actor.user_id, attachment_id=attachment_id,
        **asdict(written),
    )  # fmt: skip
    session().add(made)
    session().flush()
    if scan is not None:
        made.attachment_id = attachments.save(actor, DELIVERY, made.id, made.org_id, *scan, at).id
        session().flush()
    return made


# ---------------------------------------------------------------- 送达回证

def written_of(delivery: DocumentDelivery) -> Delivery:
    """An attempt as it was written."""
    return Delivery(**{name: getattr(delivery, name) for name in Delivery.__dataclass_fields__})


def proof(document: OfficialDocument, delivery: DocumentDelivery | None, actor: Actor) -> bytes:
    """送达回证 of an attempt, or an empty one to take along: what is not known yet is left to be written by hand."""
    if document.number is None or document.issued_on is None:
        raise NotAllowedNow("草稿没有送达回证：请先制发文书")
    office = queries.office_of(document.org_id)
    said: dict[str, Any] = {
        "送达文书": document.kind, "文号": document.number, "制发单位": office.name, "制发年月日": format_date_cn(document.issued_on),
        "受送达人": document.recipient, "受送达人地址": document.recipient_address or "",
    }  # fmt: skip
    if delivery is not None:
        said |= {title: _in_words(getattr(delivery, name)) for name, title in rules.TITLES.items()}
    context: dict[str, documents.Value] = {name: said.get(name, "") for name in PROOF}
    return documents.render(in_force(actor, DocumentKind.DELIVERY_PROOF).content, [context])


def _in_words(value: Any) -> str:
    if value is None:
        return ""
    return format_date_cn(value) if isinstance(value, date) else str(getattr(value, "value", value))
