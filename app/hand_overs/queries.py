"""The open work of one person: how many of each kind (no business data), and which for those who may hand it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import AccountGrant, User, UserRole
from app.assignments.models import AssignmentMember, SamplingAssignment
from app.db import session
from app.disposal.models import DisposalCase
from app.domain.actors import BUREAU_STAFF, Actor
from app.domain.case_states import CaseState, ObjectionState, PenaltyState
from app.domain.hand_overs import HANDED_OVER, SHARED, WorkKind
from app.domain.reporting_states import PublicationState, WarningState
from app.domain.states import AssignmentState, PlanState
from app.domain.supervision_states import RectificationState
from app.domain.trust_kinds import GrantKind
from app.domain.trust_states import GrantState
from app.enterprises.models import Enterprise
from app.inspections import queries as inspections
from app.inspections.models import Inspection
from app.objections.models import Objection
from app.organisations.models import Organisation
from app.penalties.models import Penalty
from app.plans.models import SamplingPlan
from app.publications.models import Publication
from app.rectifications.models import RectificationOrder
from app.retests import queries as retests
from app.retests.models import Retest
from app.risk_warnings.models import PublicWarning
from app.schedules import queries as schedules
from app.schedules.models import InspectionDuty

IN_HAND = (CaseState.HANDLING, CaseState.AWAITING, CaseState.LEADING)
NO_PENALTY = (PenaltyState.CLOSED, PenaltyState.REVOKED)
TASKS = (AssignmentState.ASSIGNED, AssignmentState.ACCEPTED, AssignmentState.DECLINED)
ORDERS = (RectificationState.ORDERED, RectificationState.REPORTED, RectificationState.FAILED)
OBJECTIONS = (ObjectionState.APPLIED, ObjectionState.CORRECTING, ObjectionState.ACCEPTED, ObjectionState.DECIDED)
MOST = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """One open matter: what it is called and of whom, by its own number."""

    kind: WorkKind
    id: int
    number: str
    about: str
    org_id: int


def _ids(user_id: int) -> Mapping[WorkKind, Sequence[sa.Select[Any]]]:
    """By kind, the statements that find what is this person's."""
    team = sa.select(AssignmentMember.assignment_id).where(AssignmentMember.user_id == user_id)
    inspects = sa.or_(Inspection.lead_id == user_id, Inspection.second_id == user_id)
    return {
        WorkKind.CASE: [sa.select(DisposalCase.id).where(DisposalCase.handler_id == user_id, DisposalCase.state.in_(IN_HAND))],
        WorkKind.PENALTY: [sa.select(Penalty.id).where(Penalty.handler_id == user_id, Penalty.state.not_in(NO_PENALTY))],
        WorkKind.ASSIGNMENT: [sa.select(SamplingAssignment.id).where(SamplingAssignment.id.in_(team), SamplingAssignment.state.in_(TASKS))],
        WorkKind.INSPECTION: [sa.select(Inspection.id).where(inspects, Inspection.state.in_(inspections.GOING))],
        WorkKind.DUTY: [sa.select(InspectionDuty.id).where(InspectionDuty.assigned_id == user_id, schedules.OPENED)],
        WorkKind.RECTIFICATION: [
            sa.select(RectificationOrder.id).where(RectificationOrder.handler_id == user_id, RectificationOrder.state.in_(ORDERS))
        ],
        WorkKind.RETEST: [sa.select(Retest.id).where(Retest.asked_by_id == user_id, Retest.state.in_(retests.LIVE))],
        WorkKind.OBJECTION: [sa.select(Objection.id).where(Objection.asked_by_id == user_id, Objection.state.in_(OBJECTIONS))],
        WorkKind.DRAFT: [
            sa.select(model.id).where(model.created_by_id == user_id, model.state == draft)
            for model, draft in (
                (SamplingPlan, PlanState.DRAFT), (Publication, PublicationState.DRAFT), (PublicWarning, WarningState.DRAFT),
            )
        ],
    }  # fmt: skip


def counts(user_id: int) -> dict[WorkKind, int]:
    """How many open matters of each kind; kinds without any are left out. Numbers only: administrators read them too."""
    asked = [(kind, statement) for kind, statements in _ids(user_id).items() for statement in statements]
    numbers = session().execute(
        sa.select(*(sa.select(sa.func.count()).select_from(one.subquery()).scalar_subquery() for _, one in asked))
    ).one()
    found: dict[WorkKind, int] = {}
    for (kind, _), number in zip(asked, numbers, strict=True):
        if number:
            found[kind] = found.get(kind, 0) + number
    return found


def own(found: Mapping[WorkKind, int]) -> int:
    """How much of it stands in the person's own name."""
    return sum(number for kind, number in found.items() if kind in HANDED_OVER)


def in_words(found: Mapping[WorkKind, int]) -> str:
    return "、".join(f"{kind.value} {number}" for kind, number in found.items())


def shared(found: Mapping[WorkKind, int]) -> dict[WorkKind, int]:
    return {kind: number for kind, number in found.items() if kind in SHARED}


_SHOWN: Mapping[WorkKind, tuple[Any, Any]] = {
    WorkKind.CASE: (DisposalCase, DisposalCase.party_name),
    WorkKind.PENALTY: (Penalty, Penalty.party_name),
    WorkKind.ASSIGNMENT: (SamplingAssignment, SamplingAssignment.note),
    WorkKind.INSPECTION: (Inspection, Inspection.enterprise_name),
    WorkKind.RECTIFICATION: (RectificationOrder, RectificationOrder.enterprise_name),
}


def pieces(actor: Actor, user_id: int, kind: WorkKind) -> list[Piece]:
    """What of this kind stands in the person's name, within the actor's reach, the oldest first."""
    (mine,) = _ids(user_id)[kind]
    if kind is WorkKind.DUTY:
        return _duties(actor, mine)
    model, about = _SHOWN[kind]
    rows = session().execute(
        sa.select(model.id, model.number, about.label("about"), model.org_id)
        .where(model.id.in_(mine), model.org_id.in_(actor.reach))
        .order_by(model.id)
        .limit(MOST)
    ).all()
    return [Piece(kind, row.id, row.number, row.about or "—", row.org_id) for row in rows]


def _duties(actor: Actor, mine: sa.Select[Any]) -> list[Piece]:
    rows = session().execute(
        sa.select(InspectionDuty.id, InspectionDuty.year, InspectionDuty.ordinal, InspectionDuty.org_id, Enterprise.name)
        .join(Enterprise, Enterprise.id == InspectionDuty.enterprise_id)
        .where(InspectionDuty.id.in_(mine), InspectionDuty.org_id.in_(actor.reach))
        .order_by(InspectionDuty.due_on, InspectionDuty.id)
        .limit(MOST)
    ).all()
    return [Piece(WorkKind.DUTY, row.id, f"{row.year}年第{row.ordinal}次", row.name, row.org_id) for row in rows]


def all_pieces(actor: Actor, user_id: int) -> dict[WorkKind, list[Piece]]:
    found = {kind: pieces(actor, user_id, kind) for kind in HANDED_OVER}
    return {kind: rows for kind, rows in found.items() if rows}


def person(actor: Actor, user_id: int) -> User | None:
    """The person whose work it is: of the actor's office or below, in use or not."""
    return session().scalars(
        sa.select(User)
        .where(User.id == user_id, User.org_id.in_(actor.reach))
        .options(joinedload(User.organisation), selectinload(User.grants))
        .execution_options(populate_existing=True)
    ).first()


def successors(actor: Actor, but: int) -> Sequence[Any]:
    """Working colleagues who may take something over; whether they may take this is asked of each matter."""
    staff = sa.select(UserRole.user_id).where(UserRole.role.in_(BUREAU_STAFF))
    return session().execute(
        sa.select(User.id, User.name, User.username, User.position, Organisation.name.label("org_name"))
        .join(Organisation, Organisation.id == User.org_id)
        .where(User.active, User.id != but, User.org_id.in_(actor.reach), User.id.in_(staff))
        .order_by(User.org_id, User.id)
        .limit(MOST)
    ).all()


def leaving(user_id: int) -> AccountGrant | None:
    """The request by which he leaves or moves, with the successor the administrator has named; the latest."""
    return session().scalars(
        sa.select(AccountGrant)
        .where(
            AccountGrant.user_id == user_id, AccountGrant.kind.in_((GrantKind.LEAVE, GrantKind.TRANSFER)),
            AccountGrant.state.in_((GrantState.ASKED, GrantState.APPROVED, GrantState.EFFECTIVE)),
        )
        .order_by(AccountGrant.id.desc())
    ).first()  # fmt: skip


def people(actor: Actor) -> list[tuple[Any, dict[WorkKind, int]]]:
    """Whoever is leaving, or has left, with something still in his name, those who have left first."""
    gone = sa.select(AccountGrant.user_id).where(
        AccountGrant.kind.in_((GrantKind.LEAVE, GrantKind.TRANSFER)), AccountGrant.state.in_((GrantState.ASKED, GrantState.APPROVED))
    )
    holding = sa.or_(*(User.id.in_(one) for one in _holders()))
    rows = session().execute(
        sa.select(User.id, User.name, User.username, User.position, User.active, Organisation.name.label("org_name"))
        .join(Organisation, Organisation.id == User.org_id)
        .where(User.org_id.in_(actor.reach), sa.or_(User.active.is_(False), User.id.in_(gone)), holding)
        .order_by(User.active, User.id)
        .limit(MOST)
    ).all()
    return [(row, counts(row.id)) for row in rows]


def _holders() -> list[Any]:
    """Of every kind, the people in whose name something stands."""
    going = Inspection.state.in_(inspections.GOING)
    members = sa.select(AssignmentMember.user_id).join(SamplingAssignment, SamplingAssignment.id == AssignmentMember.assignment_id)
    return [
        sa.select(DisposalCase.handler_id).where(DisposalCase.state.in_(IN_HAND)),
        sa.select(Penalty.handler_id).where(Penalty.state.not_in(NO_PENALTY)),
        members.where(SamplingAssignment.state.in_(TASKS)),
        sa.select(Inspection.lead_id).where(going),
        sa.select(Inspection.second_id).where(going),
        sa.select(InspectionDuty.assigned_id).where(schedules.OPENED),
        sa.select(RectificationOrder.handler_id).where(RectificationOrder.state.in_(ORDERS)),
    ]
