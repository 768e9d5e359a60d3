"""The demonstration's work in hand: one draw of shops and samplers, the tasks made of it, and a task in progress."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import sqlalchemy as sa

from app import clock
from app.assignments import operations as assignments
from app.assignments.draft import TaskDraft
from app.assignments.models import SamplingAssignment
from app.db import session
from app.demonstration.county import County
from app.domain.actors import Actor
from app.domain.drawing import SECRET_BYTES
from app.domain.samples import Link
from app.domain.sampling_kinds import DrawKind
from app.drawings import operations as drawings
from app.drawings import pools, queries
from app.drawings.models import Drawing
from app.organisations.models import Organisation
from app.reference_data.books import category_book

TAKE = 3
WORD = "3 1 7"  # as if it were the day's lottery number
FOOD = "食用农产品/蔬菜"


def freeze(random: Random, who: Actor, today: date) -> list[int]:
    """The lists of shops and of samplers, frozen; runs inside a transaction."""
    made = []
    for kind, take in ((DrawKind.ENTERPRISE, TAKE), (DrawKind.SAMPLER, 2)):
        wanted = pools.Wanted(kind, link=Link.CIRCULATION if kind is DrawKind.ENTERPRISE else None)
        found = pools.proposed(who, wanted, today)
        free = sum(each.entry.excluded is None for each in found)
        if free >= take:
            promise = drawings.Promise(kind, f"{today.year}年{today.month}月监督抽检", take, found, random.randbytes(SECRET_BYTES))
            made.append(drawings.freeze(promise, who, clock.now()).id)
    return made


def draw(ids: list[int], who: Actor) -> list[Drawing]:
    """Both lists drawn from; runs inside a transaction."""
    found = [each for each in (queries.drawing(who, drawing_id) for drawing_id in ids) if each is not None]
    for each in found:
        drawings.draw(each, who, WORD, clock.now(), witness="见证人（演示）")
    return found


def give_out(county: County, drawn: list[Drawing], who: Actor, sampler: Actor, team: tuple[int, ...], today: date) -> int:
    """Tasks of the draw, and one of a whole township that its team has accepted; runs inside a transaction."""
    end = min(today + timedelta(days=10), date(today.year, 12, 31))
    laboratory_id = session().scalar(sa.select(Organisation.id).where(Organisation.name == county.labs[0]))
    assert laboratory_id is not None
    made: list[SamplingAssignment] = []
    if len(drawn) == 2:
        people = [entry.subject_id for entry in queries.drawn_entries(drawn[1]) if entry.subject_id is not None]
        wanted = drawings.TasksWanted(people, laboratory_id, today, end, 2, county.region_id, link=Link.CIRCULATION)
        made += drawings.assign_drawn(drawn[0], wanted, who, clock.now())
    category = category_book().by_path(FOOD)
    place = county.townships[0].id if county.townships else county.region_id
    task = assignments.assign(
        TaskDraft(
            place, 6, today, end, laboratory_id, team, category_id=category.id if category else None, link=Link.CIRCULATION,
            note="上午到场，优先抽取当日到货的叶菜和豆类蔬菜。",
        ),
        who, clock.now(),
    )  # fmt: skip
    assignments.accept(task, sampler)
    return len(made) + 1
