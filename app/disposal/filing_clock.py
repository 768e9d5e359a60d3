"""立案 (CASE_FILE) of the cases that are ours: from the day the lead was received, until it is answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import sqlalchemy as sa

from app import clock as time
from app.db import session
from app.disposal import penalty_source
from app.disposal.models import DisposalCase
from app.domain.disposal import CaseMode
from app.domain.workflow import CaseState
from app.legal_clocks.models import LegalClock
from app.legal_clocks.operations import Wanted

FILE = "CASE_FILE"
PART = 500


def wanted(cases: Sequence[DisposalCase]) -> Iterator[Wanted]:
    """The clock runs until the case is filed, or the record says how it ended without a filing, or the case is closed."""
    ours = [case for case in cases if case.mode is CaseMode.DISPOSE and case.state is not CaseState.CANCELLED]
    filed = penalty_source.filed_on(case.id for case in ours)
    stopped = _stopped([case.id for case in ours if case.id not in filed and case.penalty_kind is not None])
    for case in ours:
        done_on, note = filed.get(case.id), "已立案"
        if done_on is None and case.penalty_kind is not None:  # typed by hand: the day of its decision, else the day it was typed
            done_on, note = case.penalty_on or stopped.get(case.id) or time.today(), f"登记为{case.penalty_kind.value}"
        elif done_on is None and case.closed_on is not None:
            done_on, note = case.closed_on, "案件办结"
        named = "　".join(part for part in (case.number, case.party_name) if part)
        yield Wanted(case, FILE, case.received_on, case.sample_id, case.id, done_on=done_on, done_note=note, name=named)


def _stopped(case_ids: Sequence[int]) -> dict[int, date]:
    """When the clock of these cases was stopped before."""
    found: dict[int, date] = {}
    for start in range(0, len(case_ids), PART):
        statement = sa.select(LegalClock.subject_id, LegalClock.done_on).where(
            LegalClock.subject_kind == DisposalCase.__tablename__, LegalClock.code == FILE, LegalClock.done_on.is_not(None),
            LegalClock.subject_id.in_(case_ids[start : start + PART]),
        )  # fmt: skip
        found |= {case_id: day for case_id, day in session().execute(statement) if day is not None}
    return found
