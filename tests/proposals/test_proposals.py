"""Proposals on the page and by command, and taken over into a draft. The plan is of 2026, results are of 2025."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import session, transaction
from app.domain.actors import Role
from app.domain.quotas import Cell
from app.domain.samples import AreaType, Link
from app.domain.states import PlanState
from app.history import entries_of
from app.plans import queries as plans
from app.plans.models import PlanQuota, SamplingPlan
from tests.progress.conftest import WENCHANG, Desk, category, region
from tests.queries import counting

LAST_YEAR = date(2025, 5, 6)


@pytest.fixture
def desk(office: Any) -> Desk:
    return Desk(office.orgs)


@pytest.fixture
def statistician(office: Any, sign_in: Any) -> Any:
    return sign_in(office.people[f"county:{Role.STATISTICIAN.value}"])


def draft(desk: Desk, total: int = 100, cells: dict[Cell, int] | None = None) -> SamplingPlan:
    return desk.plan(total, {Cell(): total, **(cells or {})}, state=PlanState.DRAFT, issued_at=None)


def proposed(app: Any, plan: SamplingPlan, *options: str) -> dict[str, dict[str, Any]]:
    result = app.test_cli_runner().invoke(args=["progress", "propose", "--plan", str(plan.id), "--json", *options])
    assert result.exit_code == 0, result.output + result.stderr
    return {row["label"]: row for row in json.loads(result.stdout)}


def test_by_last_year(app: Any, desk: Desk) -> None:
    plan = draft(desk)
    desk.sheet(2, sampled_on=LAST_YEAR)
    desk.sheet(1, category="乳制品", sampled_on=LAST_YEAR)
    desk.sheet(9, sampled_on=date(2026, 2, 1))  # this year's tell nothing
    found = proposed(app, plan, "--way", "按食品大类分配")
    assert {label: row["proposed"] for label, row in found.items()} == {"肉制品": 67, "乳制品": 33}
    assert found["肉制品"]["reason"] == "上年完成批次 2，合计 3，按比例分得 67 批次"
    months = proposed(app, plan, "--way", "按月份分配", "--total", "10")
    assert {label: row["proposed"] for label, row in months.items()} == {"5月": 10}


def test_by_enterprises_given_and_even(app: Any, desk: Desk, office: Any) -> None:
    from app import clock
    from app.enterprises.models import Enterprise, EnterpriseKind, EnterpriseStatus

    plan = draft(desk)
    closed = next(one for one in EnterpriseStatus if one is not EnterpriseStatus.ACTIVE)
    with transaction():
        for at, (code, kind, status) in enumerate(
            [(WENCHANG, "食品销售者", EnterpriseStatus.ACTIVE)] * 3
            + [("120119101", "餐饮服务提供者", EnterpriseStatus.ACTIVE), ("120119101", "餐饮服务提供者", closed)]
        ):
            session().add(
                Enterprise(
                    org_id=office.orgs["county"].id, name=f"店{at}", region_id=region(code), status=status, created_at=clock.now(),
                    kinds=[EnterpriseKind(kind=kind)],
                )
            )
    by_area = proposed(app, plan, "--way", "按地区分配", "--basis", "在营企业数", "--total", "8")
    assert {label: row["proposed"] for label, row in by_area.items()} == {"文昌街道": 6, "洇溜镇": 2}
    by_link = proposed(app, plan, "--way", "按环节分配", "--basis", "在营企业数", "--total", "8")
    assert {label: row["proposed"] for label, row in by_link.items()} == {"流通": 6, "餐饮": 2}
    given = proposed(app, plan, "--way", "按食品大类分配", "--basis", "自定权重", "--given", "肉制品 3；乳制品 1")
    assert {label: row["proposed"] for label, row in given.items()} == {"肉制品": 75, "乳制品": 25}
    even = proposed(app, plan, "--way", "按月份分配", "--basis", "平均分配", "--total", "14")
    assert [row["proposed"] for row in even.values()] == [2, 2, *[1] * 10]


def test_by_population(app: Any, desk: Desk) -> None:
    from app import clock
    from app.domain.samples import Confidence
    from app.reference_data.books import region_book
    from app.reference_data.models import Population

    plan = draft(desk)
    with transaction():
        for at, township in enumerate(region_book().children(region("120119"))):
            session().add(
                Population(
                    region_id=township, year=2025, residents=30_000 if at == 0 else 1_000, source="测试", confidence=Confidence.UNVERIFIED,
                    recorded_at=clock.now(), superseded_at=None,
                )
            )
    others = len(region_book().children(region("120119"))) - 1
    found = proposed(app, plan, "--way", "按地区分配", "--basis", "常住人口", "--total", str((30 + others) * 2))
    assert [row["proposed"] for row in found.values()] == [60, *[2] * others]


def test_strata_of_an_evaluation(app: Any, desk: Desk) -> None:
    plan = draft(desk)
    desk.sheet(3, sampled_on=LAST_YEAR)
    desk.sheet(1, sampled_on=LAST_YEAR, link=Link.CATERING, area_type=AreaType.RURAL)
    found = proposed(app, plan, "--way", "评价性抽检分层（大类×环节×城乡）", "--total", "20")
    # 3:1 by link and 3:1 by place: 9, 3, 3, 1 of 16, one batch each first
    assert sorted(row["proposed"] for row in found.values()) == [2, 4, 4, 10]


def test_raised_frequencies_with_their_reason(app: Any, desk: Desk) -> None:
    vegetable = category("蔬菜制品")
    plan = draft(desk, 400, {Cell(category_id=vegetable): 40, Cell(category_id=category("肉制品")): 100})
    desk.sheet(39, category="蔬菜制品", sampled_on=LAST_YEAR)
    desk.sheet(3, category="蔬菜制品", sampled_on=LAST_YEAR, fails=True)
    desk.sheet(108, sampled_on=LAST_YEAR)
    found = proposed(app, plan)
    assert list(found) == ["蔬菜制品"]
    assert (found["蔬菜制品"]["current"], found["蔬菜制品"]["proposed"]) == (40, 60)
    assert found["蔬菜制品"]["reason"] == (
        "上年 42 批不合格 3 批，不合格率 7.14%（95% 置信区间 2.46%–19.01%），全县平均 2.00%，"
        "不合格率的95%区间下限高于全县平均，建议频次 ×1.5"
    )
    assert proposed(app, plan, "--recent") == {}  # nothing was sampled in the last twelve months


def test_ticked_lines_are_written_with_their_reason(desk: Desk, statistician: Any) -> None:
    meat, milk = category("肉制品"), category("乳制品")
    plan = draft(desk, 100, {Cell(category_id=meat): 10})
    desk.sheet(2, sampled_on=LAST_YEAR)
    address = f"/proposals/{plan.id}?way=按食品大类分配&basis=上年完成批次&total=50"
    page = statistician.get(address).text
    assert "采纳勾选的建议" in page
    keys = Cell(category_id=meat).key, Cell(category_id=milk).key
    form = {"cell": [keys[0]], f"batches-{keys[0]}": "50", f"shown-{keys[0]}": "10", f"batches-{keys[1]}": "9", "reason": "参考上年"}
    assert statistician.post(address, data=form).status_code == 303
    assert plans.quotas_by_cell(plan.id) == {Cell(): 100, Cell(category_id=meat): 50}  # only what was ticked
    entry = entries_of("sampling_plan", plan.id)[0]
    assert "参考上年" in str(entry.comment)
    assert "参考上年" in statistician.get(f"/proposals/{plan.id}").text.split("办理记录")[-1]
    again = statistician.post(address, data=form)  # the second click, and whoever saw the number before
    assert again.status_code in (409, 422)
    assert session().scalar(sa.select(sa.func.count()).where(PlanQuota.plan_id == plan.id, PlanQuota.superseded_at.is_(None))) == 2


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"reason": ""}, 422, "请填写采纳建议的原因"),
        ({"cell": []}, 422, "请先勾选"),
        ({"cell": ["x"]}, 422, "无法识别"),
        ({"batches": "-5"}, 422, "不能为负数"),
        ({"batches": ""}, 422, "没有批次"),
        ({"batches": "101"}, 422, "还可分配"),  # more than the plan
        ({"shown": "7"}, 409, "他人修改"),  # the page showed another number
    ],
)
def test_refuses_with_what_was_ticked_kept(
    desk: Desk, statistician: Any, change: dict[str, Any], status: int, sentence: str
) -> None:
    meat = category("肉制品")
    plan, key = draft(desk, 100, {Cell(category_id=meat): 10}), Cell(category_id=meat).key
    desk.sheet(2, sampled_on=LAST_YEAR)
    form = {
        "cell": change.get("cell", [key]), f"batches-{key}": change.get("batches", "50"), f"shown-{key}": change.get("shown", "10"),
        "reason": change.get("reason", "参考上年"),
    }  # fmt: skip
    answer = statistician.post(f"/proposals/{plan.id}?way=按食品大类分配", data=form)
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert plans.quotas_by_cell(plan.id)[Cell(category_id=meat)] == 10


def test_an_issued_plan_is_not_written(desk: Desk, statistician: Any) -> None:
    plan, key = desk.plan(100, {Cell(): 100}), Cell(month=3).key
    form = {"cell": [key], f"batches-{key}": "5", "reason": "平均"}
    answer = statistician.post(f"/proposals/{plan.id}?way=按月份分配&basis=平均分配", data=form)
    assert (answer.status_code, "调整" in answer.text) == (409, True)
    assert "采纳勾选的建议" not in statistician.get(f"/proposals/{plan.id}?way=按月份分配&basis=平均分配").text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("way=按地区分配&basis=常住人口", "个地区没有常住人口"),  # no township has a published number
        ("way=按月份分配&basis=常住人口", "不能以常住人口为依据"),
        ("way=按月份分配&basis=平均分配&total=5&minimum=1", "共需 12 批次"),
        ("way=按食品大类分配&basis=自定权重&given=肉制品 很多", "不明"),
        ("way=按月份分配&basis=平均分配&total=多", "不是批次"),
        ("way=随意", "没有这个选项"),
    ],
)
def test_says_why_there_is_no_proposal(desk: Desk, statistician: Any, query: str, sentence: str) -> None:
    page = statistician.get(f"/proposals/{draft(desk).id}?{query}")
    assert (page.status_code, sentence in page.text) == (200, True)


def test_who_may(desk: Desk, office: Any, sign_in: Any) -> None:
    plan = draft(desk)
    assert sign_in(office.people["other:统计员"]).get(f"/proposals/{plan.id}").status_code == 404
    assert sign_in(office.people["county:抽样员"]).get(f"/proposals/{plan.id}").status_code == 200
    assert sign_in(office.people["county:抽样员"]).post(f"/proposals/{plan.id}", data={"reason": "x"}).status_code == 403


def test_statements_do_not_grow_with_lines(app: Any, desk: Desk, statistician: Any) -> None:
    plan = draft(desk)
    address, sent = f"/proposals/{plan.id}?way=按食品大类分配", []
    for path in ("肉制品", "乳制品", "糕点", "饮料", "蔬菜制品"):
        desk.sheet(category=path, sampled_on=LAST_YEAR)
        statistician.get(address)
        with counting(app) as one:
            statistician.get(address)
        sent.append(one.count)
    assert sent[0] == sent[-1]
    assert sent[0] <= 30


# ---------------------------------------------------------------- 四统一


def two(desk: Desk) -> tuple[SamplingPlan, SamplingPlan]:
    from app.domain.samples import Level

    meat = category("肉制品")
    city = desk.plan(50, {Cell(category_id=meat): 50}, org="city", level=Level.CITY, region_id=region("120000"))
    county = desk.plan(20, {Cell(category_id=meat, month=3): 20})
    desk.sheet(plan_id=city.id, sampled_on=date(2026, 3, 1), sampled_credit_code="A1")
    desk.sheet(plan_id=county.id, sampled_on=date(2026, 3, 15), sampled_credit_code="A1")
    desk.sheet(plan_id=county.id, sampled_on=date(2026, 6, 1), sampled_credit_code="A1")
    return city, county


def test_two_plans_side_by_side(app: Any, desk: Desk, office: Any, sign_in: Any) -> None:
    city, county = two(desk)
    result = app.test_cli_runner().invoke(args=["progress", "overlap", "--plan", str(city.id), "--with", str(county.id), "--json"])
    data = json.loads(result.stdout)
    assert [(one["one_batches"], one["other_batches"], one["together"]) for one in data["overlaps"]] == [(50, 20, 70)]
    assert [(one["one"], one["other"], one["days"], one["same_food"]) for one in data["pairs"]] == [("P3", "P4", 14, True)]
    client = sign_in(office.people["city:统计员"])
    page = client.get(f"/proposals/overlap?one={city.id}&other={county.id}").text
    assert "可能重复 <b>1</b> 对" in page
    assert "<b>70</b>" in page
    sheet = client.get(f"/proposals/overlap/export?one={city.id}&other={county.id}")
    assert sheet.data[:2] == b"PK"
    assert "可能重复 <b>0</b> 对" in client.get(f"/proposals/overlap?one={city.id}&other={county.id}&days=13").text


def test_only_plans_and_sheets_in_reach_are_compared(desk: Desk, office: Any, sign_in: Any) -> None:
    city, county = two(desk)
    stranger = sign_in(office.people["other:统计员"])
    assert stranger.get(f"/proposals/overlap?one={city.id}&other={county.id}").status_code == 404
    assert stranger.get(f"/proposals/overlap/export?one={city.id}&other={county.id}").status_code == 404
    own = sign_in(office.people["county:统计员"])
    assert own.get(f"/proposals/overlap?one={city.id}&other={city.id}").status_code == 422
    assert own.get(f"/proposals/overlap?one={city.id}&other={county.id}").status_code == 200  # the city's plan was issued


def test_statements_do_not_grow_with_the_overlaps(app: Any, desk: Desk, office: Any, sign_in: Any) -> None:
    city, county = two(desk)
    client, sent = sign_in(office.people["city:统计员"]), []
    address = f"/proposals/overlap?one={city.id}&other={county.id}"
    for day in range(1, 6):
        client.get(address)
        with counting(app) as one:
            page = client.get(address).text
        sent.append(one.count)
        desk.sheet(4, plan_id=county.id, sampled_on=date(2026, 3, 2 + day), sampled_credit_code="A1")
    assert "可能重复 <b>17</b> 对" in page
    assert sent[0] == sent[-1]
    assert sent[0] <= 30


def test_adopting_more_than_the_plan_has_is_told_beforehand(desk: Desk, statistician: Any) -> None:
    desk.sheet(48, sampled_on=LAST_YEAR)
    desk.sheet(2, sampled_on=LAST_YEAR, fails=True)
    desk.sheet(50, category="乳制品", sampled_on=LAST_YEAR)
    page = statistician.get(f"/proposals/{draft(desk, 10).id}?way=按检出情况加密").text
    assert "本计划尚无批次，以已检 50 批为基数" in page
    assert re.search(r"比计划总批次 10 多 \d+ 批次", page)
    assert "现有批次×建议频次" in page and "最大余数法" not in page


def test_layers_that_do_not_fit_are_counted(desk: Desk, statistician: Any) -> None:
    page = statistician.get(f"/proposals/{draft(desk, 10).id}?way=评价性抽检分层（大类×环节×城乡）").text
    assert re.search(r"共分 \d+ 层，每层至少 1 批次，超过分配总数 10：请把分配总数增加到 \d+ 以上", page)


def test_every_reason_of_a_refusal_is_told_once(desk: Desk, statistician: Any) -> None:
    meat, dairy = category("肉制品"), category("粮食加工品")
    cooked, milk = category("肉制品/熟肉制品"), category("粮食加工品/小麦粉")
    plan = draft(desk, 100, {Cell(meat): 30, Cell(cooked): 20, Cell(dairy): 30, Cell(milk): 20})
    keys = [Cell(meat).key, Cell(dairy).key]
    form = {"cell": keys, "reason": "调减", **{f"batches-{key}": "5" for key in keys}, **{f"shown-{key}": "30" for key in keys}}
    page = statistician.post(f"/proposals/{plan.id}?way=按食品大类分配&basis=平均分配", data=form).text
    assert page.count("已分解 20 批，不能改为 5 批") == 2
    assert "格有误" not in page
