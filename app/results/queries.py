"""Import batches, reports and open items, read within the actor's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import clock
from app.accounts.models import User
from app.chain import HistoryEntry
from app.db import session
from app.domain.actors import Actor
from app.domain.numbering import normalise_number
from app.domain.permissions import Permission, permits
from app.domain.workflow import BatchState, SampleState
from app.history import entries_of
from app.jobs import Job
from app.paging import page_size
from app.reference_data import standing
from app.results.models import ImportBatch, ResultReport, ResultRow
from app.sampling.models import Sample
from app.scope import scope

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the list of imports. Dates are the office's days."""

    kind: str | None = None
    state: BatchState | None = None
    filename: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the keys at which its neighbours begin."""

    rows: Sequence[Any]
    newer: int | None
    older: int | None


def batch(actor: Actor, batch_id: int) -> ImportBatch | None:
    """One import of results."""
    statement = sa.select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.kind == "results")
    return session().scalars(scope(statement, ImportBatch, actor)).first()


def any_batch(actor: Actor, batch_id: int) -> ImportBatch | None:
    """One import of whatever kind."""
    return session().scalars(scope(sa.select(ImportBatch).where(ImportBatch.id == batch_id), ImportBatch, actor)).first()


def same_file(actor: Actor, kind: str, sha256: str) -> Sequence[ImportBatch]:
    """Imports of the same bytes into the actor's own organisation, newest first."""
    statement = sa.select(ImportBatch).where(
        ImportBatch.sha256 == sha256, ImportBatch.kind == kind, ImportBatch.org_id == actor.org_id
    )
    return session().scalars(scope(statement, ImportBatch, actor).order_by(ImportBatch.id.desc())).all()


def batches(
    actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """Imports of every kind, newest first: those before a key, or just after one, or the newest."""
    table = ImportBatch.__table__
    columns = [table.c[name] for name in (
        "id", "kind", "layout", "state", "filename", "rows", "samples", "new_count", "changed_count", "unchanged_count",
        "refused_count", "created_at", "confirmed_at", "undone_at",
    )]  # fmt: skip
    statement = sa.select(*columns, User.name.label("uploader")).outerjoin(User, User.id == ImportBatch.created_by_id)
    return paged(
        scope(statement, ImportBatch, actor).where(*_conditions(filters)), ImportBatch.id, before, after, size
    )


def narrowed(statement: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
    """The same conditions for whoever takes the list out."""
    return statement.where(*_conditions(filters))


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.kind:
        found.append(ImportBatch.kind == filters.kind)
    if filters.state:
        found.append(ImportBatch.state == filters.state)
    if filters.filename:
        found.append(ImportBatch.filename.contains(filters.filename, autoescape=True))
    if filters.since:
        found.append(ImportBatch.created_at > clock.end_of_day(filters.since - timedelta(days=1)))
    if filters.until:
        found.append(ImportBatch.created_at <= clock.end_of_day(filters.until))
    return found


def paged(statement: sa.Select[Any], key: Any, before: int | None, after: int | None, size: int) -> Page:
    size = page_size(size)
    if after is not None:
        found = session().execute(statement.where(key > after).order_by(key.asc()).limit(size + 1)).all()
        rows = list(reversed(found[:size]))
        return _page(rows, newer=len(found) > size, older=True)
    if before is not None:
        statement = statement.where(key < before)
    found = session().execute(statement.order_by(key.desc()).limit(size + 1)).all()
    return _page(found[:size], newer=before is not None, older=len(found) > size)


def _page(rows: Sequence[Any], *, newer: bool, older: bool) -> Page:
    if not rows:
        return Page([], None, None)
    return Page(rows, rows[0].id if newer else None, rows[-1].id if older else None)


def history_of(batch: ImportBatch) -> Sequence[HistoryEntry]:
    """办理记录 of one import, oldest first."""
    return entries_of(ImportBatch.__tablename__, batch.id)


def laboratory_choices() -> list[tuple[int, str]]:
    """Laboratories that reports may be entered for: one that is retired still reports what it has in hand."""
    return [(one.id, one.name) for one in standing.laboratories(offered=False)]


def sample(actor: Actor, sample_id: int) -> Sample | None:
    """A sample that results may be entered for."""
    statement = sa.select(Sample).where(Sample.id == sample_id).options(selectinload(Sample.cases))
    return session().scalars(scope(statement, Sample, actor)).first()


def sample_to_enter(actor: Actor, number: str) -> Sample | None:
    """The sample with this number, where the actor may enter its results."""
    found = session().scalar(scope(sa.select(Sample.id), Sample, actor).where(Sample.number == normalise_number(number)))
    one = sample(actor, found) if found is not None else None
    return one if one is not None and permits(actor, Permission.RESULT_ENTER, one) else None


def next_waiting(actor: Actor, after: Sample) -> int | None:
    """The next sample of the same laboratory that waits for its results; from the first again after the last."""
    waiting = scope(sa.select(Sample.id), Sample, actor).where(
        Sample.state == SampleState.REGISTERED, Sample.laboratory_org_id == after.laboratory_org_id, Sample.id != after.id
    )
    following = session().scalar(waiting.where(Sample.id > after.id).order_by(Sample.id).limit(1))
    return following if following is not None else session().scalar(waiting.order_by(Sample.id).limit(1))


def reports_of(actor: Actor, sample_id: int) -> Sequence[ResultReport]:
    """Every report of a sample with its rows, those in force first, then the superseded versions, newest first."""
    statement = (
        sa.select(ResultReport).where(ResultReport.sample_id == sample_id).options(selectinload(ResultReport.rows))
    )
    order = (ResultReport.superseded_at.is_not(None), ResultReport.id.desc())
    return session().scalars(scope(statement, ResultReport, actor).order_by(*order)).all()


# A literal, not a parameter: only then may the database use the partial index made for the question.
HAS_PENDING = sa.text("sample.pending_items > 0")


def pending_samples(actor: Actor, *, before: int | None = None, after: int | None = None, size: int = 20) -> Page:
    """待核: samples with items on which the laboratory and the program contradict each other."""
    columns = (
        Sample.id, Sample.number, Sample.product_name, Sample.sampled_name, Sample.laboratory, Sample.reported_on,
        Sample.supervision, Sample.monitoring, Sample.pending_items,
    )  # fmt: skip
    return paged(scope(sa.select(*columns), Sample, actor).where(HAS_PENDING), Sample.id, before, after, size)


def pending_rows(actor: Actor, sample_ids: Sequence[int]) -> Mapping[int, list[Any]]:
    """The 待核 items of these samples, with both verdicts and why."""
    columns = (
        ResultRow.id, ResultRow.sample_id, ResultRow.item, ResultRow.kind, ResultRow.result_written, ResultRow.unit, ResultRow.lab_verdict,
        ResultRow.our_verdict, ResultRow.limit_text, ResultRow.limit_source, ResultRow.flags, ResultRow.reason,
        ResultReport.report_no,
    )  # fmt: skip
    statement = (
        sa.select(*columns)
        .join(ResultReport, ResultReport.id == ResultRow.report_id)
        .where(ResultRow.sample_id.in_(sample_ids), ResultRow.pending, ResultReport.superseded_at.is_(None))
    )
    found: dict[int, list[Any]] = {}
    for row in session().execute(scope(statement, ResultRow, actor).order_by(ResultRow.sample_id, ResultRow.id)):
        found.setdefault(row.sample_id, []).append(row)
    return found


def job(actor: Actor, job_id: int) -> Job | None:
    """One of the actor's own jobs that work on an import."""
    statement = sa.select(Job).where(Job.id == job_id, Job.kind.in_(("import_stage", "import_confirm")))
    return session().scalars(scope(statement, Job, actor)).first()


def batch_of_job(actor: Actor, job: Job) -> ImportBatch | None:
    """The import that a job staged or confirmed, once there is one."""
    if "batch_id" in job.payload:
        return batch(actor, job.payload["batch_id"])
    found = same_file(actor, "results", job.payload["sha256"])
    return next((one for one in found if one.state is not BatchState.DISCARDED), None)
