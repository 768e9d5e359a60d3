"""Reading samples: the list with its filters, one sheet with everything that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import keyset
from app.accounts.models import User
from app.assignments.models import SamplingAssignment
from app.blinding import is_blind
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import Actor
from app.domain.numbering import normalise_number
from app.domain.samples import Domain, Link, Monitoring, Purpose, Supervision
from app.domain.workflow import SampleState
from app.organisations.models import Organisation
from app.paging import SHORT, SIZES
from app.plans.models import SamplingPlan
from app.reference_data.books import category_book, region_book
from app.results.models import ImportBatch, ResultReport
from app.sampling.models import BatchFact, Sample, SampleSampler
from app.scope import scope
from app.search.postings import SAMPLES, Found, mentions, newest
from app.search.queries import blind_mentions
from app.search_text import like, words_of

IMPORT = "samples"  # kind of import batch
COUNTED = 10_000
PENDING = "待核"
CONCLUSIONS = (Supervision.PASS.value, Supervision.FAIL.value, Supervision.OPEN.value, Monitoring.PROBLEM.value, PENDING)
LISTED = (
    "id", "number", "state", "purpose", "domain", "product_name", "sampled_name", "producer_name", "link", "category_id",
    "category_written", "region_id", "sampled_on", "reported_on", "supervision", "monitoring", "pending_items", "laboratory",
)  # fmt: skip
NEAR = 2 * SIZES[-1]  # samples that the index proposes for a page: narrowed by other conditions, most pages are still full


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件 of the list; None is no condition."""

    q: str | None = None
    state: SampleState | None = None
    purpose: Purpose | None = None
    link: Link | None = None
    domain: Domain | None = None
    category_id: int | None = None
    region_id: int | None = None
    conclusion: str | None = None
    sampled_from: date | None = None
    sampled_to: date | None = None
    reported_from: date | None = None
    reported_to: date | None = None
    laboratory: str | None = None
    plan_id: int | None = None
    assignment_id: int | None = None
    sampler: str | None = None
    batch_id: int | None = None

    @property
    def searches_text(self) -> bool:
        """Is the whole text searched? Then counting costs as much as finding."""
        return bool(self.q or self.laboratory or self.sampler)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list ordered by id, newest first."""

    rows: Sequence[Any]
    newer: int | None  # id to go back from
    older: int | None  # id to go on from
    total: str


def _searched(q: str, blind: bool) -> Any:
    """Every word of what was typed, in any part of the numbers, names or initials; a blind reader's in what a list shows him."""
    words = words_of(q)
    if not words:  # brackets and dashes only
        return (Sample.product_name if blind else Sample.search_text).like(like(q), escape="\\")
    return blind_mentions(words) if blind else mentions(Sample.search_text, words)


def _near(filters: Filters, before: int | None = None, after: int | None = None) -> Found | None:
    """The samples next to this place of the list that have the words, by the index; None where it cannot help."""
    words = words_of(filters.q or "")
    return newest(SAMPLES, words, NEAR, before=before, after=after) if words else None


def _concluded(conclusion: str) -> Any:
    if conclusion == PENDING:
        return sa.and_(Sample.pending_items > 0, Sample.state == SampleState.REPORTED)
    if conclusion == Monitoring.PROBLEM:
        return sa.and_(Sample.monitoring == Monitoring.PROBLEM, Sample.state == SampleState.REPORTED)
    return sa.and_(Sample.supervision == Supervision(conclusion), Sample.state == SampleState.REPORTED)


def _conditions(filters: Filters, blind: bool) -> Iterator[Any]:
    for name in ("state", "purpose", "link", "domain", "plan_id", "assignment_id"):
        if (value := getattr(filters, name)) is not None:
            yield getattr(Sample, name) == value
    if filters.q:
        yield _searched(filters.q, blind)
    yield from _within(filters)
    if filters.conclusion:
        yield _concluded(filters.conclusion)
    if filters.laboratory:
        yield Sample.laboratory.like(like(filters.laboratory), escape="\\")
    if filters.sampler:  # by account or by the name as written
        people = sa.select(SampleSampler.sample_id).join(User, User.id == SampleSampler.user_id)
        pattern = like(filters.sampler)
        accounts = Sample.id.in_(people.where(sa.func.lower(User.name).like(pattern, escape="\\")))
        yield sa.or_(accounts, Sample.samplers.like(pattern, escape="\\"))
    if filters.batch_id is not None:
        yield Sample.import_batch_id == filters.batch_id
    yield from _dated(filters)


def _within(filters: Filters) -> Iterator[Any]:
    """In a category, in a region: with everything below it."""
    if filters.category_id is not None:
        yield Sample.category_id.in_(sorted(category_book().below(filters.category_id)))
    if filters.region_id is not None:
        yield Sample.region_id.in_(sorted(region_book().below(filters.region_id)))


def _dated(filters: Filters) -> Iterator[Any]:
    for column, first, last in (
        (Sample.sampled_on, filters.sampled_from, filters.sampled_to),
        (Sample.reported_on, filters.reported_from, filters.reported_to),
    ):
        if first is not None:
            yield column >= first
        if last is not None:
            yield column <= last


def listed(actor: Actor, filters: Filters, columns: Sequence[Any]) -> sa.Select[Any]:
    """The columns of every sample that the actor may list under these conditions."""
    statement = _listed(actor, filters, columns)
    near = _near(filters) if filters.q else None
    return statement.where(Sample.id.in_(near.ids)) if near is not None and near.whole else statement


def _listed(actor: Actor, filters: Filters, columns: Sequence[Any]) -> sa.Select[Any]:
    return scope(sa.select(*columns), Sample, actor).where(*_conditions(filters, is_blind(actor)))


def samples(
    actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None, size: int = SHORT
) -> Page:
    """One page by key: rows older than ``before``, or newer than ``after``, or the first ones."""
    statement = _listed(actor, filters, [getattr(Sample, name) for name in LISTED])
    near = _near(filters, before, after) if filters.q else None
    page, full = None, False
    if near is not None:
        page, full = _page(statement.where(Sample.id.in_(near.ids)), before, after, size)
    if page is None or not (full or (near is not None and near.whole)):
        page, full = _page(statement, before, after, size)
    whole = len(page.rows) if before is None and after is None and not full else None
    return replace(page, total=_total(actor, filters, whole, size))


def _page(statement: sa.Select[Any], before: int | None, after: int | None, size: int) -> tuple[Page, bool]:
    """The page without its total, and whether there is more beyond it."""
    if after is not None:
        found = session().execute(statement.where(Sample.id > after).order_by(Sample.id).limit(size + 1)).all()
        rows, more = found[:size][::-1], len(found) > size
        newer, older = (rows[0].id if more and rows else None), (rows[-1].id if rows else None)
    else:
        if before is not None:
            statement = statement.where(Sample.id < before)
        found = session().execute(statement.order_by(Sample.id.desc()).limit(size + 1)).all()
        rows, more = found[:size], len(found) > size
        newer = rows[0].id if rows and before is not None else None
        older = rows[-1].id if rows and more else None
    return Page(rows, newer, older, ""), more


def _total(actor: Actor, filters: Filters, whole: int | None, size: int) -> str:
    """How many, where that is known or cheap: nothing counts the whole table."""
    if whole is not None:
        return str(whole)
    if filters.searches_text:
        return f"{size}+"
    return keyset.total(listed(actor, filters, [Sample.id]), COUNTED)


def plans_to_choose(actor: Actor) -> list[tuple[int, str]]:
    """Plans that the actor may read, for the list's filter."""
    statement = scope(sa.select(SamplingPlan), SamplingPlan, actor).where(SamplingPlan.issued_at.is_not(None))
    rows = session().scalars(statement.order_by(SamplingPlan.year.desc(), SamplingPlan.id).limit(200))
    return [(plan.id, plan.title) for plan in rows]


def task_named(sample: Sample) -> tuple[SamplingPlan | None, SamplingAssignment | None]:
    """计划和任务单 of a sheet."""
    plan = session().get(SamplingPlan, sample.plan_id) if sample.plan_id else None
    return plan, session().get(SamplingAssignment, sample.assignment_id) if sample.assignment_id else None


# ---------------------------------------------------------------- one sample

def sample(actor: Actor, sample_id: int) -> Sample | None:
    """One sample in the actor's scope, with its cases and the register's entries."""
    return session().scalars(
        scope(sa.select(Sample), Sample, actor)
        .where(Sample.id == sample_id)
        .options(selectinload(Sample.cases), selectinload(Sample.sampled_enterprise), selectinload(Sample.producer))
        .execution_options(populate_existing=True)
    ).first()


def sample_numbered(actor: Actor, number: str) -> Sample | None:
    """The sample with this number in the actor's scope."""
    found = id_numbered(actor, number)
    return sample(actor, found) if found is not None else None


def id_numbered(actor: Actor, number: str) -> int | None:
    """Its id, which is also its place in the list."""
    return session().scalar(scope(sa.select(Sample.id), Sample, actor).where(Sample.number == normalise_number(number)))


def reports(sample_id: int) -> Sequence[ResultReport]:
    """Every report of the sample with its rows, those in force first. The caller has fetched the sample in scope."""
    return session().scalars(
        sa.select(ResultReport)
        .where(ResultReport.sample_id == sample_id)
        .options(selectinload(ResultReport.rows))
        .order_by(ResultReport.superseded_at.is_not(None), ResultReport.id.desc())
    ).all()


def fact_versions(sample_id: int) -> Sequence[BatchFact]:
    """批次事实: what was held to be true of the batch, and when; newest first."""
    return session().scalars(
        sa.select(BatchFact).where(BatchFact.sample_id == sample_id).order_by(BatchFact.version.desc())
    ).all()


def cases_of(actor: Actor, sample_id: int) -> Sequence[DisposalCase]:
    """The cases of the sample that this actor may see."""
    return session().scalars(
        scope(sa.select(DisposalCase), DisposalCase, actor)
        .where(DisposalCase.sample_id == sample_id)
        .order_by(DisposalCase.id)
    ).all()


def organisation_names(*ids: int | None) -> dict[int, str]:
    """Names of organisations by id."""
    wanted = {number for number in ids if number is not None}
    found = session().execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted)))
    return {number: name for number, name in found}


def samples_by_ids(ids: Sequence[int]) -> dict[int, Sample]:
    """Samples by id in anybody's scope: the caller asks the permission of each."""
    found: dict[int, Sample] = {}
    for start in range(0, len(ids), 500):
        for row in session().scalars(sa.select(Sample).where(Sample.id.in_(ids[start : start + 500]))):
            found[row.id] = row
    return found


def batch(actor: Actor, batch_id: int) -> ImportBatch | None:
    """One import of sampling sheets."""
    statement = scope(sa.select(ImportBatch), ImportBatch, actor).where(ImportBatch.kind == IMPORT)
    return session().scalars(
        statement.where(ImportBatch.id == batch_id).execution_options(populate_existing=True)
    ).first()
