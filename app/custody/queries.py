"""Reading custody: the chain of one sample, the list by stage, and what the home page counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app import clock, keyset
from app.accounts.models import User
from app.blinding import is_blind
from app.custody.clocks import Clocks, ShipClock, clocks
from app.custody.models import BackupSample, CustodyEvent, SamplePhoto, SampleSignature
from app.db import session
from app.domain.actors import Actor
from app.domain.custody import Stage, seal_number, slot, stage
from app.domain.numbering import normalise_number
from app.domain.sampling_kinds import CustodyKind
from app.domain.workflow import SampleState
from app.organisations.models import Organisation
from app.paging import page_size
from app.sampling.models import Sample
from app.scope import below, scope

COUNTED = 10_000
ALL, OVERDUE = "all", "overdue"
MOVING = (SampleState.REGISTERED, SampleState.RETURNED)  # what is still under way to the laboratory
AT_BUREAU = sa.text("sample.state IN ('registered', 'returned')")
Clause = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件. ``stage`` is a stage's word, ``overdue`` or ``all``."""

    stage: str = OVERDUE
    q: str | None = None
    laboratory: str | None = None
    sampled_from: date | None = None
    sampled_to: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest sample first; ``newer`` and ``older`` are ids to go on from."""

    rows: Sequence[Any]
    total: str
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True)
class Chain:
    """流转 of one sample: what counts, and what has been voided."""

    live: Sequence[CustodyEvent]
    voided: Sequence[CustodyEvent]
    people: Mapping[int, str]

    def of(self, kind: CustodyKind) -> CustodyEvent | None:
        return next((event for event in self.live if event.kind is kind), None)

    @property
    def stage(self) -> Stage:
        return stage(event.kind for event in self.live)


# ---------------------------------------------------------------- one sample

def event(actor: Actor, event_id: int) -> CustodyEvent | None:
    """One recorded step in the actor's scope, with its sample."""
    return session().scalars(
        scope(sa.select(CustodyEvent), CustodyEvent, actor)
        .where(CustodyEvent.id == event_id)
        .options(joinedload(CustodyEvent.sample).selectinload(Sample.cases))
        .execution_options(populate_existing=True)
    ).first()


def chain(sample_id: int) -> Chain:
    """The steps of a sample that the caller has fetched in scope."""
    found = session().scalars(
        sa.select(CustodyEvent).where(CustodyEvent.sample_id == sample_id).order_by(CustodyEvent.happened_at, CustodyEvent.id)
    ).all()
    who = {one.recorded_by_id for one in found if one.recorded_by_id is not None}
    people = dict(session().execute(sa.select(User.id, User.name).where(User.id.in_(who))).tuples().all()) if who else {}
    return Chain([one for one in found if one.voided_at is None], [one for one in found if one.voided_at is not None], people)


def recorder_org(recorded_by_id: int | None) -> int | None:
    """The organisation of whoever recorded something."""
    return session().scalar(sa.select(User.org_id).where(User.id == recorded_by_id)) if recorded_by_id is not None else None


def sample_scanned(actor: Actor, written: str) -> int | None:
    """The sample that a scanner names, by its number or by a seal on it."""
    number, seal = normalise_number(written), seal_number(written)
    found = session().scalar(scope(sa.select(Sample.id), Sample, actor).where(Sample.number == number))
    if found is not None or seal is None:
        return found
    sealed = scope(sa.select(CustodyEvent.sample_id), CustodyEvent, actor).where(
        CustodyEvent.voided_at.is_(None), sa.or_(CustodyEvent.seal_no == seal, CustodyEvent.backup_seal_no == seal)
    )
    return session().scalar(sealed.order_by(CustodyEvent.id.desc()).limit(1))


def samples_numbered(actor: Actor, numbers: Sequence[str]) -> dict[str, Sample]:
    """Samples in scope by number."""
    wanted = [normalise_number(number) for number in numbers]
    rows = session().scalars(
        scope(sa.select(Sample), Sample, actor).where(Sample.number.in_(wanted)).options(selectinload(Sample.cases))
    )
    return {row.number: row for row in rows}


def samples_chosen(actor: Actor, ids: Sequence[int]) -> Sequence[Sample]:
    """Samples in scope by id, in the order of their numbers, as the database has them now."""
    return session().scalars(
        scope(sa.select(Sample), Sample, actor)
        .where(Sample.id.in_(ids))
        .options(selectinload(Sample.cases))
        .order_by(Sample.number)
        .execution_options(populate_existing=True)
    ).all()


def chains(sample_ids: Sequence[int]) -> dict[int, list[CustodyEvent]]:
    """Live steps of several samples."""
    found: dict[int, list[CustodyEvent]] = {number: [] for number in sample_ids}
    statement = sa.select(CustodyEvent).where(CustodyEvent.sample_id.in_(sample_ids), CustodyEvent.voided_at.is_(None))
    for one in session().scalars(statement.order_by(CustodyEvent.happened_at, CustodyEvent.id)):
        found[one.sample_id].append(one)
    return found


def colleagues(actor: Actor, user_ids: Iterable[int | None]) -> set[int]:
    """Those of these people who belong to the actor's organisation or one below it."""
    wanted = {one for one in user_ids if one is not None}
    return set(session().scalars(sa.select(User.id).where(User.id.in_(wanted), below(actor, User.org_id)))) if wanted else set()


@dataclass(frozen=True, slots=True)
class Panel:
    """What the page of a sample says about its custody."""

    stage: Stage
    steps: Sequence[tuple[CustodyKind, CustodyEvent | None]]
    ship: ShipClock
    photos: int
    signatures: int
    backup: BackupSample | None


def panel(sample: Sample, today: date) -> Panel:
    """The chain in short, for the sample's own page; the caller has fetched the sample in scope."""
    found = chain(sample.id)
    counts = session().execute(
        sa.select(_live_count(SamplePhoto, sample.id), _live_count(SampleSignature, sample.id))
    ).one()
    kept = session().scalars(sa.select(BackupSample).where(BackupSample.sample_id == sample.id)).first()
    arrival = found.of(CustodyKind.REFUSED)
    kinds = (CustodyKind.SEALED, CustodyKind.HANDED_OVER, CustodyKind.REFUSED if arrival else CustodyKind.RECEIVED)
    return Panel(
        found.stage, [(kind, found.of(kind)) for kind in kinds], ship_clock(sample, found, today), counts[0], counts[1], kept
    )


def ship_clock(sample: Sample, found: Chain, today: date) -> ShipClock:
    handed = found.of(CustodyKind.HANDED_OVER)
    handed_on = clock.office_time(handed.happened_at).date() if handed else None
    return clocks().shipping(sample.sampled_on, handed_on, today, running=sample.state in MOVING)


def _live_count(model: Any, sample_id: int) -> Any:
    return (
        sa.select(sa.func.count())
        .select_from(model)
        .where(model.sample_id == sample_id, model.voided_at.is_(None))
        .scalar_subquery()
    )


# ---------------------------------------------------------------- the list

def has(kind: CustodyKind) -> Clause:
    """The sample has this step (接收 and 拒收 fill one place), asked through the unique index."""
    return sa.exists().where(CustodyEvent.sample_id == Sample.id, CustodyEvent.slot == slot(kind)).correlate(Sample)


def in_stage(wanted: Stage) -> Clause:
    """The samples at this stage, in SQL; the same as ``domain.custody.stage`` (a test compares them)."""
    sealed, handed, arrived = (has(kind) for kind in (CustodyKind.SEALED, CustodyKind.HANDED_OVER, CustodyKind.RECEIVED))
    moving = AT_BUREAU
    if wanted is Stage.TO_SEAL:
        return sa.and_(moving, ~sealed, ~handed, ~arrived)
    if wanted is Stage.TO_HAND_OVER:
        return sa.and_(moving, sealed, ~handed, ~arrived)
    if wanted is Stage.TO_RECEIVE:
        return sa.and_(moving, handed, ~arrived)
    kind = CustodyKind.RECEIVED if wanted is Stage.RECEIVED else CustodyKind.REFUSED
    ours = sa.select(CustodyEvent.sample_id).where(CustodyEvent.kind == kind, CustodyEvent.voided_at.is_(None))
    return sa.and_(Sample.id.in_(ours), Sample.state != SampleState.VOIDED)


def overdue(today: date, book: Clocks) -> Clause:
    """超期未移交."""
    since = book.late_since(today)
    if since is None:
        return sa.false()
    waits = sa.and_(~has(CustodyKind.HANDED_OVER), ~has(CustodyKind.RECEIVED))
    return sa.and_(AT_BUREAU, Sample.sampled_on <= since, waits)


COLUMNS = (
    Sample.id, Sample.number, Sample.product_name, Sample.sampled_name, Sample.sampled_on, Sample.state, Sample.laboratory,
    Sample.samplers, Organisation.name.label("org_name"),
)  # fmt: skip


def samples(actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None) -> Page:
    """样品流转列表 by key, newest first."""
    size = page_size()
    chosen = chosen_samples(actor, filters, today)
    if after is not None:
        found = session().execute(chosen.where(Sample.id > after).order_by(Sample.id).limit(size + 1)).all()
        rows, more = found[:size][::-1], len(found) > size
        newer, older = (rows[0].id if more and rows else None), (rows[-1].id if rows else None)
    else:
        if before is not None:
            chosen = chosen.where(Sample.id < before)
        found = session().execute(chosen.order_by(Sample.id.desc()).limit(size + 1)).all()
        rows, more = found[:size], len(found) > size
        newer = rows[0].id if rows and before is not None else None
        older = rows[-1].id if rows and more else None
    return Page(rows, _total(actor, filters, today), newer, older)


def every_sample(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The list for a command, no longer than what is counted."""
    return session().execute(chosen_samples(actor, filters, today).order_by(Sample.id.desc()).limit(COUNTED)).all()


def _total(actor: Actor, filters: Filters, today: date) -> str:
    return keyset.total(chosen_samples(actor, filters, today).with_only_columns(Sample.id), COUNTED)


def chosen_samples(actor: Actor, filters: Filters, today: date) -> sa.Select[Any]:
    statement = scope(sa.select(*COLUMNS).join(Organisation, Organisation.id == Sample.org_id), Sample, actor)
    return statement.where(*_conditions(filters, today, is_blind(actor)))


def _conditions(filters: Filters, today: date, blind: bool) -> list[Any]:
    found: list[Any] = [_staged(filters.stage, today)]
    if filters.q:
        found.append(_mentions(filters.q, blind))
    if filters.laboratory:
        found.append(Sample.laboratory.contains(filters.laboratory, autoescape=True))
    if filters.sampled_from:
        found.append(Sample.sampled_on >= filters.sampled_from)
    if filters.sampled_to:
        found.append(Sample.sampled_on <= filters.sampled_to)
    return found


def _staged(asked: str, today: date) -> Clause:
    if asked == OVERDUE:
        return overdue(today, clocks())
    if asked == ALL:
        recorded = sa.exists().where(CustodyEvent.sample_id == Sample.id).correlate(Sample)
        return sa.or_(AT_BUREAU, recorded)
    return in_stage(Stage(asked))


def _mentions(text: str, blind: bool) -> Clause:
    number, seal = normalise_number(text), seal_number(text) or text
    marked = sa.select(CustodyEvent.sample_id).where(
        sa.or_(CustodyEvent.seal_no == seal, CustodyEvent.backup_seal_no == seal, CustodyEvent.list_no == text)
    )
    return sa.or_(
        Sample.number.startswith(number, autoescape=True),
        Sample.product_name.contains(text, autoescape=True),
        *([] if blind else [Sample.sampled_name.contains(text, autoescape=True)]),
        Sample.id.in_(marked),
    )


def counts(actor: Actor, today: date) -> dict[str, str]:
    """How many at each stage, counted no further than a page can say."""
    clauses = {OVERDUE: overdue(today, clocks()), **{one.value: in_stage(one) for one in Stage}}
    found = {}
    for name, clause in clauses.items():
        some = scope(sa.select(Sample.id).where(clause), Sample, actor).limit(1000).subquery()
        count = session().scalar(sa.select(sa.func.count()).select_from(some)) or 0
        found[name] = "999+" if count > 999 else str(count)
    return found
