"""What follows a nonconforming result: the made county has one of each, at the points of their courses that people will look at."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa

from app import clock
from app.chain import verify_chain
from app.db import session
from app.delegations.models import Delegation
from app.disposal.models import CaseApproval, CasePublication, CaseUrging, DisposalCase
from app.domain.case_kinds import ApprovalLevel, ObjectionEffect, RippleCause, TransferKind
from app.domain.publications import fingerprint
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.domain.workflow import (
    CaseState,
    ListingState,
    ObjectionState,
    PenaltyState,
    RetestState,
    RippleTaskState,
    TransferState,
)
from app.dossiers.models import Dossier
from app.listings.models import CreditListing
from app.objections.models import Objection
from app.penalties.models import Penalty
from app.publications.models import Publication, PublicationItem
from app.retests.models import Retest, RetestLaboratory
from app.ripples.models import Ripple, RippleTask
from app.transfers.models import CaseTransfer
from tests import fonts
from tests.demonstration.test_demo import run


def every(model: Any) -> list[Any]:
    return list(session().scalars(sa.select(model).order_by(model.id)))


def cases_of(sample_id: int) -> list[DisposalCase]:
    return [one for one in every(DisposalCase) if one.sample_id == sample_id]


def test_one_of_each_follows_a_nonconforming_result(app: Any) -> None:
    result = run(app, "--batches", "1500", "--seed", "7")
    assert result.exit_code == 0, result.output
    assert verify_chain().broken == []
    rights()
    penalties()
    supervision()
    publications()


def rights() -> None:
    """复检 and 异议, each at its own point, and what they have turned."""
    listed = every(RetestLaboratory)
    assert len(listed) == 5 and sum(one.laboratory_org_id is not None for one in listed) == 1
    retests = every(Retest)
    assert Counter(one.state for one in retests) == {RetestState.TOLD: 1, RetestState.DESIGNATED: 1, RetestState.DECLINED: 1}
    passed = next(one for one in retests if one.state is RetestState.TOLD)
    assert {one.state for one in cases_of(passed.sample_id)} == {CaseState.CANCELLED} and passed.fee
    assert all(one.laboratory_id not in {row.id for row in listed if row.laboratory_org_id} for one in retests)
    objections = every(Objection)
    assert Counter(one.state for one in objections) == {ObjectionState.TOLD: 1, ObjectionState.ACCEPTED: 1, ObjectionState.APPLIED: 1}
    fake = next(one for one in objections if one.effect is ObjectionEffect.NOT_THEIRS)
    assert {one.state is CaseState.CANCELLED for one in cases_of(fake.sample_id)} == {True, False}
    assert {one.cause for one in every(Ripple)} >= {RippleCause.RETEST, RippleCause.OBJECTION}
    assert {one.state for one in every(RippleTask)} == {RippleTaskState.OPEN, RippleTaskState.DONE}


def penalties() -> None:
    """One penalty at every desk, and one of each kind of letter to another office."""
    states = Counter(one.state for one in every(Penalty))
    assert states == {state: 1 for state in (
        PenaltyState.EXECUTED, PenaltyState.DECIDED, PenaltyState.LEGAL, PenaltyState.LEADING, PenaltyState.PROPOSED,
    )}  # fmt: skip
    shown = [one for one in every(CasePublication) if one.penalty_id is not None]
    assert len(shown) == 1 and shown[0].remove_due_on > clock.today()
    sent = {one.kind: one for one in every(CaseTransfer)}
    assert {kind: one.state for kind, one in sent.items()} == {
        TransferKind.ASSIST: TransferState.REPLIED, TransferKind.TRANSFER: TransferState.SENT, TransferKind.NOTIFY: TransferState.SENT,
    }  # fmt: skip
    assert sent[TransferKind.TRANSFER].reply_due_on < clock.today()
    assert [one.state for one in every(CreditListing)] == [ListingState.PROPOSED]


def supervision() -> None:
    """Urged and answered, left to another for next week, waiting for the leader, put together."""
    assert Counter(one.answered_at is not None for one in every(CaseUrging)) == {True: 1, False: 1}
    assert [one.from_on > clock.today() for one in every(Delegation)] == [True]
    assert {one.level for one in every(CaseApproval)} >= {ApprovalLevel.SECTION}
    assert any(one.state is CaseState.LEADING for one in every(DisposalCase))
    assert len(every(Dossier)) == (1 if fonts.present() else 0)


def publications() -> None:
    """Lists of past months published, one waiting, one forgotten; what was overturned is withdrawn by an announcement of its own."""
    lists = every(Publication)
    assert {one.state for one in lists} == {PublicationState.PUBLISHED, PublicationState.SUBMITTED, PublicationState.DRAFT}
    assert {one.kind for one in lists if one.published_on} == set(PublicList)
    assert [one.due_on < clock.today() for one in lists if one.state is PublicationState.DRAFT] == [True]
    rows = {one.id: one for one in every(PublicationItem)}
    taken = {one.id for one in lists if one.nature is PublicNature.WITHDRAWAL}
    withdrawn = {one.id for one in rows.values() if one.withdrawn_at is not None}
    assert withdrawn == {one.corrects_id for one in rows.values() if one.publication_id in taken}
    assert all(one.content_sha256 == fingerprint(one.content) for one in rows.values())


def test_the_smallest_county_has_what_suits_it(app: Any) -> None:
    """Too few nonconforming batches for one of each: what has no case is left out."""
    result = run(app, "--batches", "1", "--seed", "7")
    assert result.exit_code == 0, result.output
    assert verify_chain().broken == []
