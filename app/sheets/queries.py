"""What the sheet's form offers to choose from: own drafts, templates, samplers, plans, tasks, enterprises, products, recent words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User, UserRole
from app.assignments.models import SamplingAssignment
from app.db import session
from app.domain.actors import Actor, Role
from app.domain.workflow import AssignmentState, PlanState, SampleState
from app.enterprises import queries as enterprises
from app.enterprises.models import Enterprise, EnterpriseStatus
from app.organisations.models import Organisation, OrganisationKind
from app.plans.models import SamplingPlan
from app.reference_data.books import region_book
from app.sampling.columns import OFFICE_PEOPLE
from app.sampling.models import FormDraft, PersonalDatum, Sample, SampleSampler, SheetTemplate
from app.scope import below, scope

SHEET = "sheet"  # the kind of draft
LARGEST_ID = 2**63 - 1
REMEMBERED = 60  # own latest sheets that recent words are taken from
OFFERED = 8
FOUND = 12
PRODUCT = (
    "product_name", "category_written", "sample_type", "source_kind", "packaging", "spec", "brand", "shelf_life", "quality_grade",
    "standard", "unit_price", "quantity_unit", "attribute", "date_kind", "storage", "producer_name", "producer_address",
    "producer_region_written", "producer_licence_no",
)  # fmt: skip
IN_FORCE = (PlanState.ISSUED, PlanState.AMENDING)


def _id(number: Any) -> int | None:
    text = str(number or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


# ---------------------------------------------------------------- drafts and templates

def drafts(actor: Actor) -> Sequence[FormDraft]:
    """Own sheets not registered yet, the newest first."""
    if actor.user_id is None:
        return []
    return session().scalars(
        sa.select(FormDraft)
        .where(FormDraft.user_id == actor.user_id, FormDraft.form == SHEET, FormDraft.closed_at.is_(None))
        .order_by(FormDraft.saved_at.desc(), FormDraft.id.desc())
        .limit(50)
    ).all()


def draft(actor: Actor, draft_id: int) -> FormDraft | None:
    """One own draft that is still open."""
    return session().scalars(
        sa.select(FormDraft)
        .where(FormDraft.id == draft_id, FormDraft.user_id == actor.user_id, FormDraft.closed_at.is_(None))
        .execution_options(populate_existing=True)
    ).first()


def draft_keyed(actor: Actor, key: str | None) -> FormDraft | None:
    """One own draft by its key, closed ones included: a late save must find that its sheet is registered."""
    if not key or actor.user_id is None:
        return None
    return session().scalars(
        sa.select(FormDraft)
        .where(FormDraft.user_id == actor.user_id, FormDraft.draft_key == key)
        .execution_options(populate_existing=True)
    ).first()


def templates(actor: Actor) -> Sequence[SheetTemplate]:
    """Own templates, then the office's."""
    return session().scalars(
        sa.select(SheetTemplate)
        .where(
            SheetTemplate.org_id == actor.org_id,
            SheetTemplate.voided_at.is_(None),
            sa.or_(SheetTemplate.user_id == actor.user_id, SheetTemplate.shared),
        )
        .order_by(SheetTemplate.shared, SheetTemplate.name, SheetTemplate.id)
        .limit(100)
    ).all()


def template(actor: Actor, template_id: int | None) -> SheetTemplate | None:
    """One that the actor may apply."""
    return next((one for one in templates(actor) if one.id == template_id), None)


def own_template(actor: Actor, template_id: int) -> SheetTemplate | None:
    """One that the actor made: nobody voids another's."""
    found = template(actor, template_id)
    return found if found is not None and found.user_id == actor.user_id else None


# ---------------------------------------------------------------- people, plans, tasks

def samplers(actor: Actor) -> Sequence[User]:
    """抽样员 in use, of the actor's organisation and those below: himself first, then his own organisation's."""
    rows = session().scalars(
        sa.select(User)
        .where(
            below(actor, User.org_id),
            User.active.is_(True),
            User.id.in_(sa.select(UserRole.user_id).where(UserRole.role == Role.SAMPLER)),
        )
        .options(joinedload(User.organisation))
        .order_by(User.id)
        .limit(500)
    ).all()
    return sorted(rows, key=lambda user: (user.id != actor.user_id, user.org_id != actor.org_id, user.org_id, user.id))


def plans(actor: Actor) -> Sequence[SamplingPlan]:
    """Plans in force that the actor may read, the newest year first."""
    statement = scope(sa.select(SamplingPlan), SamplingPlan, actor).where(SamplingPlan.state.in_(IN_FORCE))
    return session().scalars(statement.order_by(SamplingPlan.year.desc(), SamplingPlan.id).limit(200)).all()


def assignments(actor: Actor, *also: Any) -> Sequence[SamplingAssignment]:
    """Tasks that are being worked on in the actor's reach, and the ones named besides."""
    wanted = [number for one in also if (number := _id(one))]
    open_ones = SamplingAssignment.state.in_((AssignmentState.ASSIGNED, AssignmentState.ACCEPTED))
    statement = scope(sa.select(SamplingAssignment), SamplingAssignment, actor).where(
        sa.or_(open_ones, SamplingAssignment.id.in_(wanted))
    )
    statement = statement.options(selectinload(SamplingAssignment.members)).order_by(SamplingAssignment.id.desc())
    rows = session().scalars(statement.limit(200)).all()
    return sorted(rows, key=lambda task: (actor.user_id not in task.member_ids, -task.id))


def organisation(org_id: int) -> Organisation | None:
    return session().get(Organisation, org_id)


def bureau(station: Organisation) -> Organisation:
    """The bureau that a station belongs to; a bureau is its own."""
    above = session().get(Organisation, station.parent_id) if station.kind is OrganisationKind.STATION and station.parent_id else None
    return station if above is None else above


# ---------------------------------------------------------------- enterprises and products

def enterprise(actor: Actor, enterprise_id: Any) -> Enterprise | None:
    """One enterprise in the actor's scope."""
    number = _id(enterprise_id)
    if number is None:
        return None
    return session().scalars(scope(sa.select(Enterprise), Enterprise, actor).where(Enterprise.id == number)).first()


def found_enterprises(actor: Actor, q: str) -> Sequence[Any]:
    """By credit code, licence, any part of the name, or initials; those in business first."""
    if len(q.strip()) < 2:
        return []
    columns = (
        Enterprise.id, Enterprise.name, Enterprise.credit_code, Enterprise.region_id, Enterprise.address, Enterprise.area_type,
        Enterprise.licence_kind, Enterprise.licence_no, Enterprise.status,
    )  # fmt: skip
    statement = enterprises.listed(actor, enterprises.Filters(q=q.strip()[:60]), columns)
    active = sa.case((Enterprise.status == EnterpriseStatus.ACTIVE, 0), else_=1)
    return session().execute(statement.order_by(active, sa.func.length(Enterprise.name), Enterprise.id).limit(FOUND)).all()


def as_fields(row: Any, part: str) -> dict[str, str]:
    """An enterprise as the fields of the sheet's part: sampled or producer."""
    book = region_book()
    region = book.full_name(row.region_id) if row.region_id in book else ""
    common = {"name": row.name, "credit_code": row.credit_code, "region": region, "address": row.address, "licence_no": row.licence_no}
    fields = {f"{part}_{name}": str(value or "") for name, value in common.items()}
    if part == "sampled":
        fields |= {"sampled_licence_kind": row.licence_kind or "", "area_type": row.area_type or ""}
    return fields | {"sampled_enterprise_id" if part == "sampled" else "producer_id": str(row.id)}


def recent_products(actor: Actor, enterprise_id: Any, name: str = "") -> list[dict[str, str]]:
    """Products lately sampled at this place: the newest sheet of each name, without dates and batch numbers."""
    number, name = _id(enterprise_id), name.strip()[:200]
    if number is None and not name:
        return []
    where = Sample.sampled_enterprise_id == number if number is not None else Sample.sampled_name == name
    statement = scope(sa.select(*(getattr(Sample, column) for column in PRODUCT)), Sample, actor)
    rows = session().execute(
        statement.where(where, Sample.state != SampleState.VOIDED).order_by(Sample.id.desc()).limit(REMEMBERED)
    ).all()
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        fields = {_field(column): str(getattr(row, column) or "") for column in PRODUCT}
        found.setdefault(row.product_name, fields)
    return list(found.values())[:FOUND]


def _field(column: str) -> str:
    return {"category_written": "category", "producer_region_written": "producer_region"}.get(column, column)


# ---------------------------------------------------------------- what was used last

def latest(actor: Actor) -> Sequence[Any]:
    """The actor's own latest sheets in the columns that recent words and defaults are taken from."""
    if actor.user_id is None:
        return []
    names = ("id", "category_written", "sampled_name", "laboratory", "task_source", "report_class_a", "report_class_b",
             "sampling_method", "sampling_unit", "sampling_unit_address", "extra", "sampled_region_written")  # fmt: skip
    statement = sa.select(*(getattr(Sample, name) for name in names)).where(Sample.created_by_id == actor.user_id)
    return session().execute(statement.order_by(Sample.id.desc()).limit(REMEMBERED)).all()


def recent_words(rows: Iterable[Any]) -> dict[str, list[str]]:
    """Categories, places, laboratories of those sheets, each once, the newest first."""
    columns = {"category": "category_written", "sampled_region": "sampled_region_written", "laboratory": "laboratory"}
    every = list(rows)
    return {
        field: list(dict.fromkeys(word for row in every if (word := getattr(row, column))))[:OFFERED]
        for field, column in columns.items()
    }


def office_people(sample_id: int) -> dict[str, str]:
    """The sampling unit's own contacts as the person typed them on his last sheet."""
    rows = session().execute(
        sa.select(PersonalDatum.field, PersonalDatum.value).where(
            PersonalDatum.subject_kind == Sample.__tablename__,
            PersonalDatum.subject_id == sample_id,
            PersonalDatum.field.in_(OFFICE_PEOPLE),
        )
    )
    return {field: value for field, value in rows}


def samplers_of(sample_ids: Sequence[int]) -> Mapping[int, list[int]]:
    """User ids of the samplers by sample."""
    found: dict[int, list[int]] = {}
    statement = sa.select(SampleSampler.sample_id, SampleSampler.user_id).where(SampleSampler.sample_id.in_(sample_ids))
    for sample_id, user_id in session().execute(statement.order_by(SampleSampler.id)):
        found.setdefault(sample_id, []).append(user_id)
    return found


def names_of(user_ids: Sequence[int]) -> dict[int, str]:
    """Names of people by id."""
    rows = session().execute(sa.select(User.id, User.name).where(User.id.in_(user_ids)))
    return {user_id: name for user_id, name in rows}
