"""Which records can be asked as of a moment (可按时点查看的记录): those whose page has a history. One row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.assignments.models import SamplingAssignment
from app.audit.words import subject_word
from app.db import session
from app.decisions.models import VerdictDecision
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.enterprises.models import Enterprise
from app.errors import NotFound, NotLikeThis
from app.exemptions.models import RuleExemption
from app.exports.models import MonthlyReturn
from app.grading.models import RiskGrade
from app.incidents.models import Incident
from app.inspections.models import Inspection
from app.legal_clocks.models import LegalClock
from app.listings.models import CreditListing
from app.objections.models import Objection
from app.official_documents.models import OfficialDocument
from app.penalties.models import Penalty
from app.planning.models import SamplingTask
from app.plans.models import SamplingPlan
from app.publications.models import Publication
from app.rectifications.models import RectificationOrder
from app.retests.models import Retest
from app.risk_warnings.models import PublicWarning
from app.sampling.models import Sample
from app.scope import scope
from app.self_reports.models import SelfReport
from app.transfers.models import CaseTransfer
from app.urgent.models import UrgentReport

NAMES = ("number", "title", "name")  # by what people call a record, the first that it has
ASKED_BY = (*NAMES, "credit_code")


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of record: its model and the page that shows it as it is."""

    model: Any
    page: str

    @property
    def kind(self) -> str:
        return str(self.model.__tablename__)

    @property
    def word(self) -> str:
        return subject_word(self.kind)

    @property
    def here(self) -> str:
        """The end of the endpoint of its page as of a moment."""
        return self.page.partition(".")[0]


RECORDS: Mapping[str, Kept] = {
    one.here: one
    for one in (
        Kept(Sample, "sampling.show"), Kept(DisposalCase, "disposal.show"), Kept(Objection, "objections.show"),
        Kept(Retest, "retests.show"), Kept(Penalty, "penalties.show"), Kept(OfficialDocument, "official_documents.show"),
        Kept(VerdictDecision, "decisions.show"), Kept(LegalClock, "legal_clocks.show"), Kept(CaseTransfer, "transfers.show"),
        Kept(CreditListing, "listings.show"), Kept(UrgentReport, "urgent.show"), Kept(Enterprise, "enterprises.show"),
        Kept(Inspection, "inspections.show"), Kept(RectificationOrder, "rectifications.show"), Kept(RiskGrade, "grading.show"),
        Kept(SelfReport, "self_reports.show"), Kept(Incident, "incidents.show"), Kept(SamplingPlan, "plans.show"),
        Kept(SamplingTask, "planning.show"), Kept(SamplingAssignment, "assignments.show"), Kept(RuleExemption, "exemptions.show"),
        Kept(MonthlyReturn, "exports.show"), Kept(Publication, "publications.show"), Kept(PublicWarning, "risk_warnings.show"),
    )
}  # fmt: skip


def name_of(record: Any) -> str:
    """What people call the record; its number in the table where it has no name of its own."""
    found = (getattr(record, name, None) for name in NAMES)
    return next((str(one) for one in found if one), f"第 {record.id} 号")


def kept(word: str) -> Kept:
    """By the office's word for it, or by its name in the database."""
    for one in RECORDS.values():
        if word in (one.word, one.kind):
            return one
    raise NotLikeThis(f"没有记录类别“{word[:20]}”，可用：{'、'.join(one.word for one in RECORDS.values())}", field="kind")


def id_of(one: Kept, actor: Actor, written: str) -> int:
    """The id of the record of this number or name, or of ``#id``, among those that the actor may see."""
    text = written.strip()
    if text.startswith("#"):
        if not (text[1:].isascii() and text[1:].isdecimal() and len(text) < 19):
            raise NotLikeThis(f"“{text[:20]}”不是档案号，请写成 #12 的样子", field="number")
        return int(text[1:])
    columns = [getattr(one.model, name) for name in ASKED_BY if hasattr(one.model, name)]
    if not columns:
        raise NotLikeThis(f"{one.word}没有编号，请写档案号（地址栏中的数字），如 #12", field="number")
    statement = scope(sa.select(one.model.id), one.model, actor).where(sa.or_(*(column == text for column in columns)))
    ids = list(session().scalars(statement.order_by(one.model.id).limit(6)))
    if not ids:
        raise NotFound(f"没有找到{one.word}“{text[:60]}”，可能编号有误或不在您的管辖范围内")
    if len(ids) > 1:
        raise NotLikeThis(f"有几条{one.word}都叫“{text[:60]}”，请写档案号：{'、'.join(f'#{each}' for each in ids[:5])}", field="number")
    return ids[0]
