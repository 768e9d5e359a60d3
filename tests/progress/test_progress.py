"""Progress of plans on the pages and by command, against figures worked out by hand. Today is 2026-11-20."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from app.domain.quotas import Cell
from app.domain.samples import Link
from app.domain.states import SampleState
from app.plans.models import SamplingPlan
from tests.progress.conftest import WENCHANG, Desk, category, region
from tests.queries import counting


@pytest.fixture
def statistician(office: Any, sign_in: Any) -> Any:
    return sign_in(office.people["county:统计员"])


def command(app: Any, *arguments: str) -> Any:
    result = app.test_cli_runner().invoke(args=["progress", *arguments, "--json"])
    assert result.exit_code == 0, result.output + result.stderr
    return json.loads(result.stdout)


def rows(app: Any, plan: SamplingPlan, by: str, *more: str) -> dict[str, Any]:
    return {row["label"]: row for row in command(app, "show", "--plan", str(plan.id), "--by", by, *more)["rows"]}


def monthly(desk: Desk) -> SamplingPlan:
    """100 batches: 30 in January, 50 in February, 20 in December, nothing else divided."""
    return desk.plan(100, {Cell(month=1): 30, Cell(month=2): 50, Cell(month=12): 20})


def test_months_that_are_over_are_due_whole(app: Any, desk: Desk) -> None:
    plan = monthly(desk)
    desk.sheet(72, sampled_on=date(2026, 1, 20))
    shown = command(app, "show", "--plan", str(plan.id), "--by", "month")
    assert shown["total"] == {
        "quota": 100, "sampled": 72, "completed": 72, "refused": 0, "not_found": 0, "rejected": 0, "remaining": 28,
        "rate": "72.00", "expected": "80.0", "light": "黄灯",  # 72 = 80 × 0.9 exactly: still amber
    }  # fmt: skip
    by_label = {row["label"]: row for row in shown["rows"]}
    assert (by_label["1月"]["light"], by_label["2月"]["light"], by_label["12月"]["light"]) == ("绿灯", "红灯", None)  # nothing is due yet
    assert by_label["12月"]["expected"] == "0.0"
    assert by_label["3月"]["quota"] is None


@pytest.mark.parametrize(("sampled", "light"), [(80, "绿灯"), (79, "黄灯"), (72, "黄灯"), (71, "红灯"), (0, "红灯")])
def test_lights_by_the_pace(app: Any, desk: Desk, sampled: int, light: str) -> None:
    monthly(desk)
    if sampled:
        desk.sheet(sampled)
    assert [row["light"] for row in command(app, "list", "--year", "2026")] == [light]


def test_a_plan_without_months_is_due_by_working_days(app: Any, desk: Desk) -> None:
    from app.progress.pace import elapsed

    plan = desk.plan(1000)
    gone = sum(pair[0] for pair in elapsed(2026, date(2026, 11, 20)).months.values())
    days = sum(pair[1] for pair in elapsed(2026, date(2026, 11, 20)).months.values())
    assert 200 < gone < days < 262
    due = command(app, "show", "--plan", str(plan.id))["total"]["expected"]
    assert due == f"{(10_000 * gone * 2 + days) // (2 * days) / 10:.1f}"


def test_what_is_not_divided_stands_as_a_row_of_its_own(app: Any, desk: Desk) -> None:
    meat, dairy = category("肉制品"), category("乳制品")
    cells = {Cell(category_id=meat): 60, Cell(category_id=meat, link=Link.CATERING): 20, Cell(category_id=dairy): 10}
    plan = desk.plan(100, cells)
    desk.sheet(3)
    desk.sheet(category=None, plan_id=plan.id, region=None)
    found = rows(app, plan, "category")
    assert {label: (row["quota"], row["sampled"]) for label, row in found.items()} == {
        "肉制品": (60, 3), "乳制品": (10, 0), "未分类": (30, 1),
    }  # fmt: skip
    links = rows(app, plan, "link")
    assert (links["餐饮"]["quota"], links["流通"]["quota"], links["未分类"]["quota"]) == (20, None, 80)


def test_a_category_opens_into_its_kinds(app: Any, desk: Desk) -> None:
    meat, cooked = category("肉制品"), category("肉制品/熟肉制品")
    plan = desk.plan(100, {Cell(category_id=meat): 60, Cell(category_id=cooked): 25})
    desk.sheet(2, category="肉制品/熟肉制品")
    desk.sheet(3)
    found = rows(app, plan, "category", "--inside", str(meat))
    assert {label: (row["quota"], row["sampled"]) for label, row in found.items()} == {
        "熟肉制品": (25, 2), "未细分（只记到肉制品）": (35, 3),
    }  # fmt: skip


def test_the_pages_link_each_number_to_its_sheets(desk: Desk, statistician: Any) -> None:
    plan = desk.plan(10, {Cell(region_id=region(WENCHANG)): 4})
    desk.sheet(3, region=WENCHANG)
    desk.sheet(2)
    desk.sheet(state=SampleState.REFUSED, outcome_reason="负责人不在场")
    assert f'href="/progress/{plan.id}"' in statistician.get("/progress/").text
    page = statistician.get(f"/progress/{plan.id}?by=area").text
    links = re.findall(r'href="(/progress/\d+/records/[^"]+)">(\d+)</a>', page)
    assert len(links) >= 6
    for address, number in links:
        listed = statistician.get(address.replace("&amp;", "&"))
        assert f" {number}</b>" in listed.text
        assert len(re.findall(r">P\d+</a>", listed.text)) == int(number)
    assert "负责人不在场" in statistician.get(f"/progress/{plan.id}/records/refused").text
    assert "应达进度" in page
    assert "落后不超过 10% 为黄灯" in page


def test_a_total_that_is_less_than_its_rows_is_explained(desk: Desk, statistician: Any) -> None:
    plan = desk.plan(20, {Cell(link=Link.CIRCULATION): 10, Cell(link=Link.CATERING): 10})
    desk.sheet(13)  # 流通: three more than asked
    page = statistician.get(f"/progress/{plan.id}?by=link").text
    assert "超过的 3 批次在合计的“待抽”中已抵减" in page
    assert "已抵减" not in statistician.get(f"/progress/{plan.id}?by=sampler").text


def test_sheets_without_a_township_are_told_beside_the_lights(desk: Desk, statistician: Any) -> None:
    plan = desk.plan(10, {Cell(region_id=region(WENCHANG)): 10})
    desk.sheet(4)  # of the county, no township said
    page = statistician.get(f"/progress/{plan.id}?by=area").text
    assert "有 <b>4</b> 批（只记到蓟州区，或在其以外），没有计入下面的各乡镇" in page
    assert "有 4 批（只记到蓟州区，或在其以外），按计划占比为0计算" in page
    desk.sheet(1, region=WENCHANG)
    assert "没有计入下面的" not in statistician.get(f"/progress/{plan.id}?by=category").text


def test_every_axis_has_a_page(desk: Desk, statistician: Any) -> None:
    plan = desk.plan(10)
    desk.sheet(2)
    for axis in ("category", "area", "link", "month", "area_type", "sampler", "laboratory"):
        assert statistician.get(f"/progress/{plan.id}?by={axis}").status_code == 200
    assert statistician.get(f"/progress/{plan.id}?by=colour").status_code == 422
    assert statistician.get(f"/progress/{plan.id}?by=category&inside=x").status_code == 422
    assert statistician.get(f"/progress/{plan.id}/records/colour").status_code == 404
    assert statistician.get(f"/progress/{plan.id}/records/sampled?by=link&group=x").status_code == 422


def test_another_county_sees_nothing(desk: Desk, office: Any, sign_in: Any) -> None:
    plan = desk.plan(10)
    desk.sheet(2)
    stranger = sign_in(office.people["other:统计员"])
    assert plan.name not in stranger.get("/progress/").text
    assert stranger.get(f"/progress/{plan.id}").status_code == 404
    assert stranger.get(f"/progress/{plan.id}/records/sampled").status_code == 404
    assert sign_in(office.people["lab:承检机构"]).get("/progress/").status_code == 403


def test_statements_do_not_grow_with_plans_or_rows(app: Any, desk: Desk, statistician: Any) -> None:
    plan = desk.plan(10)
    desk.sheet(2)
    statistician.get(f"/progress/{plan.id}")  # the books are read once per process
    sent = []
    for _ in range(2):
        with counting(app) as one:
            statistician.get("/progress/")
        with counting(app) as other:
            statistician.get(f"/progress/{plan.id}?by=category")
        sent.append((one.count, other.count))
        for _ in range(4):
            desk.plan(10)
        desk.sheet(5, category="乳制品")
    assert sent[0] == sent[1]
    assert max(sent[0]) <= 32


def test_a_plan_that_is_not_there(app: Any) -> None:
    result = app.test_cli_runner().invoke(args=["progress", "show", "--plan", "999"])
    assert (result.exit_code, "没有序号为 999 的计划" in result.stderr) == (1, True)
