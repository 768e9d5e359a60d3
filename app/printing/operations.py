"""Printing (打印): a document made of samples or a task, and the record that it was. Never commits, never sees a request."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from app import clock, documents, history
from app.assignments.models import SamplingAssignment
from app.assignments.queries import around
from app.blinding import open_personal, shown
from app.db import session
from app.documents import Value
from app.domain import documents as rules
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.domain.permissions import Permission, permits
from app.errors import NotAllowed, NotAllowedNow, NotFound, NotLikeThis, Refused
from app.labels import label
from app.printing import contexts, queries
from app.printing.models import PrintedDocument
from app.printing.templates import Template, in_force
from app.sampling import personal
from app.sampling.models import Sample

MOST_DOCUMENTS = 200  # copies in one file
UNSEEN = NotFound("样品不存在，或不在您的管辖范围内")


@dataclass(frozen=True, slots=True)
class Document:
    """A made document, and the template it was made from."""

    kind: DocumentKind
    content: bytes
    template: Template
    copies: int
    whole: frozenset[int]  # samples whose personal data stand in it in full

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


# ---------------------------------------------------------------- making

def of_samples(
    kind: DocumentKind, samples: Sequence[Sample], actor: Actor, copies: int = 1, *, masked: bool = False
) -> Document:
    """The document of these samples, that many copies of it in one file; personal data in full where the actor may see them.

    Raises NotAllowed, NotAllowedNow when a sample does not call for this document, NotLikeThis for too many copies.
    """
    _refuse_unfit(kind, samples, actor)
    _refuse_many(kind, len(samples), copies)
    may_see = {one.id for one in samples if permits(actor, Permission.PERSONAL_UNMASK, one)}
    whole = frozenset() if masked else frozenset(may_see)
    made = _contexts(kind, _sheets(samples, whole, actor), _printing(actor), copies)
    template = in_force(actor, kind)
    told = whole if _tells_of_people(template, kind) else frozenset()
    return Document(kind, documents.render(template.content, made), template, copies, told)


def _refuse_unfit(kind: DocumentKind, samples: Sequence[Sample], actor: Actor) -> None:
    if not samples:
        raise NotLikeThis("请至少选择一个您有权打印的样品", field="sample")
    for sample in samples:
        if (found := _refusal(kind, sample, actor)) is not None:
            raise found


def _refusal(kind: DocumentKind | None, sample: Sample, actor: Actor) -> Refused | None:
    """Why this sample's document (None: its label) is not printed by this person now, or None."""
    if not permits(actor, Permission.SAMPLE_PRINT, sample):
        what = "标签" if kind is None else "文书"
        return NotAllowed(f"您没有打印样品“{sample.number}”{what}的权限，如确需办理请联系科室负责人")
    if kind is not None and kind not in rules.of_sample(sample.state, sample.link):
        state = label(sample.state)
        return NotAllowedNow(f"样品“{sample.number}”的状态是“{state}”，不使用{kind.value}：请取消选择该样品，或选择其他文书")
    return None


@dataclass(frozen=True, slots=True)
class Sorted:
    """Of several samples those that can be printed, and what is said of each that was asked for (办成 or why not)."""

    fit: list[Sample]
    outcomes: list[dict[str, Any]]

    @property
    def refused(self) -> list[dict[str, Any]]:
        return [one for one in self.outcomes if not one["done"]]


def sort_out(kind: DocumentKind | None, samples: Sequence[Sample], ids: Sequence[int], actor: Actor) -> Sorted:
    """Which of the samples asked for can be printed: a document of this kind, or with None their labels."""
    found, fit, outcomes = {one.id: one for one in samples}, [], []
    for one in ids:
        sample = found.get(one)
        refusal = UNSEEN if sample is None else _refusal(kind, sample, actor)
        if sample is not None and refusal is None:
            fit.append(sample)
        said = f"已打印{rules.LABEL if kind is None else kind.value}" if refusal is None else refusal.sentence
        name = f"第 {one} 号" if sample is None else sample.number
        outcomes.append({"id": one, "name": name, "done": refusal is None, "said": said})
    return Sorted(fit, outcomes)


def _refuse_many(kind: DocumentKind, samples: int, copies: int) -> None:
    if not 1 <= copies <= rules.MOST_COPIES:
        raise NotLikeThis(f"份数应为 1 至 {rules.MOST_COPIES} 的整数", field="copies")
    if kind not in rules.JOINT and samples * copies > MOST_DOCUMENTS:
        raise NotLikeThis(f"一次最多生成 {MOST_DOCUMENTS} 份，本次为 {samples * copies} 份：请减少样品或份数，分次打印", field="copies")


def _sheets(samples: Sequence[Sample], whole: Collection[int], actor: Actor) -> list[dict[str, str]]:
    ids = [sample.id for sample in samples]
    people, events, names = personal.values_of(ids, whole), queries.custody(ids), queries.organisation_names(samples)
    return [
        contexts.of_sample(
            shown(sample, actor),
            contexts.Surroundings(open_personal(people[sample.id], actor), events.get(sample.id, {}), names),
        )
        for sample in samples
    ]


def _contexts(
    kind: DocumentKind, sheets: Sequence[dict[str, str]], printing: contexts.Printing, copies: int
) -> list[Mapping[str, Value]]:
    if kind is DocumentKind.SEAL:
        return contexts.seals(sheets, printing, copies)
    if kind is DocumentKind.HANDOVER:
        return contexts.handover(sheets, printing, copies)
    return contexts.single(sheets, printing, kind, copies)


def _printing(actor: Actor) -> contexts.Printing:
    return contexts.Printing(queries.organisation_name(actor.org_id), actor.name, clock.today())


PERSONAL_WORDS = ("联系人", "电话", "身份证", "法定代表人", "账户", "账号", "收货地址", "邮箱")
PERSONAL_FIELDS = frozenset(name for name in rules.SHEET if any(word in name for word in PERSONAL_WORDS))


def _tells_of_people(template: Template, kind: DocumentKind) -> bool:
    return kind not in rules.JOINT and bool(documents.used_fields(template.content).fields & PERSONAL_FIELDS)


def of_task(task: SamplingAssignment, actor: Actor, copies: int = 1) -> Document:
    """抽样任务单 of a task."""
    _refuse_many(DocumentKind.TASK, 1, copies)
    template = in_force(actor, DocumentKind.TASK)
    made = contexts.of_task(shown(task, actor), shown(around(task), actor), _printing(actor), copies)
    return Document(DocumentKind.TASK, documents.render(template.content, made), template, copies, frozenset())


# ---------------------------------------------------------------- recording

def record(document: Document, subjects: Sequence[Any], actor: Actor, at: datetime) -> None:
    """打印记录 and history of every record the document is about."""
    for subject in subjects:
        _note(
            subject, document.kind.value, actor, at, document.copies, sha256=document.sha256,
            template_sha256=document.template.sha256, whole=subject.id in document.whole,
        )  # fmt: skip


def record_labels(samples: Sequence[Sample], copies: int, actor: Actor, at: datetime) -> None:
    """That so many labels of each of these samples were printed."""
    for sample in samples:
        if (found := _refusal(None, sample, actor)) is not None:
            raise found
        _note(sample, rules.LABEL, actor, at, copies)


def _note(
    subject: Any, kind: str, actor: Actor, at: datetime, copies: int, *, sha256: str | None = None,
    template_sha256: str | None = None, whole: bool = False,
) -> None:  # fmt: skip
    session().add(
        PrintedDocument(
            org_id=subject.org_id, kind=kind, subject_kind=subject.__tablename__, subject_id=subject.id,
            subject_version=subject.version, number=subject.number, sha256=sha256, template_sha256=template_sha256,
            copies=copies, printed_at=at, printed_by_id=actor.user_id,
        )
    )  # fmt: skip
    unit = "枚" if kind == rules.LABEL else "份"
    told = f"{kind} {copies} {unit}" + ("，含完整个人信息" if whole else "") + (f"；SHA-256 {sha256}" if sha256 else "")
    history.record(
        subject.__tablename__, subject.id, "print", actor, org_id=subject.org_id, name=subject.number, comment=told
    )


def filename(document: Document, subjects: Sequence[Any]) -> str:
    """封条_GC26….docx; of several, 封条_12批_2026-11-20.docx."""
    which = subjects[0].number if len(subjects) == 1 else f"{len(subjects)}批_{clock.today()}"
    return f"{document.kind.value}_{which}.docx"
