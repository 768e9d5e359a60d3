"""Reading the register of 安全事故."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.disposal import folded_number
from app.domain.supervision_kinds import IncidentDomain, Severity
from app.domain.supervision_states import IncidentState
from app.enterprises.models import Enterprise
from app.incidents.models import Incident
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.reference_data.models import Region
from app.scope import scope
from app.search.queries import found_by

PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
Row = Incident
REPORTER, RATER = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition."""

    q: str | None = None
    state: IncidentState | None = None
    domain: IncidentDomain | None = None
    severity: Severity | None = None
    from_on: date | None = None
    to_on: date | None = None


def incident(actor: Actor, incident_id: int) -> Incident | None:
    """One incident of the actor's reach, as the database has it now."""
    if incident_id > LARGEST_ID:
        return None
    statement = sa.select(Row).where(Row.id == incident_id).execution_options(populate_existing=True)
    return session().scalars(scope(statement, Row, actor)).first()


def incidents_numbered(actor: Actor, written: str, org_code: str | None = None) -> Sequence[Incident]:
    """By number; each bureau counts its own."""
    statement = sa.select(Row).where(Row.number == folded_number(written)).execution_options(populate_existing=True)
    if org_code:
        statement = statement.where(Row.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(scope(statement, Row, actor).order_by(Row.org_id)).all()


def submitted(key: str) -> int | None:
    """The incident that an earlier sending of the same page registered."""
    return session().scalar(sa.select(Row.id).where(Row.submission_key == key))


def enterprises_named(actor: Actor, written: str) -> Sequence[Enterprise]:
    """By 统一社会信用代码 or the whole name."""
    named = sa.or_(Enterprise.credit_code == written.strip().upper(), Enterprise.name == written.strip())
    return session().scalars(scope(sa.select(Enterprise).where(named).limit(3), Enterprise, actor)).all()


def enterprise_of(incident: Incident) -> Enterprise | None:
    """The enterprise it happened at, whoever has it in his register."""
    return session().get(Enterprise, incident.enterprise_id) if incident.enterprise_id is not None else None


COLUMNS = (
    Row.id, Row.number, Row.domain, Row.title, Row.occurred_on, Row.reported_on, Row.region_id, Row.enterprise_id, Row.place, Row.ill,
    Row.dead, Row.proposed_severity, Row.severity, Row.state, Row.closed_on, Row.rated_on, Row.rating_document,
    Enterprise.name.label("enterprise_name"), REPORTER.name.label("reporter"), RATER.name.label("rater"),
    Organisation.name.label("org_name"), Region.name.label("region_name"),
)  # fmt: skip


def listed(actor: Actor, filters: Filters, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Row)
        .join(Organisation, Organisation.id == Row.org_id)
        .outerjoin(Enterprise, Enterprise.id == Row.enterprise_id)
        .outerjoin(Region, Region.id == Row.region_id)
        .outerjoin(REPORTER, REPORTER.id == Row.proposed_by_id)
        .outerjoin(RATER, RATER.id == Row.rated_by_id)
    )
    for column, wanted in ((Row.state, filters.state), (Row.domain, filters.domain), (Row.severity, filters.severity)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if filters.from_on is not None:
        statement = statement.where(Row.occurred_on >= filters.from_on)
    if filters.to_on is not None:
        statement = statement.where(Row.occurred_on <= filters.to_on)
    if filters.q:
        texts = (Row.title, Row.place, Row.description, Enterprise.name)
        folded = Row.number.contains(folded_number(filters.q), autoescape=True)
        searched = found_by(Row.__tablename__, Row.id, filters.q)
        statement = statement.where(sa.or_(searched, folded, *(one.contains(filters.q, autoescape=True) for one in texts)))
    return scope(statement, Row, actor)


def incidents(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None, size: int = PAGE) -> Page:
    """The register by key, newest first."""
    statement, ids = (listed(actor, filters, *wanted) for wanted in (COLUMNS, (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=size, most=COUNTED)


def every_incident(actor: Actor, filters: Filters) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, *COLUMNS).order_by(Row.id.desc()).limit(COUNTED)).all()


def of_enterprise(actor: Actor, enterprise_id: int) -> Sequence[Any]:
    """Every incident at an enterprise, newest first."""
    return session().execute(listed(actor, Filters(), *COLUMNS).where(Row.enterprise_id == enterprise_id).order_by(Row.id.desc())).all()


def counts(actor: Actor) -> Mapping[str, int]:
    grouped = scope(sa.select(Row.state, sa.func.count()), Row, actor).group_by(Row.state)
    return {state.value: number for state, number in session().execute(grouped)}


def person_names(*ids: int | None) -> Mapping[int | None, str]:
    wanted = [one for one in ids if one is not None]
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}
