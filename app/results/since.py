"""What has happened to the samples of an import since it was confirmed: what undoing must leave alone or put back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.attachments.models import Attachment
from app.db import session
from app.decisions.models import VerdictDecision
from app.disposal.models import DisposalCase
from app.domain.workflow import BatchState, CaseState, DecisionState, SampleStep, UrgentState
from app.history import HistoryEntry
from app.results.bases import BY_ITSELF
from app.results.known import parts
from app.results.models import ImportBatch, ImportConflict, OverturnedVerdict, ResultReport, ResultRow
from app.results.sheet_amending import by_import
from app.reviews.models import ResultReturn
from app.sampling.models import BatchFact
from app.urgent.models import UrgentReport

DECIDED = "项目判定已由两人审定"
OVERTURNED = "检验结论已经复检或异议改判"
TOLD = "已作限时报告"
SENT_BACK = "检验报告已退修"
SETTLED = "此后裁定过该样品的导入冲突"
UNTOUCHED_CASES = (CaseState.OPEN, CaseState.CANCELLED)


def corrected(ids: Iterable[int], batch: ImportBatch) -> set[int]:
    """Samples whose sheet somebody, or another import that is still in force, has corrected after the batch was confirmed."""
    found: set[int] = set()
    imports: dict[int, set[int]] = {}
    for part in parts(ids):
        statement = sa.select(HistoryEntry.subject_id, HistoryEntry.comment).where(
            HistoryEntry.subject_kind == "sample",
            HistoryEntry.subject_id.in_(part),
            HistoryEntry.step == SampleStep.CORRECT.value,
            HistoryEntry.at > batch.confirmed_at,
        )
        for subject_id, comment in session().execute(statement):
            by = by_import(comment)
            (found if by is None else imports.setdefault(by, set())).add(subject_id)
    imports.pop(batch.id, None)
    in_force = sa.select(ImportBatch.id).where(ImportBatch.id.in_(imports), ImportBatch.state == BatchState.CONFIRMED)
    return found.union(*(imports[number] for number in session().scalars(in_force)))


def touched_cases(ids: Iterable[int]) -> Mapping[int, str]:
    """Samples with a case that somebody has taken up, and which."""
    found: dict[int, str] = {}
    for part in parts(ids):
        rows = session().execute(
            sa.select(DisposalCase.sample_id, DisposalCase.number).where(
                DisposalCase.sample_id.in_(part), DisposalCase.state.not_in(UNTOUCHED_CASES)
            )
        )
        found |= {sample_id: f"核查处置案件 {number} 已开始办理" for sample_id, number in rows}
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


def decided_or_told(ids: Iterable[int], batch: ImportBatch) -> Mapping[int, str]:
    """Samples whose results somebody has acted on since, with what was done: two people decided, a report was sent back or
    reported within the hours of the law, a conflict was decided against what this import wrote."""
    found: dict[int, str] = {}
    for part in parts(ids):
        for why, statement in _acts(part, batch):
            found |= {sample_id: why for sample_id in session().scalars(statement) if sample_id not in found}
    return found


def _acts(ids: Sequence[int], batch: ImportBatch) -> Iterator[tuple[str, sa.Select[Any]]]:
    in_force = sa.select(ResultReport.id).where(
        ResultReport.import_batch_id == batch.id, ResultReport.sample_id.in_(ids), ResultReport.superseded_at.is_(None)
    )
    yield DECIDED, sa.select(VerdictDecision.sample_id).where(
        VerdictDecision.report_id.in_(in_force), VerdictDecision.state == DecisionState.DECIDED
    )
    yield DECIDED, sa.select(ResultRow.sample_id).where(
        ResultRow.report_id.in_(in_force), ResultRow.decided_at.is_not(None)
    )
    yield OVERTURNED, sa.select(OverturnedVerdict.sample_id).where(
        OverturnedVerdict.report_id.in_(in_force), OverturnedVerdict.lapsed_at.is_(None),
        OverturnedVerdict.overturned_at > batch.confirmed_at,
    )
    yield OVERTURNED, sa.select(BatchFact.sample_id).where(
        BatchFact.sample_id.in_(ids), BatchFact.superseded_at.is_(None), BatchFact.counts_for_producer.is_(False),
        BatchFact.recorded_at > batch.confirmed_at,
    )
    yield TOLD, sa.select(UrgentReport.sample_id).where(
        UrgentReport.sample_id.in_(ids), UrgentReport.state.in_((UrgentState.REPORTED, UrgentState.ACKNOWLEDGED))
    )
    yield SENT_BACK, sa.select(ResultReturn.sample_id).where(ResultReturn.report_id.in_(in_force))
    yield SETTLED, (
        sa.select(ImportConflict.sample_id)
        .join(ImportBatch, ImportBatch.id == ImportConflict.import_batch_id)
        .where(
            ImportConflict.sample_id.in_(ids),
            ImportConflict.import_batch_id != batch.id,
            ImportConflict.decided_at > batch.confirmed_at,
            ImportConflict.reason.not_in(BY_ITSELF),
            ImportBatch.state != BatchState.DISCARDED,
        )
    )


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
