"""Tasks, read: one with its team and sheets, and who and what may be chosen for a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User, UserRole
from app.assignments.lines import Line
from app.assignments.models import SamplingAssignment
from app.assignments.rooms import COUNTED
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.workflow import DrawingState, PlanState, SampleState
from app.drawings.models import Drawing
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.organisations.models import Organisation
from app.plans.models import SamplingPlan
from app.sampling.models import Sample
from app.scope import below, scope

LARGEST_ID = 2**63 - 1
IN_FORCE = (PlanState.ISSUED, PlanState.AMENDING)


def assignment(actor: Actor, assignment_id: int) -> SamplingAssignment | None:
    """One task of the actor's reach (or of his laboratory) with its team, as the database has it now."""
    if assignment_id > LARGEST_ID:
        return None
    statement = (
        scope(sa.select(SamplingAssignment), SamplingAssignment, actor)
        .where(SamplingAssignment.id == assignment_id)
        .options(selectinload(SamplingAssignment.members))
        .execution_options(populate_existing=True)
    )
    return session().scalars(statement).first()


def of_form(key: str) -> Sequence[SamplingAssignment]:
    """What was made of this form before: sent twice, it is made once."""
    return session().scalars(
        sa.select(SamplingAssignment)
        .where(SamplingAssignment.submission_key.startswith(f"{key}:", autoescape=True))
        .order_by(SamplingAssignment.id)
    ).all()


def numbered(actor: Actor, number: str) -> Sequence[SamplingAssignment]:
    """The tasks with this number: each organisation counts its own."""
    statement = (
        scope(sa.select(SamplingAssignment), SamplingAssignment, actor)
        .where(SamplingAssignment.number == number)
        .options(selectinload(SamplingAssignment.members))
    )
    return session().scalars(statement.order_by(SamplingAssignment.org_id)).all()


# ---------------------------------------------------------------- what may be chosen

def samplers(actor: Actor) -> Sequence[User]:
    """抽样员 of the actor's organisation and below, with their organisation."""
    return session().scalars(
        sa.select(User)
        .where(below(actor, User.org_id), User.active.is_(True), User.id.in_(_with_role(Role.SAMPLER)))
        .options(joinedload(User.organisation))
        .order_by(User.org_id, User.id)
    ).all()


def samplers_for(actor: Actor, task: SamplingAssignment) -> list[User]:
    """抽样员 who can open this task: those of its organisation and of the organisations above it."""
    organisation = session().get(Organisation, task.org_id)
    path = organisation.path if organisation else ""
    return [user for user in samplers(actor) if path.startswith(user.organisation.path)]


def people(ids: Sequence[int]) -> Mapping[int, User]:
    """Users by id with organisation and roles, whoever they are."""
    rows = session().scalars(
        sa.select(User).where(User.id.in_(ids)).options(joinedload(User.organisation), selectinload(User.grants))
    )
    return {user.id: user for user in rows}


def _with_role(role: Role) -> sa.Select[tuple[int]]:
    return sa.select(UserRole.user_id).where(UserRole.role == role)


def plans(actor: Actor) -> Sequence[SamplingPlan]:
    """Plans in force that the actor may read, the newest year first."""
    statement = scope(sa.select(SamplingPlan), SamplingPlan, actor).where(
        SamplingPlan.state.in_(IN_FORCE), SamplingPlan.issued_at.is_not(None)
    )
    return session().scalars(statement.order_by(SamplingPlan.year.desc(), SamplingPlan.id)).all()


def plan(actor: Actor, plan_id: int) -> SamplingPlan | None:
    """A plan the actor may read, in force or not."""
    return session().scalars(scope(sa.select(SamplingPlan), SamplingPlan, actor).where(SamplingPlan.id == plan_id)).first()


def enterprise(actor: Actor, enterprise_id: int) -> Enterprise | None:
    return session().scalars(scope(sa.select(Enterprise), Enterprise, actor).where(Enterprise.id == enterprise_id)).first()


def enterprise_written(actor: Actor, written: str) -> Sequence[Enterprise]:
    """The enterprises that a code or a whole name means."""
    text = written.strip()
    statement = scope(sa.select(Enterprise), Enterprise, actor).where(
        sa.or_(Enterprise.credit_code == text.upper(), Enterprise.name == text), Enterprise.status != EnterpriseStatus.MERGED
    )
    return session().scalars(statement.order_by(Enterprise.id).limit(2)).all()


def enterprise_names(actor: Actor, lines: Sequence[Line]) -> Mapping[int, str]:
    """Names of the enterprises of these lines that the actor may read."""
    ids = [line.enterprise_id for line in lines if line.enterprise_id is not None]
    if not ids:
        return {}
    rows = session().execute(scope(sa.select(Enterprise.id, Enterprise.name), Enterprise, actor).where(Enterprise.id.in_(ids)))
    return {row.id: row.name for row in rows}


def drawn(actor: Actor, drawing_id: int) -> Drawing | None:
    """A draw that has been made and that the actor may read."""
    statement = scope(sa.select(Drawing), Drawing, actor).where(Drawing.id == drawing_id, Drawing.state == DrawingState.DRAWN)
    return session().scalars(statement).first()


# ---------------------------------------------------------------- progress

def done(ids: Sequence[int]) -> Mapping[int, int]:
    """Sheets registered under each task that count as batches."""
    if not ids:
        return {}
    rows = session().execute(
        sa.select(Sample.assignment_id, sa.func.count())
        .where(Sample.assignment_id.in_(ids), Sample.state.in_(COUNTED))
        .group_by(Sample.assignment_id)
    )
    return {assignment_id: number for assignment_id, number in rows}


def sheets(actor: Actor, assignment_id: int) -> Sequence[Any]:
    """Every sheet registered under the task, those that do not count as well."""
    columns = (
        Sample.id, Sample.number, Sample.product_name, Sample.sampled_name, Sample.sampled_on, Sample.state, Sample.outcome_reason,
    )
    statement = scope(sa.select(*columns).where(Sample.assignment_id == assignment_id), Sample, actor)
    return session().execute(statement.order_by(Sample.id).limit(500)).all()


def counts_as_batch(state: SampleState) -> bool:
    return state in COUNTED


# ---------------------------------------------------------------- one task with names

@dataclass(frozen=True, slots=True)
class Around:
    """What a task names: the rows behind its ids; None where it names none."""

    plan: SamplingPlan | None
    drawing: Drawing | None
    enterprise: Enterprise | None
    laboratory: Organisation | None
    organisation: Organisation
    issuer: str | None
    members: Sequence[User]


def around(task: SamplingAssignment) -> Around:
    """The rows of one task."""
    found = people([*task.member_ids, *([task.created_by_id] if task.created_by_id else [])])
    issuer = found.get(task.created_by_id) if task.created_by_id else None
    organisation = session().get(Organisation, task.org_id)
    assert organisation is not None
    return Around(
        session().get(SamplingPlan, task.plan_id) if task.plan_id else None,
        session().get(Drawing, task.drawing_id) if task.drawing_id else None,
        session().get(Enterprise, task.enterprise_id) if task.enterprise_id else None,
        session().get(Organisation, task.laboratory_org_id) if task.laboratory_org_id else None,
        organisation,
        issuer.name if issuer else None,
        [found[member.user_id] for member in task.members],
    )
