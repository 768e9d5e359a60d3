"""Reading 执法文书: one document, the list, what belongs to a sample or a case, when something was delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app import keyset
from app.accounts.models import User
from app.db import session
from app.disposal.clocks import LIVE
from app.disposal.models import DisposalCase, Party
from app.domain.actors import Actor
from app.domain.case_kinds import Side
from app.domain.documents import DocumentKind
from app.domain.numbering import normalise_number
from app.domain.workflow import DocumentState
from app.official_documents.models import DocumentDelivery, OfficialDocument
from app.organisations.models import Organisation, OrganisationKind
from app.paging import page_size
from app.reference_data.books import deadline_rule
from app.reference_data.models import Region
from app.results.models import ResultReport
from app.sampling.models import Sample
from app.scope import scope
from app.search.queries import found_by

PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
Doc = OfficialDocument


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition."""

    q: str | None = None
    kind: str | None = None
    state: DocumentState | None = None
    side: Side | None = None
    issued_from: date | None = None
    issued_to: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first."""

    rows: Sequence[Any]
    total: str
    newer: int | None
    older: int | None


# ---------------------------------------------------------------- one document

def document(actor: Actor, document_id: int) -> Doc | None:
    """One document of the actor's reach, with its deliveries, as the database has it now."""
    return session().scalars(_whole(actor).where(Doc.id == document_id)).first() if document_id <= LARGEST_ID else None


def document_numbered(actor: Actor, written: str) -> Doc | None:
    """By 文号, or by the id that the list shows for a draft."""
    if written.isascii() and written.isdigit():
        return document(actor, int(written))
    found = session().scalars(_whole(actor).where(Doc.number == written.strip()).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _whole(actor: Actor) -> sa.Select[tuple[Doc]]:
    loaded = (joinedload(Doc.sample), joinedload(Doc.case), selectinload(Doc.deliveries))
    return scope(sa.select(Doc).options(*loaded).execution_options(populate_existing=True), Doc, actor)


def delivery_of(document: Doc, delivery_id: int) -> DocumentDelivery | None:
    """One attempt of this document that has not been voided."""
    return next((one for one in document.deliveries if one.id == delivery_id and one.voided_at is None), None)


def delivered_attempt(document: Doc) -> DocumentDelivery | None:
    """The attempt that reached the recipient."""
    return next((one for one in document.deliveries if one.voided_at is None and one.delivered_on is not None), None)


def submitted(key: str) -> int | None:
    """The document that an earlier sending of the same page made."""
    return session().scalar(sa.select(Doc.id).where(Doc.submission_key == key))


# ---------------------------------------------------------------- the list

def _conditions(filters: Filters) -> list[Any]:
    found: list[Any] = [
        column == value
        for column, value in ((Doc.kind, filters.kind), (Doc.state, filters.state), (Doc.side, filters.side))
        if value is not None
    ]
    if filters.issued_from is not None:
        found.append(Doc.issued_on >= filters.issued_from)
    if filters.issued_to is not None:
        found.append(Doc.issued_on <= filters.issued_to)
    if filters.q:
        number = Sample.number.startswith(normalise_number(filters.q), autoescape=True)
        texts = (Doc.number, Doc.recipient, DisposalCase.number)
        searched = found_by(Doc.__tablename__, Doc.id, filters.q)
        found.append(sa.or_(searched, number, *(one.contains(filters.q, autoescape=True) for one in texts)))
    return found


def listed(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(Doc).outerjoin(Sample, Sample.id == Doc.sample_id)
    statement = statement.outerjoin(DisposalCase, DisposalCase.id == Doc.case_id)
    return scope(statement, Doc, actor).where(*_conditions(filters))


COLUMNS = (
    Doc.id, Doc.kind, Doc.number, Doc.side, Doc.recipient, Doc.state, Doc.issued_on, Doc.delivered_on, Doc.sample_id, Doc.case_id,
    Doc.void_reason, Sample.number.label("sample_number"), DisposalCase.number.label("case_number"),
)  # fmt: skip


def documents(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None, size: int = PAGE) -> Page:
    """执法文书列表 by key, newest first."""
    size = page_size(size)
    statement = listed(actor, filters, *COLUMNS)
    if after is not None:
        found = session().execute(statement.where(Doc.id > after).order_by(Doc.id).limit(size + 1)).all()
        rows, more = found[:size][::-1], len(found) > size
        newer, older = (rows[0].id if more and rows else None), (rows[-1].id if rows else None)
    else:
        statement = statement.where(Doc.id < before) if before is not None else statement
        found = session().execute(statement.order_by(Doc.id.desc()).limit(size + 1)).all()
        rows, more = found[:size], len(found) > size
        newer, older = (rows[0].id if rows and before is not None else None), (rows[-1].id if rows and more else None)
    return Page(rows, keyset.total(listed(actor, filters, Doc.id), COUNTED), newer, older)


def every_document(actor: Actor, filters: Filters) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, *COLUMNS).order_by(Doc.id.desc()).limit(COUNTED)).all()


def of_sample(actor: Actor, sample_id: int) -> Sequence[Any]:
    """The documents of a sample, for its page."""
    return session().execute(listed(actor, Filters(), *COLUMNS).where(Doc.sample_id == sample_id).order_by(Doc.id)).all()


def of_case(actor: Actor, case: DisposalCase) -> Sequence[Any]:
    """The documents of a case and, of its sample, the notices and what was written about retests and objections."""
    shared = sa.or_(Doc.kind == DocumentKind.RESULT_NOTICE.value, Doc.about_kind.in_(("retest", "objection")))
    belongs = sa.or_(Doc.case_id == case.id, sa.and_(Doc.sample_id == case.sample_id, shared))
    return session().execute(listed(actor, Filters(), *COLUMNS).where(belongs).order_by(Doc.id)).all()


def of_record(actor: Actor, record: Any) -> Sequence[Any]:
    """The documents that tell of this record (a retest, an objection, a transfer), for its page."""
    about = (Doc.about_kind == record.__tablename__, Doc.about_id == record.id)
    return session().execute(listed(actor, Filters(), *COLUMNS).where(*about).order_by(Doc.id)).all()


# ---------------------------------------------------------------- what others ask

def delivered_on(sample_id: int, side: Side) -> date | None:
    """The day on which this party received the 检验结果通知书 of the sample."""
    return session().scalar(
        sa.select(sa.func.min(Doc.delivered_on)).where(
            Doc.sample_id == sample_id, Doc.kind == DocumentKind.RESULT_NOTICE.value, Doc.side == side,
            Doc.state == DocumentState.DELIVERED,
        )
    )  # fmt: skip


def notices_of(sample_id: int, org_id: int) -> Sequence[Doc]:
    """Every 检验结果通知书 that this office made of the sample, voided ones included."""
    return session().scalars(
        sa.select(Doc).where(Doc.sample_id == sample_id, Doc.org_id == org_id, Doc.kind == DocumentKind.RESULT_NOTICE.value)
    ).all()


def sample_whole(sample_id: int) -> Sample:
    return session().get_one(Sample, sample_id)


def reports_in_force(sample_id: int) -> Sequence[ResultReport]:
    return session().scalars(
        sa.select(ResultReport)
        .where(ResultReport.sample_id == sample_id, ResultReport.superseded_at.is_(None))
        .order_by(ResultReport.id)
    ).all()


def cases_of_party(sample_id: int, side: Side, reach: frozenset[int]) -> Sequence[DisposalCase]:
    """The live cases whose responsible party is on this side."""
    if side not in (Side.SAMPLED, Side.PRODUCER):
        return []
    party = DisposalCase.party == Party.PRODUCTION if side is Side.PRODUCER else DisposalCase.party != Party.PRODUCTION
    statement = sa.select(DisposalCase).where(DisposalCase.sample_id == sample_id, party, DisposalCase.state.in_(LIVE))
    return session().scalars(statement.where(DisposalCase.org_id.in_(reach)).order_by(DisposalCase.id)).all()


def office_of(org_id: int) -> Organisation:
    """The bureau that signs: a station's documents bear the name and the number of its bureau."""
    found = session().get_one(Organisation, org_id)
    while found.kind is OrganisationKind.STATION and found.parent_id is not None:
        found = session().get_one(Organisation, found.parent_id)
    return found


def region_code(region_id: int | None) -> str | None:
    return session().scalar(sa.select(Region.code).where(Region.id == region_id)) if region_id else None


def person_name(user_id: int | None) -> str:
    return (session().scalar(sa.select(User.name).where(User.id == user_id)) if user_id else None) or "命令行"


def notice_days(code: str, on: date) -> int:
    """公告 for how many days, by the dated rule."""
    return deadline_rule(code, on).amount
