"""Reading monthly returns (抽检月报)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.chain import FIRST, HistoryEntry
from app.db import session
from app.domain.actors import Actor
from app.domain.reporting_kinds import ReturnPeriod
from app.domain.workflow import ReturnState
from app.exports.models import MonthlyReturn, ReturnFigure
from app.indicators.frames import Frame
from app.indicators.models import Plan
from app.jobs import Job
from app.organisations.models import Organisation
from app.planning.models import SamplingTask
from app.reference_data.books import region_book
from app.reference_data.models import Region
from app.return_templates.models import ReturnTemplate
from app.sampling.models import BatchFact, Sample
from app.scope import scope

PAGE = 50
AT_ONCE = 20_000  # batches of a year up to the period that are counted within a request; more are counted by the worker
MAKE_JOB = "make_return"
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is asked for."""

    state: ReturnState | None = None
    kind: ReturnPeriod | None = None
    year: int | None = None
    area_id: int | None = None
    template_id: int | None = None
    own: bool = False  # our own workbook
    q: str | None = None  # part of the number


def returns(actor: Actor, filters: Filters, before: int | None = None, limit: int = PAGE + 1) -> Sequence[Any]:
    """Returns in the reader's scope, newest first, one more than a page. Those given up are shown only when asked for."""
    corrected = aliased(MonthlyReturn)
    columns = (
        MonthlyReturn.id,
        MonthlyReturn.month,
        MonthlyReturn.period_kind,
        MonthlyReturn.state,
        MonthlyReturn.number,
        MonthlyReturn.as_of,
        MonthlyReturn.created_at,
        MonthlyReturn.attachment_id,
        MonthlyReturn.corrects_id,
        MonthlyReturn.sent_on,
        corrected.number.label("corrects_number"),
        Region.name.label("region_name"),
        Plan.name.label("plan_name"),
        ReturnTemplate.title.label("template_title"),
        Organisation.name.label("org_name"),
        User.name.label("made_by"),
    )
    statement = (
        sa.select(*columns)
        .join(Region, Region.id == MonthlyReturn.region_id)
        .join(Organisation, Organisation.id == MonthlyReturn.org_id)
        .outerjoin(Plan, Plan.id == MonthlyReturn.plan_id)
        .outerjoin(User, User.id == MonthlyReturn.created_by_id)
        .outerjoin(ReturnTemplate, ReturnTemplate.id == MonthlyReturn.template_id)
        .outerjoin(corrected, corrected.id == MonthlyReturn.corrects_id)
        .where(*_asked(filters))
        .order_by(MonthlyReturn.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(MonthlyReturn.id < before)
    return session().execute(scope(statement, MonthlyReturn, actor)).all()


def _asked(filters: Filters) -> list[sa.ColumnElement[bool]]:
    one, found = MonthlyReturn, []
    found.append(one.state == filters.state if filters.state else one.state != ReturnState.DISCARDED)
    if filters.kind is not None:
        found.append(one.period_kind == filters.kind)
    if filters.year is not None:
        found.append(one.month.between(filters.year * 100 + 1, filters.year * 100 + 12))
    if filters.area_id is not None:
        found.append(one.region_id == filters.area_id)
    if filters.own or filters.template_id is not None:
        found.append(one.template_id.is_(None) if filters.own else one.template_id == filters.template_id)
    if filters.q is not None:
        found.append(one.number.contains(filters.q, autoescape=True))
    return found


def choices(actor: Actor) -> tuple[Sequence[Any], Sequence[Any]]:
    """The areas and the templates of the returns that the reader sees, for the filters."""
    areas = scope(sa.select(Region.id, Region.name).join(MonthlyReturn, MonthlyReturn.region_id == Region.id), MonthlyReturn, actor)
    used = sa.select(ReturnTemplate.id, ReturnTemplate.title).join(MonthlyReturn, MonthlyReturn.template_id == ReturnTemplate.id)
    found = session().execute(areas.distinct().order_by(Region.id)).all()
    return found, session().execute(scope(used, MonthlyReturn, actor).distinct().order_by(ReturnTemplate.id)).all()


def counts(actor: Actor) -> dict[str, int]:
    """How many stand in each state."""
    statement = sa.select(MonthlyReturn.state, sa.func.count()).group_by(MonthlyReturn.state)
    return {state.value: number for state, number in session().execute(scope(statement, MonthlyReturn, actor))}


def monthly_return(actor: Actor, return_id: int) -> MonthlyReturn | None:
    """One return in the reader's scope."""
    if return_id > LARGEST_ID:
        return None
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


def plan_around(region_id: int) -> Plan | None:
    """The plan made for the area or for the nearest area around it; None where nobody around has one."""
    plans = {plan.region_id: plan for plan in session().scalars(sa.select(Plan).order_by(Plan.id.desc()))}
    return next((plans[one] for one in region_book().up(region_id) if one in plans), None)


def plan_of(region_id: int) -> Plan | None:
    """The plan made for the area or for the nearest area around it, else the first one."""
    return plan_around(region_id) or session().scalars(sa.select(Plan).order_by(Plan.id).limit(1)).first()


def organisation_name(org_id: int) -> str:
    return session().scalar(sa.select(Organisation.name).where(Organisation.id == org_id)) or "—"


def home_region(actor: Actor) -> int | None:
    """The region of the reader's own organisation."""
    return session().scalar(sa.select(Organisation.region_id).where(Organisation.id == actor.org_id))


def by_key(actor: Actor, key: str | None) -> MonthlyReturn | None:
    """What the same page has already made."""
    if key is None:
        return None
    return session().scalars(scope(sa.select(MonthlyReturn).where(MonthlyReturn.submission_key == key), MonthlyReturn, actor)).first()


def correction_of(return_id: int) -> MonthlyReturn | None:
    """The correction of a return that has not been given up."""
    statement = sa.select(MonthlyReturn).where(MonthlyReturn.corrects_id == return_id, MonthlyReturn.state != ReturnState.DISCARDED)
    return session().scalars(statement.order_by(MonthlyReturn.id.desc())).first()


def by_number(actor: Actor, number: str) -> MonthlyReturn | None:
    """One return by its number, or a draft by the # of its row."""
    asked = MonthlyReturn.number == number
    if number.startswith("#") and number[1:].isascii() and number[1:].isdecimal() and len(number) < 19:
        asked = MonthlyReturn.id == int(number[1:])
    return session().scalars(scope(sa.select(MonthlyReturn).where(asked), MonthlyReturn, actor)).first()


def corrections_of(actor: Actor, found: MonthlyReturn) -> Sequence[MonthlyReturn]:
    """The returns that correct this one, given up ones too."""
    statement = sa.select(MonthlyReturn).where(MonthlyReturn.corrects_id == found.id).order_by(MonthlyReturn.id)
    return session().scalars(scope(statement, MonthlyReturn, actor)).all()


def figures(found: MonthlyReturn, sheet: str | None = None) -> Sequence[ReturnFigure]:
    statement = sa.select(ReturnFigure).where(ReturnFigure.return_id == found.id)
    if sheet is not None:
        statement = statement.where(ReturnFigure.sheet == sheet)
    return session().scalars(statement.order_by(ReturnFigure.ordinal)).all()


def figure(actor: Actor, return_id: int, ordinal: int) -> ReturnFigure | None:
    if return_id > LARGEST_ID or ordinal > LARGEST_ID:
        return None
    statement = sa.select(ReturnFigure).where(ReturnFigure.return_id == return_id, ReturnFigure.ordinal == ordinal)
    return session().scalars(scope(statement, ReturnFigure, actor)).first()


def samples_named(actor: Actor, numbers: Iterable[str]) -> Mapping[str, Any]:
    """The samples of these numbers that the reader may open, by number."""
    wanted = list(dict.fromkeys(numbers))
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), 500):
        part = Sample.number.in_(wanted[start : start + 500])
        asked = sa.select(Sample.id, Sample.number, Sample.product_name, Sample.sampled_name).where(part)
        found |= {row.number: row for row in session().execute(scope(asked, Sample, actor))}
    return found


def person_names(*user_ids: int | None) -> Mapping[int, str]:
    wanted = [one for one in user_ids if one is not None]
    return {row.id: row.name for row in session().execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


def size(frame: Frame) -> int:
    """How many batches of the year up to the period a return counts."""
    asked = sa.select(sa.func.count()).select_from(BatchFact).where(*frame.over(frame.period.to_date).facts())
    return session().scalar(asked) or 0


def numbers_reported(frame: Frame) -> frozenset[str]:
    """The 抽样编号 of every batch reported in the frame."""
    return frozenset(session().scalars(sa.select(BatchFact.sample_number).where(*frame.facts())))


def job(actor: Actor, job_id: int) -> Job | None:
    if job_id > LARGEST_ID:
        return None
    return session().scalars(scope(sa.select(Job), Job, actor).where(Job.id == job_id, Job.kind == MAKE_JOB)).first()
