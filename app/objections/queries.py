"""Reading 异议: the list with its running clock, one objection, what belongs to a sample, who receives an application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import keyset
from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.case_kinds import ObjectionKind, ObjectionOutcome
from app.domain.numbering import normalise_number
from app.domain.workflow import ObjectionState
from app.keyset import Page, page
from app.legal_clocks.models import LegalClock
from app.legal_clocks.queries import open_pause
from app.objections.models import Objection
from app.organisations.models import Organisation, OrganisationKind
from app.ripples.models import Ripple
from app.sampling.models import Sample
from app.scope import scope
from app.search.queries import found_by

PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
RUNNING = (ObjectionState.APPLIED, ObjectionState.CORRECTING, ObjectionState.ACCEPTED)
UNFINISHED = (*RUNNING, ObjectionState.DECIDED)  # the applicant has not been told yet
KIND = Objection.__tablename__


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition.

    ``running`` is what is not finished, ``mine`` what waits for the decision of the reader, ``overdue`` what is past its clock.
    """

    q: str | None = None
    kind: ObjectionKind | None = None
    state: ObjectionState | None = None
    outcome: ObjectionOutcome | None = None
    running: bool = False
    mine: bool = False
    overdue: bool = False
    received_from: date | None = None
    received_to: date | None = None


# ---------------------------------------------------------------- one objection

def objection(actor: Actor, objection_id: int) -> Objection | None:
    """One objection of the actor's reach with its sample, as the database has it now."""
    if objection_id > LARGEST_ID:
        return None
    return session().scalars(_whole(actor).where(Objection.id == objection_id)).first()


def numbered(actor: Actor, written: str, org_code: str | None = None) -> Sequence[Objection]:
    """By number, or by the id that the list shows; two bureaus may have the same number."""
    found = _whole(actor)
    if org_code:
        found = found.join(Organisation, Organisation.id == Objection.org_id).where(Organisation.code == org_code)
    text = written.strip()
    by_id = text.isascii() and text.isdigit() and len(text) <= 18
    return session().scalars(found.where(Objection.id == int(text) if by_id else Objection.number == text).limit(2)).all()


def _whole(actor: Actor) -> sa.Select[tuple[Objection]]:
    statement = sa.select(Objection).options(joinedload(Objection.sample)).execution_options(populate_existing=True)
    return scope(statement, Objection, actor)


def submitted(key: str) -> int | None:
    """The objection that an earlier sending of the same page made."""
    return session().scalar(sa.select(Objection.id).where(Objection.submission_key == key))


def clocks_of(objection: Objection) -> Sequence[LegalClock]:
    return session().scalars(
        sa.select(LegalClock)
        .where(LegalClock.subject_kind == KIND, LegalClock.subject_id == objection.id)
        .order_by(LegalClock.id)
    ).all()


def ripples_of(actor: Actor, objection: Objection) -> Sequence[int]:
    """The lists of what its conclusion touched, as far as this person may see them."""
    made = (Ripple.source_kind == KIND, Ripple.source_id == objection.id)
    return session().scalars(scope(sa.select(Ripple.id), Ripple, actor).where(*made).order_by(Ripple.id)).all()


def people(*ids: int | None) -> Mapping[int | None, str]:
    wanted = {number for number in ids if number is not None}
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


# ---------------------------------------------------------------- the list

COLUMNS = (
    Objection.id, Objection.number, Objection.kind, Objection.side, Objection.applicant, Objection.state, Objection.applied_on,
    Objection.received_on, Objection.accepted_on, Objection.decided_on, Objection.told_on, Objection.outcome, Objection.effect,
    Objection.sample_id, Objection.content, Objection.refusal, Objection.decision, Objection.correction_due_on,
    Sample.number.label("sample_number"), Sample.product_name, LegalClock.id.label("clock_id"), LegalClock.name.label("clock_name"),
    LegalClock.started_on, LegalClock.due_on, LegalClock.done_on, LegalClock.cancelled_at, open_pause().label("paused_from"),
    Organisation.name.label("org"),
)  # fmt: skip


def listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    """Each with the clock that runs: there is never more than one, because a step stops its own before the next begins."""
    runs = sa.and_(
        LegalClock.subject_kind == KIND, LegalClock.subject_id == Objection.id, LegalClock.done_on.is_(None),
        LegalClock.cancelled_at.is_(None),
    )  # fmt: skip
    statement = (
        sa.select(*columns)
        .select_from(Objection)
        .join(Sample, Sample.id == Objection.sample_id)
        .join(Organisation, Organisation.id == Objection.org_id)
        .outerjoin(LegalClock, runs)
    )
    mine = (_waits_for(actor),) if filters.mine else ()
    return scope(statement, Objection, actor).where(*_conditions(filters, today), *mine)


def _conditions(filters: Filters, today: date) -> list[Any]:
    named = ((Objection.kind, filters.kind), (Objection.state, filters.state), (Objection.outcome, filters.outcome))
    found: list[Any] = [column == value for column, value in named if value is not None]
    if filters.running:
        found.append(Objection.state.in_(UNFINISHED))
    if filters.overdue:
        going = sa.or_(open_pause().is_(None), open_pause() > today)
        found += [LegalClock.due_on < today, going]
    if filters.received_from is not None:
        found.append(Objection.received_on >= filters.received_from)
    if filters.received_to is not None:
        found.append(Objection.received_on <= filters.received_to)
    if filters.q:
        number = Sample.number.startswith(normalise_number(filters.q), autoescape=True)
        texts = (Objection.number, Objection.applicant, Sample.product_name)
        searched = found_by(Objection.__tablename__, Objection.id, filters.q)
        found.append(sa.or_(searched, number, *(one.contains(filters.q, autoescape=True) for one in texts)))
    return found


def objections(
    actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """异议列表 by key, newest first."""
    statement, ids = (listed(actor, filters, today, *wanted) for wanted in (COLUMNS, (Objection.id,)))
    return page(statement, ids, Objection.id, before=before, after=after, size=size, most=COUNTED)


def counted(actor: Actor, filters: Filters, today: date) -> int:
    return keyset.counted(listed(actor, filters, today, Objection.id), COUNTED)


def every_objection(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *COLUMNS).order_by(Objection.id.desc()).limit(COUNTED)).all()


def of_sample(actor: Actor, sample_id: int, today: date) -> Sequence[Any]:
    """The objections about a sample, for its page and for the pages of its cases."""
    found = listed(actor, Filters(), today, *COLUMNS).where(Objection.sample_id == sample_id)
    return session().execute(found.order_by(Objection.id)).all()


def to_decide(actor: Actor) -> sa.Select[Any]:
    """Ids of what waits for the decision of this person."""
    return scope(sa.select(Objection.id).where(_waits_for(actor)), Objection, actor)


def unfinished(actor: Actor) -> sa.Select[Any]:
    """Ids of what is still to be done something about."""
    return scope(sa.select(Objection.id).where(Objection.state.in_(UNFINISHED)), Objection, actor)


def _waits_for(actor: Actor) -> sa.ColumnElement[bool]:
    """Applications of others, and accepted ones that have been looked into."""
    others = sa.or_(Objection.asked_by_id.is_(None), Objection.asked_by_id != actor.user_id)
    ready = sa.or_(
        Objection.state == ObjectionState.APPLIED,
        sa.and_(Objection.state == ObjectionState.ACCEPTED, Objection.investigation.is_not(None)),
    )
    return sa.and_(others, ready)


# ---------------------------------------------------------------- applying

def receiver(sample: Sample, kind: ObjectionKind) -> Organisation:
    """办法 37: about the sampling to the bureau that carried it out, about all else to the one that organised it.

    An organiser that does not work with this system is represented by the bureau of the place.
    """
    if kind is not ObjectionKind.SAMPLING and sample.organiser_org_id is not None:
        organiser = session().get_one(Organisation, sample.organiser_org_id)
        if organiser.active and organiser.kind is OrganisationKind.BUREAU:
            return organiser
    return session().get_one(Organisation, sample.org_id)


def receivers(sample: Sample) -> list[tuple[str, str]]:
    """To whom each kind is addressed, for the form."""
    return [(kind.value, receiver(sample, kind).name) for kind in ObjectionKind]


def office(objection: Objection) -> Organisation:
    """受理部门."""
    return session().get_one(Organisation, objection.org_id)


def lock_sample(sample: Sample) -> None:
    """Two who register the same application at once: on PostgreSQL the second waits here and then sees the first's."""
    session().execute(sa.select(Sample.id).where(Sample.id == sample.id).with_for_update())


def running_like(sample_id: int, kind: ObjectionKind, applicant: str) -> str | None:
    """The number of an objection of this kind by this party that nobody has concluded yet."""
    return session().scalar(
        sa.select(Objection.number).where(
            Objection.sample_id == sample_id, Objection.kind == kind, Objection.applicant == applicant, Objection.state.in_(RUNNING)
        )
    )
