"""Records of 核查处置 that stand in a given state, as if people had taken them there. Everything runs inside a transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock, files
from app.db import session
from app.delegations.models import Delegation
from app.disposal import operations as disposal
from app.disposal import queries
from app.disposal.models import DisposalCase
from app.domain.case_kinds import (
    ClockChangeKind,
    ObjectionEffect,
    ObjectionKind,
    ObjectionOutcome,
    PenaltyOutcome,
    RetestConclusion,
    RippleCause,
    RippleTaskKind,
    Side,
    TransferBody,
    TransferChannel,
    TransferKind,
    TransferReply,
)
from app.domain.disposal import Element
from app.domain.official_documents import KINDS, DeliveryWay, DocumentKind
from app.domain.workflow import (
    CaseState,
    ClockChangeState,
    DelegationState,
    DocumentState,
    ListingState,
    ObjectionState,
    PenaltyState,
    RetestState,
    RippleTaskState,
    TransferState,
)
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.legal_clocks.models import ClockChange, LegalClock
from app.listings.models import CreditListing
from app.objections.models import Objection
from app.official_documents import operations as papers
from app.official_documents.models import DocumentDelivery
from app.penalties.models import Penalty
from app.retests import operations as retests
from app.retests.models import RetestLaboratory
from app.retests.operations import Written
from app.ripples.models import Ripple, RippleTask
from app.transfers.models import CaseTransfer
from tests.disposal.conftest import build_batch
from tests.objections.conftest import SELLER
from tests.retests.conftest import build, list_laboratories

DAY = date(2026, 11, 20)
SAMPLER, HANDLER, REVIEWER = "county:抽样员", "county:办案人", "county:审核人"


def add(row: Any) -> Any:
    session().add(row)
    session().flush()
    return row


def person(office: Any, name: str) -> int:
    return int(office.people[name].id)


def opened(office: Any) -> DisposalCase:
    """The county's case of a failing batch."""
    sample = build_batch(office)
    made = disposal.open_for_samples([sample.id], office.actor("county:统计员"), clock.now())[0]
    found = queries.case(office.actor(HANDLER), made.id)
    assert found is not None
    return found


def disposal_case(office: Any, state: CaseState) -> DisposalCase:
    """Nothing of it is lacking, so that it may be submitted and decided."""
    made = opened(office)
    if state is CaseState.OPEN:
        return made
    made.exempted = "\n".join(f"{element.value}：不适用" for element in Element)
    made.handler_id, made.hands = person(office, HANDLER), f"/{person(office, HANDLER)}/"
    if state in (CaseState.AWAITING, CaseState.LEADING, CaseState.CLOSED):
        made.submitted_by_id, made.submitted_at = person(office, HANDLER), clock.now()
    if state is CaseState.LEADING:
        made.forwarded_by_id = person(office, REVIEWER)
    if state is CaseState.CLOSED:
        made.approved_by_id, made.closed_on = person(office, REVIEWER), DAY
    made.state = state
    return made


def clock_change(office: Any, state: ClockChangeState) -> ClockChange:
    """An open-ended pause of the 90 days, the only kind that is resumed."""
    case = opened(office)
    running = session().scalars(sa.select(LegalClock).where(LegalClock.case_id == case.id, LegalClock.code == "DISP_DONE")).one()
    running.started_on = date(2026, 11, 1)
    decided = person(office, REVIEWER) if state is not ClockChangeState.ASKED else None
    return add(
        ClockChange(
            org_id=case.org_id, clock_id=running.id, kind=ClockChangeKind.PAUSE, from_on=date(2026, 11, 18), document_no="中止 1 号",
            reason="等待鉴定", state=state, asked_by_id=person(office, HANDLER), asked_at=clock.now(), decided_by_id=decided,
        )
    )


def official_document(office: Any, state: DocumentState) -> Any:
    case, kind = opened(office), KINDS[DocumentKind.RESULT_NOTICE]
    sample = papers.queries.sample_whole(case.sample_id)
    subject = papers.Subject(sample, case)
    made = papers.draft(kind, subject, papers.blank(kind, subject, Side.SAMPLED), office.actor(HANDLER), clock.now())
    if state is not DocumentState.DRAFTED:
        made.number, made.issued_on, made.issued_by_id = "津蓟市监检告〔2026〕1号", date(2026, 11, 19), person(office, SAMPLER)
        made.sha256 = files.store(b"as it was issued").sha256
    if state is DocumentState.DELIVERED:
        made.delivered_on = DAY
        add(
            DocumentDelivery(
                org_id=made.org_id, document_id=made.id, way=DeliveryWay.DIRECT, sent_on=DAY, delivered_on=DAY, servers="张三、李四",
                place="文昌街 1 号", receiver="赵七", relation="员工", recorded_at=clock.now(),
            )
        )
    made.state = state
    return made


def retest(office: Any, state: RetestState) -> Any:
    batch = build(office)
    list_laboratories(office, "华北复检中心")
    written = Written(Side.SAMPLED, SELLER, "赵六", date(2026, 11, 19), DAY, DAY, "对检验结果有异议", ("灭蝇胺",))
    made = retests.apply(batch.sample, written, office.actor(HANDLER), clock.now())
    if state in (RetestState.APPLIED, RetestState.WITHDRAWN):
        made.state = state
        return made
    made.decided_by_id, made.decided_on = person(office, REVIEWER), DAY
    after = list(RetestState)
    if state in (RetestState.DECLINED, RetestState.ACCEPTED):
        made.state = state
        return made
    made.laboratory_id = session().scalars(sa.select(RetestLaboratory.id)).one()
    made.designated_on = DAY
    if after.index(state) >= after.index(RetestState.HANDED):
        made.handed_on = made.arrived_on = DAY
        made.seal_intact = True
    if state in (RetestState.CONCLUDED, RetestState.TOLD):
        made.conclusion, made.concluded_on, made.result_received_on = RetestConclusion.FAIL, DAY, DAY
    made.state = state
    return made


def objection(office: Any, state: ObjectionState) -> Objection:
    sample = opened(office).sample_id
    concluded = state in (ObjectionState.DECIDED, ObjectionState.TOLD)
    return add(
        Objection(
            org_id=office.orgs["county"].id, sample_id=sample, number="异〔2026〕1号", kind=ObjectionKind.METHOD, side=Side.SAMPLED,
            applicant=SELLER, window_from=date(2026, 11, 18), applied_on=date(2026, 11, 19), received_on=DAY, content="方法不适用",
            evidence="方法比对资料", state=state, asked_by_id=person(office, HANDLER), asked_at=clock.now(), investigation="已调阅原始记录",
            correction_asked_on=date(2026, 11, 18) if state is ObjectionState.CORRECTING else None,
            correction_due_on=date(2026, 11, 19) if state is ObjectionState.CORRECTING else None,
            accepted_on=DAY if concluded or state is ObjectionState.ACCEPTED else None,
            outcome=ObjectionOutcome.REJECTED if concluded else None, effect=ObjectionEffect.NONE if concluded else None,
            decided_on=DAY if concluded else None, decided_by_id=person(office, REVIEWER) if concluded else None,
        )
    )


def ripple_task(office: Any, state: RippleTaskState) -> RippleTask:
    case = opened(office)
    made = add(
        Ripple(
            org_id=case.org_id, sample_id=case.sample_id, cause=RippleCause.RETEST, before="不合格", after="合格", created_at=clock.now()
        )
    )
    return add(
        RippleTask(
            org_id=case.org_id, ripple_id=made.id, kind=RippleTaskKind.CASE, subject_kind="disposal_case", subject_id=case.id,
            subject_name=case.number, what="核对", automatic=False, state=state,
        )
    )


def case_transfer(office: Any, state: TransferState) -> CaseTransfer:
    """On paper: the answer is recorded by whoever sent it."""
    case = opened(office)
    received = state in (TransferState.RECEIVED, TransferState.REPLIED, TransferState.CLOSED)
    replied = state in (TransferState.REPLIED, TransferState.CLOSED)
    return add(
        CaseTransfer(
            org_id=case.org_id, case_id=case.id, sample_id=case.sample_id, number="移〔2026〕1号", kind=TransferKind.ASSIST,
            body=TransferBody.BUREAU, to_name="武隆区市场监督管理局",
            channel=TransferChannel.PAPER, subject="请协助核查", state=state, sent_on=date(2026, 11, 19), created_at=clock.now(),
            receipt_on=DAY if received else None, replied_on=DAY if replied else None,
            reply=TransferReply.HANDLED if replied else None, created_by_id=person(office, HANDLER),
        )
    )


def delegation(office: Any, state: DelegationState) -> Delegation:
    return add(
        Delegation(
            org_id=office.orgs["county"].id, number="委〔2026〕1号", from_user_id=person(office, REVIEWER),
            to_user_id=person(office, "county:统计员"), from_on=DAY, to_on=date(2026, 11, 27), reason="外出培训", state=state,
            granted_at=clock.now(), granted_by_id=person(office, REVIEWER),
        )
    )


def penalty(office: Any, state: PenaltyState) -> Penalty:
    """2000 元, so that it is decided by the section unless the settings say otherwise."""
    case = disposal_case(office, CaseState.HANDLING)
    decided = state in (PenaltyState.DECIDED, PenaltyState.EXECUTED, PenaltyState.CLOSED)
    done = state in (PenaltyState.EXECUTED, PenaltyState.CLOSED)
    passed = state in (PenaltyState.LEGAL, PenaltyState.LEADING)
    return add(
        Penalty(
            org_id=case.org_id, case_id=case.id, sample_id=case.sample_id, number="立〔2026〕1号", party_name=SELLER, found_on=DAY,
            filed_on=DAY, created_at=clock.now(), state=state, handler_id=case.handler_id, facts="x", basis="x", fine=2000, total=2000,
            outcome=PenaltyOutcome.PUNISHED, proposed_by_id=None if state is PenaltyState.FILED else case.handler_id,
            reviewed_by_id=person(office, REVIEWER) if passed else None, decided_by_id=person(office, REVIEWER) if decided else None,
            decided_on=DAY if decided else None, decision_no="罚 1 号" if decided else None, served_on=DAY if done else None,
            executed_on=DAY if done else None, paid=2000 if done else None,
        )
    )


def credit_listing(office: Any, state: ListingState) -> CreditListing:
    org_id = office.orgs["county"].id
    firm = add(Enterprise(org_id=org_id, name=SELLER, status=EnterpriseStatus.ACTIVE, created_at=clock.now()))
    proposed = state is ListingState.PROPOSED
    return add(
        CreditListing(
            org_id=org_id, number="信〔2026〕1号", enterprise_id=firm.id, enterprise_name=SELLER, ground="较重行政处罚", state=state,
            proposed_by_id=person(office, HANDLER), proposed_at=datetime(2026, 11, 10), listed_on=None if proposed else date(2026, 11, 12),
            decided_by_id=None if proposed else person(office, REVIEWER), remove_due_on=None if proposed else date(2029, 11, 12),
        )
    )
