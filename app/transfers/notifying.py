"""通报移送 of a case: what was sent fills the block of its record, through the record's own way, where it is still blank."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.disposal import recording
from app.disposal.models import DisposalCase
from app.domain import workflow
from app.domain.actors import Actor
from app.domain.case_record import CaseRecord
from app.domain.case_states import CaseState, CaseStep
from app.domain.permissions import Permission, permits
from app.domain.transfers import NOTIFIES
from app.transfers.models import CaseTransfer

LONGEST = 200


def case_of(transfer: CaseTransfer) -> DisposalCase:
    """Its case with what recording needs."""
    whole = (joinedload(DisposalCase.sample), selectinload(DisposalCase.quantities))
    return session().scalars(sa.select(DisposalCase).options(*whole).where(DisposalCase.id == transfer.case_id)).one()


def tell_case(case: DisposalCase, transfer: CaseTransfer, actor: Actor, at: datetime) -> bool:
    """Fill 通报移送 if nobody has; False where it is filled, or this person does not record the case."""
    saved = recording.record_of(case)
    if transfer.kind not in NOTIFIES or not _blank(saved) or not records(case, actor):
        return False
    return recording.record(case, actor, _filled(saved, transfer), at)


def take_back(case: DisposalCase, transfer: CaseTransfer, actor: Actor, at: datetime) -> bool:
    """A voided transfer takes along what it alone had filled."""
    saved = recording.record_of(case)
    if saved != _filled(saved, transfer) or not records(case, actor):
        return False
    return recording.record(case, actor, replace(saved, notified_org=None, notified_on=None, notified_no=None), at)


def records(case: DisposalCase, actor: Actor) -> bool:
    """Whether this person may record this case now."""
    recordable = workflow.arrow(DisposalCase.__tablename__, case.state, CaseStep.RECORD) is not None
    return recordable and case.state is CaseState.HANDLING and permits(actor, Permission.CASE_HANDLE, case)


def _blank(saved: CaseRecord) -> bool:
    return (saved.notified_org, saved.notified_on, saved.notified_no) == (None, None, None)


def _filled(saved: CaseRecord, transfer: CaseTransfer) -> CaseRecord:
    number = transfer.document_no or transfer.number
    return replace(saved, notified_org=transfer.to_name[:LONGEST], notified_on=transfer.sent_on, notified_no=number)
