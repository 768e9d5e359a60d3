"""Undoing an import (撤销导入): what nobody has touched since goes back to what it was; the rest stays and is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import history
from app.db import insert_many, reserve_ids, session
from app.decisions import lapsing
from app.domain import facts
from app.domain.actors import Actor
from app.domain.case_kinds import RippleCause
from app.domain.permissions import Permission, permits
from app.domain.result_kinds import Choice
from app.domain.samples import Supervision
from app.domain.workflow import BatchStep, SampleState, SampleStep
from app.errors import NotAllowedNow
from app.notices import telling
from app.reference_data.books import category_book, region_book
from app.results import carrying, creation, sheet_amending, since
from app.results.known import KnownReport, KnownSample, last_versions, parts, reports_in_force, samples_by_id
from app.results.models import ImportBatch, ImportConflict, ResultReport, ResultRow
from app.results.moving import Origin, move_samples
from app.results.sheet_reconciling import SHEET
from app.results.writing import result_columns, supersede
from app.reviews import returning
from app.ripples import operations as ripples
from app.sampling.facts import draft_of, facts_in_force, void_facts, write_facts
from app.urgent import following

BASIS = "撤销导入"
REPORTED_AGAIN = "此后又登记了该样品的检验报告"
VOIDED = "样品已作废"
NOT_OURS = "样品现已不在本单位管辖范围内"
SHEET_CORRECTED = "此后更正过样品信息"
HAS_ATTACHMENTS = "样品已有附件"


@dataclass(slots=True)
class Undone:
    """What undoing did."""

    withdrawn: list[str] = field(default_factory=list)  # numbers whose results were taken back
    restored: list[str] = field(default_factory=list)  # of those, the ones whose earlier report is in force again
    voided: list[str] = field(default_factory=list)  # of those, the sheets that the import had created
    kept: list[tuple[str, str]] = field(default_factory=list)  # number, why
    cancelled: list[Any] = field(default_factory=list)  # cases

    @property
    def as_json(self) -> dict[str, Any]:
        kept = [{"number": number, "reason": reason} for number, reason in self.kept]
        return {
            "withdrawn": len(self.withdrawn),
            "restored": len(self.restored),
            "voided": len(self.voided),
            "kept": kept,
            "cases_cancelled": len(self.cancelled),
        }


@dataclass(slots=True)
class _Candidate:
    """A sample of the batch: its reports from this batch, what stays in force beside them, what comes back."""

    sample: KnownSample
    ours: list[KnownReport] = field(default_factory=list)
    others: list[KnownReport] = field(default_factory=list)
    earlier: dict[str, KnownReport] = field(default_factory=dict)
    amended: sheet_amending.Amended = field(default_factory=dict)  # columns of the sheet that this batch corrected


def undo(batch: ImportBatch, actor: Actor, at: datetime, reason: str, *, seen: int | None = None) -> Undone:
    """Take back one import.

    Raises NotAllowedNow when the batch is not confirmed, or when every sample of it has been touched since.
    """
    history.advance(batch, BatchStep.UNDO, actor, comment=reason, seen=seen)
    batch.undone_at = at
    session().flush()  # whoever undoes at the same moment is told now, not after the work
    result = Undone()
    candidates = _untouched(batch, actor, result)
    if not candidates and result.kept:
        raise NotAllowedNow(f"本次导入的 {len(result.kept)} 批样品都有后续办理，不能撤销：{_named(result.kept)}")
    _take_back(candidates, Origin(actor, at, batch.id, creation.undo_reason(batch.id)), result)
    telling.import_undone(batch, actor, result.withdrawn, reason)
    return result


def _named(kept: Sequence[tuple[str, str]]) -> str:
    shown = "；".join(f"{number}（{why}）" for number, why in kept[:5])
    return shown + (f" 等 {len(kept)} 批" if len(kept) > 5 else "")


# ---------------------------------------------------------------- what may be taken back


def _untouched(batch: ImportBatch, actor: Actor, result: Undone) -> list[_Candidate]:
    ids = _of_the_batch(batch)
    amended = sheet_amending.amended_by(batch, ids)
    samples, reports = samples_by_id(ids), reports_in_force(ids)
    corrected, attached = since.corrected(ids, batch), since.attached(ids)
    touched = {**since.decided_or_told(ids, batch), **since.touched_cases(ids)}
    chosen = []
    for sample in sorted(samples.values(), key=lambda sample: sample.number):
        found = _Candidate(sample)
        for report in reports.get(sample.id, ()):
            (found.ours if report.import_batch_id == batch.id else found.others).append(report)
        found.amended = amended.get(sample.id, {})
        superseded = not found.ours and _was_superseded(sample, batch)
        if not (found.ours or superseded or found.amended):
            continue  # undone before, and not part of the last confirmation
        created = sample.import_batch_id == batch.id and sample.id in attached
        why = REPORTED_AGAIN if superseded else _why_kept(found, actor, sample.id in corrected)
        why = why or touched.get(sample.id, "") or (HAS_ATTACHMENTS if created else "")
        if why:
            result.kept.append((sample.number, why))
        else:
            chosen.append(found)
    _find_earlier(chosen, batch)
    return chosen


def _of_the_batch(batch: ImportBatch) -> list[int]:
    """Samples that the import wrote a report of, or whose sheet it corrected."""
    reported = sa.select(ResultReport.sample_id).where(ResultReport.import_batch_id == batch.id)
    corrected = sa.select(ImportConflict.sample_id).where(
        ImportConflict.import_batch_id == batch.id, ImportConflict.choice == Choice.THEIRS, ImportConflict.item == SHEET
    )
    ids: set[int] = {*session().scalars(reported), *(one for one in session().scalars(corrected) if one is not None)}
    return sorted(ids)


def _was_superseded(sample: KnownSample, batch: ImportBatch) -> bool:
    """Was a report of this batch replaced by somebody else's since the batch was last confirmed?"""
    statement = sa.select(ResultReport.id).where(
        ResultReport.sample_id == sample.id,
        ResultReport.import_batch_id == batch.id,
        ResultReport.recorded_at >= batch.confirmed_at,
        ResultReport.superseded_at.is_not(None),
        sa.func.coalesce(ResultReport.superseded_by_batch_id, 0) != batch.id,
    )
    return session().execute(statement.limit(1)).first() is not None


def _why_kept(found: _Candidate, actor: Actor, corrected: bool) -> str:
    """Why the results of this sample stay; "" where nothing stands in the way."""
    sample, newest = found.sample, max((report.recorded_at for report in found.ours), default=None)
    if sample.state is SampleState.VOIDED:
        return VOIDED
    if not permits(actor, Permission.RESULT_UNDO, sample):
        return NOT_OURS
    if newest is not None and any(report.recorded_at > newest for report in found.others):
        return REPORTED_AGAIN
    return SHEET_CORRECTED if corrected else ""


def _find_earlier(chosen: Sequence[_Candidate], batch: ImportBatch) -> None:
    """The reports that this batch replaced: the last version before ours of each report number."""
    by_id = {candidate.sample.id: candidate for candidate in chosen}
    columns = [ResultReport.__table__.c[name] for name in KnownReport.__slots__ if name != "rows"]
    for part in parts(by_id):
        statement = sa.select(*columns).where(
            ResultReport.sample_id.in_(part),
            ResultReport.superseded_by_batch_id == batch.id,
            sa.func.coalesce(ResultReport.import_batch_id, 0) != batch.id,
        )
        for row in session().execute(statement.order_by(ResultReport.version)):
            candidate = by_id[row.sample_id]
            if any(ours.report_no == row.report_no for ours in candidate.ours):
                candidate.earlier[row.report_no] = KnownReport(*row)


# ---------------------------------------------------------------- taking back


def _take_back(candidates: Sequence[_Candidate], origin: Origin, result: Undone) -> None:
    from app.disposal import operations as disposal

    ours = [report.id for candidate in candidates for report in candidate.ours]
    supersede(ours, origin.at, origin.batch_id)
    returning.reopen(ours, origin.actor)
    lapsing.lapse(ours, origin.actor, lapsing.TAKEN_BACK)
    carrying.take_back(ours, origin)
    before = {candidate.sample.id: candidate.sample.supervision for candidate in candidates}
    sheet_amending.put_back([(candidate.sample, candidate.amended) for candidate in candidates], origin)
    _copy([report for candidate in candidates for report in candidate.earlier.values()], origin)
    with_results = [candidate for candidate in candidates if candidate.others or candidate.earlier]
    without = [candidate for candidate in candidates if not candidate.others and not candidate.earlier]
    _restore(with_results, origin)
    _withdraw(without, origin)
    result.voided = _void_sheets(without, origin)
    failing = [candidate.sample.id for candidate in with_results]
    others = [candidate.sample.id for candidate in without]
    now = facts_in_force(failing)
    still = {sample_id for sample_id, fact in now.items() if fact.supervision is Supervision.FAIL}
    gone = [sample_id for sample_id in failing if sample_id not in still] + others
    result.cancelled = disposal.cancel_for_samples(gone, origin.actor, origin.reason or BASIS)
    disposal.open_for_samples(sorted(still), origin.actor, origin.at)
    following.follow([candidate.sample.id for candidate in candidates], origin.actor, origin.at)
    after = {sample_id: fact.supervision for sample_id, fact in now.items()}
    ripples.spread_many(
        {sample_id: (before[sample_id], after.get(sample_id)) for sample_id in before}, RippleCause.UNDONE, origin.actor, origin.at,
        source=("import_batch", origin.batch_id), why=origin.reason or BASIS, cancelled=result.cancelled,
    )  # fmt: skip
    result.withdrawn = [candidate.sample.number for candidate in candidates]
    result.restored = [candidate.sample.number for candidate in with_results]


def _copy(reports: Sequence[KnownReport], origin: Origin) -> None:
    """A report comes back as a new version with the rows of the old one, under the batch it first came from."""
    report_table: Any = ResultReport.__table__
    row_table: Any = ResultRow.__table__
    versions = last_versions({report.sample_id for report in reports})
    new_ids = dict(zip((report.id for report in reports), reserve_ids(report_table, len(reports)), strict=True))
    copied, rows = [], []
    for part in parts(new_ids):
        for old in session().execute(sa.select(report_table).where(report_table.c.id.in_(part))).mappings():
            copied.append({
                **old, "id": new_ids[old["id"]], "version": versions[old["sample_id"], old["report_no"]] + 1,
                "recorded_at": origin.at, "recorded_by_id": origin.actor.user_id, "superseded_at": None,
                "superseded_by_batch_id": None, "reason": origin.reason,
            })  # fmt: skip
        found = session().execute(sa.select(row_table).where(row_table.c.report_id.in_(part))).mappings().all()
        undecided = lapsing.before_decisions(row["id"] for row in found if row["decided_at"])
        for row in found:
            kept = {name: row[name] for name in row if name != "id"} | undecided.get(row["id"], {})
            rows.append({**kept, "report_id": new_ids[row["report_id"]]})
    insert_many(report_table, copied)
    insert_many(row_table, rows)
    carrying.come_back(new_ids, origin)


def _restore(candidates: Sequence[_Candidate], origin: Origin) -> None:
    """The remaining reports decide the conclusion again, exactly as they did before."""
    reports = reports_in_force(candidate.sample.id for candidate in candidates)
    categories, regions = category_book(), region_book()
    before = facts_in_force([candidate.sample.id for candidate in candidates])
    moved, drafts = [], []
    for candidate in candidates:
        sample: Any = candidate.sample
        rows = [row.standing for report in reports[sample.id] for row in report.rows]
        conclusion = facts.conclude(rows, sample.purpose)
        reported_on = max(report.reported_on for report in reports[sample.id])
        moved.append((candidate.sample, result_columns(conclusion, reported_on, sum(row.pending for row in rows))))
        fact = before.get(sample.id)
        drafts.append(draft_of(
            sample, conclusion, reported_on=reported_on, has_residue=facts.has_residue(row.item_class for row in rows),
            basis=BASIS, counts_for_producer=fact.counts_for_producer if fact else True,
            categories=categories, regions=regions,
        ))  # fmt: skip
    move_samples(moved, SampleStep.AMEND, origin)
    write_facts(drafts, origin.at)


def _withdraw(candidates: Sequence[_Candidate], origin: Origin) -> None:
    laboratories = since.laboratories_before([candidate.sample.id for candidate in candidates], origin.batch_id)
    moved = [
        (candidate.sample, {**result_columns(None, None, 0), **laboratories.get(candidate.sample.id, {})})
        for candidate in candidates
    ]
    move_samples(moved, SampleStep.WITHDRAW, origin)
    void_facts([candidate.sample.id for candidate in candidates], BASIS, origin.at)


def _void_sheets(candidates: Sequence[_Candidate], origin: Origin) -> list[str]:
    """Sheets that this import created have nothing left on them: they are voided, and revived when it comes again."""
    created = [candidate.sample for candidate in candidates if candidate.sample.import_batch_id == origin.batch_id]
    move_samples([(sample, {"void_reason": origin.reason}) for sample in created], SampleStep.VOID, origin)
    return [sample.number for sample in created]
