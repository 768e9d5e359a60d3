"""Two people at once, on both databases: one draw, no number twice, no remainder given out twice."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.assignments import operations as assignments
from app.assignments.draft import TooMany
from app.assignments.models import SamplingAssignment
from app.db import session, transaction
from app.domain.workflow import DrawingState
from app.drawings import operations, queries, replaying
from app.errors import NotAllowedNow
from app.plans.models import SamplingPlan
from tests.assignments.conftest import add_sampler, build_plan, draft_for
from tests.conftest import make_office
from tests.disposal.conftest import race
from tests.drawings.conftest import add_shop, freeze_as


def draw_at_once(app: Any) -> None:
    with transaction():
        office = make_office()
        for n in range(5):
            add_shop(office, f"示例超市{n}")
    actor = office.actor("county:统计员")
    with transaction():
        made = freeze_as(actor, take=3)
    made_id = made.id

    def press(word: str) -> Any:
        return lambda found: operations.draw(found, actor, word, clock.now(), seen=1)

    found = race(app, [press(f"词{n}") for n in range(4)], lambda: queries.drawing(actor, made_id))
    refused = [each for each in found if isinstance(each, (StaleDataError, NotAllowedNow))]
    assert (found.count(None), len(refused)) == (1, 3), found
    session().expire_all()
    now = queries.drawing(actor, made_id)
    assert now is not None and now.state is DrawingState.DRAWN
    assert replaying.replay(now) == []
    assert len(queries.drawn_entries(now)) == 3


def assign_at_once(app: Any) -> None:
    with transaction():
        office = make_office()
        team = (office.people["county:抽样员"], add_sampler(office.orgs["county"], "second", "第二抽样员"))
        plan = build_plan(office, total=6)
    actor, plan_id = office.actor("county:统计员"), plan.id
    draft = draft_for(office, team, batches=2)

    def give() -> Any:
        from dataclasses import replace

        own = session().get(SamplingPlan, plan_id)
        return assignments.assign(replace(draft, plan=own), actor, clock.now()).number

    found = race(app, [give] * 6)
    numbers = sorted(each for each in found if isinstance(each, str))
    assert numbers == [f"抽任〔2026〕{n}号" for n in (1, 2, 3)], found
    assert sum(isinstance(each, TooMany) for each in found) == 3
    assert session().scalar(sa.select(sa.func.sum(SamplingAssignment.batches))) == 6


def test_one_of_four_draws(app: Any):
    draw_at_once(app)


@pytest.mark.postgres
def test_one_of_four_draws_on_postgres(pg_app: Any):
    draw_at_once(pg_app)


def test_what_is_left_of_a_plan_is_given_out_once(app: Any):
    assign_at_once(app)


@pytest.mark.postgres
def test_what_is_left_of_a_plan_is_given_out_once_on_postgres(pg_app: Any):
    assign_at_once(pg_app)
