"""What 作废 is for each kind of record, and why some kinds know none."""

from __future__ import annotations

import enum
from typing import Any

import sqlalchemy as sa

from app.db import session
from tests.security.rows import NOW

# The words for "given up" among the states of the workflows, the strongest first.
GONE = ("VOIDED", "UNDONE", "DISCARDED", "CANCELLED", "REVOKED", "WITHDRAWN", "TERMINATED", "REFUSED", "DECLINED", "REMOVED", "WAIVED")
MOMENTS = ("voided_at", "undone_at", "revoked_at", "closed_at", "ended_at", "superseded_at", "cancelled_at")

# Why a kind of record cannot be voided; every other kind has a voided row in the matrix.
NEVER = {
    "ResultReport": "a report is superseded by the next one, and goes with its sample",
    "ResultRow": "a row goes with its report",
    "OverturnedVerdict": "what was overturned stays on record",
    "Enterprise": "an enterprise is closed or merged, never voided",
    "Job": "a job that ran has run",
    "ReportedValue": "a figure is followed by a later one",
    "ReturnFigure": "a figure goes with its return",
    "ReturnCheck": "a check goes with its return",
    "ListExport": "a file is made or fails",
    "Message": "a message is read or not",
    "SavedView": "a view is removed, row and all",
    "ApprovalSignature": "what was signed was signed",
    "BulkAction": "what was done in bulk was done",
    "SecurityAlert": "an alert is handled, never voided",
    "WarningSource": "a source goes with its warning",
    "PlanQuota": "a quota goes with its plan",
    "PlanItemSet": "an item set goes with its plan",
    "BackupSample": "a backup sample is disposed of, which is its end and no voiding",
    "LabCapacity": "a capacity is followed by a later one",
    "SampleReturn": "a return is resolved, never voided",
    "ResultReturn": "a return is resolved, never voided",
    "ImportConflict": "a conflict is decided, never voided",
    "AmendmentNotice": "a notice is read or not",
    "LegalClock": "a clock is stopped by what it waits for",
    "CaseQuantity": "a quantity is changed in place, with history",
    "CaseAnswer": "an answer is followed by a later one",
    "CaseFollowUp": "a follow-up stays with its case",
    "CaseApproval": "an opinion stays with its case",
    "CaseUrging": "an urging is answered, never voided",
    "RetestItem": "an item goes with its retest",
    "RetestLaboratory": "an entry has a last day",
    "Ripple": "a list is worked off",
    "Dossier": "an edition is followed by a later one",
    "RiskPoint": "a point goes with its grade",
    "RiskProfile": "facts are followed by later ones",
    "InspectionFinding": "a finding goes with its inspection",
    "ArchiveElement": "an element is followed by a later one",
    "Inspector": "an inspector has a last day",
    "RandomFinding": "a finding goes with its programme",
    "RandomMember": "a team goes with its programme",
    "RandomPartner": "a partner goes with its programme",
    "RandomTarget": "a target goes with its programme",
    "EnterpriseCategory": "a category goes with its enterprise",
    "EnterpriseFormerName": "a former name stays on record",
    "EnterpriseLicence": "a licence has a last day",
    "SamplingTask": "a task is superseded by the next one",
    "BatchFact": "a fact is superseded by the next one",
    "PublicationItem": "an item goes with its publication",
    "ChecklistItem": "an item goes with its list",
    "Checklist": "an edition is followed by a later one",
}


def void(model: type[Any], row_id: int) -> bool:
    """Give the row up as its kind knows it; False where the kind knows no such thing."""
    if model.__name__ in NEVER:
        return False
    table = model.__table__
    written: dict[str, Any] = {name: NOW for name in MOMENTS if name in table.c}
    states = table.c.state.type.enum_class if "state" in table.c else None
    gone = next((states[word] for word in GONE if states is not None and word in states.__members__), None)
    if isinstance(gone, enum.Enum):
        written["state"] = gone
    elif "active" in table.c:
        written["active"] = False
    if not written:
        raise LookupError(f"{model.__name__} has no voided row and no reason in voiding.NEVER")
    session().execute(sa.update(table).where(table.c.id == row_id).values(written))
    return True
