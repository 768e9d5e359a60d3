"""更正: versions of reports side by side, and what each correction changed downstream, as far as the records tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from app.accounts.models import User
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.permissions import Permission, may_ever
from app.domain.report_versions import Difference, Line, differences, side_by_side
from app.exports.counted import OF_RETURN, counting, last_month, office_paths
from app.exports.models import MonthlyReturn
from app.results.models import ImportBatch, ResultReport
from app.reviews.models import ResultReview
from app.sampling.models import BatchFact, Sample
from app.scope import scope


@dataclass(frozen=True, slots=True)
class Version:
    """One version: who recorded it when and why, from which file or submission, and how it differs from the one before."""

    report: ResultReport
    recorder: str
    filename: str | None
    import_opens: bool  # the reader may open the import it came from: a laboratory reads reports that the bureau imported
    review: Any  # id and the names of submitter, checker, approver
    changed: Sequence[Difference]
    facts: tuple[BatchFact, BatchFact] | None  # of the figures, before and after, where they moved
    cases: Sequence[Any]  # opened or cancelled by it
    returns: Sequence[Any]  # sealed monthly returns that counted the batch as it was before


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of one report, the oldest first, item by item."""

    report_no: str
    versions: Sequence[Version]
    lines: Sequence[Line]


def versions(actor: Actor, sample: Sample) -> list[Versions]:
    """Every report of the sample that the reader may see, with all its versions."""
    statement = scope(sa.select(ResultReport), ResultReport, actor).where(ResultReport.sample_id == sample.id)
    rows = session().scalars(
        statement.options(selectinload(ResultReport.rows)).order_by(ResultReport.report_no, ResultReport.version)
    ).all()
    grouped: dict[str, list[ResultReport]] = {}
    for row in rows:
        grouped.setdefault(row.report_no, []).append(row)
    told = _Told(actor, sample, rows)
    return [
        Versions(number, [told.version(group, place) for place in range(len(group))], side_by_side(group))
        for number, group in grouped.items()
    ]


class _Told:
    """What is asked once for all versions of a sample."""

    def __init__(self, actor: Actor, sample: Sample, reports: Sequence[ResultReport]) -> None:
        self._actor, self._sample = actor, sample
        self._people = _names(User, {report.recorded_by_id for report in reports})
        self._files = _names(ImportBatch, {report.import_batch_id for report in reports}, ImportBatch.filename)
        own = scope(sa.select(ImportBatch.id).where(ImportBatch.id.in_(self._files)), ImportBatch, actor)
        self._own = frozenset(session().scalars(own)) if may_ever(actor, Permission.IMPORT_READ) else frozenset()
        self._reviews = _reviews(sample.id, {report.import_batch_id for report in reports})
        facts = sa.select(BatchFact).where(BatchFact.sample_id == sample.id).order_by(BatchFact.version)
        self._facts = session().scalars(scope(facts, BatchFact, actor)).all()
        cases = sa.select(
            DisposalCase.id, DisposalCase.number, DisposalCase.state, DisposalCase.opened_at, DisposalCase.cancelled_at
        ).where(DisposalCase.sample_id == sample.id)
        self._cases = session().execute(scope(cases, DisposalCase, actor)).all()

    def version(self, group: Sequence[ResultReport], place: int) -> Version:
        report, at = group[place], group[place].recorded_at
        review = self._reviews.get(at)
        facts = next(((old, new) for old, new in zip(self._facts, self._facts[1:], strict=False) if new.recorded_at == at), None)
        return Version(
            report,
            (review.submitter if review else self._people.get(report.recorded_by_id)) or "命令行",
            self._files.get(report.import_batch_id),
            report.import_batch_id in self._own,
            review,
            differences(group[place - 1], report) if place else (),
            facts if place else None,
            self._moved(at, facts[1]) if facts and place else (),
            _counted_before(self._actor, *facts) if facts and place else (),
        )

    def _moved(self, at: datetime, fact: BatchFact) -> list[Any]:
        """Cases opened with this version, or cancelled while what it says held."""
        until = fact.superseded_at
        return [
            case
            for case in self._cases
            if case.opened_at == at
            or (case.cancelled_at is not None and at <= case.cancelled_at and (until is None or case.cancelled_at < until))
        ]


def _names(model: Any, ids: set[int | None], column: Any = None) -> dict[int | None, str]:
    wanted = {number for number in ids if number is not None}
    found = session().execute(sa.select(model.id, model.name if column is None else column).where(model.id.in_(wanted)))
    return {number: name for number, name in found}


def _reviews(sample_id: int, batch_ids: set[int | None]) -> dict[Any, Any]:
    """Approved submissions of these reports by the moment of approval, which is when the version was recorded."""
    submitter, checker, approver = aliased(User), aliased(User), aliased(User)
    wanted = {number for number in batch_ids if number is not None}
    statement = (
        sa.select(
            ResultReview.id, ResultReview.approved_at, ResultReview.submitted_at, submitter.name.label("submitter"),
            checker.name.label("checker"), approver.name.label("approver"),
        )
        .join(submitter, submitter.id == ResultReview.submitted_by_id, isouter=True)
        .join(checker, checker.id == ResultReview.checked_by_id, isouter=True)
        .join(approver, approver.id == ResultReview.approved_by_id, isouter=True)
        .where(
            ResultReview.approved_at.is_not(None),
            sa.or_(ResultReview.sample_id == sample_id, ResultReview.import_batch_id.in_(wanted)),
        )
    )  # fmt: skip
    return {row.approved_at: row for row in session().execute(statement)}


def _counted_before(actor: Actor, old: BatchFact, new: BatchFact) -> Sequence[Any]:
    """The sealed returns, in the reader's scope, that counted the batch as it was."""
    statement = sa.select(*OF_RETURN).where(
        MonthlyReturn.number.is_not(None), MonthlyReturn.month.between(old.month, last_month(old.month))
    )
    returns = session().execute(scope(statement, MonthlyReturn, actor).order_by(MonthlyReturn.id)).all()
    return counting(old, new.recorded_at, office_paths([old.org_id]), returns)


def corrected(sample_ids: Sequence[int]) -> frozenset[int]:
    """Which of these samples have a corrected report in force; the caller has listed the samples in scope."""
    statement = sa.select(ResultReport.sample_id).where(
        ResultReport.sample_id.in_(sample_ids), ResultReport.version > 1, ResultReport.superseded_at.is_(None)
    )
    return frozenset(session().scalars(statement)) if sample_ids else frozenset()


def corrections(sample_id: int) -> Sequence[Any]:
    """Corrected versions of the sample's reports, newest first; the caller has fetched the sample or its case in scope."""
    columns = (ResultReport.id, ResultReport.report_no, ResultReport.version, ResultReport.recorded_at, ResultReport.reason)
    return session().execute(
        sa.select(*columns)
        .where(ResultReport.sample_id == sample_id, ResultReport.version > 1)
        .order_by(ResultReport.recorded_at.desc(), ResultReport.id.desc())
    ).all()
