"""待公布的批次: completed supervision batches of an office that stand in no list yet, those that have to wait, those that are late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.db import session
from app.domain.actors import Actor
from app.domain.reporting_kinds import PublicList, PublicNature
from app.domain.reporting_states import PublicationState
from app.domain.samples import Level, Purpose, Supervision
from app.domain.states import SampleState
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.publications.models import Publication, PublicationItem
from app.publications.standings import Readiness, due_of, readiness
from app.reference_data.books import category_book
from app.sampling.models import Sample
from app.scope import scope

PAGE = 50
COUNTED = 10_000
MOST_FAILING = 2_000  # unpublished failures looked at one by one
BACK = 400  # days in which the last day that is late is looked for
LIVE = (PublicationState.DRAFT, PublicationState.SUBMITTED, PublicationState.APPROVED, PublicationState.PUBLISHED)
LEVELS = (Level.NATIONAL, Level.PROVINCIAL, Level.CITY, Level.COUNTY)
PASSED, FAILED, HELD, OVERDUE = "passed", "failed", "held", "overdue"
TABS: Mapping[str, str] = {PASSED: "待公布·合格", FAILED: "待公布·不合格", HELD: "暂不公布", OVERDUE: "超期未公布"}
COLUMNS = (
    Sample.id, Sample.number, Sample.product_name, Sample.sampled_name, Sample.producer_name, Sample.category_id, Sample.category_written,
    Sample.purpose, Sample.reported_on, Sample.supervision, Sample.pending_items, Sample.task_source, Sample.report_class_b,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. ``tab`` is one of TABS."""

    tab: str = PASSED
    from_on: date | None = None
    to_on: date | None = None
    category_id: int | None = None
    task: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One batch and whether it may be published."""

    row: Any
    ready: Readiness


# ---------------------------------------------------------------- which batches are ours to publish

def purposes() -> tuple[Purpose, ...]:
    """监督抽检 and the supervision half of 抽检监测; never 风险监测. 评价性抽检 where the bureau publishes it."""
    both = (Purpose.SUPERVISION, Purpose.COMBINED)
    return (*both, Purpose.EVALUATION) if current_app.config["PUBLICATION_EVALUATION"] else both


def organised_by(org_id: int) -> Any:
    """组织抽检的部门公布: those it organised, and of those without an organiser its own, up to its own level.

    What the province pays for is published by the province, wherever it was sampled.
    """
    level = session().scalar(sa.select(Organisation.level).where(Organisation.id == org_id)) or Level.COUNTY
    own = LEVELS[LEVELS.index(level) :]
    ours = sa.or_(Sample.organiser_org_id == org_id, sa.and_(Sample.organiser_org_id.is_(None), Sample.org_id == org_id))
    return sa.and_(ours, sa.or_(Sample.organiser_level.is_(None), Sample.organiser_level.in_(own)))


def listed() -> Any:
    """Stands in a list that is published or on its way."""
    return (
        sa.exists()
        .where(
            PublicationItem.sample_id == Sample.id, PublicationItem.withdrawn_at.is_(None),
            Publication.id == PublicationItem.publication_id, Publication.state.in_(LIVE), Publication.nature == PublicNature.FIRST,
        )
        .correlate(Sample)
    )  # fmt: skip


def _waiting(actor: Actor, org_id: int, filters: Filters, *columns: Any) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(Sample).where(
        Sample.state == SampleState.REPORTED, Sample.reported_on.is_not(None), Sample.purpose.in_(purposes()), organised_by(org_id),
        ~listed(), *_conditions(filters),
    )  # fmt: skip
    return scope(statement, Sample, actor)


def _conditions(filters: Filters) -> Iterator[Any]:
    if filters.from_on is not None:
        yield Sample.reported_on >= filters.from_on
    if filters.to_on is not None:
        yield Sample.reported_on <= filters.to_on
    if filters.category_id is not None:
        yield Sample.category_id.in_(sorted(category_book().below(filters.category_id)))
    if filters.task:
        yield sa.or_(*(one.contains(filters.task, autoescape=True) for one in (Sample.task_source, Sample.report_class_b)))
    if filters.q:
        named = (Sample.number, Sample.product_name, Sample.sampled_name, Sample.producer_name)
        yield sa.or_(*(one.contains(filters.q, autoescape=True) for one in named))


PASS = (Sample.supervision == Supervision.PASS, Sample.pending_items == 0)
FAIL = (Sample.supervision == Supervision.FAIL,)
DOUBTFUL = sa.or_(
    Sample.supervision == Supervision.OPEN, sa.and_(Sample.supervision == Supervision.PASS, Sample.pending_items > 0)
)


# ---------------------------------------------------------------- the lists

def passed(actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None) -> Page:
    """Passes by key, newest first."""
    statement, ids = (_waiting(actor, actor.org_id, filters, *wanted).where(*PASS) for wanted in (COLUMNS, (Sample.id,)))
    found = page(statement, ids, Sample.id, before=before, after=after, size=PAGE, most=COUNTED)
    return Page(_with_standing(found.rows, today), found.total, found.newer, found.older)


def _with_standing(rows: Sequence[Any], today: date) -> list[Candidate]:
    found = readiness(rows, today)
    return [Candidate(row, found[row.id]) for row in rows]


def failing(actor: Actor, filters: Filters, today: date) -> list[Candidate]:
    """Failures and undecided ones; few enough to be looked at one by one."""
    statement = _waiting(actor, actor.org_id, filters, *COLUMNS).where(sa.or_(*FAIL, DOUBTFUL))
    rows = session().execute(statement.order_by(Sample.reported_on, Sample.id).limit(MOST_FAILING)).all()
    return _with_standing(rows, today)


def held(actor: Actor, filters: Filters, today: date) -> list[Candidate]:
    return [one for one in failing(actor, filters, today) if one.ready.hold is not None]


def failed(actor: Actor, filters: Filters, today: date) -> list[Candidate]:
    return [one for one in failing(actor, filters, today) if one.ready.hold is None and one.row.supervision is Supervision.FAIL]


def late_before(today: date) -> date | None:
    """The last report date whose pass is late today; a later one is due later."""
    for back in range(1, BACK):
        day = today - timedelta(days=back)
        counted = due_of(day, failing=False)
        if counted is not None and counted.due < today:
            return day
    return None


def since(org_id: int) -> date | None:
    """启用日期: what was reported before the office worked with this program is nobody's duty here."""
    return session().scalar(sa.select(Organisation.enabled_on).where(Organisation.id == org_id))


def late_passes(actor: Actor, filters: Filters, today: date) -> sa.Select[Any]:
    """Ids of passes that are late."""
    last, first = late_before(today), since(actor.org_id)
    statement = _waiting(actor, actor.org_id, filters, Sample.id).where(*PASS)
    statement = statement.where(Sample.reported_on <= last) if last is not None else statement.where(sa.false())
    return statement.where(Sample.reported_on >= first) if first is not None else statement


def late(actor: Actor, today: date) -> sa.Select[Any]:
    """Ids of everything that is late, for the home page: of the last twelve months."""
    recent = Filters(from_on=today - timedelta(days=366))
    failures = [one.row.id for one in late_failures(actor, recent, today)]
    return sa.select(Sample.id).where(sa.or_(Sample.id.in_(late_passes(actor, recent, today)), Sample.id.in_(failures)))


def late_failures(actor: Actor, filters: Filters, today: date) -> list[Candidate]:
    return _late(failed(actor, filters, today), actor, today)


def _late(found: Sequence[Candidate], actor: Actor, today: date) -> list[Candidate]:
    first = since(actor.org_id) or date.min
    return [one for one in found if one.ready.due_on is not None and one.ready.due_on < today and one.row.reported_on >= first]


def overdue(actor: Actor, filters: Filters, today: date) -> tuple[list[Candidate], int]:
    """Late ones, failures first, and how many passes are late in all."""
    ids = late_passes(actor, filters, today)
    some = session().execute(sa.select(*COLUMNS).where(Sample.id.in_(ids)).order_by(Sample.reported_on, Sample.id).limit(PAGE)).all()
    total = session().scalar(sa.select(sa.func.count()).select_from(ids.limit(COUNTED).subquery())) or 0
    return [*late_failures(actor, filters, today), *_with_standing(some, today)], total


def counts(actor: Actor, filters: Filters, today: date) -> Mapping[str, int]:
    """How many wait in each tab, of these conditions."""
    some = _waiting(actor, actor.org_id, filters, Sample.id).where(*PASS).limit(COUNTED).subquery()
    others = failing(actor, filters, today)
    ready = [one for one in others if one.ready.hold is None and one.row.supervision is Supervision.FAIL]
    passes = session().scalar(sa.select(sa.func.count()).select_from(late_passes(actor, filters, today).limit(COUNTED).subquery())) or 0
    return {
        PASSED: session().scalar(sa.select(sa.func.count()).select_from(some)) or 0,
        FAILED: len(ready), HELD: sum(one.ready.hold is not None for one in others),
        OVERDUE: passes + len(_late(ready, actor, today)),
    }  # fmt: skip


# ---------------------------------------------------------------- taken into a list

def chosen(
    actor: Actor, kind: PublicList, filters: Filters, today: date, most: int, ids: Sequence[int] | None = None
) -> list[Candidate]:
    """Those that may be published, by report date and number; of the ``ids`` where some were ticked."""
    wanted = PASS if kind is PublicList.PASSED else FAIL
    plain = filters if ids is None else replace(filters, from_on=None, to_on=None, category_id=None, task=None, q=None)
    statement = _waiting(actor, actor.org_id, plain, *COLUMNS).where(*wanted)
    if ids is not None:
        statement = statement.where(Sample.id.in_(ids))
    rows = session().execute(statement.order_by(Sample.reported_on, Sample.number).limit(most + 1)).all()
    return [one for one in _with_standing(rows, today) if one.ready.hold is None]


def of_numbers(actor: Actor, numbers: Sequence[str]) -> Mapping[str, int]:
    """Sample ids by 抽样编号, of the actor's reach."""
    statement = scope(sa.select(Sample.number, Sample.id).where(Sample.number.in_(numbers)), Sample, actor)
    return {number: sample_id for number, sample_id in session().execute(statement)}
