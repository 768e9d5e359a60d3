"""Which sheets count towards a plan, and its counts by every axis."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app import clock
from app.db import session, transaction
from app.domain.progress import Axis, Measure, Tally, total
from app.domain.samples import AreaType, Level, Link, Purpose
from app.domain.states import SampleState
from app.plans.models import SamplingPlan
from app.progress import queries
from app.sampling.facts import void_facts
from tests.progress.conftest import WENCHANG, Desk, category, region


@pytest.fixture
def county(office: Any) -> Any:
    return office.actor("county:统计员")


@pytest.mark.parametrize(
    ("columns", "counts"),
    [
        ({}, True),  # same level, purpose and year, in the area
        ({"region": WENCHANG}, True),  # a township of the county
        ({"region": None}, False),  # a place nobody could read lies in no area
        ({"region": "500156"}, False),
        ({"organiser_level": Level.CITY}, False),
        ({"organiser_level": None}, False),
        ({"purpose": Purpose.EVALUATION}, False),
        ({"purpose": Purpose.COMBINED}, False),
        ({"sampled_on": date(2025, 12, 31)}, False),
        ({"sampled_on": date(2026, 1, 1)}, True),
        ({"sampled_on": date(2026, 12, 31), "state": SampleState.REGISTERED}, True),
        ({"sampled_on": date(2027, 1, 1), "state": SampleState.REGISTERED}, False),
        ({"sampled_on": None}, False),
    ],
)
def test_a_sheet_without_a_plan_counts_for_the_general_plan_that_fits(
    desk: Desk, county: Any, columns: dict[str, Any], counts: bool
) -> None:
    plan = desk.plan()
    desk.sheet(**columns)
    assert queries.tally(county, plan).sampled == counts


def test_a_sheet_of_another_plan_does_not_count(desk: Desk, county: Any) -> None:
    plan, other = desk.plan(), desk.plan(special=True)
    desk.sheet(plan_id=other.id)
    assert (queries.tally(county, plan).sampled, queries.tally(county, other).sampled) == (0, 1)


def test_a_special_plan_counts_only_its_own(desk: Desk, county: Any) -> None:
    plan = desk.plan(special=True)
    desk.sheet()
    desk.sheet(plan_id=plan.id, organiser_level=Level.CITY, sampled_on=date(2025, 3, 1))  # named, so it counts whatever it says
    assert queries.tally(county, plan).sampled == 1


def test_a_plan_counts_what_the_plans_below_it_sampled(desk: Desk, office: Any) -> None:
    above = desk.plan(org="city", region_id=region("120000"), level=Level.CITY, special=True)
    below = desk.plan(parent_id=above.id, level=Level.CITY, special=True)
    lowest = desk.plan(parent_id=below.id, level=Level.CITY, special=True)
    desk.sheet(plan_id=below.id)
    desk.sheet(2, plan_id=lowest.id)
    actor = office.actor("city:统计员")
    assert [queries.tally(actor, one).sampled for one in (above, below, lowest)] == [3, 3, 2]


def test_each_state_is_counted_under_its_own_head(desk: Desk, county: Any) -> None:
    plan = desk.plan()
    desk.sheet(3)
    for state in SampleState:
        desk.sheet(state=state) if state is not SampleState.REPORTED else None
    # 3 reported, 1 registered, 1 sent back; refused, not found, rejected once each; the voided sheet nowhere
    assert queries.tally(county, plan) == Tally(sampled=5, completed=3, refused=1, not_found=1, rejected=1)


def test_a_voided_batch_is_not_completed(desk: Desk, county: Any) -> None:
    plan = desk.plan()
    rows = desk.sheet(2)
    with transaction():
        void_facts([rows[0].id], "作废", clock.now())
    assert queries.tally(county, plan).completed == 1


def spread(desk: Desk) -> SamplingPlan:
    """Nine sheets, no two alike on every axis, some without a food, a place or a link."""
    plan = desk.plan()
    desk.sheet(2, region=WENCHANG, sampled_on=date(2026, 1, 31))
    desk.sheet(region="120119101", link=Link.CATERING, area_type=AreaType.RURAL, sampled_on=date(2026, 2, 1))
    desk.sheet(2, category="肉制品/熟肉制品", samplers="李四、张三", laboratory="远澄检测技术有限公司")
    desk.sheet(category=None, plan_id=plan.id, region=None, sampled_on=None, samplers=None, laboratory=None)
    desk.sheet(category="乳制品", link=None, area_type=None, state=SampleState.REGISTERED)
    desk.sheet(state=SampleState.REFUSED, region=WENCHANG)
    desk.sheet(state=SampleState.REJECTED, plan_id=plan.id, sampled_on=date(2025, 12, 31))
    return plan


@pytest.mark.parametrize("axis", list(Axis))
def test_parts_add_up_and_each_number_lists_exactly_its_sheets(desk: Desk, county: Any, axis: Axis) -> None:
    plan = spread(desk)
    whole = queries.tally(county, plan)
    assert whole == Tally(sampled=7, completed=6, refused=1, rejected=1)
    parts = queries.parts_of(county, plan, axis)
    found = queries.by_group(county, plan, parts)
    assert total(found.values()) == whole
    for measure in Measure:
        listed = [number for key in found for number in queries.numbers(county, plan, measure, parts, key)]
        assert sorted(listed) == queries.numbers(county, plan, measure)  # each sheet in one part
        for key, tally in found.items():
            page = queries.records(county, plan, measure, parts, key, 0, 50)
            assert page.count == len(page.rows) == tally.of(measure)


def test_named_parts(desk: Desk, county: Any) -> None:
    plan = spread(desk)
    teams = queries.counts(county, plan, Axis.SAMPLER)
    assert {key: one.sampled for key, one in teams.items()} == {"张三、李四": 6, "未分类": 1}  # one team in either order
    laboratories = queries.counts(county, plan, Axis.LABORATORY)
    assert laboratories["远澄检测技术有限公司"].sampled == 2
    months = queries.counts(county, plan, Axis.MONTH)
    assert {key: one.sampled for key, one in months.items()} == {"1": 2, "2": 1, "3": 3, "未分类": 1}


def test_a_category_opens_into_its_kinds(desk: Desk, county: Any) -> None:
    plan = spread(desk)
    meat = queries.counts(county, plan, Axis.CATEGORY)[str(category("肉制品"))]
    inside = queries.counts(county, plan, Axis.CATEGORY, str(category("肉制品")))
    assert total(inside.values()) == meat
    assert inside[str(category("肉制品/熟肉制品"))].sampled == 2


def test_another_county_counts_nothing(desk: Desk, office: Any) -> None:
    plan = spread(desk)
    assert queries.tally(office.actor("other:统计员"), plan) == Tally()
    assert queries.tally(office.actor("city:统计员"), plan).sampled == 7


def test_many_plans_in_one_statement_are_each_as_alone(desk: Desk, county: Any) -> None:
    plans = [spread(desk), desk.plan(special=True), desk.plan(level=Level.CITY)]
    desk.sheet(4, plan_id=plans[1].id)
    assert queries.tallies(county, plans) == {one.id: queries.tally(county, one) for one in plans}


@pytest.mark.postgres
def test_postgresql_counts_the_same(pg_app: Any) -> None:
    from tests.conftest import make_office

    with transaction():
        office = make_office()
    desk, actor = Desk(office.orgs), office.actor("county:统计员")
    plan = spread(desk)
    session().expire_all()
    for axis in Axis:
        assert total(queries.counts(actor, plan, axis).values()) == Tally(sampled=7, completed=6, refused=1, rejected=1)
    assert queries.counts(actor, plan, Axis.MONTH)["3"].sampled == 3
