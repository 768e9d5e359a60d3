"""Make the demonstration county (演示县) in an empty instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

import sqlalchemy as sa

from app import clock
from app.authorize import local_operator
from app.db import session, transaction
from app.demonstration import aftermath, custody, replay, tasks
from app.demonstration import county as office
from app.demonstration.plans import Planner
from app.demonstration.rows import Maker
from app.domain.actors import Actor, Role
from app.domain.samples import Level, Purpose
from app.errors import NotAllowedNow, NotLikeThis
from app.indicators.frames import area
from app.indicators.models import Plan
from app.planning.operations import Quota, set_task
from app.reference_data.books import calendar, region_book
from app.reference_data.models import Region
from app.sampling.models import Sample

MOST = 20_000
TASKS = (
    (Level.COUNTY, Purpose.SUPERVISION, 45),
    (Level.COUNTY, Purpose.EVALUATION, 5),
    (Level.COUNTY, Purpose.MONITORING, 4),
    (Level.CITY, Purpose.SUPERVISION, 22),
    (Level.PROVINCIAL, Purpose.SUPERVISION, 12),
    (Level.NATIONAL, Purpose.SUPERVISION, 7),
)


@dataclass(frozen=True, slots=True)
class Made:
    """What the demonstration holds, and the one-time passwords to say once."""

    counts: dict[str, int]
    passwords: list[tuple[str, str, str, str]]


def make(plan_code: str, number: int, seed: int, say: Callable[[str], None]) -> Made:
    """The county of a plan with a year of work. Raises NotLikeThis for bad wishes, NotAllowedNow where data exist."""
    if not 0 < number <= MOST:
        raise NotLikeThis(f"演示批次数应在 1 至 {MOST} 之间")
    plan = session().scalars(sa.select(Plan).where(Plan.code == plan_code)).first()
    if plan is None:
        known = "、".join(session().scalars(sa.select(Plan.code).order_by(Plan.id)))
        raise NotLikeThis(f"没有编号为“{plan_code}”的规划，可用：{known or '（请先运行 flask reference load）'}")
    if session().scalar(sa.select(Sample.id).limit(1)) is not None:
        raise NotAllowedNow("该实例中已有样品，演示数据只能建在空的实例中，请另设 SHIAN_INSTANCE")
    region = session().get(Region, plan.region_id)
    assert region is not None
    random = Random(seed)  # noqa: S311  a seed that gives the same county again is the point
    today = replay.today_of(clock.today())
    with clock.rehearsing(date(today.year, 1, 2)), transaction():
        county = office.build(random, region, local_operator(), clock.now())
    with clock.rehearsing(date(today.year, 1, 4)):
        _tasks(county, number, today)
        _plans(county, number, today)
    counts = replay.run(county, Maker(county, random, calendar(), today.year), number, today, say)
    with clock.rehearsing(today), transaction():
        who = replay.actor(county.staff[Role.STATISTICIAN][0][0])
        counts |= custody.keep(county, who, random, today)
    with clock.rehearsing(today):
        counts |= _tasks_in_hand(county, random, today)
    counts |= aftermath.follow(county, replay.actor, today)
    return Made(
        {**counts, "users": len(county.passwords), "enterprises": sum(map(len, county.firms.values()))},
        county.passwords,
    )


def _tasks_in_hand(county: office.County, random: Random, today: date) -> dict[str, int]:
    """A draw and the tasks of the coming days."""
    who = replay.actor(county.staff[Role.STATISTICIAN][0][0])
    team = tuple(user_id for user_id, _ in county.staff[Role.SAMPLER][:2])
    with transaction():
        frozen = tasks.freeze(random, who, today)
    with transaction():
        drawn = tasks.draw(frozen, who)
    with transaction():
        given = tasks.give_out(county, drawn, who, replay.actor(team[0]), team, today)
    return {"draws": len(drawn), "sampling_tasks": given}


def _tasks(county: office.County, number: int, today: date) -> None:
    """年度任务 a little above what the year will bring."""
    who: Actor = replay.actor(county.staff[Role.STATISTICIAN][0][0])
    place = area(region_book(), county.region_id)
    with transaction():
        for level, purpose, share in TASKS:
            set_task(who, Quota(place, today.year, level, purpose, -(-number * share // 90)), clock.now())


def _plans(county: office.County, number: int, today: date) -> None:
    """年度计划 of the county and of the city, with the totals of the tasks; and a draft."""
    totals = {(level, purpose): -(-number * share // 90) for level, purpose, share in TASKS}
    planner = Planner(county, today.year, totals)
    for make_plan in planner.plans():
        with transaction():
            make_plan()
