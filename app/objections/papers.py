"""The documents of an objection: which are due now, and what stands in them before anybody writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app.db import session
from app.disposal.models import DisposalCase
from app.domain import objections as rules
from app.domain.actors import Actor
from app.domain.case_kinds import ObjectionEffect, Side
from app.domain.documents import DocumentKind
from app.domain.official_documents import APPLICANTS, KINDS, Kind
from app.domain.workflow import DocumentState, ObjectionState
from app.errors import NotAllowedNow
from app.filters import format_date_cn
from app.legal_clocks.operations import clock_of
from app.objections.models import Objection
from app.official_documents import operations as documents
from app.official_documents import prefill
from app.official_documents import queries as papers
from app.official_documents.models import OfficialDocument
from app.official_documents.operations import Subject
from app.official_documents.queries import cases_of_party

K = DocumentKind
NOT_YET = "异议办理到这一步还不制作{}，请先办理相应步骤"


def offered(objection: Objection) -> Sequence[Kind]:
    """The documents that its steps so far call for."""
    wanted = {
        K.OBJECTION_CORRECTION: objection.correction_asked_on is not None,
        K.OBJECTION_ACCEPTANCE: objection.accepted_on is not None,
        K.OBJECTION_REFUSAL: objection.state is ObjectionState.DECLINED,
        K.OBJECTION_CONCLUSION: objection.outcome is not None,
    }
    return [KINDS[kind] for kind, due in wanted.items() if due]


def lacking(objection: Objection, made: Sequence[Any]) -> list[Kind]:
    """Those of them that nobody has drafted yet."""
    known = {row.kind for row in made if row.state is not DocumentState.VOIDED}
    return [kind for kind in offered(objection) if kind.kind.value not in known]


def draft(objection: Objection, kind: Kind, actor: Actor, at: datetime) -> tuple[OfficialDocument, bool]:
    """Draft it, or find the one that is there already; the second value says whether it is new."""
    if kind not in offered(objection):
        raise NotAllowedNow(NOT_YET.format(kind.kind.value))
    earlier = [row for row in papers.of_record(actor, objection) if row.kind == kind.kind.value]
    living = next((row for row in earlier if row.state is not DocumentState.VOIDED), None)
    if living is not None:
        return session().get_one(OfficialDocument, living.id), False
    subject = Subject(objection.sample, about=objection, known=_known(objection), whom=_whom(objection, kind))
    key = f"objection-{objection.id}-{kind.kind.code}-{len(earlier)}"  # two at once: one of them is refused
    return documents.draft(kind, subject, documents.blank(kind, subject, Side.OTHER), actor, at, key=key), True


def _whom(objection: Objection, kind: Kind) -> prefill.Recipient:
    side = objection.side if objection.side in APPLICANTS else Side.OTHER
    known = prefill.recipient(kind.kind, objection.sample, None, side)
    return prefill.Recipient(side, objection.applicant, known.address if known.name == objection.applicant else None)


def _day(day: date | None) -> str:
    return format_date_cn(day) if day is not None else ""


def _known(objection: Objection) -> dict[str, str]:
    clock = clock_of(objection, rules.DECIDE[objection.kind])
    return {
        "异议编号": objection.number, "异议类别": objection.kind.value, "异议内容": objection.content,
        "提出日期": _day(objection.applied_on), "收到日期": _day(objection.received_on), "受理日期": _day(objection.accepted_on),
        "审核期限": _day(clock.due_on) if clock is not None else "", "不予受理理由": objection.refusal or "",
        "需补正的材料": objection.correction or "", "补正期限": _day(objection.correction_due_on),
        "核查情况": objection.investigation or "", "审核结论": _concluded(objection), "结论说明": objection.decision or "",
    }  # fmt: skip


def _concluded(objection: Objection) -> str:
    if objection.outcome is None or objection.effect is None:
        return ""
    changed = objection.effect is not ObjectionEffect.NONE
    return f"{objection.outcome.value}，{objection.effect.value}" if changed else objection.outcome.value


def told_by(objection: Objection, actor: Actor) -> tuple[date, str] | None:
    """When the applicant received the 审核结论通知书, and its number."""
    rows = papers.of_record(actor, objection)
    found = [row for row in rows if row.kind == K.OBJECTION_CONCLUSION.value and row.delivered_on is not None]
    return (found[0].delivered_on, found[0].number) if found else None


def writing_case(objection: Objection, actor: Actor) -> DisposalCase | None:
    """协查 and 通报 to other offices are sent from a case: the producer's, else the seller's, while it goes on."""
    for side in (Side.PRODUCER, Side.SAMPLED):
        if cases := cases_of_party(objection.sample_id, side, actor.reach):
            return cases[0]
    return None
