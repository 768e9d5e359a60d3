"""What the pages of a case and of an enterprise need for their panel of 行政处罚."""

from __future__ import annotations

from typing import Any

from app import clock
from app.authorize import can, current_actor
from app.disposal.filing_clock import FILE
from app.disposal.locks import penalty_lock
from app.disposal.models import DisposalCase
from app.disposal.pages import TONES
from app.domain.case_kinds import PenaltyOutcome
from app.domain.disposal import CaseMode
from app.domain.permissions import Permission
from app.domain.workflow import CaseState, PenaltyState
from app.legal_clocks import operations as legal
from app.legal_clocks.queries import standing_of
from app.penalties import queries
from app.penalties.pages import STATE_TONES
from app.reference_data.books import calendar


def panel(case: DisposalCase) -> dict[str, Any]:
    """The penalties of a case, whether one may be filed, and why not; and how the time for filing stands."""
    filing = legal.clock_of(case, FILE)
    if filing is not None and filing.cancelled_at is not None:
        filing = None
    found = queries.of_case(current_actor(), case.id)
    standing = [row for row in found if row.state is not PenaltyState.REVOKED and row.outcome is not PenaltyOutcome.DISMISSED]
    open_to_filing = case.mode is CaseMode.DISPOSE and case.state is not CaseState.CANCELLED and not standing
    lock = penalty_lock(case.sample_id) if open_to_filing else None
    return {
        "rows": found, "tones": STATE_TONES, "lock": lock, "from_record": next(iter(standing), None),
        "may_file": open_to_filing and lock is None and can(Permission.PENALTY_HANDLE, case),
        "typed": case.penalty_kind is not None and not found, "filing": filing, "lights": TONES,
        "standing": standing_of(filing, None, clock.today(), calendar()) if filing is not None else None,
    }  # fmt: skip


def of_enterprise(enterprise_id: int) -> dict[str, Any]:
    return {"rows": queries.of_enterprise(current_actor(), enterprise_id), "tones": STATE_TONES}
