"""Reading for 下一步抽什么: plans, enterprises with what was sampled there, caps and laboratories.

Everything comes in a fixed number of statements per plan, whatever the number of enterprises.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.assignments.models import SamplingAssignment
from app.db import session
from app.domain.actors import Actor
from app.domain.states import AssignmentState, ExemptionState, SampleState
from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus
from app.exemptions.models import CapRule, RuleExemption
from app.gaps.models import LabCapacity
from app.indicators.models import Plan as IndicatorPlan
from app.organisations.models import Organisation
from app.plans.models import SamplingPlan
from app.progress.attribution import belongs_to
from app.reference_data.models import Region
from app.sampling.models import Sample
from app.scope import scope

COUNTED = (SampleState.REGISTERED, SampleState.REPORTED, SampleState.RETURNED)  # sheets that are batches
HELD = (AssignmentState.ASSIGNED, AssignmentState.ACCEPTED, AssignmentState.DECLINED)  # their batches are given out


# ---------------------------------------------------------------- plans

def taken(plan: SamplingPlan) -> Sequence[Any]:
    """Batches counted towards the plan, by food, place, link and 城乡."""
    columns = (Sample.category_id, Sample.region_id, Sample.link, Sample.area_type)
    statement = sa.select(*columns, sa.func.count().label("batches")).where(belongs_to(plan), Sample.state.in_(COUNTED))
    return session().execute(statement.group_by(*columns)).all()


def parents() -> dict[int, int]:
    """The plan that a plan decomposes."""
    rows = session().execute(sa.select(SamplingPlan.id, SamplingPlan.parent_id).where(SamplingPlan.parent_id.is_not(None)))
    return {number: parent for number, parent in rows}


def held() -> Sequence[Any]:
    """Batches given out in open tasks and not yet sampled, whoever they belong to: they fill quotas, caps and laboratories."""
    task = SamplingAssignment
    done = (
        sa.select(Sample.assignment_id, sa.func.count().label("done"))
        .where(Sample.state.in_(COUNTED), Sample.assignment_id.is_not(None))
        .group_by(Sample.assignment_id)
        .subquery()
    )
    open_ = (task.batches - sa.func.coalesce(done.c.done, 0)).label("open")
    columns = (
        task.plan_id, task.category_id, task.region_id, task.link, task.enterprise_id, task.laboratory_org_id, task.from_on,
        task.to_on, open_, SamplingPlan.level,
    )  # fmt: skip
    statement = sa.select(*columns).outerjoin(done, done.c.assignment_id == task.id)
    statement = statement.outerjoin(SamplingPlan, SamplingPlan.id == task.plan_id)
    return session().execute(statement.where(task.state.in_(HELD), open_ > 0).order_by(task.id)).all()


# ---------------------------------------------------------------- enterprises

def _active(actor: Actor, region_ids: Iterable[int], columns: Sequence[Any]) -> sa.Select[Any]:
    """Enterprises in operation that the reader may see, in the areas of the plans (everything in them)."""
    inside = [Region.path.contains(f"/{one}/", autoescape=True) for one in sorted(set(region_ids))]
    places = sa.select(Region.id).where(sa.or_(sa.false(), *inside))
    statement = scope(sa.select(*columns), Enterprise, actor)
    return statement.where(Enterprise.status == EnterpriseStatus.ACTIVE, Enterprise.region_id.in_(places))


def firms(actor: Actor, region_ids: Iterable[int]) -> Sequence[Any]:
    columns = [getattr(Enterprise, name) for name in ("id", "name", "region_id", "area_type", "licence_no", "org_id")]
    return session().execute(_active(actor, region_ids, columns).order_by(Enterprise.id)).all()


def kinds(actor: Actor, region_ids: Iterable[int]) -> Sequence[Any]:
    """企业类型 by enterprise."""
    some = _active(actor, region_ids, [Enterprise.id])
    columns = (EnterpriseKind.enterprise_id, EnterpriseKind.kind)
    return session().execute(sa.select(*columns).where(EnterpriseKind.enterprise_id.in_(some)).distinct()).all()


def found_there(actor: Actor, region_ids: Iterable[int]) -> Sequence[Any]:
    """What was sampled at each enterprise: food, link and the last day."""
    return _last(Sample.sampled_enterprise_id, _active(actor, region_ids, [Enterprise.id]))


def made_by(actor: Actor, region_ids: Iterable[int]) -> Sequence[Any]:
    """What was sampled of each enterprise's products, wherever it was found."""
    return _last(Sample.producer_id, _active(actor, region_ids, [Enterprise.id]))


def _last(whose: Any, some: sa.Select[Any]) -> Sequence[Any]:
    columns = (whose.label("enterprise_id"), Sample.category_id, Sample.link)
    statement = sa.select(*columns, sa.func.max(Sample.sampled_on).label("last_on")).where(
        whose.in_(some), Sample.state.in_(COUNTED), Sample.sampled_on.is_not(None)
    )
    return session().execute(statement.group_by(whose, Sample.category_id, Sample.link)).all()


def counted_since(actor: Actor, region_ids: Iterable[int], first: date, *, producer: bool) -> Sequence[Any]:
    """Batches since a day at (or of) each enterprise, as the caps count them."""
    whose = Sample.producer_id if producer else Sample.sampled_enterprise_id
    columns = (whose.label("enterprise_id"), Sample.category_id, Sample.link, Sample.organiser_level, Sample.sampled_on)
    statement = sa.select(*columns, sa.func.count().label("batches")).where(
        whose.in_(_active(actor, region_ids, [Enterprise.id])), Sample.state.in_(COUNTED), Sample.sampled_on >= first,
        Sample.special_sampling.is_(None),  # 专项抽样 fills no cap
    )  # fmt: skip
    group = (whose, Sample.category_id, Sample.link, Sample.organiser_level, Sample.sampled_on)
    return session().execute(statement.group_by(*group)).all()


# ---------------------------------------------------------------- the year, the caps, the laboratories

def year_so_far(region_id: int, year: int) -> Sequence[Any]:
    """Batches of the year in the area, by food, place and link."""
    columns = (Sample.category_id, Sample.region_id, Sample.link)
    inside = sa.select(Region.id).where(Region.path.contains(f"/{region_id}/", autoescape=True))
    statement = sa.select(*columns, sa.func.count().label("batches")).where(
        Sample.state.in_(COUNTED), Sample.region_id.in_(inside), Sample.sampled_on.between(date(year, 1, 1), date(year, 12, 31))
    )
    return session().execute(statement.group_by(*columns)).all()


def cap_rules() -> Sequence[CapRule]:
    return session().scalars(sa.select(CapRule).where(CapRule.superseded_at.is_(None)).order_by(CapRule.code, CapRule.id)).all()


def exemptions(org_ids: Iterable[int], first: date, last: date) -> Sequence[Any]:
    """Approved exemptions of these offices with something left, good for all of the days."""
    columns = (RuleExemption.rule_code, RuleExemption.subject_key, (RuleExemption.batches - RuleExemption.used).label("left"))
    return session().execute(
        sa.select(*columns).where(
            RuleExemption.org_id.in_(sorted(org_ids)), RuleExemption.state == ExemptionState.APPROVED,
            RuleExemption.used < RuleExemption.batches, RuleExemption.valid_from <= first, RuleExemption.valid_to >= last,
        )
    ).all()  # fmt: skip


def indicator_plans() -> Sequence[IndicatorPlan]:
    return session().scalars(sa.select(IndicatorPlan).order_by(IndicatorPlan.id)).all()


def capacities(org_ids: Iterable[int]) -> Sequence[Any]:
    """每周检验能力 not superseded of these offices, with the laboratory, newest beginning first."""
    statement = (
        sa.select(LabCapacity, Organisation.name.label("name"), Organisation.active)
        .join(Organisation, Organisation.id == LabCapacity.laboratory_org_id)
        .where(LabCapacity.superseded_at.is_(None), LabCapacity.org_id.in_(sorted(org_ids)))
    )
    return session().execute(statement.order_by(Organisation.name, LabCapacity.valid_from.desc(), LabCapacity.id.desc())).all()


def capacity_rows(actor: Actor) -> Sequence[Any]:
    """Every row of the actor's organisation, superseded ones too, newest first."""
    statement = (
        scope(sa.select(LabCapacity), LabCapacity, actor)
        .join(Organisation, Organisation.id == LabCapacity.laboratory_org_id)
        .outerjoin(User, User.id == LabCapacity.recorded_by_id)
        .add_columns(Organisation.name.label("name"), User.name.label("by_name"))
        .where(LabCapacity.org_id == actor.org_id)
    )
    return session().execute(statement.order_by(LabCapacity.recorded_at.desc(), LabCapacity.id.desc())).all()


def enterprise(actor: Actor, enterprise_id: int) -> Enterprise | None:
    return session().scalars(scope(sa.select(Enterprise), Enterprise, actor).where(Enterprise.id == enterprise_id)).first()
