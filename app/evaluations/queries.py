"""Reading evaluation reports: the list, one, those sent by one form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.db import session
from app.domain.actors import Actor
from app.domain.reporting_kinds import EvaluationKind
from app.domain.reporting_states import EvaluationState
from app.evaluations.models import PlanEvaluation
from app.indicators.models import Plan
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.reference_data.models import Region
from app.scope import scope

SIZE, MOST = 20, 1000


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件."""

    state: EvaluationState | None = None
    kind: EvaluationKind | None = None
    year: int | None = None
    plan: str | None = None


COLUMNS = (
    PlanEvaluation.id, PlanEvaluation.number, PlanEvaluation.title, PlanEvaluation.kind, PlanEvaluation.year, PlanEvaluation.month,
    PlanEvaluation.state, PlanEvaluation.as_of, PlanEvaluation.created_at, Plan.name.label("plan_name"), Region.name.label("region_name"),
    Organisation.name.label("org_name"), User.name.label("made_by"),
)  # fmt: skip


def listed(actor: Actor, filters: Filters) -> sa.Select[Any]:
    """Every report that this reader may list under these conditions."""
    statement = sa.select(*COLUMNS).join(Plan, Plan.id == PlanEvaluation.plan_id).join(Region, Region.id == PlanEvaluation.region_id)
    statement = statement.join(Organisation, Organisation.id == PlanEvaluation.org_id)
    statement = statement.join(User, User.id == PlanEvaluation.created_by_id, isouter=True)
    return scope(statement, PlanEvaluation, actor).where(*_asked(filters))


def evaluations(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None, size: int = SIZE) -> Page:
    """One page, newest first."""
    ids = scope(sa.select(PlanEvaluation.id).join(Plan, Plan.id == PlanEvaluation.plan_id), PlanEvaluation, actor)
    statement = listed(actor, filters)
    return page(statement, ids.where(*_asked(filters)), PlanEvaluation.id, before=before, after=after, size=size, most=MOST)


def _asked(filters: Filters) -> list[Any]:
    found: list[Any] = []
    for column, value in ((PlanEvaluation.state, filters.state), (PlanEvaluation.kind, filters.kind), (PlanEvaluation.year, filters.year)):
        if value is not None:
            found.append(column == value)
    if filters.plan:
        found.append(Plan.code == filters.plan)
    return found


def evaluation(actor: Actor, evaluation_id: int) -> PlanEvaluation | None:
    statement = scope(sa.select(PlanEvaluation), PlanEvaluation, actor).where(PlanEvaluation.id == evaluation_id)
    return session().scalars(statement.execution_options(populate_existing=True)).first()


def numbered(actor: Actor, number: str) -> list[PlanEvaluation]:
    """Those of this number in the reader's scope: several offices may have it."""
    statement = scope(sa.select(PlanEvaluation), PlanEvaluation, actor).where(PlanEvaluation.number == number.strip()[:40])
    return list(session().scalars(statement.order_by(PlanEvaluation.id).limit(20)))


def submitted(key: str) -> int | None:
    """What this form made before: sent twice, it is one report."""
    return session().scalar(sa.select(PlanEvaluation.id).where(PlanEvaluation.submission_key == key))


def people(found: PlanEvaluation) -> dict[int | None, str]:
    """Names of those who made, proposed and approved it."""
    ids = {found.created_by_id, found.proposed_by_id, found.approved_by_id, found.archived_by_id} - {None}
    rows = session().execute(sa.select(User.id, User.name).where(User.id.in_(ids))) if ids else ()
    return {user_id: name for user_id, name in rows}


def plans() -> list[tuple[str, str]]:
    return [(code, name) for code, name in session().execute(sa.select(Plan.code, Plan.name).order_by(Plan.id))]
