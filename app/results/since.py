"""What has happened to the samples of an import since it was confirmed: what undoing must leave alone or put back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.attachments.models import Attachment
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.workflow import CaseState, SampleStep
from app.history import HistoryEntry
from app.results.known import parts
from app.results.models import ImportBatch

UNTOUCHED_CASES = (CaseState.OPEN, CaseState.CANCELLED)


def corrected(ids: Iterable[int], batch: ImportBatch) -> set[int]:
    """Samples whose sheet was corrected after the batch was confirmed."""
    found: set[int] = set()
    for part in parts(ids):
        found.update(
            subject_id
            for subject_id in session().scalars(
                sa.select(HistoryEntry.subject_id).where(
                    HistoryEntry.subject_kind == "sample",
                    HistoryEntry.subject_id.in_(part),
                    HistoryEntry.step == SampleStep.CORRECT.value,
                    HistoryEntry.at > batch.confirmed_at,
                )
            )
            if subject_id is not None
        )
    return found


def touched_cases(ids: Iterable[int]) -> Mapping[int, str]:
    """Samples with a case that somebody has taken up, with its number."""
    found: dict[int, str] = {}
    for part in parts(ids):
        rows = session().execute(
            sa.select(DisposalCase.sample_id, DisposalCase.number).where(
                DisposalCase.sample_id.in_(part), DisposalCase.state.not_in(UNTOUCHED_CASES)
            )
        )
        found |= {sample_id: number for sample_id, number in rows}
    return found


def attached(ids: Iterable[int]) -> set[int]:
    """Samples with attachments."""
    found: set[int] = set()
    for part in parts(ids):
        statement = sa.select(Attachment.subject_id).where(
            Attachment.subject_kind == "sample", Attachment.subject_id.in_(part), Attachment.voided_at.is_(None)
        )
        found.update(subject_id for subject_id in session().scalars(statement) if subject_id is not None)
    return found


def laboratories_before(ids: Sequence[int], batch_id: int | None) -> Mapping[int, dict[str, Any]]:
    """The laboratory columns of samples that had none before this import named it."""
    confirmed_at = session().scalar(sa.select(ImportBatch.confirmed_at).where(ImportBatch.id == batch_id))
    found: dict[int, dict[str, Any]] = {}
    for part in parts(ids):
        statement = sa.select(HistoryEntry.subject_id, HistoryEntry.changes).where(
            HistoryEntry.subject_kind == "sample",
            HistoryEntry.subject_id.in_(part),
            HistoryEntry.step == SampleStep.REPORT.value,
            HistoryEntry.at >= confirmed_at,
        )
        for subject_id, changes in session().execute(statement.order_by(HistoryEntry.seq)):
            known = json.loads(changes or "{}")
            found[subject_id] = {name: known[name][0] for name in ("laboratory", "laboratory_org_id") if name in known}
    return found
