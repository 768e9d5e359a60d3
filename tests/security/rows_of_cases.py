"""A row of every kind of 核查处置 for one owner: a case, its clocks and papers, a retest, an objection, a penalty."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.db import session
from app.delegations.models import Delegation
from app.disposal.models import (
    CaseAnswer,
    CaseApproval,
    CaseFollowUp,
    CaseMode,
    CasePublication,
    CaseQuantity,
    CaseUrging,
    DisposalCase,
    Party,
)
from app.domain.case_kinds import (
    ApprovalAnswer,
    ApprovalLevel,
    ClockChangeKind,
    ObjectionKind,
    PublicationKind,
    QuantityKind,
    RippleCause,
    RippleTaskKind,
    Side,
    TransferBody,
    TransferChannel,
    TransferKind,
    UrgingLevel,
)
from app.domain.case_states import (
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
from app.domain.workflow import CaseState
from app.dossiers.models import Dossier
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.legal_clocks.models import ClockChange, LegalClock
from app.listings.models import CreditListing
from app.objections.models import Objection
from app.official_documents.models import OfficialDocument
from app.penalties.models import Penalty
from app.retests.models import Retest, RetestItem, RetestLaboratory
from app.ripples.models import Ripple, RippleTask
from app.transfers.models import CaseTransfer
from tests.security.rows import DAY, NOW, add


def of_disposal(org: int, sample_id: int, tag: str = "") -> None:
    """A case of its own kind and everything that belongs to one."""
    made = add(
        DisposalCase(
            org_id=org, sample_id=sample_id, number=f"C{org}{tag}", party=Party.CATERING, mode=CaseMode.DISPOSE, state=CaseState.OPEN,
            opened_at=NOW, received_on=DAY, due_on=DAY,
        )
    )
    ours = {"org_id": org}
    of_case = {**ours, "case_id": made.id}
    add(CaseQuantity(**of_case, kind=QuantityKind.MADE, amount=1, unit="袋"))
    add(CaseAnswer(**of_case, question="x", answer=True, answered_at=NOW))
    add(CasePublication(**of_case, kind=PublicationKind.PRODUCT, published_on=DAY, recorded_at=NOW))
    add(CaseFollowUp(**of_case, sample_id=sample_id, linked_at=NOW))
    clock_of = {"subject_kind": "disposal_case", "subject_id": made.id, "subject_name": "x", "code": "x", "name": "x", "duty_of": "x"}
    dated = {"started_on": DAY, "start_event": "x", "due_on": DAY, "why": "x", "article": "x", "provisional": False}
    running = add(LegalClock(**of_case, **clock_of, **dated, recorded_at=NOW))
    asked = {"document_no": "x", "reason": "x", "asked_at": NOW, "state": ClockChangeState.ASKED}
    add(ClockChange(**ours, clock_id=running.id, kind=ClockChangeKind.EXTENSION, amount=1, **asked))
    paper = {"kind": "检验结果通知书", "side": Side.SAMPLED, "recipient": "x", "fields": {}, "state": DocumentState.DRAFTED}
    add(OfficialDocument(**of_case, **paper, created_at=NOW))
    after_a_case(org, sample_id, of_case, tag)


def after_a_case(org: int, sample_id: int, of_case: dict[str, Any], tag: str = "") -> None:
    """Retest, objection, ripples, transfers to a neighbour, penalty, dossier."""
    ours, both = {"org_id": org}, {**of_case, "sample_id": sample_id}
    add(CaseApproval(**of_case, level=ApprovalLevel.SECTION, answer=ApprovalAnswer.RETURNED, decided_at=NOW))
    add(CaseUrging(**of_case, level=UrgingLevel.REMIND, reason="x", due_on=DAY, urged_at=NOW))
    applied = {"number": f"A{org}{tag}", "side": Side.SAMPLED, "applicant": "x", "applied_on": DAY, "received_on": DAY, "asked_at": NOW}
    listed = {"code": f"R{org}{tag}", "name": "x", "valid_from": DAY, "source": "x", "recorded_at": NOW}
    add(RetestLaboratory(**ours, **listed))
    retest = add(Retest(**ours, **applied, sample_id=sample_id, reason="x", state=RetestState.APPLIED))
    add(RetestItem(**ours, retest_id=retest.id, item="x", wanted=True, feasible=True))
    add(Objection(**ours, **applied, sample_id=sample_id, kind=ObjectionKind.METHOD, content="x", state=ObjectionState.APPLIED))
    ripple = add(Ripple(**ours, sample_id=sample_id, cause=RippleCause.RETEST, before="x", after="x", created_at=NOW))
    task = {"kind": RippleTaskKind.CASE, "subject_name": "x", "what": "x", "automatic": False, "state": RippleTaskState.OPEN}
    add(RippleTask(**ours, ripple_id=ripple.id, **task))
    sent = {"kind": TransferKind.ASSIST, "body": TransferBody.BUREAU, "channel": TransferChannel.SYSTEM, "subject": "x", "sent_on": DAY}
    for number, to in enumerate((None, org - 1 or None)):
        add(
            CaseTransfer(
                **both, **sent, number=f"{org}{tag}-{number}", to_org_id=to, to_name="x", state=TransferState.SENT, created_at=NOW,
            )
        )
    filed = {"number": f"P{org}{tag}", "party_name": "x", "found_on": DAY, "filed_on": DAY, "created_at": NOW}
    add(Penalty(**both, **filed, state=PenaltyState.FILED))
    firm = add(Enterprise(org_id=org, name=f"失信{org}{tag}", status=EnterpriseStatus.ACTIVE, created_at=NOW))
    proposed = {"number": f"L{org}{tag}", "enterprise_name": "x", "ground": "x", "state": ListingState.PROPOSED, "proposed_at": NOW}
    add(CreditListing(**ours, **proposed, enterprise_id=firm.id))
    two = session().scalars(sa.select(User.id).order_by(User.id).limit(2)).all()
    away = {"from_user_id": two[0], "to_user_id": two[1], "from_on": DAY, "to_on": DAY, "reason": "x", "granted_at": NOW}
    add(Delegation(**ours, **away, number=f"G{org}{tag}", state=DelegationState.GRANTED))
    sums = {f"{name}_sha256": "0" * 64 for name in ("pdf", "zip", "manifest")}
    add(
        Dossier(
            **of_case, **sums, edition=1, case_version=1, pages=1, pdf_size=1, zip_size=1, manifest=[], chain_head="0" * 64, made_at=NOW,
        )
    )
