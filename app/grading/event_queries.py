"""Reading 风险事件: the list, what the records tell of, and what has been recorded from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.domain.actors import Actor
from app.domain.case_kinds import RemovalGround
from app.domain.risk_events import FOLLOWED, SERIOUS, Wanted
from app.domain.samples import Supervision
from app.domain.supervision_kinds import InspectionResult, RiskEventKind
from app.domain.supervision_states import GradeState, IncidentState, InspectionState, RiskEventState
from app.domain.workflow import ListingState
from app.enterprises.models import Enterprise, EnterpriseKind
from app.grading import evidence_queries
from app.grading.listing import COUNTED, PAGE
from app.grading.models import RiskEvent, RiskGrade
from app.grading.queries import LARGEST_ID
from app.incidents.models import Incident
from app.inspections.models import Inspection
from app.keyset import Page, page
from app.listings.models import CreditListing
from app.sampling.models import BatchFact, Sample
from app.scope import scope

PART = 500
UNDONE = (RemovalGround.REVOKED, RemovalGround.MISTAKE)  # then it was never rightly listed
Event = RiskEvent


def touched_by(sample_ids: Sequence[int]) -> set[int]:
    """The enterprises whose events these samples may change: failed at a high level, or recorded as an event before."""
    found: set[int] = set()
    for start in range(0, len(sample_ids), PART):
        part = sample_ids[start : start + PART]
        fact = BatchFact
        failed = (
            fact.sample_id.in_(part), fact.superseded_at.is_(None), fact.supervision == Supervision.FAIL,
            fact.organiser_level.in_(evidence_queries.HIGH), fact.purpose.in_(evidence_queries.SUPERVISED),
        )  # fmt: skip
        rows = session().execute(
            sa.select(Sample.sampled_enterprise_id, Sample.producer_id).join(fact, fact.sample_id == Sample.id).where(*failed)
        )
        found |= {one for row in rows for one in row if one is not None}
        known = sa.select(Event.enterprise_id).where(
            Event.source_kind == "sample", Event.source_id.in_(part), Event.state == RiskEventState.RECORDED
        )
        found |= set(session().scalars(known))
    return found


def wanted(ids: Sequence[int], from_on: date, to_on: date) -> Iterator[Wanted]:
    """What the records of these (at most 500) enterprises tell of: four statements."""
    asked = evidence_queries.Asked("", from_on, to_on)
    for row in evidence_queries.failed_samples(ids, asked):
        told = f"{row.organiser_level.value}监督抽检不合格，抽样单 {row.sample_number}"
        yield Wanted(row.enterprise_id, "sample", row.sample_id, row.reported_on, told)
    since = asked.events_from
    yield from _of(
        Incident, "incident", Incident.occurred_on, Incident.number, "食品安全事故", ids, since,
        Incident.severity.in_(SERIOUS), Incident.state != IncidentState.VOIDED,
    )  # fmt: skip
    yield from _of(
        Inspection, "inspection", Inspection.inspected_on, Inspection.number, "拒绝、阻挠监督检查", ids, since,
        Inspection.result == InspectionResult.OBSTRUCTED, Inspection.state == InspectionState.FINISHED,
    )  # fmt: skip
    listing = CreditListing
    stands = sa.or_(
        listing.state == ListingState.LISTED, sa.and_(listing.state == ListingState.REMOVED, listing.removal.not_in(UNDONE))
    )
    yield from _of(listing, "credit_listing", listing.listed_on, listing.number, "列入严重违法失信名单", ids, since, stands)


def _of(
    model: Any, table: str, day: Any, number: Any, told: str, ids: Sequence[int], since: date, *conditions: Any
) -> Iterator[Wanted]:
    statement = sa.select(model.id, model.enterprise_id, day.label("day"), number.label("number"))
    statement = statement.where(model.enterprise_id.in_(ids), day >= since, *conditions).order_by(model.id)
    for row in session().execute(statement):
        yield Wanted(row.enterprise_id, table, row.id, row.day, f"{told} {row.number}")


def recorded(ids: Sequence[int], since: date) -> Sequence[RiskEvent]:
    """Events that the program recorded from records, and that stand."""
    mine = (Event.enterprise_id.in_(ids), Event.state == RiskEventState.RECORDED, Event.automatic.is_(True), Event.occurred_on >= since)
    statement = sa.select(Event).where(*mine, Event.source_kind.in_(list(FOLLOWED))).order_by(Event.id)
    return session().scalars(statement.execution_options(populate_existing=True)).all()


def owners(ids: Iterable[int]) -> dict[int, tuple[int, str, str]]:
    """By enterprise: its organisation, its name and its first kind."""
    statement = (
        sa.select(Enterprise.id, Enterprise.org_id, Enterprise.name, sa.func.min(EnterpriseKind.kind).label("kind"))
        .outerjoin(EnterpriseKind, EnterpriseKind.enterprise_id == Enterprise.id)
        .where(Enterprise.id.in_(list(ids)))
        .group_by(Enterprise.id, Enterprise.org_id, Enterprise.name)
    )
    return {row.id: (row.org_id, row.name, row.kind or "") for row in session().execute(statement)}


def standing(ids: Iterable[int]) -> Sequence[RiskGrade]:
    """The grades in force of these enterprises, read anew."""
    statement = sa.select(RiskGrade).where(RiskGrade.enterprise_id.in_(list(ids)), RiskGrade.state == GradeState.CONFIRMED)
    return session().scalars(statement.order_by(RiskGrade.id).execution_options(populate_existing=True)).all()


def events_of(enterprise_id: int, since: date) -> Sequence[RiskEvent]:
    mine = (Event.enterprise_id == enterprise_id, Event.state == RiskEventState.RECORDED, Event.occurred_on >= since)
    return session().scalars(sa.select(Event).where(*mine).order_by(Event.occurred_on, Event.id)).all()


# ---------------------------------------------------------------- pages

COLUMNS = (
    Event.id, Event.number, Event.kind, Event.occurred_on, Event.steps, Event.source, Event.source_kind, Event.source_id, Event.automatic,
    Event.state, Event.enterprise_id, Enterprise.name.label("enterprise_name"),
)  # fmt: skip


def event(actor: Actor, event_id: int) -> RiskEvent | None:
    if event_id > LARGEST_ID:
        return None
    statement = scope(sa.select(Event), Event, actor).where(Event.id == event_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def events_numbered(actor: Actor, number: str) -> Sequence[RiskEvent]:
    return session().scalars(scope(sa.select(Event), Event, actor).where(Event.number == number).order_by(Event.id)).all()


def submitted(key: str) -> int | None:
    return session().scalar(sa.select(Event.id).where(Event.submission_key == key))


def listed(actor: Actor, kind: RiskEventKind | None, q: str | None, columns: Sequence[Any]) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(Event).join(Enterprise, Enterprise.id == Event.enterprise_id)
    statement = statement.where(Event.kind == kind) if kind is not None else statement
    if q:
        statement = statement.where(sa.or_(Enterprise.name.contains(q, autoescape=True), Event.number == q))
    return scope(statement, Event, actor)


def events(
    actor: Actor, kind: RiskEventKind | None = None, q: str | None = None, *, before: int | None = None, after: int | None = None,
    size: int = PAGE,
) -> Page:  # fmt: skip
    """The list, newest first."""
    statement, ids = listed(actor, kind, q, COLUMNS), listed(actor, kind, q, (Event.id,))
    return page(statement, ids, Event.id, before=before, after=after, size=size, most=COUNTED)
