"""Writing outcomes: reports and rows, the samples they belong to, the facts that figures read, and the cases that follow.

One path for a file of ten thousand samples and for one entry form. Runs inside the caller's transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa

from app.db import insert_many, insert_stored, reserve_ids, session
from app.decisions import lapsing
from app.domain.case_kinds import RippleCause
from app.domain.facts import Conclusion
from app.domain.samples import Supervision
from app.domain.workflow import SampleState, SampleStep
from app.errors import NotAllowedNow
from app.reference_data.books import category_book, region_book
from app.reference_data.operations import note_unknown_many
from app.results import carrying
from app.results.known import KnownSample, last_versions, parts
from app.results.models import ResultReport, ResultRow
from app.results.moving import Origin, move_samples
from app.results.outcomes import Outcome, ReportDraft
from app.results.row_values import NAMES, RowValues
from app.reviews import returning
from app.ripples import operations as ripples
from app.sampling.facts import FactDraft, draft_of, facts_in_force, write_facts
from app.urgent import following

FIRST, CORRECTED = "初检", "更正"
Turning = Mapping[int, tuple[Supervision | None, Supervision | None]]  # of samples: before and after
NO_LONGER_FAILING = "检验结果已更正，结论不再是不合格"


@dataclass(slots=True)
class Written:
    """What was written."""

    samples: int = 0
    rows: int = 0
    opened: list[Any] = field(default_factory=list)  # cases
    cancelled: list[Any] = field(default_factory=list)
    resolved: int = 0  # 退修 that these reports bring to an end


def write(outcomes: Sequence[Outcome], origin: Origin) -> Written:
    """Write the reports of these outcomes, whose samples exist and are in their states.

    Raises NotAllowedNow when any of them was changed since it was read; the caller's transaction then writes nothing.
    """
    written = Written(samples=len(outcomes))
    pairs = [(outcome, draft) for outcome in outcomes for draft in outcome.drafts]
    _supersede(pairs, origin)
    ids = _insert_reports(pairs, origin)
    written.rows = _insert_rows(pairs, ids)
    replaced = ((draft.replaces, new) for (_, draft), new in zip(pairs, ids, strict=True))
    carrying.carry(outcomes, {old.id: new for old, new in replaced if old is not None}, origin)
    turning = {sample_of(outcome).id: (sample_of(outcome).supervision, conclusion_of(outcome)) for outcome in outcomes}
    corrected = {sample_of(outcome).id for outcome in outcomes if sample_of(outcome).state is SampleState.REPORTED}
    _advance(outcomes, origin)
    write_facts(_facts(outcomes, corrected), origin.at)
    _note_words(pairs)
    written.opened, written.cancelled = follow_with_cases(outcomes, origin)
    known = ((sample_of(outcome), draft.report_no, number) for (outcome, draft), number in zip(pairs, ids, strict=True))
    reports = ((sample.id, sample.number, report_no, number, sample.org_id) for sample, report_no, number in known)
    written.resolved = returning.resolve(reports, origin.actor, origin.at)
    following.follow([sample_of(outcome).id for outcome in outcomes], origin.actor, origin.at)
    _spread(turning, ids, origin, written.cancelled)
    return written


def _spread(turning: Turning, report_ids: Sequence[int], origin: Origin, cancelled: Sequence[Any]) -> None:
    """波及清单 of the corrections: whence they come is the import, or the report entered by hand."""
    source = ("import_batch", origin.batch_id) if origin.batch_id else ("result_report", report_ids[0]) if report_ids else None
    ripples.spread_many(
        turning, RippleCause.CORRECTION, origin.actor, origin.at, source=source, why=origin.reason or CORRECTED, cancelled=cancelled
    )


def _note_words(pairs: Sequence[tuple[Outcome, ReportDraft]]) -> None:
    """Items and laboratories that nobody has explained yet go to the mapping page."""
    items = Counter(row.item for _, draft in pairs for row in draft.rows if row.judgement.item_class is None)
    laboratories = Counter(
        draft.header.laboratory for _, draft in pairs if draft.header.laboratory and not draft.header.laboratory_org_id
    )
    for kind, found in (("item", items), ("laboratory", laboratories)):
        if found:
            note_unknown_many(kind, found, {})


def conclusion_of(outcome: Outcome) -> Supervision | None:
    return outcome.conclusion.supervision if outcome.conclusion else None


def sample_of(outcome: Outcome) -> KnownSample:
    assert outcome.sample is not None
    return outcome.sample


def _supersede(pairs: Sequence[tuple[Outcome, ReportDraft]], origin: Origin) -> None:
    replaced = [draft.replaces.id for _, draft in pairs if draft.replaces]
    supersede(replaced, origin.at, origin.batch_id)
    lapsing.lapse(replaced, origin.actor, lapsing.REPLACED)


def supersede(report_ids: Sequence[int], at: datetime, batch_id: int | None) -> None:
    """Reports leave force; they stay readable."""
    changed = 0
    for part in parts(report_ids):
        statement = (
            sa.update(ResultReport)
            .where(ResultReport.id.in_(part), ResultReport.superseded_at.is_(None))
            .values(superseded_at=at, superseded_by_batch_id=batch_id)
        )
        changed += session().connection().execute(statement).rowcount
    if changed != len(report_ids):
        raise NotAllowedNow("其中有检验报告已被他人更正，本次操作未生效，请刷新后重试")


def _insert_reports(pairs: Sequence[tuple[Outcome, ReportDraft]], origin: Origin) -> Sequence[int]:
    table: Any = ResultReport.__table__
    versions = last_versions({sample_of(outcome).id for outcome, _ in pairs})
    ids = reserve_ids(table, len(pairs))
    insert_many(
        table,
        [
            _report_values(sample_of(outcome), draft, origin)
            | {"id": report_id, "version": versions.get((sample_of(outcome).id, draft.report_no), 0) + 1}
            for (outcome, draft), report_id in zip(pairs, ids, strict=True)
        ],
    )
    return ids


def _report_values(sample: KnownSample, draft: ReportDraft, origin: Origin) -> dict[str, Any]:
    header = draft.header
    return {
        "org_id": sample.org_id,
        "sample_id": sample.id,
        "report_no": draft.report_no,
        "laboratory": header.laboratory,
        "laboratory_org_id": header.laboratory_org_id,
        "received_on": header.received_on,
        "reported_on": header.reported_on,
        "report_kind": header.report_kind,
        "conclusion_written": header.conclusion_written,
        "remark_supervision": header.remark_supervision,
        "remark_monitoring": header.remark_monitoring,
        "import_batch_id": origin.batch_id,
        "recorded_at": origin.at,
        "recorded_by_id": origin.actor.user_id,
        "reason": origin.reason,
    }


def _insert_rows(pairs: Sequence[tuple[Outcome, ReportDraft]], ids: Sequence[int]) -> int:
    values = RowValues()
    reports = (
        values.of((sample_of(outcome).org_id, report_id, sample_of(outcome).id), draft.rows)
        for (outcome, draft), report_id in zip(pairs, ids, strict=True)
    )
    return insert_stored(ResultRow.__table__, NAMES, chain.from_iterable(reports))  # type: ignore[arg-type]


# ---------------------------------------------------------------- samples


def _advance(outcomes: Sequence[Outcome], origin: Origin) -> None:
    """已抽样 → 已出报告, or a new version of the results; the sample keeps a copy of its conclusion for lists."""
    by_step: dict[SampleStep, list[Outcome]] = {SampleStep.REPORT: [], SampleStep.AMEND: []}
    for outcome in outcomes:
        if not outcome.drafts and not _differs(outcome):
            continue  # only its sheet was corrected
        reported = sample_of(outcome).state is SampleState.REPORTED
        by_step[SampleStep.AMEND if reported else SampleStep.REPORT].append(outcome)
    for step, some in by_step.items():
        move_samples([(sample_of(outcome), sample_values(outcome)) for outcome in some], step, origin)


def _differs(outcome: Outcome) -> bool:
    return any(getattr(outcome.sample, name) != value for name, value in sample_values(outcome).items())


def sample_values(outcome: Outcome) -> dict[str, Any]:
    """The result columns of a sample after this outcome."""
    sample, conclusion = sample_of(outcome), outcome.conclusion
    assert conclusion is not None
    values = result_columns(conclusion, outcome.reported_on, outcome.pending_items)
    tested = next((draft.header for draft in outcome.drafts if draft.header.laboratory), None)
    if tested is not None and sample.laboratory is None:
        values["laboratory"] = tested.laboratory
    if tested is not None and sample.laboratory_org_id is None and tested.laboratory_org_id is not None:
        values["laboratory_org_id"] = tested.laboratory_org_id
    return values


def result_columns(conclusion: Conclusion | None, reported_on: Any, pending_items: int) -> dict[str, Any]:
    return {
        "reported_on": reported_on,
        "supervision": conclusion.supervision if conclusion else None,
        "monitoring": conclusion.monitoring if conclusion else None,
        "pending_items": pending_items,
    }


# ---------------------------------------------------------------- facts and cases


def _facts(outcomes: Sequence[Outcome], corrected: set[int]) -> list[FactDraft]:
    """An upheld objection about the producer outlives a correction of the report."""
    before = facts_in_force(sorted(corrected))
    categories, regions = category_book(), region_book()
    found = []
    for outcome in outcomes:
        sample: Any = sample_of(outcome)
        known = before.get(sample.id)
        assert outcome.conclusion is not None and outcome.reported_on is not None
        found.append(
            draft_of(
                sample,
                outcome.conclusion,
                reported_on=outcome.reported_on,
                has_residue=outcome.has_residue,
                basis=CORRECTED if sample.id in corrected else FIRST,
                counts_for_producer=known.counts_for_producer if known else True,
                categories=categories,
                regions=regions,
            )
        )
    return found


def follow_with_cases(outcomes: Sequence[Outcome], origin: Origin) -> tuple[list[Any], list[Any]]:
    """核查处置 follows the conclusion: opened for what is 不合格, cancelled for what no longer is."""
    from app.disposal import operations as disposal

    failing: list[int] = []
    others: list[int] = []
    for outcome in outcomes:
        failed = outcome.conclusion is not None and outcome.conclusion.supervision is Supervision.FAIL
        (failing if failed else others).append(sample_of(outcome).id)
    cancelled = disposal.cancel_for_samples(others, origin.actor, origin.reason or NO_LONGER_FAILING)
    return disposal.open_for_samples(failing, origin.actor, origin.at), cancelled
