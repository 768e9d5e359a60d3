"""Which records belong to a case (案件相关记录): found once, by kind, for its timeline and for its dossier.

Every kind costs one statement, however many records there are; what the reader may not see is not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.attachments.models import Attachment
from app.chain import HistoryEntry
from app.custody.models import BackupSample
from app.db import session
from app.decisions.models import VerdictDecision
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.documents import DocumentKind
from app.legal_clocks.models import ClockChange, LegalClock
from app.listings.models import CreditListing
from app.objections.models import Objection
from app.official_documents.models import DocumentDelivery, OfficialDocument
from app.penalties.models import Penalty
from app.retests.models import Retest
from app.ripples.models import Ripple, RippleTask
from app.sampling.models import Sample
from app.scope import visible
from app.transfers.models import CaseTransfer
from app.urgent.models import UrgentReport

Belongings = Mapping[str, frozenset[int]]
PART = 400
NOT_TOLD = ("download", "print", "unmask")  # whoever looks at the papers of a case does not change the case
OF_DELIVERY = DocumentDelivery.__tablename__


def papers_of(case: DisposalCase) -> sa.ColumnElement[bool]:
    """The documents of a case, those of its sample that name no case, and the notices of its sample."""
    notice = OfficialDocument.kind == DocumentKind.RESULT_NOTICE.value
    of_sample = sa.and_(OfficialDocument.sample_id == case.sample_id, sa.or_(notice, OfficialDocument.case_id.is_(None)))
    return sa.or_(OfficialDocument.case_id == case.id, of_sample)


def clocks_of(case: DisposalCase) -> sa.ColumnElement[bool]:
    """The clocks of a case, and those of its sample that belong to no other case."""
    return sa.or_(LegalClock.case_id == case.id, sa.and_(LegalClock.sample_id == case.sample_id, LegalClock.case_id.is_(None)))


def of_case(actor: Actor, case: DisposalCase) -> Belongings:
    """The ids of every record of the case, by the name of its table."""
    penalties = sa.select(Penalty.id).where(Penalty.case_id == case.id)
    owned: tuple[tuple[Any, sa.ColumnElement[bool]], ...] = (
        (BackupSample, BackupSample.sample_id == case.sample_id),
        (VerdictDecision, VerdictDecision.sample_id == case.sample_id),
        (UrgentReport, UrgentReport.sample_id == case.sample_id),
        (OfficialDocument, papers_of(case)),
        (LegalClock, clocks_of(case)),
        (ClockChange, ClockChange.clock_id.in_(sa.select(LegalClock.id).where(clocks_of(case)))),
        (Retest, Retest.sample_id == case.sample_id),
        (Objection, Objection.sample_id == case.sample_id),
        (Penalty, Penalty.case_id == case.id),
        (CreditListing, sa.or_(CreditListing.case_id == case.id, CreditListing.penalty_id.in_(penalties))),
        (CaseTransfer, CaseTransfer.case_id == case.id),
        (Ripple, Ripple.sample_id == case.sample_id),
        (RippleTask, RippleTask.ripple_id.in_(sa.select(Ripple.id).where(Ripple.sample_id == case.sample_id))),
    )
    found: dict[str, frozenset[int]] = {
        DisposalCase.__tablename__: frozenset({case.id}), Sample.__tablename__: frozenset({case.sample_id}),
    }
    for model, condition in owned:
        statement = sa.select(model.id).where(condition, visible(model, actor))
        found[model.__tablename__] = frozenset(session().scalars(statement))
    papers = found[OfficialDocument.__tablename__]
    found[OF_DELIVERY] = frozenset(
        session().scalars(sa.select(DocumentDelivery.id).where(DocumentDelivery.document_id.in_(sorted(papers))))
    )
    found[Attachment.__tablename__] = frozenset(row.id for row in attachments(actor, found))
    return found


def attachments(actor: Actor, belongings: Belongings) -> Sequence[Attachment]:
    """The files of these records that have not been withdrawn, in the order in which they came."""
    kept = _of_subjects(Attachment.subject_kind, Attachment.subject_id, belongings)
    statement = sa.select(Attachment).where(kept, Attachment.voided_at.is_(None), visible(Attachment, actor))
    return session().scalars(statement.order_by(Attachment.id)).all()


def entries(belongings: Belongings, without: Iterable[str] = NOT_TOLD) -> Sequence[HistoryEntry]:
    """The history of all these records in one order, oldest first, each step with its signature."""
    of_these = _of_subjects(HistoryEntry.subject_kind, HistoryEntry.subject_id, belongings)
    statement = sa.select(HistoryEntry).where(of_these, HistoryEntry.step.not_in(tuple(without)))
    return session().scalars(statement.options(joinedload(HistoryEntry.signature)).order_by(HistoryEntry.seq)).all()


def _of_subjects(kind: Any, number: Any, belongings: Belongings) -> sa.ColumnElement[bool]:
    parts = [
        sa.and_(kind == name, number.in_(part))
        for name, ids in sorted(belongings.items())
        for part in _parts(sorted(ids))
    ]
    return sa.or_(sa.false(), *parts)


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + PART] for at in range(0, len(ids), PART))
