"""Giving out a task: who may be in the team, which dates, how much of the plan."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import clock, history
from app.assignments import operations
from app.assignments.draft import TooMany
from app.assignments.models import SamplingAssignment
from app.db import session, transaction
from app.domain.actors import Role
from app.domain.quotas import Cell
from app.domain.samples import Link
from app.domain.workflow import AssignmentState, PlanState, SampleState
from app.errors import NotAllowed, NotFound, NotLikeThis, Refused
from tests.assignments.conftest import (
    COWPEAS,
    VEGETABLES,
    add_sampler,
    build_plan,
    build_sheet,
    category_id,
    draft_for,
    region_id,
)


def test_a_task_is_numbered_by_organisation_and_year_without_gaps(make: Any, office: Any, team: Any):
    first = make()
    with pytest.raises(NotLikeThis):
        make(batches=0)
    second = make()
    assert (first.number, second.number) == ("抽任〔2026〕1号", "抽任〔2026〕2号")
    assert first.org_id == office.orgs["county"].id
    assert first.state is AssignmentState.ASSIGNED
    entry = history.entries_of("sampling_assignment", first.id)[0]
    assert (entry.step, entry.to_state) == ("assign", "assigned")


def test_a_refused_number_is_given_back_even_after_it_was_taken(make: Any, office: Any, team: Any):
    actor = office.actor("county:统计员")
    with pytest.raises(RuntimeError), transaction():
        operations.assign(draft_for(office, team), actor, clock.now())
        raise RuntimeError("the power fails")
    assert make().number == "抽任〔2026〕1号"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"batches": 0}, "batches"),
        ({"batches": -3}, "batches"),
        ({"batches": 10_000}, "batches"),
        ({"from_on": date(2026, 11, 30), "to_on": date(2026, 11, 23)}, "to_on"),  # the wrong way round
        ({"from_on": date(2026, 11, 19)}, "from_on"),  # yesterday
        ({"from_on": date(2026, 12, 20), "to_on": date(2027, 1, 5)}, "to_on"),  # two years
        ({"region_id": 999_999}, "region_ids"),
        ({"category_id": 999_999}, "category"),
    ],
)
def test_what_cannot_be_a_task_is_refused_at_its_field(office: Any, team: Any, given: dict[str, Any], field: str):
    with pytest.raises(NotLikeThis) as refusal, transaction():
        operations.assign(draft_for(office, team, **given), office.actor("county:统计员"), clock.now())
    assert refusal.value.field == field
    assert session().scalar(sa.select(sa.func.count()).select_from(SamplingAssignment)) == 0


def test_two_distinct_active_samplers_of_our_own(office: Any, team: Any):
    county = office.orgs["county"]
    with transaction():
        gone = add_sampler(county, "gone", "离职抽样员", active=False)
        clerk = add_sampler(county, "clerk", "办案员", roles=(Role.HANDLER,))
        stranger = add_sampler(office.orgs["other"], "stranger", "外县抽样员")
    actor = office.actor("county:统计员")
    one = team[0]
    for people in ((one,), (one, one), (one, gone), (one, clerk)):
        with pytest.raises(NotLikeThis) as refusal, transaction():
            operations.assign(draft_for(office, people), actor, clock.now())
        assert refusal.value.field == "member_ids"
    with pytest.raises(NotAllowed), transaction():
        operations.assign(draft_for(office, (one, stranger)), actor, clock.now())


def test_a_task_belongs_where_every_member_can_open_it(make: Any, office: Any, team: Any):
    """A person of the county sees the station's tasks; a person of the station does not see the county's."""
    station = office.people["station:抽样员"]
    task = make(team=(team[0], station))
    assert task.org_id == office.orgs["station"].id
    for user in (team[0], station):
        actor = office.actor("station:抽样员") if user is station else office.actor("county:抽样员")
        assert task.org_id in actor.reach


def test_people_of_two_stations_are_not_sent_together(office: Any, make: Any):
    with transaction():
        county = office.orgs["county"]
        second = type(county)(
            code="120119S2", name="渔阳市场监督管理所", kind=office.orgs["station"].kind, parent_id=county.id, path="/",
            active=True, created_at=clock.now(),
        )
        session().add(second)
        session().flush()
        second.path = f"{county.path}{second.id}/"
        other = add_sampler(second, "yuyang", "渔阳抽样员")
    with pytest.raises(NotLikeThis, match="分属不同单位"):
        make(team=(office.people["station:抽样员"], other))


def test_the_laboratory_is_one_in_use(office: Any, make: Any):
    with pytest.raises(NotLikeThis, match="承检机构"):
        make(laboratory_org_id=office.orgs["other"].id)
    with transaction():
        office.orgs["otherlab"].active = False
    with pytest.raises(NotLikeThis, match="承检机构"):
        make(laboratory_org_id=office.orgs["otherlab"].id)


@pytest.mark.parametrize("who", ["county:抽样员", "county:办案人", "county:局领导", "lab:承检机构"])
def test_only_reviewers_and_statisticians_give_out_tasks(make: Any, who: str):
    with pytest.raises(NotAllowed):
        make(who=who)


# ---------------------------------------------------------------- the plan


def test_only_a_plan_in_force_gives_tasks(make: Any, office: Any):
    with transaction():
        draft = build_plan(office, state=PlanState.DRAFT, issued_at=None)
        closed = build_plan(office, state=PlanState.CLOSED, name="已结束的计划")
        ours = build_plan(office, name="今年的计划", year=2025)
        others = build_plan(office, name="外县计划", org_id=office.orgs["other"].id)
    for plan in (draft, closed):
        with pytest.raises(NotLikeThis, match="尚未下达或已结束"):
            make(plan=plan)
    with pytest.raises(NotLikeThis, match="不在计划年度 2025 年内"):
        make(plan=ours)
    with pytest.raises(NotFound):
        make(plan=others)


def test_a_region_outside_the_plan_is_refused(make: Any, office: Any):
    with transaction():
        plan = build_plan(office)
    with pytest.raises(NotLikeThis, match="不在计划"):
        make(plan=plan, region_id=region_id("500156"))


def test_no_more_than_the_cell_has_left(make: Any, office: Any):
    with transaction():
        plan = build_plan(
            office, [(Cell(category_id("食用农产品")), 60), (Cell(category_id(VEGETABLES), link=Link.CIRCULATION), 10)]
        )
    task = {"plan": plan, "category_id": category_id(COWPEAS), "link": Link.CIRCULATION}
    make(**task, batches=7)
    with pytest.raises(TooMany, match=r"计划 10 批，已安排或已抽 7 批，剩余 3 批，本次 4 批"):
        make(**task, batches=4)
    make(**task, batches=3)
    with pytest.raises(TooMany, match="剩余 0 批"):
        make(**task, batches=1)
    make(plan=plan, category_id=category_id(VEGETABLES), link=Link.CATERING, batches=20)  # another cell


def test_more_than_is_left_needs_a_reason_that_history_keeps(make: Any, office: Any):
    with transaction():
        plan = build_plan(office, total=3)
    task = make(plan=plan, batches=5, exceed_why="舆情专项加抽")
    comment = history.entries_of("sampling_assignment", task.id)[0].comment
    assert comment == "超出计划余量（计划总批次剩余 3 批，本次 5 批），理由：舆情专项加抽"


def test_what_was_sampled_without_a_task_is_gone_too(make: Any, office: Any):
    with transaction():
        plan = build_plan(office, [(Cell(category_id(VEGETABLES)), 4)])
        for ordinal in range(2):
            build_sheet(office, f"XC{ordinal}", plan_id=plan.id, category_id=category_id(COWPEAS))
        build_sheet(office, "XC8", plan_id=plan.id, category_id=category_id(COWPEAS), state=SampleState.REFUSED)
    with pytest.raises(TooMany, match="已抽 2 批，剩余 2 批"):
        make(plan=plan, category_id=category_id(COWPEAS), batches=3)


def test_a_cancelled_task_gives_its_batches_back_but_not_its_sheets(make: Any, office: Any):
    with transaction():
        plan = build_plan(office, total=10)
    task = make(plan=plan, batches=10)
    with transaction():
        build_sheet(office, "XC1", plan_id=plan.id, assignment_id=task.id)
        operations.cancel(task, office.actor("county:统计员"), "改为下月")
    with pytest.raises(TooMany, match="剩余 9 批"):
        make(plan=plan, batches=10)


def test_quotas_of_a_plan_under_change_are_those_that_were_issued(make: Any, office: Any):
    with transaction():
        plan = build_plan(office, [(Cell(category_id(VEGETABLES)), 6)], state=PlanState.AMENDING)
    with pytest.raises(TooMany, match="剩余 6 批"):
        make(plan=plan, category_id=category_id(VEGETABLES), batches=7)


def test_several_at_once_share_what_is_left_and_land_together(office: Any, team: Any):
    with transaction():
        plan = build_plan(office, total=9)
    actor = office.actor("county:统计员")
    drafts = [draft_for(office, team, plan=plan, batches=5) for _ in range(2)]
    with pytest.raises(TooMany, match="剩余 4 批"), transaction():
        operations.assign_several(drafts, actor, clock.now())
    assert session().scalar(sa.select(sa.func.count()).select_from(SamplingAssignment)) == 0
    with transaction():
        made = operations.assign_several([draft_for(office, team, plan=plan, batches=4) for _ in range(2)], actor, clock.now())
    assert [task.number for task in made] == ["抽任〔2026〕1号", "抽任〔2026〕2号"]


def test_too_many_at_once_are_refused(office: Any, team: Any):
    with pytest.raises(Refused, match="一次可以下达 1 至 200 个任务"), transaction():
        operations.assign_several([], office.actor("county:统计员"), clock.now())
