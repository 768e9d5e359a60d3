"""Reading 监督检查: one inspection with its findings, the list, what belongs to an enterprise, who may inspect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.accounts.models import User, UserRole
from app.attachments.models import Attachment
from app.checklists.models import ChecklistItem
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.disposal import folded_number
from app.domain.inspections import Finding
from app.domain.supervision_kinds import FindingAnswer, InspectionNature, InspectionResult
from app.domain.supervision_states import InspectionState
from app.enterprises.models import Enterprise
from app.inspections.models import Inspection, InspectionFinding
from app.keyset import Page, page
from app.organisations.models import Organisation
from app.penalties.models import Penalty
from app.scope import scope, visible
from app.search.queries import found_by

PAGE = 50
COUNTED = 10_000
LARGEST_ID = 2**63 - 1
LATEST = 20
KIND = Inspection.__tablename__
GOING = (InspectionState.PLANNED, InspectionState.RECORDING)
MINE, UNPUBLISHED, LATE = "mine", "unpublished", "late"
Row = Inspection
LEAD, SECOND = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class Filters:
    """查询条件; None is no condition. ``due``: mine (待我办理), unpublished (已完成未公示), late (过了计划日期)."""

    q: str | None = None
    kind: str | None = None
    nature: InspectionNature | None = None
    state: InspectionState | None = None
    result: InspectionResult | None = None
    inspector_id: int | None = None
    station_id: int | None = None
    enterprise_id: int | None = None
    since: date | None = None
    until: date | None = None
    due: str | None = None


# ---------------------------------------------------------------- one inspection

def inspection(actor: Actor, inspection_id: int) -> Inspection | None:
    """One inspection of the actor's reach with its findings, as the database has it now."""
    return session().scalars(_whole(actor).where(Row.id == inspection_id)).first() if inspection_id <= LARGEST_ID else None


def _whole(actor: Actor) -> sa.Select[Any]:
    statement = scope(sa.select(Row), Row, actor).execution_options(populate_existing=True)
    return statement.options(selectinload(Row.findings), joinedload(Row.checklist), joinedload(Row.enterprise))


def inspections_numbered(actor: Actor, written: str, org_code: str | None = None) -> Sequence[Inspection]:
    """By number; each bureau counts its own."""
    statement = _whole(actor).where(Row.number == folded_number(written))
    if org_code:
        statement = statement.where(Row.org_id.in_(sa.select(Organisation.id).where(Organisation.code == org_code)))
    return session().scalars(statement.order_by(Row.org_id)).all()


def submitted(key: str) -> int | None:
    """The inspection that an earlier sending of the same page planned."""
    return session().scalar(sa.select(Row.id).where(Row.submission_key == key))


def answered(inspection: Inspection) -> Sequence[tuple[ChecklistItem, Finding]]:
    """Every item of its checklist with the answer so far."""
    items = session().scalars(
        sa.select(ChecklistItem).where(ChecklistItem.checklist_id == inspection.checklist_id).order_by(ChecklistItem.ordinal)
    )
    given = {one.item_id: one for one in inspection.findings}
    return [(item, _finding(item, given.get(item.id))) for item in items]


def _finding(item: ChecklistItem, given: InspectionFinding | None) -> Finding:
    return Finding(item.number, item.key, given.answer if given else None, given.note if given else None)


def person_names(*ids: int | None) -> Mapping[int | None, str]:
    wanted = {one for one in ids if one is not None}
    return {number: name for number, name in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


def inspectors(actor: Actor, org_id: int) -> Sequence[User]:
    """Working people of the actor's reach who can record an inspection of this organisation: theirs holds it or is above it."""
    path = session().scalar(sa.select(Organisation.path).where(Organisation.id == org_id)) or ""
    above = {int(part) for part in path.split("/") if part}
    inspecting = sa.select(UserRole.user_id).where(UserRole.role.in_((Role.SAMPLER, Role.HANDLER)))
    return session().scalars(
        sa.select(User)
        .where(User.active, User.org_id.in_(above & actor.reach), User.id.in_(inspecting))
        .order_by(User.org_id.desc(), User.id)
    ).all()


def inspectors_of_reach(actor: Actor) -> Sequence[Any]:
    """Who inspects in the actor's reach, for the filter of the list."""
    inspecting = sa.select(UserRole.user_id).where(UserRole.role.in_((Role.SAMPLER, Role.HANDLER)))
    statement = sa.select(User.id, User.name).where(User.org_id.in_(actor.reach), User.id.in_(inspecting))
    return session().execute(statement.order_by(User.name, User.id)).all()


def inspector_named(actor: Actor, org_id: int, written: str) -> User | None:
    """By user name, or by a name that only one of them bears."""
    people = inspectors(actor, org_id)
    found = [one for one in people if one.username == written] or [one for one in people if one.name == written]
    return found[0] if len(found) == 1 else None


def enterprise_named(actor: Actor, written: str) -> Sequence[Enterprise]:
    """By 统一社会信用代码 or the whole name."""
    named = sa.or_(Enterprise.credit_code == written.strip().upper(), Enterprise.name == written.strip())
    statement = sa.select(Enterprise).where(named).options(selectinload(Enterprise.kinds)).limit(3)
    return session().scalars(scope(statement, Enterprise, actor)).all()


def penalties_of(actor: Actor, enterprise_id: int) -> Sequence[Any]:
    """The penalty cases of the enterprise, to which an inspection may be linked."""
    statement = sa.select(Penalty.id, Penalty.number, Penalty.state, Penalty.filed_on).where(Penalty.enterprise_id == enterprise_id)
    return session().execute(scope(statement, Penalty, actor).order_by(Penalty.id.desc()).limit(LATEST)).all()


def penalty_of(actor: Actor, penalty_id: int) -> Penalty | None:
    return session().scalars(scope(sa.select(Penalty).where(Penalty.id == penalty_id), Penalty, actor)).first()


def previous_of(inspection: Inspection) -> Sequence[Any]:
    """What was found the last time: the items that were not met in the latest finished inspection before this one."""
    before = (
        sa.select(Row.id)
        .where(Row.enterprise_id == inspection.enterprise_id, Row.state == InspectionState.FINISHED, Row.id != inspection.id)
        .order_by(Row.inspected_on.desc(), Row.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (ChecklistItem.number, ChecklistItem.text, InspectionFinding.note, InspectionFinding.inspection_id)
    statement = (
        sa.select(*columns)
        .join(ChecklistItem, ChecklistItem.id == InspectionFinding.item_id)
        .where(InspectionFinding.inspection_id == before, InspectionFinding.answer == FindingAnswer.FAILS)
        .order_by(ChecklistItem.ordinal)
    )
    return session().execute(statement).all()


# ---------------------------------------------------------------- the list

COLUMNS = (
    Row.id, Row.number, Row.enterprise_id, Row.enterprise_name, Row.kind, Row.nature, Row.state, Row.result, Row.measure, Row.planned_on,
    Row.inspected_on, Row.finished_on, Row.publish_due_on, Row.published_on, Row.not_public, Row.filing_no, Row.opinion, Row.lead_id,
    Row.second_id, LEAD.name.label("lead"), SECOND.name.label("second"), Organisation.name.label("org_name"),
)  # fmt: skip


def unpublished() -> list[Any]:
    return [Row.state == InspectionState.FINISHED, Row.published_on.is_(None), Row.not_public.is_(None)]


def _conditions(actor: Actor, filters: Filters, today: date) -> list[Any]:
    found: list[Any] = []
    for column, wanted in (
        (Row.kind, filters.kind), (Row.nature, filters.nature), (Row.state, filters.state), (Row.result, filters.result),
        (Row.enterprise_id, filters.enterprise_id),
    ):  # fmt: skip
        found += [column == wanted] if wanted is not None else []
    if filters.inspector_id is not None:
        found.append(sa.or_(Row.lead_id == filters.inspector_id, Row.second_id == filters.inspector_id))
    if filters.station_id is not None:
        found.append(Row.enterprise_id.in_(sa.select(Enterprise.id).where(Enterprise.station_id == filters.station_id)))
    day = sa.func.coalesce(Row.inspected_on, Row.planned_on)
    found += [day >= filters.since] if filters.since else []
    found += [day <= filters.until] if filters.until else []
    if filters.q:
        folded = Row.number.contains(folded_number(filters.q), autoescape=True)
        searched = found_by(Row.__tablename__, Row.id, filters.q)
        found.append(sa.or_(searched, folded, Row.enterprise_name.contains(filters.q, autoescape=True)))
    if filters.due == MINE:
        found += [Row.state.in_(GOING), sa.or_(Row.lead_id == actor.user_id, Row.second_id == actor.user_id)]
    elif filters.due == UNPUBLISHED:
        found += unpublished()
    elif filters.due == LATE:
        found += [Row.state.in_(GOING), Row.planned_on < today]
    return found


def listed(actor: Actor, filters: Filters, today: date, *columns: Any) -> sa.Select[Any]:
    statement = (
        sa.select(*columns)
        .select_from(Row)
        .join(Organisation, Organisation.id == Row.org_id)
        .outerjoin(LEAD, LEAD.id == Row.lead_id)
        .outerjoin(SECOND, SECOND.id == Row.second_id)
    )
    return scope(statement.where(*_conditions(actor, filters, today)), Row, actor)


def inspections(
    actor: Actor, filters: Filters, today: date, *, before: int | None = None, after: int | None = None, size: int = PAGE
) -> Page:
    """监督检查 by key, newest first."""
    statement, ids = (listed(actor, filters, today, *wanted) for wanted in (COLUMNS, (Row.id,)))
    return page(statement, ids, Row.id, before=before, after=after, size=size, most=COUNTED)


def every_inspection(actor: Actor, filters: Filters, today: date) -> Sequence[Any]:
    """The whole list, for the workbook and commands."""
    return session().execute(listed(actor, filters, today, *COLUMNS).order_by(Row.id.desc()).limit(COUNTED)).all()


def of_enterprise(actor: Actor, enterprise_id: int, limit: int = LATEST) -> Sequence[Any]:
    """The inspections of an enterprise, newest first."""
    statement = listed(actor, Filters(enterprise_id=enterprise_id), date.max, *COLUMNS)
    return session().execute(statement.where(Row.state != InspectionState.VOIDED).order_by(Row.id.desc()).limit(limit)).all()


def counts(actor: Actor, today: date) -> Mapping[str, int]:
    """How many in each state, and of each thing to do."""
    grouped = scope(sa.select(Row.state, sa.func.count()), Row, actor).group_by(Row.state)
    found: dict[str, int] = {state.value: number for state, number in session().execute(grouped)}
    dues = (MINE, UNPUBLISHED, LATE)
    asked = [
        sa.select(sa.func.count(Row.id)).where(*_conditions(actor, Filters(due=due), today), visible(Row, actor)).scalar_subquery()
        for due in dues
    ]
    return found | dict(zip(dues, session().execute(sa.select(*asked)).one(), strict=True))


def to_do(actor: Actor) -> sa.Select[Any]:
    """The ids of what this person has to inspect or record."""
    return scope(sa.select(Row.id).where(*_conditions(actor, Filters(due=MINE), date.max)), Row, actor)


def photos_of(inspection_id: int) -> int:
    """How many attachments it has."""
    statement = sa.select(sa.func.count()).where(Attachment.subject_kind == KIND, Attachment.subject_id == inspection_id)
    return session().scalar(statement.where(Attachment.voided_at.is_(None))) or 0


def organisations(actor: Actor) -> Sequence[Any]:
    """Organisations of the actor's reach, for the filter by station."""
    statement = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(actor.reach), Organisation.active)
    return session().execute(statement.order_by(Organisation.path)).all()
