"""Reading 移送、协查、通报: one of them, the list of both directions, what waits for us, what belongs to a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app import clock, keyset
from app.chain import HistoryEntry
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.case_kinds import TransferBody, TransferKind
from app.domain.case_states import TransferStep
from app.domain.documents import DocumentKind
from app.domain.numbering import normalise_number
from app.domain.transfers import OPEN
from app.domain.workflow import DocumentState, TransferState
from app.official_documents.models import OfficialDocument
from app.organisations.models import Organisation, OrganisationKind
from app.paging import page_size
from app.sampling.models import Sample
from app.scope import below, scope
from app.search.queries import found_by
from app.transfers.models import CaseTransfer

COUNTED = 10_000
LARGEST_ID = 2**63 - 1
SENT, RECEIVED = "sent", "received"
DIRECTIONS = {SENT: "发出的", RECEIVED: "收到的"}
OPEN_STATES, ALL_STATES = "open", "all"
LETTERS = (DocumentKind.ASSIST_LETTER.value, DocumentKind.TRANSFER_LETTER.value, DocumentKind.NOTICE_LETTER.value)
T = CaseTransfer
Sender, Receiver = aliased(Organisation), aliased(Organisation)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``state`` is a state's value, ``open`` (未答复) or ``all``."""

    direction: str = SENT
    state: str = ALL_STATES
    kind: TransferKind | None = None
    body: TransferBody | None = None
    overdue: bool = False
    q: str | None = None
    sent_from: date | None = None
    sent_to: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first."""

    rows: Sequence[Any]
    total: str
    newer: int | None
    older: int | None


# ---------------------------------------------------------------- one of them

def transfer(actor: Actor, transfer_id: int) -> T | None:
    """One that we have sent or that was sent to us, as the database has it now."""
    if transfer_id > LARGEST_ID:
        return None
    return session().scalars(_whole(actor).where(T.id == transfer_id)).first()


def transfer_numbered(actor: Actor, written: str) -> Sequence[T]:
    """By the id that the list shows, or by number: each office counts its own."""
    if written.isascii() and written.isdigit():
        found = transfer(actor, int(written))
        return [found] if found is not None else []
    return session().scalars(_whole(actor).where(T.number == written.strip()).order_by(T.id)).all()


def _whole(actor: Actor) -> sa.Select[tuple[T]]:
    loaded = sa.select(T).options(joinedload(T.case), joinedload(T.sample)).execution_options(populate_existing=True)
    return scope(loaded, T, actor)


def submitted(key: str) -> int | None:
    """What an earlier sending of the same page made."""
    return session().scalar(sa.select(T.id).where(T.submission_key == key))


def last_urged_on(transfer_id: int) -> date | None:
    at = session().scalar(
        sa.select(sa.func.max(HistoryEntry.at)).where(
            HistoryEntry.subject_kind == T.__tablename__, HistoryEntry.subject_id == transfer_id,
            HistoryEntry.step == TransferStep.URGE.value,
        )
    )  # fmt: skip
    return clock.office_time(at).date() if at is not None else None


def letters(case_id: int) -> Sequence[OfficialDocument]:
    """The letters of a case that were issued and not voided."""
    doc = OfficialDocument
    return session().scalars(
        sa.select(doc)
        .where(doc.case_id == case_id, doc.kind.in_(LETTERS), doc.state.in_((DocumentState.ISSUED, DocumentState.DELIVERED)))
        .order_by(doc.id.desc())
    ).all()


def letter(document_id: int) -> OfficialDocument | None:
    return session().get(OfficialDocument, document_id)


def offices(case: DisposalCase, office_id: int) -> Sequence[Organisation]:
    """Who may be written to through this system: every working bureau but our own."""
    return session().scalars(
        sa.select(Organisation)
        .where(Organisation.kind == OrganisationKind.BUREAU, Organisation.active, Organisation.id.not_in((case.org_id, office_id)))
        .order_by(Organisation.path)
    ).all()


def office_coded(code: str) -> Organisation | None:
    return session().scalars(sa.select(Organisation).where(Organisation.code == code.strip())).first()


def office_name(org_id: int | None) -> str | None:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) if org_id is not None else None


# ---------------------------------------------------------------- the list

COLUMNS = (
    T.id, T.org_id, T.to_org_id, T.number, T.kind, T.body, T.channel, T.to_name, T.state, T.sent_on, T.reply_due_on, T.urged,
    T.receipt_on, T.replied_on, T.reply, T.document_no, T.subject, T.case_id, DisposalCase.number.label("case_number"),
    Sample.number.label("sample_number"), Sample.product_name, Sender.name.label("from_name"),
)  # fmt: skip


def transfers(actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None) -> Page:
    """移送协查列表 by key, newest first."""
    size = page_size()
    statement = listed(actor, filters, today, *COLUMNS)
    if after is not None:
        found = session().execute(statement.where(T.id > after).order_by(T.id).limit(size + 1)).all()
        rows, more = found[:size][::-1], len(found) > size
        newer, older = (rows[0].id if more and rows else None), (rows[-1].id if rows else None)
    else:
        statement = statement.where(T.id < before) if before is not None else statement
        found = session().execute(statement.order_by(T.id.desc()).limit(size + 1)).all()
        rows, more = found[:size], len(found) > size
        newer, older = (rows[0].id if rows and before is not None else None), (rows[-1].id if rows and more else None)
    return Page(rows, count(actor, filters, today), newer, older)


def every_transfer(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *COLUMNS).order_by(T.id.desc()).limit(COUNTED)).all()


def count(actor: Actor, filters: Filters, today: date) -> str:
    return keyset.total(listed(actor, filters, today, T.id), COUNTED)


def of_case(actor: Actor, case_id: int) -> Sequence[Any]:
    """What was sent from a case, for its page."""
    return session().execute(_joined(actor, *COLUMNS).where(T.case_id == case_id).order_by(T.id)).all()


def received_waiting(actor: Actor) -> sa.Select[Any]:
    """What was sent to us and waits for our signature or our answer; a notice that asks for none is done once signed for."""
    waits = sa.or_(T.state == TransferState.SENT, sa.and_(T.state == TransferState.RECEIVED, T.reply_due_on.is_not(None)))
    return scope(sa.select(T.id).where(below(actor, T.to_org_id), waits), T, actor)


def late(waiting: sa.Select[Any], today: date) -> sa.Select[Any]:
    return waiting.where(T.reply_due_on < today)


def _joined(actor: Actor, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(T)
        .join(DisposalCase, DisposalCase.id == T.case_id)
        .join(Sample, Sample.id == T.sample_id)
        .join(Sender, Sender.id == T.org_id)
    )
    return scope(statement, T, actor)


def listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    return _joined(actor, *columns).where(*_conditions(actor, filters, today))


def _conditions(actor: Actor, filters: Filters, today: date) -> list[Any]:
    found: list[Any] = [below(actor, T.to_org_id if filters.direction == RECEIVED else T.org_id)]
    found += [column == value for column, value in ((T.kind, filters.kind), (T.body, filters.body)) if value is not None]
    if filters.state == OPEN_STATES:
        found.append(T.state.in_(OPEN))
    elif filters.state != ALL_STATES:
        found.append(T.state == TransferState(filters.state))
    if filters.overdue:
        found += [T.state.in_(OPEN), T.reply_due_on < today]
    if filters.sent_from is not None:
        found.append(T.sent_on >= filters.sent_from)
    if filters.sent_to is not None:
        found.append(T.sent_on <= filters.sent_to)
    if filters.q:
        texts = (T.number, T.to_name, T.document_no, Sender.name, DisposalCase.number, Sample.product_name)
        sample = Sample.number.startswith(normalise_number(filters.q), autoescape=True)
        searched = found_by(T.__tablename__, T.id, filters.q)
        found.append(sa.or_(searched, sample, *(one.contains(filters.q, autoescape=True) for one in texts)))
    return found
