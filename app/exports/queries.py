"""Reading monthly returns (抽检月报)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User
from app.chain import FIRST, HistoryEntry
from app.db import session
from app.domain.actors import Actor
from app.exports.models import MonthlyReturn
from app.indicators.models import Plan
from app.organisations.models import Organisation
from app.planning.models import SamplingTask
from app.reference_data.books import region_book
from app.reference_data.models import Region
from app.scope import scope

PAGE = 50


def returns(actor: Actor, before: int | None = None) -> Sequence[Any]:
    """Returns in the reader's scope, newest first, one more than a page."""
    columns = (
        MonthlyReturn.id,
        MonthlyReturn.month,
        MonthlyReturn.state,
        MonthlyReturn.number,
        MonthlyReturn.as_of,
        MonthlyReturn.created_at,
        MonthlyReturn.attachment_id,
        Region.name.label("region_name"),
        Plan.name.label("plan_name"),
        Organisation.name.label("org_name"),
        User.name.label("made_by"),
    )
    statement = (
        sa.select(*columns)
        .join(Region, Region.id == MonthlyReturn.region_id)
        .join(Organisation, Organisation.id == MonthlyReturn.org_id)
        .outerjoin(Plan, Plan.id == MonthlyReturn.plan_id)
        .outerjoin(User, User.id == MonthlyReturn.created_by_id)
        .order_by(MonthlyReturn.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(MonthlyReturn.id < before)
    return session().execute(scope(statement, MonthlyReturn, actor)).all()


def monthly_return(actor: Actor, return_id: int) -> MonthlyReturn | None:
    """One return in the reader's scope."""
    return (
        session()
        .scalars(scope(sa.select(MonthlyReturn).where(MonthlyReturn.id == return_id), MonthlyReturn, actor))
        .first()
    )


def tasks(actor: Actor, region_id: int, year: int, as_of: Any) -> Sequence[SamplingTask]:
    """任务 of an area in a year as known at the moment."""
    statement = sa.select(SamplingTask).where(
        SamplingTask.region_id == region_id,
        SamplingTask.year == year,
        SamplingTask.recorded_at <= as_of,
        sa.or_(SamplingTask.superseded_at.is_(None), SamplingTask.superseded_at > as_of),
    )
    return session().scalars(scope(statement, SamplingTask, actor).order_by(SamplingTask.id)).all()


def chain_head(as_of: Any) -> str:
    """The hash of the newest history entry at the moment: what the return is anchored to."""
    found = session().scalar(
        sa.select(HistoryEntry.hash).where(HistoryEntry.at <= as_of).order_by(HistoryEntry.seq.desc()).limit(1)
    )
    return found or FIRST


def plan_of(region_id: int) -> Plan | None:
    """The plan made for the area or for the nearest area around it, else the first one."""
    around = list(region_book().up(region_id))
    plans = {plan.region_id: plan for plan in session().scalars(sa.select(Plan).order_by(Plan.id.desc()))}
    nearest = next((plans[one] for one in around if one in plans), None)
    return nearest or next(iter(reversed(plans.values())), None)


def organisation_name(org_id: int) -> str:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) or "—"


def home_region(actor: Actor) -> int | None:
    """The region of the reader's own organisation."""
    return session().scalar(sa.select(Organisation.region_id).where(Organisation.id == actor.org_id))
