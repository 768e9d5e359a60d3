"""What a changed conclusion touches, for any number of samples: a fixed number of questions per five hundred of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.disposal.models import CasePublication, DisposalCase
from app.domain import ripples as words
from app.domain.case_kinds import PublicationKind, RippleTaskKind, Side
from app.domain.case_states import CaseState, DocumentState, ListingState, PenaltyState, TransferState
from app.domain.disposal import Party
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.domain.ripples import Turn
from app.enterprises.models import Enterprise
from app.exports.counted import just_superseded, returns_counting
from app.listings.models import CreditListing
from app.official_documents.models import OfficialDocument
from app.penalties.models import Penalty
from app.publications.models import Publication, PublicationItem
from app.reference_data.books import region_book
from app.sampling.models import Sample
from app.transfers.models import CaseTransfer

PART = 500
LIVE_PENALTIES = tuple(state for state in PenaltyState if state is not PenaltyState.REVOKED)
OF_CASE = (
    DisposalCase.id, DisposalCase.org_id, DisposalCase.sample_id, DisposalCase.number, DisposalCase.party, DisposalCase.party_name,
    DisposalCase.state, DisposalCase.handler_id, DisposalCase.closed_at, DisposalCase.served_on, DisposalCase.penalty_no,
    DisposalCase.penalty_amount,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turned:
    """A sample whose conclusion has turned."""

    sample_id: int
    turn: Turn
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Found:
    """One thing touched. ``minor``: not by itself worth a list."""

    sample_id: int
    org_id: int
    kind: RippleTaskKind
    subject: tuple[str, int]
    name: str
    what: str
    automatic: bool = False
    minor: bool = False


@dataclass(slots=True)
class Search:
    """Samples of at most one part, with their cases."""

    turned: Mapping[int, Turned]
    at: datetime
    cancelled: frozenset[int]  # cases that were cancelled because of it
    cases: Mapping[int, Any] = field(default_factory=dict)

    def turn_of(self, case_id: int) -> Turned:
        return self.turned[self.cases[case_id].sample_id]

    @property
    def resting(self) -> list[int]:
        """Cases whose conclusion does not hold any more: all of a cleared batch, the producer's of a disowned one."""
        return [
            case.id
            for case in self.cases.values()
            if self.turned[case.sample_id].turn is Turn.CLEARED
            or (self.turned[case.sample_id].turn is Turn.DISOWNED and case.party is Party.PRODUCTION)
        ]


def find(turned: Sequence[Turned], at: datetime, cancelled: Iterable[int]) -> list[Found]:
    """Everything touched, sample by sample in the order of the kinds."""
    ended, found = frozenset(cancelled), list[Found]()
    for start in range(0, len(turned), PART):
        some = Search({one.sample_id: one for one in turned[start : start + PART]}, at, ended)
        rows = session().execute(sa.select(*OF_CASE).where(DisposalCase.sample_id.in_(some.turned)).order_by(DisposalCase.id))
        some.cases = {row.id: row for row in rows}
        for finder in FINDERS:
            found += finder(some)
    return found


# ---------------------------------------------------------------- of the cases

def _cases(some: Search) -> Iterator[Found]:
    for case in some.cases.values():
        made = _of_case(case, some.turned[case.sample_id].turn, case.id in some.cancelled)
        if made is not None:
            what, automatic, minor = made
            name = f"{case.number}（{case.party.value}环节 {case.party_name or '当事人未填'}）"
            yield Found(case.sample_id, case.org_id, RippleTaskKind.CASE, ("disposal_case", case.id), name, what, automatic, minor)


def _of_case(case: Any, turn: Turn, cancelled: bool) -> tuple[str, bool, bool] | None:
    """What is to be done, has the program done it, is it minor."""
    if cancelled:
        return words.of_cancelled_case(case.closed_at is not None, case.handler_id is not None), True, case.handler_id is None
    if case.state is CaseState.CANCELLED:
        return None
    if turn is Turn.DISOWNED:
        return words.of_going_case("标称生产企业已认定为被假冒，生产环节案件已撤销"), False, False
    if turn is Turn.FAILED:
        return words.of_opened_case(case.state), case.state is CaseState.OPEN, True
    return words.of_going_case("检验结论已变更"), False, False


def _penalties(some: Search) -> Iterator[Found]:
    kind, seen = RippleTaskKind.PENALTY, set[int]()
    statement = sa.select(Penalty).where(Penalty.case_id.in_(some.resting), Penalty.state.in_(LIVE_PENALTIES)).order_by(Penalty.id)
    for one in session().scalars(statement):
        seen.add(one.case_id)
        what = words.of_penalty(one.state, one.outcome, one.decision_no, one.paid)
        yield Found(one.sample_id, one.org_id, kind, ("penalty", one.id), f"{one.number} {one.party_name}", what)
    for case_id in some.resting:
        case = some.cases[case_id]
        if case_id not in seen and (case.penalty_no or case.penalty_amount):
            what = words.of_recorded_penalty(case.penalty_no, case.penalty_amount)
            name = f"{case.penalty_no or '未登记文号'} {case.party_name or ''}"
            yield Found(case.sample_id, case.org_id, kind, ("disposal_case", case.id), name, what)


def _publications(some: Search) -> Iterator[Found]:
    """信息公开 typed into a case; what came with a public list goes with it (``_lists``)."""
    with_list = sa.exists().where(
        PublicationItem.sample_id.in_(some.turned), PublicationItem.withdrawn_at.is_(None),
        Publication.id == PublicationItem.publication_id, Publication.state == PublicationState.PUBLISHED,
        Publication.org_id == CasePublication.org_id, Publication.announcement_no == CasePublication.document_no,
        CasePublication.kind == PublicationKind.PRODUCT,
    )  # fmt: skip
    statement = sa.select(CasePublication).where(
        CasePublication.case_id.in_(some.resting), CasePublication.removed_on.is_(None), CasePublication.voided_at.is_(None), ~with_list
    )
    for one in session().scalars(statement.order_by(CasePublication.id)):
        turned = some.turn_of(one.case_id)
        name = f"{one.kind.value} {one.document_no or one.url or ''}".strip()
        what = words.of_publication(one.published_on, turned.after, one.penalty_id is not None)
        yield Found(turned.sample_id, one.org_id, RippleTaskKind.PUBLICATION, ("case_publication", one.id), name, what)


def _lists(some: Search) -> Iterator[Found]:
    """抽检结果公示: the batch stands in a published list."""
    statement = (
        sa.select(PublicationItem.id, PublicationItem.sample_id, PublicationItem.ordinal, Publication)
        .join(Publication, Publication.id == PublicationItem.publication_id)
        .where(
            PublicationItem.sample_id.in_(some.turned), PublicationItem.withdrawn_at.is_(None),
            Publication.state == PublicationState.PUBLISHED, Publication.nature == PublicNature.FIRST,
        )
        .order_by(PublicationItem.id)
    )  # fmt: skip
    for item_id, sample_id, ordinal, listed in session().execute(statement):
        turned = some.turned[sample_id]
        if turned.turn is Turn.DISOWNED and listed.kind is PublicList.PASSED:
            continue
        name = f"公告号 {listed.announcement_no} 第 {ordinal} 项"
        what = words.of_listed_item(listed.announcement_no or listed.number, listed.published_on, turned.turn, turned.after)
        yield Found(sample_id, listed.org_id, RippleTaskKind.PUBLICATION, ("publication_item", item_id), name, what)


def _transfers(some: Search) -> Iterator[Found]:
    statement = sa.select(CaseTransfer).where(CaseTransfer.case_id.in_(some.resting), CaseTransfer.state != TransferState.VOIDED)
    kind = RippleTaskKind.TRANSFER
    for one in session().scalars(statement.order_by(CaseTransfer.id)):
        subject, name = ("case_transfer", one.id), f"{one.kind.value} {one.number} → {one.to_name}"
        what = words.of_transfer(one.kind, one.body, one.state, one.to_name)
        yield Found(one.sample_id, one.org_id, kind, subject, name, what)
        if one.to_org_id is not None and one.to_org_id != one.org_id:
            yield Found(one.sample_id, one.to_org_id, kind, subject, name, words.of_received_transfer(one.kind))


def _listings(some: Search) -> Iterator[Found]:
    if not some.resting:
        return
    based = sa.or_(
        CreditListing.case_id.in_(some.resting),
        CreditListing.penalty_id.in_(sa.select(Penalty.id).where(Penalty.case_id.in_(some.resting))),
    )
    statement = (
        sa.select(CreditListing, sa.func.coalesce(CreditListing.case_id, Penalty.case_id))
        .join(Penalty, Penalty.id == CreditListing.penalty_id, isouter=True)
        .where(based, CreditListing.state.in_((ListingState.PROPOSED, ListingState.LISTED)))
    )
    for one, case_id in session().execute(statement.order_by(CreditListing.id)):
        sample_id = some.turn_of(case_id).sample_id
        name, what = f"{one.number} {one.enterprise_name}", words.of_listing(one.state)
        yield Found(sample_id, one.org_id, RippleTaskKind.LISTING, ("credit_listing", one.id), name, what)


# ---------------------------------------------------------------- of the sample

def _documents(some: Search) -> Iterator[Found]:
    """Delivered documents, and parties who were told of the result otherwise."""
    told = set[int]()
    of = sa.or_(OfficialDocument.sample_id.in_(some.turned), OfficialDocument.case_id.in_(list(some.cases)))
    statement = sa.select(OfficialDocument).where(of, OfficialDocument.state == DocumentState.DELIVERED)
    for one in session().scalars(statement.order_by(OfficialDocument.id)):
        turned = some.turn_of(one.case_id) if one.case_id and one.case_id in some.cases else some.turned.get(one.sample_id or 0)
        if turned is None or not _rests(one, turned, some):
            continue
        told.add(one.case_id or 0)
        what = words.of_document(one.number, one.recipient, one.delivered_on, turned.after)
        kind, name = RippleTaskKind.DOCUMENT, f"{one.title}（{one.recipient}）"
        yield Found(turned.sample_id, one.org_id, kind, ("official_document", one.id), name, what)
    for case_id in some.resting:
        case = some.cases[case_id]
        if case.served_on is not None and case_id not in told:
            what, subject = words.of_party(some.turn_of(case_id).after), ("disposal_case", case.id)
            yield Found(case.sample_id, case.org_id, RippleTaskKind.PARTY, subject, case.party_name or "当事人未填", what)


def _rests(document: Any, turned: Turned, some: Search) -> bool:
    """Of a disowned batch only what went to the producer or belongs to its case."""
    if document.about_kind in ("retest", "objection"):
        return False  # says itself what has come out
    if turned.turn is not Turn.DISOWNED:
        return True
    return document.case_id in some.resting if document.case_id else document.side is Side.PRODUCER


def _grades(some: Search) -> Iterator[Found]:
    statement = sa.select(Sample.id, Sample.sampled_enterprise_id, Sample.producer_id).where(Sample.id.in_(some.turned))
    wanted: list[tuple[int, int]] = []
    for sample_id, sampled, producer in session().execute(statement):
        both = (producer,) if some.turned[sample_id].turn is Turn.DISOWNED else (sampled, producer)
        wanted += [(sample_id, one) for one in dict.fromkeys(both) if one is not None]
    firms = _enterprises({one for _, one in wanted})
    for sample_id, enterprise_id in wanted:
        firm = firms[enterprise_id]
        what, subject = words.of_grade(some.turned[sample_id].turn), ("enterprise", enterprise_id)
        yield Found(sample_id, firm.org_id, RippleTaskKind.GRADE, subject, firm.name, what, minor=True)


def _enterprises(ids: set[int]) -> Mapping[int, Any]:
    if not ids:
        return {}
    statement = sa.select(Enterprise.id, Enterprise.org_id, Enterprise.name).where(Enterprise.id.in_(ids))
    return {row.id: row for row in session().execute(statement)}


def _returns(some: Search) -> Iterator[Found]:
    """Which returns counted the batch as it was. Whose batch it is said to be moves no figure of a return."""
    counted = [sample_id for sample_id, one in some.turned.items() if one.turn is not Turn.DISOWNED]
    by_sample = returns_counting(just_superseded(counted, some.at), some.at) if counted else {}
    for sample_id, returns in by_sample.items():
        for one in returns:
            sealed = one.number is not None
            name = one.number or f"{region_book().name(one.region_id)} {one.month // 100} 年 {one.month % 100} 月月报（草稿）"
            what, subject = words.of_return(sealed, one.month), ("monthly_return", one.id)
            yield Found(sample_id, one.org_id, RippleTaskKind.RETURN, subject, name, what, minor=not sealed)


FINDERS: Sequence[Callable[[Search], Iterator[Found]]] = (
    _cases, _penalties, _publications, _lists, _documents, _transfers, _listings, _grades, _returns,
)
