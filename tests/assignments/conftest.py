"""Plans to give tasks from, people to give them to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock
from app.accounts.models import User, UserRole
from app.assignments import operations
from app.assignments.draft import TaskDraft
from app.assignments.models import SamplingAssignment
from app.db import session, transaction
from app.domain.actors import Role
from app.domain.quotas import Cell
from app.domain.samples import Domain, Level, Link, Purpose
from app.domain.workflow import PlanState, SampleState
from app.organisations.models import Organisation
from app.plans.models import PlanQuota, SamplingPlan
from app.reference_data.books import category_book
from app.reference_data.models import Region
from app.sampling.models import Sample

VEGETABLES = "食用农产品/蔬菜"
COWPEAS = "食用农产品/蔬菜/豆类蔬菜/豇豆"


def region_id(code: str) -> int:
    found = session().scalar(sa.select(Region.id).where(Region.code == code))
    assert found is not None
    return found


def category_id(path: str) -> int:
    found = category_book().by_path(path)
    assert found is not None
    return found.id


def add_sampler(org: Organisation, username: str, name: str, **given: Any) -> User:
    """One more person; runs inside a transaction."""
    values = {"active": True} | given
    roles = values.pop("roles", (Role.SAMPLER,))
    user = User(
        org_id=org.id, username=username, name=name, password_hash="!", must_change=False, failed_count=0,
        created_at=clock.now(), password_changed_at=clock.now(), grants=[UserRole(role=role) for role in roles], **values,
    )
    session().add(user)
    session().flush()
    return user


def build_plan(office: Any, quotas: Sequence[tuple[Cell, int]] = (), **given: Any) -> SamplingPlan:
    """An issued plan of the county; runs inside a transaction."""
    values = {
        "org_id": office.orgs["county"].id, "region_id": region_id("120119"), "year": 2026, "name": "县级监督抽检计划",
        "level": Level.COUNTY, "purpose": Purpose.SUPERVISION, "total": 100, "state": PlanState.ISSUED,
        "created_at": clock.now(), "issued_at": clock.now(),
    } | given
    plan = SamplingPlan(**values)
    session().add(plan)
    session().flush()
    for cell, batches in quotas:
        session().add(
            PlanQuota(
                org_id=plan.org_id, plan_id=plan.id, cell=cell.key, category_id=cell.category_id, region_id=cell.region_id,
                link=cell.link, month=cell.month, area_type=cell.area_type, batches=batches, recorded_at=plan.created_at,
            )
        )
    session().flush()
    return plan


def build_sheet(office: Any, number: str, **given: Any) -> Sample:
    """A registered sheet; runs inside a transaction."""
    values = {
        "org_id": office.orgs["county"].id, "number": number, "state": SampleState.REGISTERED, "purpose": Purpose.SUPERVISION,
        "domain": Domain.AGRICULTURAL, "product_name": "豇豆", "sampled_on": date(2026, 11, 19), "link": Link.CIRCULATION,
        "sampled_name": "好又多超市", "search_text": number, "created_at": clock.now(), "pending_items": 0,
        "region_id": region_id("120119"),
    } | given
    sample = Sample(**values)
    session().add(sample)
    session().flush()
    return sample


@pytest.fixture
def team(office: Any) -> tuple[User, User]:
    """Two samplers of the county."""
    with transaction():
        second = add_sampler(office.orgs["county"], "county-sampler2", "蓟州第二抽样员")
    return office.people["county:抽样员"], second


def draft_for(office: Any, team: Sequence[User], **given: Any) -> TaskDraft:
    usual = TaskDraft(
        region_id=region_id("120119"), batches=5, from_on=date(2026, 11, 23), to_on=date(2026, 11, 30),
        laboratory_org_id=office.orgs["lab"].id, member_ids=tuple(user.id for user in team),
    )
    return replace(usual, **given)


Make = Callable[..., SamplingAssignment]


@pytest.fixture
def make(office: Any, team: tuple[User, User]) -> Make:
    """``make(batches=3)`` -> a task given out by the county's statistician."""

    def give(who: str = "county:统计员", **given: Any) -> SamplingAssignment:
        people = given.pop("team", team)
        actor = office.actor(who)
        with transaction():
            return operations.assign(draft_for(office, people, **given), actor, clock.now())

    return give
