"""What belongs to a case besides its record, changed: answers of the reviewer, publications, follow-up samples, files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock, history
from app.attachments import operations as attachments
from app.attachments.models import Attachment
from app.db import session
from app.disposal import penalty_source
from app.disposal.models import CaseAnswer, CaseFollowUp, CasePublication, DisposalCase
from app.disposal.recording import touch
from app.domain.actors import Actor
from app.domain.case_kinds import PublicationKind
from app.domain.case_questions import BY_CODE, asked
from app.domain.case_record import BLOCKS
from app.domain.permissions import Permission, permits, standing_in
from app.domain.workflow import CaseState, SampleState
from app.errors import NotAllowed, NotAllowedNow, NotFound, NotLikeThis
from app.labels import label
from app.sampling.models import Sample

KIND = DisposalCase.__tablename__
LARGEST_FILE = 10 << 20
FILED = ("http://", "https://")
OPEN_TO_HANDLER = (CaseState.HANDLING, CaseState.CLOSED)  # what is under review does not change under the reviewer's eyes
# What was published stays up until somebody takes it down, whatever has become of the case since.
WITH_PUBLICATIONS = (*OPEN_TO_HANDLER, CaseState.CANCELLED)
SEVERAL = "该记录已被他人修改，请刷新页面核对后再操作；您填写的内容仍保留在表单中"


@dataclass(frozen=True, slots=True)
class Given:
    """A reviewer's answer to one question."""

    answer: bool
    note: str | None = None

    def __str__(self) -> str:
        return ("是" if self.answer else "否") + (f"（{self.note}）" if self.note else "")


def _admit(case: DisposalCase, actor: Actor, permission: Permission, states: Collection[CaseState], seen: int | None) -> None:
    if seen is not None and seen != case.version:
        raise NotAllowedNow(SEVERAL)
    if not permits(actor, permission, case):
        raise NotAllowed("您没有办理该步骤的权限，如确需办理请联系科室负责人")
    if case.state not in states:
        raise NotAllowedNow(f"案件为“{label(case.state)}”，{'、'.join(label(state) for state in states)}的案件才能这样办理")


def _told(
    case: DisposalCase, actor: Actor, word: str, changes: Mapping[str, tuple[Any, Any]], comment: str | None = None,
    principal: Actor | None = None, *, signed: bool = False,
) -> None:  # fmt: skip
    history.record(
        KIND, case.id, word, actor, org_id=case.org_id, name=case.number, changes=changes, comment=comment, principal=principal,
        signs=case if signed else None,
    )  # fmt: skip
    touch(case)


# ---------------------------------------------------------------- 审核意见表

def answer(
    case: DisposalCase, actor: Actor, given: Mapping[str, Given], at: datetime, *, seen: int | None = None
) -> bool:
    """填写审核意见表. An answer that changes supersedes the one before, which stays readable. False: nothing differs."""
    _admit(case, actor, Permission.CASE_ANSWER, (CaseState.AWAITING,), seen)
    _refuse_answers(case, given)
    statement = sa.select(CaseAnswer).where(CaseAnswer.case_id == case.id, CaseAnswer.superseded_at.is_(None))
    in_force = {row.question: row for row in session().scalars(statement)}
    changes: dict[str, tuple[Any, Any]] = {}
    for code, new in given.items():
        row = in_force.get(code)
        old = Given(row.answer, row.note) if row else None
        if old == new:
            continue
        if row is not None:
            row.superseded_at = at
        _add_answer(case, actor, code, new, at)
        changes[BY_CODE[code].text] = (str(old) if old else None, str(new))
    if changes:
        case.read_at = case.read_at or at  # who answers has opened it
        _told(case, actor, "answer_questions", changes, principal=standing_in(actor, Permission.CASE_ANSWER, case))
    return bool(changes)


def _refuse_answers(case: DisposalCase, given: Mapping[str, Given]) -> None:
    known = {each.code for each in asked(case.mode)}
    for code, new in given.items():
        if code not in known:
            raise NotLikeThis(f"本案的审核意见表没有“{BY_CODE[code].text if code in BY_CODE else code[:20]}”这一问")
        if not new.answer and not new.note:
            raise NotLikeThis(f"“{BY_CODE[code].text}”答“否”的，请写明意见", field=f"{code}_note")


def _add_answer(case: DisposalCase, actor: Actor, code: str, new: Given, at: datetime) -> None:
    session().add(
        CaseAnswer(
            org_id=case.org_id, case_id=case.id, question=code, answer=new.answer, note=new.note, answered_at=at,
            answered_by_id=actor.user_id,
        )
    )


# ---------------------------------------------------------------- 信息公开

def publish(
    case: DisposalCase, actor: Actor, kind: PublicationKind, published_on: date, at: datetime, *,
    document_no: str | None = None, url: str | None = None, seen: int | None = None,
) -> CasePublication:  # fmt: skip
    """登记信息公开 (办法 46). The first one also fills the block of the record, while the case is being handled."""
    _admit(case, actor, Permission.CASE_HANDLE, OPEN_TO_HANDLER, seen)
    _refuse_publication(case, kind, published_on, clock.office_time(at).date(), document_no, url)
    made = CasePublication(
        org_id=case.org_id, case_id=case.id, kind=kind, document_no=document_no, url=url, published_on=published_on,
        recorded_at=at, recorded_by_id=actor.user_id,
    )
    session().add(made)
    session().flush()
    words = _publication_words(made)
    changes: dict[str, tuple[Any, Any]] = {kind.value: (None, f"{published_on} {words}")}
    if case.state is CaseState.HANDLING and case.published_on is None:
        changes |= {"published_on": (None, published_on), "publication": (case.publication, case.publication or words)}
        case.published_on, case.publication = published_on, case.publication or words
    _told(case, actor, "publish_case", changes, signed=True)
    return made


def published_with(
    case: DisposalCase, actor: Actor, published_on: date, at: datetime, *, document_no: str | None, url: str | None
) -> bool:
    """The same of a public list that the batch stands in; whoever published it has been asked there. False: it is registered already."""
    same = (CasePublication.kind == PublicationKind.PRODUCT, CasePublication.document_no == document_no)
    standing = (CasePublication.case_id == case.id, CasePublication.removed_on.is_(None))
    if session().scalar(sa.select(CasePublication.id).where(*standing, *same)):
        return False
    made = CasePublication(
        org_id=case.org_id, case_id=case.id, kind=PublicationKind.PRODUCT, document_no=document_no, url=url, published_on=published_on,
        recorded_at=at, recorded_by_id=actor.user_id,
    )  # fmt: skip
    session().add(made)
    session().flush()
    words = _publication_words(made)
    changes: dict[str, tuple[Any, Any]] = {PublicationKind.PRODUCT.value: (None, f"{published_on} {words}")}
    if case.state is CaseState.HANDLING and case.published_on is None:
        changes |= {"published_on": (None, published_on), "publication": (case.publication, case.publication or words)}
        case.published_on, case.publication = published_on, case.publication or words
    _told(case, actor, "publish_case", changes, comment="随抽检结果公示登记")
    return True


def taken_down_with(case: DisposalCase, entry: CasePublication, actor: Actor, removed_on: date, reason: str) -> None:
    """The list, or the batch in it, has been withdrawn; the entry stays with the reason."""
    entry.removed_on, entry.removal_reason = removed_on, reason[:500]
    _told(case, actor, "remove_publication", {entry.kind.value: (_publication_words(entry), f"{removed_on} 撤下")}, comment=reason)


def _publication_words(made: CasePublication) -> str:
    return "　".join(part for part in (made.kind.value, made.document_no, made.url) if part)


def _refuse_publication(
    case: DisposalCase, kind: PublicationKind, published_on: date, today: date, document_no: str | None, url: str | None
) -> None:
    penalty = penalty_source.source(case.id) if kind is PublicationKind.PENALTY else None
    if penalty is not None:
        raise NotAllowedNow(f"本案有处罚案件（{penalty.number}），处罚信息的公示请在处罚案件的页面登记，期限和停止公示日期随之计算")
    if published_on > today:
        raise NotLikeThis(f"公开日期不能晚于今天（{today}），请核对", field="published_on")
    if published_on < case.received_on:
        raise NotLikeThis(f"公开日期不能早于收到不合格结论日期（{case.received_on}），请核对", field="published_on")
    if not document_no and not url:
        raise NotLikeThis("请填写公布文号或网址，以便查证", field="document_no")
    if url and not url.startswith(FILED):
        raise NotLikeThis("网址请以 http:// 或 https:// 开头", field="url")
    same = (CasePublication.kind == kind, CasePublication.document_no == document_no, CasePublication.url == url)
    standing = (CasePublication.case_id == case.id, CasePublication.removed_on.is_(None), CasePublication.voided_at.is_(None))
    if session().scalar(sa.select(CasePublication.id).where(*standing, *same)):
        raise NotLikeThis("同一文号、网址的信息公开已经登记过，请核对")


def remove_publication(
    case: DisposalCase, actor: Actor, publication_id: int, removed_on: date, reason: str, at: datetime, *, seen: int | None = None
) -> CasePublication:
    """撤下信息公开, with the reason; the entry stays."""
    _admit(case, actor, Permission.CASE_HANDLE, WITH_PUBLICATIONS, seen)
    found = session().get(CasePublication, publication_id)
    if found is not None and found.case_id == case.id and found.penalty_id is not None:
        raise NotAllowedNow("处罚信息的停止公示请在处罚案件的页面登记")
    if found is None or found.case_id != case.id or found.removed_on is not None:
        raise NotAllowedNow("没有这条仍在公开的信息，可能已被撤下，请刷新页面核对")
    if not found.published_on <= removed_on <= clock.office_time(at).date():
        raise NotLikeThis(f"撤下日期应在公开日期（{found.published_on}）与今天之间，请核对", field="removed_on")
    if not reason.strip():
        raise NotLikeThis("请填写撤下的原因", field="reason")
    found.removed_on, found.removal_reason = removed_on, reason
    told = {found.kind.value: (_publication_words(found), f"{removed_on} 撤下")}
    _told(case, actor, "remove_publication", told, comment=reason, signed=True)
    return found


# ---------------------------------------------------------------- 跟踪抽检

def link_follow_up(
    case: DisposalCase, actor: Actor, sample: Sample | None, at: datetime, *, note: str | None = None, seen: int | None = None
) -> CaseFollowUp:
    """关联跟踪抽检: a later sample taken because of the case; also after closing, when most of them are taken."""
    _admit(case, actor, Permission.CASE_HANDLE, OPEN_TO_HANDLER, seen)
    if sample is None:
        raise NotFound("没有找到该抽样编号的样品，请核对，或该样品不在您的管辖范围内")
    _refuse_follow_up(case, sample)
    made = CaseFollowUp(
        org_id=case.org_id, case_id=case.id, sample_id=sample.id, linked_at=at, linked_by_id=actor.user_id, note=note
    )
    session().add(made)
    session().flush()
    _told(case, actor, "link_follow_up", {"跟踪抽检": (None, sample.number)}, comment=note)
    return made


def _refuse_follow_up(case: DisposalCase, sample: Sample) -> None:
    if sample.id == case.sample_id:
        raise NotLikeThis("这是本案的不合格样品，跟踪抽检应是之后另抽的样品", field="number")
    if sample.state is SampleState.VOIDED:
        raise NotLikeThis("该样品已作废，不能作为跟踪抽检", field="number")
    first = session().get_one(Sample, case.sample_id).sampled_on
    if first is not None and sample.sampled_on is not None and sample.sampled_on < first:
        raise NotLikeThis(f"该样品抽样日期为 {sample.sampled_on}，早于本案样品（{first}），不是跟踪抽检", field="number")
    linked = (CaseFollowUp.case_id == case.id, CaseFollowUp.sample_id == sample.id)
    if session().scalar(sa.select(CaseFollowUp.id).where(*linked)):
        raise NotLikeThis(f"{sample.number} 已经关联过，无需重复", field="number")


# ---------------------------------------------------------------- 附件

def attach(
    case: DisposalCase, actor: Actor, block: str, filename: str, content: bytes, at: datetime, *, seen: int | None = None
) -> Attachment:
    """Keep a file with one block of the record: its name says which."""
    _admit(case, actor, Permission.CASE_HANDLE, (CaseState.HANDLING,), seen)
    if block not in BLOCKS:
        raise NotLikeThis(f"没有“{block[:20]}”这一部分，可用：{'、'.join(BLOCKS)}", field="block")
    if len(content) > LARGEST_FILE:
        raise NotLikeThis("附件超过 10 MB，请压缩或拆分后再上传", field="file")
    name = f"{block}·{attachments.safe_name(filename)}" if attachments.safe_name(filename) else ""
    kept = attachments.save(actor, KIND, case.id, case.org_id, name, content, at)
    _told(case, actor, "record_block", {"附件": (None, kept.filename)})
    return kept


def withdraw(
    case: DisposalCase, actor: Actor, attachment: Attachment | None, reason: str, at: datetime, *, seen: int | None = None
) -> None:
    """作废附件: no longer listed; its bytes and its history stay."""
    _admit(case, actor, Permission.CASE_HANDLE, (CaseState.HANDLING,), seen)
    if attachment is None or (attachment.subject_kind, attachment.subject_id) != (KIND, case.id):
        raise NotAllowedNow("没有这个附件，可能已被作废，请刷新页面核对")
    attachments.void(actor, attachment, at, reason)
    _told(case, actor, "record_block", {"附件": (attachment.filename, None)}, comment=reason)
