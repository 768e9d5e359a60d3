"""执法文书, changed: drafted, edited, issued under the next number, voided. Never commits, never sees a request.

The file is made once, when the document is issued; its bytes are kept under their SHA-256 and every print is that file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from app import clock, counters, documents, files, history
from app.db import session
from app.disposal.models import DisposalCase
from app.domain import official_documents as rules
from app.domain.actors import Actor
from app.domain.case_kinds import Side
from app.domain.documents import DocumentKind
from app.domain.official_documents import Kind
from app.domain.samples import Monitoring, Supervision
from app.domain.workflow import CaseState, DocumentState, DocumentStep
from app.errors import NotAllowedNow, NotFound, NotLikeThis
from app.filters import format_date_cn
from app.official_documents import consequences, prefill, queries
from app.official_documents.models import OfficialDocument
from app.official_documents.queries import delivered_on
from app.printing.templates import in_force
from app.sampling.models import Sample

__all__ = ["Subject", "delivered_on", "draft", "draft_notices", "edit", "filename", "issue", "kept", "printed", "trial", "void"]
KIND = OfficialDocument.__tablename__
TWICE = "这份文书刚刚已经起草，没有重复起草：请在文书列表中查看"
NOT_FAILING = "样品“{}”的检验结论不是不合格或问题样品，不制作{}"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a document is made from: a sample, the case where it is made on a case's page, the record that it tells of.

    ``known`` is what that record says in the fields of the document, ``whom`` the party it is sent to.
    """

    sample: Sample
    case: DisposalCase | None = None
    about: Any = None  # a retest, an objection, a transfer: domain.official_documents.ABOUT
    known: Mapping[str, str] = field(default_factory=dict)
    whom: prefill.Recipient | None = None

    @property
    def org_id(self) -> int:
        source = next(one for one in (self.about, self.case, self.sample) if one is not None)
        return int(source.org_id)


@dataclass(frozen=True, slots=True)
class Written:
    """The parts of a document that people write."""

    side: Side
    recipient: str
    recipient_address: str | None
    fields: Mapping[str, str]


# ---------------------------------------------------------------- drafting

def blank(kind: Kind, subject: Subject, side: Side) -> Written:
    """What a new document says before anybody has written."""
    whom = subject.whom or prefill.recipient(kind.kind, subject.sample, subject.case, side)
    filled = prefill.fields(kind.kind, subject.sample, subject.case, queries.office_of(subject.org_id))
    told = {name: text for name, text in subject.known.items() if name in filled}
    return Written(whom.side, whom.name, whom.address, filled | told)


def refuse_unfit(kind: Kind, subject: Subject) -> None:
    """May a document of this kind be made from this at all?"""
    if kind.of_case and subject.case is None:
        raise NotLikeThis(f"{kind.kind.value}从核查处置案件的页面制作，请先打开案件")
    if kind.about is not None and (subject.about is None or subject.about.__tablename__ != kind.about):
        raise NotLikeThis(f"{kind.kind.value}从{rules.ABOUT[kind.about]}的页面制作，请先打开该{rules.ABOUT[kind.about]}")
    if subject.case is not None and subject.case.state is CaseState.CANCELLED:
        raise NotAllowedNow("案件已撤销，不再制作文书")
    sample = subject.sample
    failing = sample.supervision is Supervision.FAIL or sample.monitoring is Monitoring.PROBLEM
    if kind.kind is DocumentKind.RESULT_NOTICE and not failing:
        raise NotAllowedNow(NOT_FAILING.format(sample.number, kind.kind.value))


def draft(kind: Kind, subject: Subject, written: Written, actor: Actor, at: datetime, *, key: str | None = None) -> OfficialDocument:
    """起草. ``key`` is the page's own: a second sending of the same page makes no second draft."""
    refuse_unfit(kind, subject)
    _check(kind, written)
    case, about = subject.case, subject.about
    made = OfficialDocument(
        org_id=subject.org_id, kind=kind.kind.value, sample_id=subject.sample.id, case_id=case.id if case else None,
        about_kind=about.__tablename__ if about else None, about_id=about.id if about else None,
        side=written.side, recipient=written.recipient, recipient_address=written.recipient_address, fields=dict(written.fields),
        created_at=at, created_by_id=actor.user_id, submission_key=key,
    )  # fmt: skip
    try:
        history.advance(made, DocumentStep.DRAFT, actor, comment=f"{made.kind}，受送达人：{made.recipient or '未填写'}")
    except IntegrityError as error:
        raise NotAllowedNow(TWICE) from error
    return made


def _check(kind: Kind, written: Written) -> None:
    if written.side not in kind.sides:
        raise NotLikeThis(f"{kind.kind.value}的受送达人身份只能是：{'、'.join(side.value for side in kind.sides)}", field="side")
    if not written.recipient.strip():
        raise NotLikeThis("请填写受送达人", field="recipient")
    unknown = sorted(set(written.fields) - set(kind.fields))
    if unknown:
        raise NotLikeThis(f"{kind.kind.value}没有“{unknown[0]}”这一栏，可用：{'、'.join(kind.fields)}")
    long = next((name for name, text in written.fields.items() if len(text) > rules.LONGEST), None)
    if long is not None:
        raise NotLikeThis(f"“{long}”不得超过 {rules.LONGEST} 个字")


def draft_notices(subject: Subject, actor: Actor, at: datetime) -> list[OfficialDocument]:
    """检验结果通知书 for every recipient that the sample names and that has none yet."""
    kind = rules.KINDS[DocumentKind.RESULT_NOTICE]
    refuse_unfit(kind, subject)
    earlier = queries.notices_of(subject.sample.id, subject.org_id)
    served = {one.side for one in earlier if one.state is not DocumentState.VOIDED}
    made = []
    for whom in prefill.recipients(subject.sample):
        if whom.side in served:
            continue
        again = sum(one.side is whom.side for one in earlier)
        key = f"notice-{subject.org_id}-{subject.sample.id}-{whom.side.name}-{again}"  # two at once: one of them is refused
        made.append(draft(kind, subject, blank(kind, subject, whom.side), actor, at, key=key))
    if not made:
        raise NotAllowedNow("样品载明的各受送达人都已有检验结果通知书，没有重复起草；需要重做的请先作废原文书")
    return made


def edit(document: OfficialDocument, written: Written, actor: Actor, *, seen: int | None = None) -> bool:
    """修改草稿. Returns False when nothing differs."""
    kind = kind_of(document)
    _check(kind, written)
    changes = {
        name: (document.fields.get(name) or None, text or None)
        for name, text in written.fields.items()
        if document.fields.get(name, "") != text
    }
    for name in ("side", "recipient", "recipient_address"):
        if getattr(document, name) != getattr(written, name):
            changes[name] = (getattr(document, name), getattr(written, name))
    if not changes and (seen is None or seen == document.version):
        return False
    history.advance(document, DocumentStep.EDIT, actor, seen=seen, changes=changes)
    document.side, document.recipient, document.recipient_address = written.side, written.recipient, written.recipient_address
    document.fields = {**document.fields, **written.fields}
    return True


def kind_of(document: OfficialDocument) -> Kind:
    """The kind of a document. Raises NotFound for one that this version of the program does not make."""
    found = rules.by_code(document.kind)
    if found is None:
        raise NotFound(f"本系统没有“{document.kind}”这种文书")
    return found


# ---------------------------------------------------------------- issuing

def issue(document: OfficialDocument, issued_on: date, actor: Actor, at: datetime, *, seen: int | None = None) -> bool:
    """制发: the number is taken, the file made and kept. A second click of the same page changes nothing and returns False."""
    if document.state is DocumentState.ISSUED and seen == document.version - 1 and document.issued_by_id == actor.user_id:
        return False
    kind = kind_of(document)
    _refuse_unready(document, kind, issued_on, clock.office_time(at).date())
    office = queries.office_of(document.org_id)
    prefix = office.document_prefix or rules.default_prefix(office.name, queries.region_code(office.region_id))
    serial = counters.take(office.id, f"document-{kind.kind.code}", issued_on.year)[0]
    number = rules.number(prefix, kind, issued_on.year, serial)
    template = in_force(actor, kind.kind)
    content = documents.render(template.content, [_context(document, kind, number, issued_on, office.name)])
    stored = files.store(content)
    changes = {"number": (None, number), "issued_on": (None, issued_on), "sha256": (None, stored.sha256)}
    with session().no_autoflush:  # state and number are one change: the table holds that one is never without the other
        document.number, document.issued_on, document.issued_by_id = number, issued_on, actor.user_id
        document.sha256, document.template_sha256 = stored.sha256, template.sha256
        history.advance(document, DocumentStep.ISSUE, actor, seen=seen, changes=changes)
    return True


def _refuse_unready(document: OfficialDocument, kind: Kind, issued_on: date, today: date) -> None:
    sample = queries.sample_whole(document.sample_id) if document.sample_id is not None else None
    fault = rules.issue_fault(issued_on, today, sample.reported_on if sample is not None else None)
    if fault is not None:
        raise NotLikeThis(fault, field="issued_on")
    lacking = rules.lacking(kind, document.fields)
    if lacking and document.state is DocumentState.DRAFTED:
        raise NotLikeThis(f"还不能制发，请先补充：{'、'.join(lacking)}")


def _context(document: OfficialDocument, kind: Kind, number: str, issued_on: date, office: str) -> dict[str, documents.Value]:
    head = {
        "文号": number, "制发单位": office, "制发年月日": format_date_cn(issued_on), "受送达人": document.recipient,
        "受送达人身份": document.side.value, "受送达人地址": document.recipient_address or "/",
    }  # fmt: skip
    return {**head, **{name: document.fields.get(name, "").strip() or "/" for name in kind.fields}}


def kept(document: OfficialDocument) -> bytes:
    """The file as it was issued, verified by its digest."""
    if document.sha256 is None:
        raise NotAllowedNow("草稿还没有文书文件：请先制发")
    return files.read(document.sha256)


def trial(document: OfficialDocument, actor: Actor) -> bytes:
    """How a draft will look; nothing is taken and nothing kept."""
    kind, office = kind_of(document), queries.office_of(document.org_id)
    template = in_force(actor, kind.kind)
    today = clock.today()
    return documents.render(template.content, [_context(document, kind, "（制发时编号）", today, office.name)])


def filename(document: OfficialDocument) -> str:
    return f"{document.kind}{document.number or '（草稿）'}.docx"


def void(document: OfficialDocument, actor: Actor, reason: str, *, seen: int | None = None) -> None:
    """作废: the number stays used, the file readable; what its delivery had set going is taken back."""
    before = document.delivered_on if document.state is DocumentState.DELIVERED else None
    history.advance(document, DocumentStep.VOID, actor, comment=reason, seen=seen)
    document.void_reason = reason.strip()[:300]
    if before is not None:
        consequences.withdrawn(document, before, actor, reason)
    session().flush()



def printed(document: OfficialDocument, actor: Actor) -> None:
    """Who took the file out is in the history."""
    history.record(KIND, document.id, "print", actor, org_id=document.org_id, name=document.title)
