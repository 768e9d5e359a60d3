"""行政执法全过程记录, read: what lies beside the records of many cases, in a number of statements that never grows.

Of the past the tables tell when a file was added or withdrawn, a document was issued or delivered, a penalty was decided or
executed. They do not tell when a document was voided or a field of a closed case last stood otherwise: a voided document counts
as never issued, and the record is read as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock
from app.attachments.models import Attachment
from app.db import session
from app.disposal.models import DisposalCase
from app.domain import enforcement_record as rules
from app.domain.actors import Actor
from app.domain.case_kinds import PenaltyOutcome
from app.domain.documents import DocumentKind
from app.domain.enforcement_record import Decision, Papers, RecordPart
from app.domain.workflow import CaseState, DocumentState, PenaltyState, TransferState
from app.official_documents.models import OfficialDocument
from app.organisations.models import Organisation
from app.penalties.models import Penalty
from app.sampling.models import Sample
from app.scope import scope
from app.transfers.models import CaseTransfer

C = DisposalCase
ISSUED = (DocumentState.ISSUED, DocumentState.DELIVERED)
RECORDED = (
    C.id, C.mode, C.exempted, C.handler_id, C.started_on, C.served_on, C.control_on, C.control, C.cause_on, C.cause, C.penalty_kind,
    C.penalty_no, C.penalty_on, C.penalty, C.rectify_ordered, C.rectified_on, C.recheck_passed, C.published_on, C.notified_org,
    C.notified_on, C.notified_no, C.submitted_by_id, C.approved_by_id,
)  # fmt: skip
Ids = sa.Select[tuple[int]]


def papers(ids: Ids, as_of: datetime | None = None) -> Mapping[int, Papers]:
    """What lies beside each of these cases, now or at the moment."""
    day = clock.office_time(as_of).date() if as_of is not None else clock.today()
    blocks, (issued, delivered) = _blocks(ids, as_of), _documents(ids, day)
    decisions, sent = _decisions(ids, day), _sent(ids, as_of)
    known = {*blocks, *issued, *delivered, *decisions, *sent}
    return {
        case_id: Papers(
            frozenset(blocks.get(case_id, ())), frozenset(issued.get(case_id, ())), frozenset(delivered.get(case_id, ())),
            tuple(decisions.get(case_id, ())), case_id in sent,
        )
        for case_id in known
    }  # fmt: skip


def _blocks(ids: Ids, as_of: datetime | None) -> dict[int, set[str]]:
    """A file bears the name of its block in front of its own."""
    statement = sa.select(Attachment.subject_id, Attachment.filename).where(
        Attachment.subject_kind == C.__tablename__, Attachment.subject_id.in_(ids)
    )
    voided = Attachment.voided_at
    if as_of is None:
        statement = statement.where(voided.is_(None))
    else:
        statement = statement.where(Attachment.created_at <= as_of, sa.or_(voided.is_(None), voided > as_of))
    found: dict[int, set[str]] = {}
    for case_id, filename in session().execute(statement):
        found.setdefault(case_id, set()).add(filename.partition("·")[0])
    return found


def _documents(ids: Ids, day: date) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """Kinds issued and delivered; the 检验结果通知书 of a sample serves all of its cases."""
    doc, notice = OfficialDocument, DocumentKind.RESULT_NOTICE.value
    belongs = sa.or_(doc.case_id == C.id, sa.and_(doc.sample_id == C.sample_id, doc.kind == notice))
    statement = (
        sa.select(C.id, doc.kind, doc.delivered_on)
        .join(doc, belongs)
        .where(C.id.in_(ids), doc.state.in_(ISSUED), doc.issued_on <= day)
    )
    issued: dict[int, set[str]] = {}
    delivered: dict[int, set[str]] = {}
    for case_id, kind, delivered_on in session().execute(statement):
        issued.setdefault(case_id, set()).add(kind)
        if delivered_on is not None and delivered_on <= day:
            delivered.setdefault(case_id, set()).add(kind)
    return issued, delivered


def _decisions(ids: Ids, day: date) -> dict[int, list[Decision]]:
    one = Penalty
    statement = sa.select(
        one.case_id, one.number, one.decided_on, one.outcome, one.major, one.legal_by_id, one.served_on, one.executed_on
    ).where(one.case_id.in_(ids), one.state != PenaltyState.REVOKED, one.filed_on <= day)
    found: dict[int, list[Decision]] = {}
    for row in session().execute(statement.order_by(one.id)):
        decided = row.decided_on is not None and row.decided_on <= day
        found.setdefault(row.case_id, []).append(
            Decision(
                row.number, decided, decided and row.outcome is PenaltyOutcome.PUNISHED, bool(row.major), row.legal_by_id is not None,
                row.served_on is not None and row.served_on <= day, row.executed_on is not None and row.executed_on <= day,
            )
        )  # fmt: skip
    return found


def _sent(ids: Ids, as_of: datetime | None) -> set[int]:
    statement = sa.select(CaseTransfer.case_id).where(CaseTransfer.case_id.in_(ids), CaseTransfer.state != TransferState.VOIDED)
    return set(session().scalars(statement.where(CaseTransfer.created_at <= as_of) if as_of is not None else statement))


# ---------------------------------------------------------------- one case, and the list

def of_case(case: DisposalCase) -> dict[RecordPart, tuple[str, ...]]:
    """What one case lacks now."""
    return rules.missing(case, papers(sa.select(C.id).where(C.id == case.id)).get(case.id, Papers()))


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the list of closed cases."""

    first: date
    last: date
    lacking: bool = True  # only those that lack something


@dataclass(frozen=True, slots=True)
class Line:
    """One closed case with what its record lacks."""

    case: Any
    lacking: Mapping[RecordPart, Sequence[str]]

    @property
    def complete(self) -> bool:
        return rules.complete(self.lacking)


def closed_cases(actor: Actor, filters: Filters) -> list[Line]:
    """The cases of the reader's reach that were closed in the days asked about, newest first; the filter is the list's."""
    where = (C.state == CaseState.CLOSED, C.closed_on.between(filters.first, filters.last))
    ids = scope(sa.select(C.id).where(*where), C, actor)
    statement = (
        sa.select(*RECORDED, C.number, C.party, C.party_name, C.closed_on, Sample.product_name, Organisation.name.label("org_name"))
        .join(Sample, Sample.id == C.sample_id)
        .join(Organisation, Organisation.id == C.org_id)
        .where(*where)
    )
    beside = papers(ids)
    rows = session().execute(scope(statement, C, actor).order_by(C.closed_on.desc(), C.id.desc())).all()
    return [Line(row, rules.missing(row, beside.get(row.id, Papers()))) for row in rows]  # type: ignore[arg-type]
