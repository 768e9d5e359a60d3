"""A plan from its draft to its end: who may do what, what is in force meanwhile, and the yearly task that follows it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.chain import HistoryEntry
from app.db import session, transaction
from app.domain.quotas import PLAN, Cell
from app.domain.samples import Level, Purpose
from app.domain.workflow import PlanState
from app.errors import NotAllowed, NotAllowedNow, NotLikeThis
from app.planning.models import SamplingTask
from app.plans import issuing, operations, queries
from app.plans.models import PlanQuota, SamplingPlan
from app.reference_data.books import region_book
from tests.conftest import Office
from tests.plans.conftest import fresh, grain, header, issue, region, save, township, typed, wheat
from tests.queries import counting


def task() -> SamplingTask:
    return session().scalars(sa.select(SamplingTask).where(SamplingTask.superseded_at.is_(None))).one()


def steps_of(plan: SamplingPlan) -> list[str]:
    found = sa.select(HistoryEntry.step).where(HistoryEntry.subject_kind == "sampling_plan", HistoryEntry.subject_id == plan.id)
    return list(session().scalars(found.order_by(HistoryEntry.seq)))


def test_a_plan_is_made_through_its_form(clerk: FlaskClient) -> None:
    sent = clerk.post("/plans/new", data=typed(number_prefix="ｘｂｊ", number_unit="12063", number_suffix="zx"))
    assert sent.status_code == 303
    made = session().scalars(sa.select(SamplingPlan)).one()
    assert (made.state, made.edition, made.total, made.number_prefix, made.number_suffix) == (PlanState.DRAFT, 0, 500, "XBJ", "ZX")
    assert queries.quotas_by_cell(made.id) == {PLAN: 500}  # the total is a version like every other quota
    shown = clerk.get(f"/plans/{made.id}").text
    assert "XBJ2612011912063＋4位流水号ZX" in shown and "草稿" in shown
    assert made.name in clerk.get("/plans/?year=2026").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "请填写计划名称"),
        ({"name": "食" * 10_000}, "不能超过100个字"),
        ({"year": "1999"}, "年度应在 2000 至 2099"),
        ({"year": "９" * 30}, "年度应在 2000 至 2099"),
        ({"year": "9" * 9_999}, "年度："),
        ({"total": "-1"}, "总批次应为 0 至"),
        ({"total": "1000001"}, "总批次应为 0 至"),
        ({"total": "🍜"}, "计划总批次"),
        ({"level": "村级"}, "组织级别"),
        ({"area": "500156"}, "计划区域"),  # of another county
        ({"parent": "77"}, "上级计划"),
        ({"number_prefix": "X1"}, "编号前缀“X1”无效"),
        ({"number_prefix": "XBJ"}, "抽样单位代码："),
        ({"number_prefix": "XBJ", "number_unit": "1206"}, "抽样单位代码“1206”无效"),
        ({"number_prefix": "XBJ", "number_unit": "12063", "number_suffix": "1"}, "编号后缀"),
        ({"number_suffix": "ZX"}, "请同时填写编号前缀"),
        ({"note": "字" * 1001}, "说明不能超过1000个字"),
    ],
)
def test_bad_input_is_refused_and_kept(clerk: FlaskClient, changes: dict[str, str], words: str) -> None:
    sent = clerk.post("/plans/new", data=typed(**changes))
    assert sent.status_code == 422 and words in sent.text
    assert session().scalar(sa.select(sa.func.count()).select_from(SamplingPlan)) == 0


def test_one_name_a_year(clerk: FlaskClient, plan: SamplingPlan) -> None:
    sent = clerk.post("/plans/new", data=typed())
    assert sent.status_code == 422 and "已有名为" in sent.text


def test_the_way_of_a_plan(clerk: FlaskClient, reviewer: FlaskClient, plan: SamplingPlan) -> None:
    url = f"/plans/{plan.id}"
    assert clerk.post(f"{url}/submit", data={"version": plan.version}).status_code == 303
    assert reviewer.post(f"{url}/return", data={"version": fresh(plan).version, "comment": ""}).status_code == 422
    assert reviewer.post(f"{url}/return", data={"version": fresh(plan).version, "comment": "请补充乡镇分解"}).status_code == 303
    shown = clerk.get(url).text
    assert "退回修改" in shown and "请补充乡镇分解" in shown
    assert clerk.post(f"{url}/submit", data={"version": fresh(plan).version, "comment": "已补充"}).status_code == 303
    assert reviewer.post(f"{url}/approve", data={"version": fresh(plan).version}).status_code == 303
    assert clerk.post(f"{url}/issue", data={"version": fresh(plan).version}).status_code == 303
    assert (fresh(plan).state, fresh(plan).edition, task().batches) == (PlanState.ISSUED, 1, 500)
    assert clerk.post(f"{url}/close", data={"version": fresh(plan).version, "comment": "年度任务完成"}).status_code == 303
    assert steps_of(plan) == ["draft", "submit", "return", "submit", "approve", "issue", "close"]


def test_the_submitter_cannot_approve(office: Office, plan: SamplingPlan) -> None:
    clerk = office.actor("county:统计员")
    both = type(clerk)(clerk.user_id, clerk.name, frozenset({*clerk.roles, *office.actor("county:审核人").roles}), clerk.org_id,
                       clerk.org_path, clerk.reach, account=clerk.account)  # fmt: skip
    with transaction():
        operations.submit(plan, both, clock.now(), None)
    with pytest.raises(NotAllowed), transaction():
        operations.approve(fresh(plan), both, clock.now(), None)
    assert fresh(plan).state is PlanState.SUBMITTED


def test_a_second_click_and_an_old_page_are_refused(clerk: FlaskClient, plan: SamplingPlan) -> None:
    seen = plan.version
    assert clerk.post(f"/plans/{plan.id}/submit", data={"version": seen}).status_code == 303
    again = clerk.post(f"/plans/{plan.id}/submit", data={"version": seen})
    assert again.status_code == 409 and "已被他人修改" in again.text
    assert steps_of(plan) == ["draft", "submit"]


def test_who_may_not(app: Flask, office: Office, sign_in: Any, stranger: FlaskClient, plan: SamplingPlan) -> None:
    assert stranger.get(f"/plans/{plan.id}").status_code == 404
    assert stranger.post(f"/plans/{plan.id}/grid", data={}).status_code == 404
    sampler = sign_in(office.people["county:抽样员"])
    assert sampler.get(f"/plans/{plan.id}").status_code == 200
    assert sampler.post(f"/plans/{plan.id}/submit", data={"version": plan.version}).status_code == 403
    assert sampler.get("/plans/new").status_code == 403
    assert sign_in(office.people["lab:承检机构"]).get("/plans/").status_code == 403


def test_the_county_reads_an_issued_plan_of_the_city(office: Office, make: Any, clerk: FlaskClient) -> None:
    above = make("city:统计员", name="市级计划", level=Level.CITY, region_id=region("120000"))
    assert clerk.get(f"/plans/{above.id}").status_code == 404
    with transaction():
        operations.submit(above, office.actor("city:统计员"), clock.now(), None)
    with transaction():
        operations.approve(above, office.actor("city:审核人"), clock.now(), None)
    with transaction():
        issuing.issue(above, office.actor("city:统计员"), clock.now(), None)
    assert clerk.get(f"/plans/{above.id}").status_code == 200
    assert "市级计划" in clerk.get("/plans/?year=2026").text
    assert clerk.get(f"/plans/{above.id}/edit").status_code == 403


# ---------------------------------------------------------------- editions

def test_the_former_edition_stays_in_force_until_the_new_one_is_issued(office: Office, plan: SamplingPlan) -> None:
    save(plan, office, {Cell(grain()): 100})
    issue(plan, office)
    with transaction():
        operations.amend(plan, office.actor("county:统计员"), "市局追加任务")
    save(plan, office, {Cell(grain()): 150, PLAN: 600, Cell(wheat()): 20}, "市局追加任务")

    def in_force() -> dict[Cell, int]:
        return {queries.cell_of(row): row.batches for row in queries.quotas_in_force(fresh(plan))}

    assert in_force() == {PLAN: 500, Cell(grain()): 100} and task().batches == 500
    issue(plan, office, "调整完毕")
    assert in_force() == {PLAN: 600, Cell(grain()): 150, Cell(wheat()): 20}
    assert (fresh(plan).edition, task().batches) == (2, 600)
    assert task().reason == "下达“2026年 蓟州区食品安全监督抽检计划”第 2 版，任务数与已下达计划的总批次一致"


def test_every_change_keeps_the_old_number_person_time_and_reason(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    save(plan, office, {Cell(grain()): 100, Cell(wheat()): 20})
    issue(plan, office)
    with transaction():
        operations.amend(plan, office.actor("county:统计员"), "核减")
    save(plan, office, {Cell(grain()): 90, Cell(wheat()): None}, "小麦粉改由市局抽检")
    page = clerk.get(f"/plans/{plan.id}/versions").text
    assert "未下达的修改" in page and page.count("小麦粉改由市局抽检") == 2  # also of the cleared cell, which has no newer row
    issue(plan, office, "核减")
    page = clerk.get(f"/plans/{plan.id}/versions").text
    assert "第 2 版" in page and "第 1 版" in page and "取消" in page and "蓟州统计员" in page
    rows = session().scalars(sa.select(PlanQuota).where(PlanQuota.category_id == grain()).order_by(PlanQuota.id)).all()
    assert [(row.batches, row.superseded_at is None) for row in rows] == [(100, False), (90, True)]


def test_an_issued_plan_is_changed_with_a_reason_only(office: Office, plan: SamplingPlan) -> None:
    issue(plan, office)
    with pytest.raises(NotAllowedNow, match="请先点“调整计划”"):
        save(plan, office, {Cell(grain()): 1})
    with transaction():
        operations.amend(fresh(plan), office.actor("county:统计员"), "调整")
    with pytest.raises(NotLikeThis, match="理由"):
        save(plan, office, {Cell(grain()): 1})
    assert numbers_of(plan) == {}


def numbers_of(plan: SamplingPlan) -> dict[Cell, int]:
    return {cell: number for cell, number in queries.quotas_by_cell(plan.id).items() if cell != PLAN}


def test_what_was_issued_cannot_be_voided_or_become_another_plan(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    issue(plan, office)
    with transaction():
        operations.amend(plan, office.actor("county:统计员"), "调整")
    sent = clerk.post(f"/plans/{plan.id}/void", data={"version": fresh(plan).version, "comment": "不要了"})
    assert sent.status_code == 409 and "不能作废" in sent.text
    other = clerk.post(f"/plans/{plan.id}/edit", data=typed(year="2027", reason="改年度", version=fresh(plan).version))
    assert other.status_code == 422 and "计划下达后不能再改年度" in other.text


def test_a_draft_that_came_back_can_be_voided(clerk: FlaskClient, plan: SamplingPlan) -> None:
    clerk.post(f"/plans/{plan.id}/submit", data={"version": plan.version})
    clerk.post(f"/plans/{plan.id}/recall", data={"version": fresh(plan).version})
    assert clerk.post(f"/plans/{plan.id}/void", data={"version": fresh(plan).version}).status_code == 422
    assert clerk.post(f"/plans/{plan.id}/void", data={"version": fresh(plan).version, "comment": "重复"}).status_code == 303
    assert fresh(plan).state is PlanState.VOIDED


# ---------------------------------------------------------------- the form again

def test_the_total_cannot_be_lowered_below_what_is_distributed(clerk: FlaskClient, office: Office, plan: SamplingPlan) -> None:
    save(plan, office, {Cell(grain()): 300, Cell(month=1): 40})
    sent = clerk.post(f"/plans/{plan.id}/edit", data=typed(total="299", version=fresh(plan).version))
    assert sent.status_code == 422 and "“全计划”按分类已分解 300 批，不能改为 299 批" in sent.text
    assert clerk.post(f"/plans/{plan.id}/edit", data=typed(total="300", version=fresh(plan).version)).status_code == 303
    assert fresh(plan).total == 300 and numbers_of(plan) == {Cell(grain()): 300, Cell(month=1): 40}  # finer ones untouched


def test_a_draft_moves_to_another_area_only_with_its_quotas_inside(office: Office, plan: SamplingPlan, clerk: FlaskClient) -> None:
    save(plan, office, {Cell(region_id=township(1)): 5})
    sent = clerk.post(f"/plans/{plan.id}/edit", data=typed(area=region_book().code(township(0)), version=fresh(plan).version))
    assert sent.status_code == 422 and "有 1 格批次分配到了新区域之外" in sent.text


def test_the_second_editor_sees_both_sides(clerk: FlaskClient, plan: SamplingPlan) -> None:
    seen = plan.version
    assert clerk.post(f"/plans/{plan.id}/edit", data=typed(name="甲的名称", version=seen)).status_code == 303
    late = clerk.post(f"/plans/{plan.id}/edit", data=typed(name="乙的名称", version=seen))
    assert late.status_code == 409 and "甲的名称" in late.text and "乙的名称" in late.text
    assert clerk.post(f"/plans/{plan.id}/edit", data=typed(name="乙的名称", version=fresh(plan).version)).status_code == 303


# ---------------------------------------------------------------- one general plan per area

@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, True),
        ({"region_id": None}, True),  # a township inside the area
        ({"special": True}, False),
        ({"purpose": Purpose.EVALUATION}, False),
        ({"level": Level.CITY}, False),
        ({"year": 2027}, False),
    ],
)
def test_a_second_general_plan_of_an_overlapping_area(office: Office, make: Any, plan: SamplingPlan, changes: Any, refused: bool) -> None:
    issue(plan, office)
    if "region_id" in changes:
        changes = {"region_id": township()}
    other = make(**({"name": "另一计划"} | changes))
    if refused:
        with pytest.raises(NotAllowedNow, match="同一区域不能再下达第二个"):
            issue(other, office)
        assert fresh(other).state is PlanState.APPROVED
    else:
        assert issue(other, office).state is PlanState.ISSUED


def test_the_task_is_the_total_of_the_issued_plans(office: Office, make: Any, plan: SamplingPlan) -> None:
    issue(plan, office)
    issue(make(name="冷饮专项", special=True, total=60), office)
    assert task().batches == 560 and "冷饮专项" in (task().reason or "")


def test_a_plan_that_decomposes_takes_no_more_than_it_is_given(office: Office, make: Any) -> None:
    above = make(name="全区计划", special=True, total=100)
    place = township()
    save(above, office, {Cell(region_id=place): 30})
    issue(above, office)
    first = make(name="乡镇计划一", special=True, total=20, region_id=place, parent_id=above.id)
    issue(first, office)
    second = make(name="乡镇计划二", special=True, total=11, region_id=place, parent_id=above.id)
    with pytest.raises(NotLikeThis, match="30 批，其他计划已承担 20 批，还可承担 10 批，本计划 11 批超出"):
        issue(second, office)


# ---------------------------------------------------------------- pages and commands

def test_the_list_sends_no_statement_per_plan(app: Flask, make: Any, clerk: FlaskClient) -> None:
    make()
    with counting(app) as few:
        clerk.get("/plans/?year=2026")
    for number in range(8):
        make(name=f"计划{number}")
    with counting(app) as many:
        clerk.get("/plans/?year=2026")
    assert many.count <= few.count, many


def run(app: Flask, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=["plans", *args])


def test_the_commands_go_the_same_way(app: Flask, office: Office) -> None:
    as_clerk, as_reviewer = ("--as", "county-statistician"), ("--as", "county-reviewer")
    fields = ("--year", "2026", "--name", "命令行计划", "--level", "县级", "--purpose", "监督抽检", "--area", "120119", "--total", "80")
    made = run(app, "create", *fields, "--json", *as_clerk)
    assert made.exit_code == 0, made.output
    number = str(json.loads(made.stdout)["id"])
    assert run(app, "submit", number, *as_clerk).exit_code == 0
    refused = run(app, "approve", number, *as_clerk)
    assert refused.exit_code == 1
    assert run(app, "approve", number, *as_reviewer).exit_code == 0
    assert run(app, "issue", number, *as_clerk).exit_code == 0
    shown = run(app, "show", number, "--json")
    assert json.loads(shown.stdout) | {"quotas": {"*": 80}} == json.loads(shown.stdout)
    assert "命令行计划" in run(app, "list", "--year", "2026").stdout
    assert run(app, "amend", number, *as_clerk).exit_code == 1  # without a reason
    assert run(app, "show", "99999999999999999999").exit_code == 1
    assert run(app, "create", *fields[:-3], "500156", "--total", "1", *as_clerk).exit_code == 1


def test_a_plan_of_another_bureau_is_no_parent(office: Office, plan: SamplingPlan):
    """What one may not read cannot be named as the plan above, whatever number is typed."""
    issue(plan, office)
    with pytest.raises(NotLikeThis, match="上级计划"), transaction():
        operations.create(header(name="武隆区计划", parent_id=plan.id), office.actor("other:统计员"), clock.now())
    with transaction():
        made = operations.create(header(name="专项", special=True, parent_id=plan.id), office.actor("county:统计员"), clock.now())
    assert made.parent_id == plan.id


def test_a_year_in_the_name_is_not_read_twice_and_must_be_the_plans(clerk: FlaskClient) -> None:
    assert SamplingPlan(year=2026, name="2026年县级计划").title == "2026年县级计划"
    assert SamplingPlan(year=2026, name="县级计划").title == "2026年 县级计划"
    refused = clerk.post("/plans/new", data=typed(year="2027", name="2026年县级计划"))
    assert refused.status_code == 422 and "名称写的是2026年，年度填的是2027年" in refused.text
    across = clerk.post("/plans/new", data=typed(year="2027", name="2026年至2027年元旦春节专项"))
    assert "名称写的是" not in across.text
