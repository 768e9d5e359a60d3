"""Reading backup samples: one, the list by stage, and what the home page counts.

保存至 is not stored while a sample is kept: it follows from the report in force. The list therefore asks the sample's conclusion,
report date and end of shelf life, parted by the days that ``clocks`` finds in the calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app import keyset
from app.blinding import is_blind
from app.custody.clocks import Clocks, clocks, soon
from app.custody.models import BackupSample
from app.custody.queries import COUNTED
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.numbering import normalise_number
from app.domain.retention import KEEP_FAIL, KEEP_PASS, BackupStage, Keeping, stage
from app.domain.samples import Monitoring, Supervision
from app.domain.workflow import BackupState, CaseState, SampleState
from app.organisations.models import Organisation
from app.paging import page_size
from app.sampling.models import Sample
from app.scope import scope

ALL = "all"
OPEN_CASES = (CaseState.OPEN, CaseState.HANDLING, CaseState.AWAITING, CaseState.LEADING)
Clause = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``stage`` is a stage's word or ``all``."""

    stage: str = ALL
    q: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One backup sample with its term as it is now."""

    backup: BackupSample
    keeping: Keeping
    open_cases: int
    stage: BackupStage

    @property
    def sample(self) -> Sample:
        return self.backup.sample


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first."""

    rows: Sequence[Row]
    total: str
    newer: int | None
    older: int | None


def backup(actor: Actor, backup_id: int) -> BackupSample | None:
    """One backup sample in the actor's scope, with its sample."""
    return session().scalars(_whole(actor).where(BackupSample.id == backup_id)).first()


def backups_chosen(actor: Actor, ids: Sequence[int]) -> Sequence[BackupSample]:
    """Backup samples in scope by id."""
    return session().scalars(_whole(actor).where(BackupSample.id.in_(ids)).order_by(BackupSample.id)).all()


def backups_numbered(actor: Actor, numbers: Sequence[str]) -> Sequence[BackupSample]:
    """Backup samples in scope by the number of their sample."""
    statement = _whole(actor).join(BackupSample.sample).where(Sample.number.in_(numbers))
    return session().scalars(statement.order_by(BackupSample.id)).all()


def backup_of(actor: Actor, sample_id: int) -> BackupSample | None:
    """The backup sample of a sample, in the actor's scope."""
    return session().scalars(_whole(actor).where(BackupSample.sample_id == sample_id)).first()


def _whole(actor: Actor) -> sa.Select[tuple[BackupSample]]:
    return scope(
        sa.select(BackupSample)
        .options(joinedload(BackupSample.sample).options(selectinload(Sample.cases)))
        .execution_options(populate_existing=True),
        BackupSample,
        actor,
    )


def open_cases(sample: Sample) -> int:
    """核查处置 cases of the sample that are not finished; a query must have loaded the cases."""
    return sum(case.state in OPEN_CASES for case in sample.cases)


def laboratory_name(org_id: int | None) -> str | None:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) if org_id is not None else None


# ---------------------------------------------------------------- the list

FAILING = sa.or_(Sample.supervision == Supervision.FAIL, Sample.monitoring == Monitoring.PROBLEM)
PASSING = sa.or_(
    Sample.supervision == Supervision.PASS,
    sa.and_(Sample.supervision == Supervision.NONE, Sample.monitoring.in_((Monitoring.CLEAR, Monitoring.UNDECIDED))),
)


def _problem_free() -> Clause:
    return sa.or_(Sample.monitoring.is_(None), Sample.monitoring != Monitoring.PROBLEM)


def ends_before(day: date, book: Clocks) -> Clause:
    """The term of keeping ends before this day, by the conclusion and shelf life that hold now.

    A comparison with 1, so that its negation is true where a date or a conclusion is missing.
    """
    latest = book.keeping_ends_before(day)
    terms = []
    for code, group in ((KEEP_FAIL, FAILING), (KEEP_PASS, sa.and_(PASSING, _problem_free()))):
        over: Clause = Sample.expires_on < day
        if (last := latest[code]) is not None:
            over = sa.or_(over, Sample.reported_on <= last)
        terms.append(sa.and_(group, over))
    concluded = sa.and_(Sample.state == SampleState.REPORTED, Sample.reported_on.is_not(None), sa.or_(*terms))
    return sa.case((concluded, 1), else_=0) == 1


def without_open_case() -> Clause:
    waiting = sa.exists().where(DisposalCase.sample_id == Sample.id, DisposalCase.state.in_(OPEN_CASES)).correlate(Sample)
    return ~waiting


def in_stage(wanted: str, today: date, book: Clocks) -> Clause:
    """The stage in SQL; the same as ``domain.retention.stage`` row by row (a test compares them)."""
    kept = BackupSample.state == BackupState.KEPT
    if wanted == BackupStage.DISCARDED:
        return BackupSample.state == BackupState.DISCARDED
    if wanted == BackupStage.DUE:
        return sa.and_(kept, ends_before(today, book))
    ending = ends_before(soon(today), book)
    if wanted == BackupStage.SOON:
        return sa.and_(kept, ending, ~ends_before(today, book))
    return sa.and_(kept, ~ending) if wanted == BackupStage.KEPT else sa.true()


def chosen_backups(actor: Actor, filters: Filters, today: date, book: Clocks) -> sa.Select[Any]:
    statement = sa.select(BackupSample).join(BackupSample.sample)
    statement = scope(statement, BackupSample, actor).where(in_stage(filters.stage, today, book))
    if filters.q:
        found = [BackupSample.seal_no, Sample.product_name, Sample.laboratory]
        found += [] if is_blind(actor) else [Sample.sampled_name]
        number = Sample.number.startswith(normalise_number(filters.q), autoescape=True)
        statement = statement.where(sa.or_(number, *(column.contains(filters.q, autoescape=True) for column in found)))
    if filters.place:
        statement = statement.where(BackupSample.place.contains(filters.place, autoescape=True))
    return statement


def backups(actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None) -> Page:
    """备份样品列表 by key, newest first."""
    size = page_size()
    book = clocks()
    chosen = loaded(chosen_backups(actor, filters, today, book))
    if after is not None:
        found = session().scalars(chosen.where(BackupSample.id > after).order_by(BackupSample.id).limit(size + 1)).all()
        rows, more = found[:size][::-1], len(found) > size
        newer, older = (rows[0].id if more and rows else None), (rows[-1].id if rows else None)
    else:
        if before is not None:
            chosen = chosen.where(BackupSample.id < before)
        found = session().scalars(chosen.order_by(BackupSample.id.desc()).limit(size + 1)).all()
        rows, more = found[:size], len(found) > size
        newer = rows[0].id if rows and before is not None else None
        older = rows[-1].id if rows and more else None
    ids = chosen_backups(actor, filters, today, book).with_only_columns(BackupSample.id)
    return Page([row(one, today, book) for one in rows], keyset.total(ids, COUNTED), newer, older)


def every_backup(actor: Actor, filters: Filters, today: date) -> list[Row]:
    """The whole list, for commands and exports."""
    book = clocks()
    ordered = loaded(chosen_backups(actor, filters, today, book)).order_by(BackupSample.id.desc()).limit(COUNTED)
    return [row(one, today, book) for one in session().scalars(ordered)]


def loaded(statement: sa.Select[Any]) -> sa.Select[Any]:
    return statement.options(contains_eager(BackupSample.sample).options(selectinload(Sample.cases)))


def row(backup: BackupSample, today: date, book: Clocks) -> Row:
    """A backup sample with its term; of one disposed of, the term that was decided on then."""
    if backup.state is BackupState.DISCARDED:
        return Row(backup, Keeping(backup.keep_until, backup.keep_why or ""), 0, BackupStage.DISCARDED)
    kept = book.keeping(backup.sample)
    return Row(backup, kept, open_cases(backup.sample), stage(backup.state, kept, today))


def counts(actor: Actor, today: date) -> dict[str, str]:
    """How many at each stage, counted no further than a page can say."""
    found, book = {}, clocks()
    for name in (*(one.value for one in BackupStage), ALL):
        some = chosen_backups(actor, Filters(name), today, book).with_only_columns(BackupSample.id).limit(1000).subquery()
        count = session().scalar(sa.select(sa.func.count()).select_from(some)) or 0
        found[name] = "999+" if count > 999 else str(count)
    return found


def disposable(actor: Actor, today: date) -> sa.Select[Any]:
    """到期可处置: due, and no case of the sample is open."""
    due = chosen_backups(actor, Filters(BackupStage.DUE.value), today, clocks())
    return due.where(without_open_case()).with_only_columns(BackupSample.id)
